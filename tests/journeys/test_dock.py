"""Writing beside the mail: formatted text with a picture, kept while one reads on."""

from __future__ import annotations

import email
import io
import re
from collections.abc import Callable
from email.policy import default

from PIL import Image
from playwright.sync_api import Frame, Locator, Page, expect

from stack.people import Person
from tests.journeys.inspection import Inspection
from tests.journeys.visitor import Visitor
from tests.stack.boxes import Box
from tests.stack.people import MakePerson

WORD = """<p class=MsoListParagraph style='mso-list:l0 level1 lfo1'>
<span style='mso-list:Ignore'>·</span>Crayons<o:p></o:p></p>
<p class=MsoNormal style='color:red'>Merci<o:p></o:p></p>"""
# as the browser itself fires it
_PASTE = """([html, picture]) => {
  const data = new DataTransfer();
  if (html) data.setData("text/html", html);
  if (picture) {
    const bytes = Uint8Array.from(picture);
    data.items.add(new File([bytes], "plan.png", { type: "image/png" }));
  }
  const paper = document.querySelector("[contenteditable]");
  const options = { clipboardData: data, bubbles: true, cancelable: true };
  paper.dispatchEvent(new ClipboardEvent("paste", options));
}"""


def begin(writer: Visitor) -> Frame:
    writer.link("Nouveau message").first.click()
    expect(writer.field("Texte du message")).to_be_editable()
    handle = writer.page.locator("compose-dock iframe:visible").last.element_handle()
    frame = handle.content_frame()
    assert frame
    return frame


def begin_two(writer: Visitor) -> None:
    for subject in ("Premier", "Second"):
        begin(writer)
        writer.field("Objet").fill(subject)


def picture() -> list[int]:
    made = io.BytesIO()
    Image.new("RGB", (40, 30), "#0b4fb3").save(made, "PNG")
    return list(made.getvalue())


def test_what_is_written_with_care_arrives_so(
    writer: Visitor,
    make_person: MakePerson,
    mailbox_of: Callable[[Person], Box],
) -> None:
    colleague = make_person()
    frame = begin(writer)
    writer.field("À").fill(colleague.address)
    writer.field("Objet").fill("Fournitures")
    writer.field("Texte du message").click()
    page = writer.page
    page.keyboard.type("À acheter ")
    writer.button("Gras").click()
    page.keyboard.type("vite")
    expect(writer.button("Gras")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("Control+b")
    page.keyboard.press("Enter")
    frame.evaluate(_PASTE, [WORD, None])
    expect(frame.locator("[contenteditable] li")).to_have_text("Crayons")
    frame.evaluate(_PASTE, [None, picture()])
    expect(frame.get_by_role("img", name="plan")).to_be_visible()
    # going elsewhere takes nothing away
    writer.open_folder("Envoyés")
    expect(writer.field("Objet")).to_have_value("Fournitures")
    writer.open_folder("Boîte de réception")
    writer.button("Envoyer").click()
    expect(writer.notices).to_contain_text("Message envoyé.")
    expect(page.locator("compose-dock iframe")).to_have_count(0)
    raw = mailbox_of(colleague).wait_for(b"Subject: Fournitures")
    made = email.message_from_bytes(raw, policy=default)
    html = made.get_body(("html",)).get_content()  # type: ignore[union-attr]
    [cid] = re.findall(r'<img src="cid:([^"]+)" alt="plan">', html)
    image = next(p for p in made.walk() if p["Content-ID"] == f"<{cid}>")
    assert image.get_content_type() == "image/png"
    assert "<b>vite</b>" in html
    assert "<li>Crayons</li>" in html
    assert not re.search(r"mso|color:\s*red", html)
    text = made.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert re.search(r"À acheter\svite\s+- Crayons\s+Merci", text)


def test_several_messages_wait_side_by_side(
    writer: Visitor, inspection: Inspection
) -> None:
    page = writer.page
    begin_two(writer)
    page.keyboard.press("Escape")
    head = page.get_by_role("region", name="Second").get_by_role("button").first
    expect(head).to_be_focused()
    expect(head).to_have_attribute("aria-expanded", "false")
    head.press("Enter")
    expect(writer.field("Objet")).to_have_value("Second")
    inspection.look(writer, "dock")
    begin(writer)
    writer.link("Nouveau message").first.click()
    expect(writer.notices).to_contain_text("Trois messages sont ouverts")
    closing = page.get_by_role("button", name="Fermer, le texte est gardé")
    closing.last.click()
    expect(closing).to_have_count(2)
    closing.last.click()
    expect(writer.notices).to_contain_text("Brouillon enregistré.")
    goes_on_in_a_window(writer)


def goes_on_in_a_window(writer: Visitor) -> None:
    page = writer.page
    page.get_by_role("region", name="Premier").get_by_role("button").first.click()
    with page.expect_popup() as opened:
        page.get_by_role("button", name="Ouvrir dans une fenêtre").last.click()
    alone = opened.value
    expect(alone.get_by_label("Objet", exact=True)).to_have_value("Premier")
    expect(page.locator("compose-dock iframe")).to_have_count(0)


def sheets(page: Page) -> Locator:
    return page.locator("compose-dock .dock__sheet")


def test_open_messages_come_back_with_the_page(
    writer: Visitor, person: Person, mailbox_of: Callable[[Person], Box]
) -> None:
    page = writer.page
    begin_two(writer)
    expect(writer.written.get_by_text(re.compile("^Enregistré"))).to_be_visible()
    # a page that is none of the mail, and the way back
    writer.go("/accessibilite/")
    page.go_back()
    expect(sheets(page)).to_have_count(2)
    expect(writer.field("Objet")).to_have_value("Second")
    first = page.locator("compose-dock iframe").first.content_frame
    expect(first.get_by_label("Objet")).to_have_value("Premier")
    # typed, and the page goes in the same instant
    writer.field("Objet").fill("Second, revu")
    page.reload()
    expect(page.get_by_role("region", name="Second, revu")).to_be_visible()
    expect(page.get_by_role("region", name="Premier")).to_be_visible()
    # given up, it does not come back
    writer.button("Abandonner").click()
    expect(sheets(page)).to_have_count(1)
    page.reload()
    expect(sheets(page)).to_have_count(1)
    assert len(mailbox_of(person).messages("Trash")) == 1


def test_what_comes_back_leaves_the_keys_to_the_mail(writer: Visitor) -> None:
    page = writer.page
    begin(writer)
    writer.field("À").fill("mairie@mairie.test")
    writer.field("Objet").fill("Sortie")
    writer.field("Texte du message").click()
    page.keyboard.type("Un ")
    expect(writer.written.get_by_text(re.compile("^Enregistré"))).to_be_visible()
    page.reload()
    expect(writer.field("Objet")).to_have_value("Sortie")
    expect(writer.button("Gras")).to_be_visible()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Raccourcis")).to_be_visible()
    page.keyboard.press("Escape")
    # until one goes there, and from then on as ever
    writer.field("Texte du message").click()
    page.keyboard.type("deux")
    expect(writer.field("Texte du message")).to_contain_text("deux")
