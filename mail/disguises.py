"""Files that are not what they say: a program under the name of a document is refused,
another type than the content's is not passed on."""

from __future__ import annotations

import re
from pathlib import Path

from django.utils.translation import gettext as _

from convergence.errors import InputRefused
from mail import kinds

UNKNOWN = "application/octet-stream"
_PROGRAM = re.compile(rb"MZ|\x7fELF|\xca\xfe\xba\xbe|\xcf\xfa\xed\xfe")
_BEGINNING = 4096


class Disguised(InputRefused):
    status = 422


def true_type(path: Path, name: str, declared: str) -> str:
    """The type to send a file under: the declared one unless the content denies it.
    Raises Disguised, which names the file."""
    with path.open("rb") as file:
        beginning = file.read(_BEGINNING)
    end = kinds.ending(name)
    kind = kinds.claimed(declared, end)
    if _PROGRAM.match(beginning) and kind != "other":
        text = _("« %(name)s » est un programme déguisé : il n’a pas été joint.")
        raise Disguised(text % {"name": name})
    if beginning and kind != "other" and not kinds.confirms(kind, beginning):
        return UNKNOWN
    return declared
