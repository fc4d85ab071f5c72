"""Browser modules without a bundler: the import map and the finder of npm files."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage
from django.templatetags.static import static

LIBRARIES = {
    "htmx": "npm/htmx.org/dist/htmx.esm.min.js",
    "squire-rte": "npm/squire-rte/dist/squire.mjs",
    "pdfjs-dist": "npm/pdfjs-dist/build/pdf.min.mjs",
    "dompurify": "npm/dompurify/dist/purify.es.mjs",
}
# made by convergence.assets
OURS = {"site": "js/site.js", "writer": "js/writer.js"}


@lru_cache(maxsize=1)
def import_map() -> str:
    """{bare name: hashed URL} of the libraries and of our own files, in which our
    modules are (convergence.joining)."""
    names = {name: static(path) for name, path in (LIBRARIES | OURS).items()}
    return json.dumps({"imports": names})


class NpmFinder(BaseFinder):
    """node_modules, but only the files of settings.NPM_FILES, under `npm/`."""

    def __init__(self, app_names: Iterable[str] | None = None, *args: Any) -> None:
        self.root = settings.BASE_DIR / "node_modules"
        self.storage = FileSystemStorage(location=self.root)
        self.storage.prefix = "npm"  # type: ignore[attr-defined]

    def check(self, **kwargs: Any) -> list[Any]:
        return []

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        if not path.startswith("npm/") or path[4:] not in set(self._files()):
            return []
        full = str(self.root / path[4:])
        return [full] if find_all else full

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Any]]:
        for path in self._files():
            yield path, self.storage

    def _files(self) -> Iterator[str]:
        for name in settings.NPM_FILES:
            path = self.root / name
            yield name
            # the manifest storage insists on the map that a file names
            source_map = Path(f"{path}.map")
            if source_map.is_file():
                yield f"{name}.map"
