"""Files on a bad line: progress, a cut, a visit that ends, and the same octets."""

from __future__ import annotations

import email
import random
from collections.abc import Callable
from email.policy import default

from playwright.sync_api import FilePayload, Route, expect

from stack.people import Person
from tests.journeys.visitor import Visitor
from tests.stack.boxes import Box
from tests.stack.people import MakePerson

_MEGABYTE = 1024 * 1024
LARGE = FilePayload(
    name="sortie scolaire.zip",
    mimeType="application/zip",
    buffer=b"PK\x03\x04" + random.Random(4).randbytes(4 * _MEGABYTE),
)
SMALL = FilePayload(name="liste.csv", mimeType="text/csv", buffer="né;é\n".encode())
_DROP = """([selector, name, text]) => {
  const dataTransfer = new DataTransfer();
  dataTransfer.items.add(new File([text], name, { type: "text/plain" }));
  const target = document.querySelector(selector);
  for (const kind of ["dragover", "drop"]) {
    const options = { dataTransfer, bubbles: true, cancelable: true };
    target.dispatchEvent(new DragEvent(kind, options));
  }
}"""


class Line:
    """Between the browser and the site: each piece passes, or meets what is planned."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor = visitor
        # by file: where each of its pieces begins
        self.offsets: dict[str, list[int]] = {}
        self.plan: dict[int, Callable[[], None] | None] = {}
        visitor.page.route("**/depot/*/*/", self.pass_on)

    def pass_on(self, route: Route) -> None:
        offset = int(route.request.headers.get("upload-offset", "-1"))
        if route.request.method == "PATCH":
            self.offsets.setdefault(route.request.url, []).append(offset)
            if offset in self.plan:
                before = self.plan.pop(offset)
                if before is None:
                    return route.abort("connectionfailed")
                before()
        return route.continue_()


def test_files_arrive_whole_whatever_happens_on_the_way(
    reader: Visitor,
    person: Person,
    make_person: MakePerson,
    mailbox_of: Callable[[Person], Box],
) -> None:
    colleague, line = make_person(), Line(reader)
    line.plan = {_MEGABYTE: None, 2 * _MEGABYTE: reader.expire}
    reader.link("Nouveau message").click()
    reader.write(to=colleague.address, subject="Sortie")
    with reader.watch.expects(0):
        reader.field("Joindre").set_input_files([LARGE, SMALL])
        # the line is cut once, and it goes on by itself; then the visit is over
        ended = reader.page.get_by_text("Votre session a expiré.", exact=False)
        expect(ended.first).to_be_visible()
    sign_in_beside(reader, person)
    reader.button(f"Réessayer {LARGE['name']}").click()
    reader.page.evaluate(_DROP, [".compose", "mot.txt", "Bonjour"])
    reader.send()
    raw = mailbox_of(colleague).wait_for(b"Sortie")
    arrived = email.message_from_bytes(raw, policy=default)
    files = {
        part.get_filename(): part.get_payload(decode=True)
        for part in arrived.iter_attachments()
    }
    assert files == {
        LARGE["name"]: LARGE["buffer"],
        SMALL["name"]: SMALL["buffer"],
        "mot.txt": b"Bonjour",
    }
    # nothing that had arrived was sent again; the other files went in one piece
    large, *others = sorted(line.offsets.values(), key=len, reverse=True)
    assert large[:5] == [0, *[_MEGABYTE] * 2, *[2 * _MEGABYTE] * 2]
    assert others == [[0], [0]]


def sign_in_beside(visitor: Visitor, person: Person) -> None:
    """In another tab."""
    page = visitor.page.context.new_page()
    Visitor(page, visitor.site, visitor.door, visitor.watch).sign_in(person)
    expect(page.get_by_role("navigation", name="Dossiers")).to_be_visible()
    page.close()


def test_a_file_is_refused_given_up_and_removed(reader: Visitor) -> None:
    reader.link("Nouveau message").click()
    fake = FilePayload(name="bulletin.pdf", mimeType="application/pdf", buffer=b"MZ\0")
    reader.field("Joindre").set_input_files([fake, SMALL])
    said = reader.page.get_by_text("est un programme déguisé", exact=False)
    expect(said.first).to_be_visible()
    reader.write(to="c@mairie.test")
    reader.button("Envoyer").click()
    expect(reader.button("Réessayer bulletin.pdf")).to_be_focused()
    reader.button("Ne pas joindre bulletin.pdf").click()
    expect(reader.button("Retirer liste.csv")).to_be_focused()
    reader.press("Enter")
    expect(reader.button("Retirer liste.csv")).to_have_count(0)
    expect(reader.field("Objet")).to_be_visible()
