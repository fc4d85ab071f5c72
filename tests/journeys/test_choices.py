"""The theme and the language of this browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.journeys.visitor import Visitor

_LIGHTNESS = """() => {
  const painter = document.createElement("canvas").getContext("2d");
  painter.fillStyle = getComputedStyle(document.documentElement).backgroundColor;
  painter.fillRect(0, 0, 1, 1);
  return Math.max(...painter.getImageData(0, 0, 1, 1).data.slice(0, 3));
}"""


def is_dark(visitor: Visitor) -> bool:
    """Whether the page behind everything is painted dark."""
    return bool(visitor.page.evaluate(_LIGHTNESS) < 64)


@pytest.mark.parametrize("device", ["light", "dark"])
def test_a_theme_is_kept_whatever_the_device_prefers(
    reader: Visitor, device: str
) -> None:
    reader.page.emulate_media(color_scheme=device)  # type: ignore[arg-type]
    assert is_dark(reader) is (device == "dark")
    for name in ("Sombre", "Claire"):
        reader.menu("Menu du compte").click()
        reader.button(name).click()
        reader.open_folder("Corbeille")
        assert is_dark(reader) is (name == "Sombre")
    reader.menu("Menu du compte").click()
    expect(reader.button("Claire")).to_have_attribute("aria-current", "true")


def test_the_language_is_kept_after_sign_out(reader: Visitor) -> None:
    html = reader.page.locator("html")
    expect(html).to_have_attribute("lang", "fr")
    reader.menu("Menu du compte").click()
    reader.button("English").click()
    expect(html).to_have_attribute("lang", "en")
    reader.go("/connexion/")
    expect(html).to_have_attribute("lang", "en")
