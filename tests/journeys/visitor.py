"""Somebody at a browser: what a person does, found as a screen reader finds it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from playwright.sync_api import FrameLocator, Locator, Page, expect

from stack.people import Person
from tests.journeys.site import Site
from tests.journeys.watch import Watch

PASSWORD = "Mot de passe"
_TABS_MAX = 60
_RELOADS_MAX = 40
_POST = """([path, fields]) => {
  const form = document.createElement("form");
  const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
  form.method = "post";
  form.action = path;
  const all = { ...fields, csrfmiddlewaretoken: token };
  for (const [name, value] of Object.entries(all)) {
    const input = document.createElement("input");
    Object.assign(input, { type: "hidden", name, value });
    form.append(input);
  }
  document.body.append(form);
  form.submit();
}"""


@dataclass
class Visitor:
    """One browser at one door."""

    page: Page
    site: Site
    door: str
    watch: Watch

    # --- going about ------------------------------------------------------------------
    def go(self, path: str = "/") -> None:
        self.page.goto(self.site.url(self.door, path))

    def sign_in(self, person: Person, password: str = "") -> None:
        """From the sign-in page to whatever comes then."""
        if "/connexion/" not in self.page.url:
            self.go("/connexion/")
        self.field("Identifiant ou adresse").fill(person.uid)
        self.field(PASSWORD).fill(password or person.password)
        self.button("Se connecter").click()

    def sign_out(self) -> None:
        self.menu("Menu du compte").click()
        self.button("Se déconnecter").click()

    def open_folder(self, title: str) -> None:
        """By the tree, in its drawer when there is no room for it."""
        drawer = self.button("Dossiers")
        if drawer.is_visible():
            drawer.click()
        self.folders.get_by_role("link", name=title).click()
        expect(self.heading(title)).to_be_visible()

    def open_message(self, subject: str) -> None:
        """From the list, by its subject or the beginning of it."""
        self.messages.get_by_role("link", name=subject).click()
        expect(self.page.get_by_role("heading", name=subject)).to_be_visible()

    def select(self, *subjects: str) -> None:
        for subject in subjects:
            self.checkbox(subject).check()

    def write(self, *, to: str = "", subject: str = "", text: str = "") -> None:
        """Fill in what is given of the message that is being written."""
        for label, value in {"À": to, "Objet": subject}.items():
            if value:
                self.field(label).fill(value)
        if text:
            # the editor, or without script the plain field
            name = "Texte du message"
            self.written.get_by_role("textbox", name=name, exact=True).fill(text)

    def send(self) -> None:
        self.button("Envoyer").click()
        expect(self.notices).to_contain_text("Message envoyé.")

    def reload_until(self, target: Locator) -> None:
        """What a server does meanwhile is there on one of the next visits."""
        for _ in range(_RELOADS_MAX):
            if target.count():
                return
            self.page.wait_for_timeout(250)
            self.page.reload()
        raise AssertionError(f"{target} does not come")

    def post(self, path: str, **fields: str) -> None:
        """A form that no page of ours offers, as somebody would make it."""
        self.page.evaluate(_POST, [path, fields])
        self.page.wait_for_url(f"**{path}")

    def expire(self) -> None:
        """The visit ends on the server, as after hours without a request."""
        query = "DELETE FROM django_session WHERE session_key = ?"
        self.site.rows(query, self.session)

    @property
    def session(self) -> str:
        cookies = {c["name"]: c["value"] for c in self.page.context.cookies()}
        return cookies["session"]

    # --- keyboard ---------------------------------------------------------------------
    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def tab_to(self, target: Locator, *, back: bool = False) -> None:
        """Reach it as one does without a mouse."""
        for _ in range(_TABS_MAX):
            self.press("Shift+Tab" if back else "Tab")
            if target.evaluate("element => element.contains(document.activeElement)"):
                return
        raise AssertionError(f"{target} cannot be reached with Tab")

    # --- finding ----------------------------------------------------------------------
    @property
    def folders(self) -> Locator:
        return self.page.get_by_role("navigation", name="Dossiers")

    @property
    def messages(self) -> Locator:
        return self.page.get_by_role("region", name="Liste des messages")

    @property
    def reader(self) -> Locator:
        return self.page.get_by_role("region", name="Message", exact=True)

    @property
    def rows(self) -> Locator:
        return self.messages.get_by_role("listitem").filter(
            has=self.page.get_by_role("checkbox")
        )

    @property
    def notices(self) -> Locator:
        return self.page.get_by_role("status")

    @property
    def selection(self) -> Locator:
        """The buttons that appear with a selection."""
        return self.page.get_by_role("group", name="Actions sur la sélection")

    def act(self, name: str) -> Locator:
        """One of the buttons that appear with a selection."""
        return self.selection.get_by_role("button", name=name, exact=True)

    def row(self, subject: str) -> Locator:
        return self.rows.filter(has_text=subject)

    @property
    def written(self) -> Page | FrameLocator:
        """Where one writes: the message that is open beside the mail, else the page."""
        sheets = self.page.locator("compose-dock iframe:visible")
        return sheets.last.content_frame if sheets.count() else self.page

    def field(self, label: str) -> Locator:
        return self.written.get_by_label(label, exact=True)

    def recipients(self, label: str) -> Locator:
        """Those who stand in this line already, one list item each."""
        named = self.page.get_by_role("list", name=f"Destinataires : {label}")
        return named.get_by_role("listitem")

    def checkbox(self, subject: str) -> Locator:
        return self.rows.get_by_role("checkbox", name=f"Sélectionner {subject}")

    def menu(self, name: str) -> Locator:
        """A menu; closed, it is as big as the button that opens it."""
        return self.page.get_by_role("group").filter(
            has=self.page.get_by_text(name, exact=True)
        )

    def button(self, name: str) -> Locator:
        """A notice's button says after its name what it is about."""
        told = re.compile(rf"^{re.escape(name)}( – .*)?$")
        return self.written.get_by_role("button", name=told)

    def link(self, name: str) -> Locator:
        return self.page.get_by_role("link", name=name, exact=True)

    def heading(self, name: str) -> Locator:
        return self.page.get_by_role("heading", name=name, exact=True)

    def failure(self) -> Locator:
        """The reference of an error page."""
        return self.page.get_by_text("Référence à donner à l’assistance")
