"""A teacher writes to the families of a class, and joins what no message can hold."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import expect

from demo.letters import families
from tests.journeys.inspection import Inspection
from tests.journeys.visitor import Visitor

# as the table of the school holds them: one twice, three that are none
PASTED = families.addresses().data.decode("utf-8")


def written_to_families(reader: Visitor) -> None:
    """A column of a list, pasted: what is no address is taken away by hand."""
    column = [line.split(";")[-1] for line in PASTED.splitlines()[1:]]
    reader.link("Nouveau message").first.click()
    reader.field("À").fill("; ".join(column))
    reader.press("Tab")
    reader.recipients("À").get_by_role("button", name="5 autres").click()
    expect(reader.recipients("À")).to_have_count(families.VALID + len(families.WRONG))
    reader.write(subject="Conseil de classe", text="Mardi 8 décembre à 17 h 30.")
    expect(reader.page.get_by_text("elle n’a pas été ajoutée")).to_be_visible()
    for wrong in families.WRONG:
        name = reader.recipients("À").filter(has_text=wrong)
        name.get_by_role("button", name="Retirer").click()
    expect(reader.recipients("À")).to_have_count(families.VALID)


def sees_nobody_else(source: bytes, number: int) -> bool:
    others = [families.address(n) for n in range(1, families.VALID + 1) if n != number]
    return not [one for one in others if one.encode() in source]


def test_families_do_not_see_each_other(
    reader: Visitor, outside: Callable[[str], bytes]
) -> None:
    written_to_families(reader)
    reader.button("Envoyer").click()
    question = reader.page.get_by_role("dialog", name="Avant d’envoyer")
    expect(question).to_contain_text("32 adresses externes seront visibles")
    reader.button("Les mettre en Cci").click()
    reader.recipients("Cci").get_by_role("button", name="2 autres").click()
    expect(reader.recipients("Cci")).to_have_count(families.VALID)
    expect(reader.recipients("À")).to_have_count(0)
    reader.send()
    reader.site.let_time_pass()
    for number in (1, families.VALID):
        source = outside(families.address(number))
        assert sees_nobody_else(source, number)
        assert b"\nBcc:" not in source


def test_what_no_message_can_hold_is_put_elsewhere(
    reader: Visitor, inspection: Inspection, tmp_path: Path
) -> None:
    with (large := tmp_path / "livret.pdf").open("wb") as file:
        file.write(b"%PDF-1.4")
        file.truncate(27 << 20)
    reader.link("Nouveau message").first.click()
    reader.field("Joindre").set_input_files(large)
    told = reader.page.get_by_text("collez leur lien dans le message", exact=False)
    expect(told.first).to_be_visible()
    inspection.look(reader, "compose-too-large")
    reader.button("Ne pas joindre livret.pdf").click()
    reader.write(to="delegues.4b@parents.test", subject="Livret", text="Le lien :")
    reader.send()
