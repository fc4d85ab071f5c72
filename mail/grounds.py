"""Whether a message brings a dark ground of its own: it is not darkened again."""

from __future__ import annotations

import re

LOOKED_AT = 60_000
_DARK, _LIGHT = 0.18, 0.6

_GROUND = re.compile(
    r"(?:bgcolor=\"|background(?:-color)?:\s*)"
    r"(?:#([0-9a-f]{6}|[0-9a-f]{3})\b|rgb\(\s*(\d{1,3})[\s,]+(\d{1,3})[\s,]+(\d{1,3})\s*\)"
    r"|(black|white|navy)\b)",
    re.IGNORECASE,
)
_NAMES = {"black": (0, 0, 0), "white": (255, 255, 255), "navy": (0, 0, 128)}


def is_dark(cleaned: str) -> bool:
    """Whether the first colour of a ground is dark and none is light: a dark band over
    a white letter does not count."""
    found = [_luminance(m) for m in _GROUND.finditer(cleaned[:LOOKED_AT])]
    return bool(found) and found[0] < _DARK and max(found) < _LIGHT


def _luminance(match: re.Match[str]) -> float:
    """Relative luminance (WCAG), near enough without its curve's foot."""
    red, green, blue = ((value / 255) ** 2.2 for value in _channels(match))
    return float(0.2126 * red + 0.7152 * green + 0.0722 * blue)


def _channels(match: re.Match[str]) -> tuple[int, int, int]:
    if match[5]:
        return _NAMES[match[5].lower()]
    if match[1] is None:
        return int(match[2]), int(match[3]), int(match[4])
    digits = match[1] if len(match[1]) == 6 else "".join(c * 2 for c in match[1])
    return int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:], 16)
