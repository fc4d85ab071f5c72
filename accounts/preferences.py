"""How a person wants to read: kept in their row, so that no page asks for it twice."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any, Literal, get_args, get_type_hints

from django.conf import settings

from accounts.models import User

Layout = Literal["side", "below", "single"]
Density = Literal["comfortable", "compact"]
Writing = Literal["rich", "plain"]
Answers = Literal["above", "below"]
Composer = Literal["dock", "page"]


def _composer() -> Composer:
    return "page" if settings.COMPOSER == "page" else "dock"


@dataclass(frozen=True, slots=True)
class Preferences:
    """`layout`: where a message opens (beside the list, below it, alone);
    `conversations`: rows group a thread; `shortcuts`: single-key shortcuts
    (RGAA 12.10); `pane`: percent of the width or height that the list takes;
    `writing`: new messages have formatted text; `answers`: where one writes, above or
    below what is quoted; `composer`: messages are written beside the mail or alone;
    `quick_replies`: sentences, one on each line (mail/replying.py);
    `undo_seconds`: how long a message waits before it leaves."""

    layout: Layout = "side"
    density: Density = "comfortable"
    conversations: bool = True
    shortcuts: bool = True
    pane: int = 38
    quick_replies: str = ""
    undo_seconds: int = field(default_factory=lambda: settings.UNDO_SECONDS)
    writing: Writing = "rich"
    answers: Answers = "above"
    composer: Composer = field(default_factory=_composer)


_TYPES = get_type_hints(Preferences)
_NAMES = {field.name for field in fields(Preferences)}
PANE_MIN, PANE_MAX = 20, 70
UNDO_MAX = 30
_RANGES = {"pane": (PANE_MIN, PANE_MAX), "undo_seconds": (0, UNDO_MAX)}


def of(user: User) -> Preferences:
    """What the person chose; what is unknown or not valid is as by default."""
    raw: dict[str, Any] = user.choices
    return Preferences(**{n: v for n, v in raw.items() if _is_valid(n, v)})


def choose(user: User, **chosen: Any) -> Preferences:
    """Keep these choices. Raises ValueError for a value that is not valid."""
    for name, value in chosen.items():
        if not _is_valid(name, value):
            raise ValueError(f"{name}: {value!r}")
    preferences = replace(of(user), **chosen)
    user.choices = asdict(preferences)
    user.save(update_fields=["choices"])
    return preferences


def _is_valid(name: str, value: Any) -> bool:
    if name not in _NAMES:
        return False
    kind = _TYPES[name]
    if name in _RANGES:
        low, high = _RANGES[name]
        return type(value) is int and low <= value <= high
    if options := get_args(kind):
        return value in options
    return type(value) is kind
