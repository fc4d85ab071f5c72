"""Style sheets: what costs time with a long list on the page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

CSS = Path(__file__).parents[2] / "static" / "css"


@pytest.mark.parametrize("name", ["panes.css", "components/pagination.css"])
def test_what_holds_a_list_is_not_searched_through(name: str) -> None:
    """A browser goes through all rows for `:has(.reader)`, through none for
    `:has(> * > .reader)`."""
    looked_for = re.findall(r":has\(([^)])", (CSS / name).read_text())
    assert looked_for
    assert set(looked_for) == {">"}
