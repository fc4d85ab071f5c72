"""Generated static files: one style sheet, two scripts and one sprite of icons.

`static/css/app.css` lists the sheets by `@import … layer(…)`, `static/js/app.js` and
`static/js/writing.js` the elements: in the browser that would be one request each, so
that they are served as few files. The icons are cut from the
lucide package into one sprite; nothing of it is committed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage

from convergence.joining import parted

_IMPORT = re.compile(r'@import url\("([^"]+)"\) layer\((\w+)\);')
_SVG = re.compile(r"<svg[^>]*>(.*?)</svg>", re.DOTALL)

ICONS = (
    "archive badge-check building-2 calendar check chevron-down chevron-left "
    "chevron-right circle-alert circle-check clock download ellipsis "
    "external-link file-text folder folder-input forward globe image inbox info layers "
    "lock log-out mail mail-open menu monitor moon octagon-alert paperclip pencil "
    "printer refresh-cw reply reply-all search send settings shield-alert star "
    "star-off sun trash-2 triangle-alert undo-2 user users x code bold italic "
    "underline list list-ordered quote link type remove-formatting save "
    "sliders-horizontal arrow-down-wide-narrow calendar-search tag alarm-clock "
    "arrow-down arrow-up bell-ring plus messages-square bell-off bell "
    "id-card upload file-spreadsheet music package keyboard shield-check "
    "redo-2 baseline align-left "
    "align-center align-right align-justify table between-horizontal-end minus "
    "between-vertical-end fold-vertical fold-horizontal maximize-2 app-window "
    "pause play arrow-left"
).split()


def style_sheet() -> str:
    """app.css with its imports in line."""
    folder = settings.BASE_DIR / "static" / "css"
    text = (folder / "app.css").read_text(encoding="utf-8")
    return _IMPORT.sub(
        lambda m: f"@layer {m[2]} {{\n{(folder / m[1]).read_text('utf-8')}\n}}", text
    )


def script() -> str:
    """app.js with all modules of ours that it imports."""
    return _scripts()[0]


def writing() -> str:
    """writing.js with those that only it imports."""
    return _scripts()[1]


def _scripts() -> tuple[str, str]:
    folder = settings.BASE_DIR / "static" / "js"
    return parted(
        "app.js",
        "writing.js",
        "site",
        lambda path: (folder / path).read_text(encoding="utf-8"),
    )


def sprite() -> str:
    """One SVG with a symbol for each icon."""
    folder = settings.BASE_DIR / "node_modules" / "lucide-static" / "icons"
    symbols = "".join(_symbol(folder / f"{name}.svg") for name in ICONS)
    return f'<svg xmlns="http://www.w3.org/2000/svg">{symbols}</svg>\n'


def _symbol(path: Path) -> str:
    match = _SVG.search(path.read_text(encoding="utf-8"))
    inside = " ".join(match[1].split()) if match else ""
    return f'<symbol id="{path.stem}" viewBox="0 0 24 24">{inside}</symbol>'


_GENERATED: dict[str, Callable[[], str]] = {
    "css/site.css": style_sheet,
    "js/site.js": script,
    "js/writer.js": writing,
    "icons/sprite.svg": sprite,
}


class GeneratedFinder(BaseFinder):
    """Writes the generated files when they are asked for and finds them there."""

    def __init__(self, app_names: Iterable[str] | None = None, *args: Any) -> None:
        self.storage = FileSystemStorage(location=settings.GENERATED_ROOT)

    def check(self, **kwargs: Any) -> list[Any]:
        return []

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        if path not in _GENERATED:
            return []
        full = self._written(path)
        return [full] if find_all else full

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Any]]:
        for path in _GENERATED:
            self._written(path)
            yield path, self.storage

    def _written(self, path: str) -> str:
        target = Path(self.storage.path(path))
        target.parent.mkdir(parents=True, exist_ok=True)
        text = _GENERATED[path]()
        if not target.exists() or target.read_text(encoding="utf-8") != text:
            target.write_text(text, encoding="utf-8")
        return str(target)
