"""Letters kept as files come back into a folder, and leave it again."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.journeys.inspection import Inspection
from tests.journeys.visitor import Visitor
from tests.mail.views.conftest import letter

_DROP = """([selector, files]) => {
  const dataTransfer = new DataTransfer();
  for (const [name, text] of files) dataTransfer.items.add(new File([text], name));
  const target = document.querySelector(selector);
  for (const kind of ["dragover", "drop"]) {
    const options = { dataTransfer, bubbles: true, cancelable: true };
    target.dispatchEvent(new DragEvent(kind, options));
  }
}"""


def test_letters_dropped_on_the_list_are_there_and_taken_back(
    reader: Visitor, inspection: Inspection
) -> None:
    names = ["Conseil", "Sortie", "Cantine"]
    files = [[f"{name}.eml", letter(name).decode()] for name in names]
    expect(reader.heading("Boîte de réception")).to_be_visible()
    reader.page.evaluate(_DROP, ["#list", [*files, ["vide.eml", ""]]])
    expect(reader.notices.filter(has_text="3 messages importés.")).to_be_visible()
    expect(reader.page.get_by_text("vide.eml : ce fichier est vide.")).to_be_visible()
    expect(reader.row("Sortie")).to_be_visible()
    inspection.look(reader, "imported")
    reader.button("Annuler").click()
    expect(reader.rows).to_have_count(0)
    reader.open_folder("Corbeille")
    expect(reader.rows).to_have_count(3)
