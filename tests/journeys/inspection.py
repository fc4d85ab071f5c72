"""A state of a screen, looked at: by axe, in both themes, on a desk and on a phone."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from playwright.sync_api import Page

from tests.journeys.site import ROOT
from tests.journeys.visitor import Visitor

Scheme = Literal["light", "dark"]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
SCREENS = ROOT / ".test" / "screens"
SIZES = {1440: 900, 360: 740}
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
NARROW = 767
NARROWEST = 320  # RGAA 10.11
# what frames hold is somebody else's (RGAA exempts it), and it runs no script
_ALL: dict[str, Any] = {"resultTypes": ["violations"], "iframes": False}
# the dark theme changes colours only
_COLOURS = {**_ALL, "runOnly": {"type": "rule", "values": ["color-contrast"]}}
# colours on their way from one theme to the other are no finding
_SETTLE = "document.getAnimations().forEach((running) => running.finish())"
_WIDTH = "document.scrollingElement.scrollWidth"
# panes scroll, not the page that holds them
_OVERFLOW = """() => {
  const { scrollHeight, clientHeight } = document.scrollingElement;
  return document.querySelector(".panes") ? scrollHeight - clientHeight : 0;
}"""


@dataclass
class Inspection:
    """`findings`: what is wrong, with the state, theme and width it was seen in."""

    pictures: bool = False
    findings: list[str] = field(default_factory=list)

    def look(self, visitor: Visitor, name: str) -> None:
        """At the page as it is now; it is left on the desk, in light."""
        page = visitor.page
        if not page.evaluate("Boolean(window.axe)"):
            page.evaluate(AXE.read_text("utf-8"))
        for width, height in SIZES.items():
            page.set_viewport_size({"width": width, "height": height})
            for scheme in SCHEMES:
                page.emulate_media(color_scheme=scheme)
                page.evaluate(_SETTLE)
                self._look(page, f"{name}-{scheme}-{width}", scheme)
            if width > NARROW and (excess := page.evaluate(_OVERFLOW)) > 0:
                self.findings.append(f"{name}: {excess} px below the screen")
            self._reflow(page, name, width)
        page.set_viewport_size({"width": NARROWEST, "height": 740})
        self._reflow(page, name, NARROWEST)
        page.set_viewport_size({"width": 1440, "height": SIZES[1440]})
        page.emulate_media(color_scheme="light")

    def _look(self, page: Page, name: str, scheme: Scheme) -> None:
        if self.pictures:
            page.screenshot(path=SCREENS / f"{name}.png", animations="disabled")
        options = _ALL if scheme == "light" else _COLOURS
        result = page.evaluate("options => axe.run(document, options)", options)
        for violation in result["violations"]:
            nodes = [node["html"][:160] for node in violation["nodes"][:3]]
            self.findings.append(f"{name}: {violation['id']}: {' | '.join(nodes)}")

    def _reflow(self, page: Page, name: str, width: int) -> None:
        needed = page.evaluate(_WIDTH)
        if needed > width:
            self.findings.append(f"{name}: {needed} px wide where there are {width}")
