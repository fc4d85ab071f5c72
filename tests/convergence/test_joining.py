"""Our modules in one file."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from django.conf import settings

from convergence import assets
from convergence.joining import joined

needs_node = pytest.mark.skipif(shutil.which("node") is None, reason="without node")
MODULES = {
    "app.js": 'import "#b.js";\nimport { one as two } from "#a.js";\nconsole.log(two);',
    "a.js": "export const one = 1;\nconst kept = 7;",
    "b.js": 'import { one } from "#a.js";\nconst kept = 8;\nconsole.log(one + kept);',
}


def node(*words: str | Path) -> str:
    done = subprocess.run(["node", *words], capture_output=True, text=True, timeout=30)
    assert done.returncode == 0, done.stderr
    return done.stdout


@needs_node
def test_modules_run_once_in_the_order_of_their_imports(tmp_path: Path) -> None:
    made = tmp_path / "made.mjs"
    made.write_text(joined("app.js", MODULES.__getitem__))
    assert node(made).split() == ["9", "1"]


@needs_node
def test_the_script_of_the_site_is_one(tmp_path: Path) -> None:
    """A form of import or export that is not known stays, and fails here."""
    made = tmp_path / "site.mjs"
    made.write_text(assets.script())
    node("--check", made)
    left = re.findall(r"^(?:export|import) .*", assets.script(), re.MULTILINE)
    assert set(left) == {'import "htmx";', 'import htmx from "htmx";'}


def test_it_holds_every_element_once() -> None:
    text = assets.script()
    for path in (Path(settings.BASE_DIR) / "static/js/elements").glob("*.js"):
        [name] = re.findall(r'customElements\.define\("([\w-]+)"', path.read_text())
        assert text.count(f'customElements.define("{name}"') == 1
