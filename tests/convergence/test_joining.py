"""Our modules in one file."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from django.conf import settings

from convergence import assets
from convergence.joining import joined, parted

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
    texts = {"site": assets.script(), "writer": assets.writing()}
    left = set()
    for name, text in texts.items():
        made = tmp_path / f"{name}.mjs"
        made.write_text(text)
        node("--check", made)
        left |= set(re.findall(r"^(?:export|import) .*", text, re.MULTILINE))
    [given] = {line for line in left if line.startswith("export")}
    taken = f'{given.replace("export", "import", 1).rstrip(";")} from "site";'
    assert left == {'import "htmx";', 'import htmx from "htmx";', given, taken}


@needs_node
def test_a_second_file_shares_what_the_first_has(tmp_path: Path) -> None:
    modules = MODULES | {
        "a.js": 'export const all = [];\nconsole.log("a once");',
        "app.js": 'import { all } from "#a.js";\nall.push("app");',
        "more.js": 'import { all } from "#a.js";\nimport { own } from "#c.js";\n'
        'import "#app.js";\nconsole.log(all[0], own);',
        "c.js": "export const own = 3;",
    }
    site, more = parted("app.js", "more.js", "./site.mjs", modules.__getitem__)
    (tmp_path / "site.mjs").write_text(site)
    (tmp_path / "more.mjs").write_text(more)
    assert node(tmp_path / "more.mjs").splitlines() == ["a once", "app 3"]


def test_it_holds_every_element_once() -> None:
    text = assets.script() + assets.writing()
    for path in (Path(settings.BASE_DIR) / "static/js/elements").glob("*.js"):
        [name] = re.findall(r'customElements\.define\("([\w-]+)"', path.read_text())
        assert text.count(f'customElements.define("{name}"') == 1
