"""Merging: the message of each person, from the text of all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace

from mail import filling, variables
from mail.composing import Draft
from mail.messages import Address
from mail.models import Addressee

_NOTHING: Mapping[str, str] = {}


def merged(
    template: Draft, person: Addressee, common: Mapping[str, str] = _NOTHING
) -> Draft:
    """What this person gets: nobody else is named in it. A field is text, in HTML too;
    in the subject it is one line. `common` is the same for all (mail/filling.py)."""
    values = {**common, **known(person)}
    return replace(
        template,
        to=(Address(person.name, person.address),),
        cc=(),
        bcc=(),
        # two thousand reminders at once would help nobody
        follow_at=None,
        subject=" ".join(variables.filled(template.subject, values).split())[:500],
        text=variables.filled(template.text, values),
        html=variables.filled_html(template.html, values) if template.html else "",
    )


def known(person: Addressee) -> dict[str, str]:
    """What the variables stand for: the columns of the table, and the name."""
    given, surname = filling.parted(person.name)
    usual = {
        "prenom": given,
        "nom": surname,
        "destinataire": person.name,
        "adresse": person.address,
    }
    return {**usual, **{name: str(value) for name, value in person.fields.items()}}


def unknown(
    template: Draft,
    people: Iterable[Addressee],
    common: Mapping[str, str] = _NOTHING,
) -> list[tuple[str, int]]:
    """The variables that stay as they are written, and for how many people."""
    wanted = variables.left(template.subject, template.text, template.html)
    missing: Counter[str] = Counter()
    for person in people if wanted else ():
        values = {**common, **known(person)}
        text = variables.filled(" ".join(wanted), values)
        missing.update(variables.left(text))
    return missing.most_common()
