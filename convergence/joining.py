"""Our modules in one file: in the browser each would be a request of its own.

No bundler: a module becomes a function that is called once, in the order of the
imports, and gives back what it exports; what it imports of ours are constants at its
head. Modules keep to the forms that are known here (a test reads the result):
`import "#a.js"`, `import { b, c as d } from "#a.js"`, `export function|class|const`.
Imports of libraries stand once at the head, for the import map.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

_OWN = re.compile(r'^import (?:\{([^}]*)\} from )?"#([\w/-]+\.js)";$', re.MULTILINE)
_LIBRARY = re.compile(r'^import [^"#]*"[^"#]+";$', re.MULTILINE)
_EXPORT = re.compile(
    r"^export ((?:async )?(?:function\*?|class|const) (\w+))", re.MULTILINE
)

# what is read by people only; such a line must not stand in a text
_COMMENT = re.compile(r"^ *//.*\n", re.MULTILINE)


def joined(entry: str, read: Callable[[str], str]) -> str:
    """The module `entry` with all that it imports; `read` gives the text of a path."""
    made = _Made(read)
    made.add(entry)
    return "\n".join([*made.libraries, *made.modules.values(), ""])


@dataclass
class _Made:
    """Libraries by their lines, modules by their paths, each once, in order."""

    read: Callable[[str], str]
    libraries: dict[str, None] = field(default_factory=dict)
    modules: dict[str, str] = field(default_factory=dict)

    def add(self, path: str) -> None:
        if path in self.modules:
            return
        text = _COMMENT.sub("", self.read(path))
        self.libraries.update(dict.fromkeys(_LIBRARY.findall(text)))
        for _names, other in _OWN.findall(text):
            self.add(other)
        body = _OWN.sub(_taken, _LIBRARY.sub("", text))
        exported = ", ".join(name for _head, name in _EXPORT.findall(body))
        body = _EXPORT.sub(r"\1", body)
        lines = ["(() => {", body, f"return {{ {exported} }};", "})();"]
        self.modules[path] = f"const {_constant(path)} = " + "\n".join(lines)


def _taken(match: re.Match[str]) -> str:
    if match[1] is None:
        return ""
    names = re.sub(r"(\w+) as (\w+)", r"\1: \2", match[1])
    return f"const {{{names}}} = {_constant(match[2])};"


def _constant(path: str) -> str:
    return "_" + re.sub(r"\W", "_", path.removesuffix(".js"))
