"""Promises: whether a text speaks of a file that goes with it.

Only what was written now counts: not the quotation, not the signature, not what is
forwarded.
"""

from __future__ import annotations

import re

from mail import safehtml
from mail.composing import Draft

# what is looked at; beyond, nobody has written it by hand
_READ_MAX = 20_000
_QUOTED = re.compile(r"<blockquote\b.*</blockquote>", re.S | re.I)
_END = re.compile(r"^(?:-- ?$|-{3,} ?.*(?:transféré|forwarded|original))", re.M | re.I)
_INTRO = re.compile(r"^Le \d.{5,120} a écrit\s?:\s*$", re.M)
_SPACES = r"[ \u00a0]"
_WORDS = re.compile(
    rf"""\b(?:
        ci-?{_SPACES}?(?:joint|inclus)e?s?
      | (?<!votre\ )(?<!vos\ )(?<!sans\ )(?<!de\ )pi[eè]ces?{_SPACES}jointes?
      | (?:fichier|document|formulaire|dossier|tableau|courrier|fiche)s?
        {_SPACES}(?:ci-)?jointe?s?
      | (?:en|dans{_SPACES}la){_SPACES}p\.?j
      | je{_SPACES}(?:(?:vous|te|t’|t'){_SPACES}?)?joins
      | nous{_SPACES}(?:vous{_SPACES})?joignons
      | trouverez[^.\n]{{0,60}}?{_SPACES}jointe?s?
      | attached | attachments? | enclosed
    )\b""",
    re.I | re.X,
)


def of(draft: Draft) -> str:
    """The words that promise a file, "" when none do."""
    texts = [written(draft)] if draft.in_reply_to else [draft.subject, written(draft)]
    found = (_WORDS.search(text) for text in texts)
    return next((match[0] for match in found if match), "")


def written(draft: Draft) -> str:
    """What its author typed now, as text."""
    text = draft.text
    if draft.html:
        text = safehtml.text_of(_QUOTED.sub("", draft.html))
    text = text.replace("\r\n", "\n")[:_READ_MAX]
    ends = [found.start() for each in (_END, _INTRO) if (found := each.search(text))]
    text = text[: min(ends, default=len(text))]
    if ">" not in text:
        return text
    return "\n".join(line for line in text.split("\n") if not line.startswith(">"))
