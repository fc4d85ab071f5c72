"""Our modules in few files: in the browser each would be a request of its own.

No bundler: a module becomes a function that is called once, in the order of the
imports, and gives back what it exports; what it imports of ours are constants at its
head. Modules keep to the forms that are known here (a test reads the result):
`import "#a.js"`, `import { b, c as d } from "#a.js"`, `export function|class|const`.
Imports of libraries stand once at the head, for the import map.

A second file takes what it shares with the first from there: both are one program.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
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
    return _text(_made(entry, read))


def parted(
    first: str, second: str, name: str, read: Callable[[str], str]
) -> tuple[str, str]:
    """Two entries: the file of the first, called `name` in the import map, and that of
    the second, without what the first has."""
    one = _made(first, read)
    other = _made(second, read, one)
    shared = ", ".join(map(_constant, other.borrowed))
    taken = [f'import {{ {shared} }} from "{name}";'] if shared else []
    given = [f"export {{ {shared} }};"] if shared else []
    return _text(one, after=given), _text(other, before=taken)


def _text(made: _Made, before: Iterable[str] = (), after: Iterable[str] = ()) -> str:
    texts = made.modules.values()
    return "\n".join([*made.libraries, *before, *texts, *after, ""])


def _made(entry: str, read: Callable[[str], str], first: _Made | None = None) -> _Made:
    made = _Made(read, frozenset(first.modules if first else ()))
    made.add(entry)
    return made


@dataclass
class _Made:
    """Libraries by their lines, modules by their paths, each once, in order; of those
    that are `elsewhere`, which are `borrowed`."""

    read: Callable[[str], str]
    elsewhere: frozenset[str] = frozenset()
    borrowed: dict[str, None] = field(default_factory=dict)
    libraries: dict[str, None] = field(default_factory=dict)
    modules: dict[str, str] = field(default_factory=dict)

    def add(self, path: str) -> None:
        if path in self.elsewhere:
            self.borrowed[path] = None
        if path in self.modules or path in self.elsewhere:
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
