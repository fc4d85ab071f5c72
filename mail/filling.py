"""What the variables of a text stand for: who writes, to whom, today."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import colleagues
from accounts.models import User
from convergence.errors import DirectoryUnavailable
from mail.messages import Address

# as the page of help names them
KNOWN = {
    "prenom": gettext_lazy("prénom du destinataire"),
    "nom": gettext_lazy("nom du destinataire"),
    "destinataire": gettext_lazy("prénom et nom du destinataire"),
    "adresse": gettext_lazy("adresse du destinataire"),
    "date": gettext_lazy("date du jour"),
    "jour": gettext_lazy("jour de la semaine"),
    "mon_nom": gettext_lazy("votre nom"),
    "ma_fonction": gettext_lazy("votre fonction"),
    "mon_etablissement": gettext_lazy("votre établissement"),
    "mon_telephone": gettext_lazy("votre téléphone"),
    "mon_adresse": gettext_lazy("l’adresse de l’expéditeur"),
    "ma_boite": gettext_lazy("le nom de la boîte"),
}


def of_author(user: User, sender: Address) -> dict[str, str]:
    """What the directory said of the person at their last sign-in; asks nobody."""
    return {
        "mon_nom": user.name,
        "ma_fonction": colleagues.role(user.function),
        "mon_etablissement": user.school or user.uai,
        "mon_telephone": user.telephone,
        "mon_adresse": sender.email,
        "ma_boite": sender.name,
    }


def of_today(now: datetime | None = None) -> dict[str, str]:
    today = timezone.localtime(now or timezone.now())
    return {"date": date_format(today, _("j F Y")), "jour": date_format(today, "l")}


def of_recipient(people: Sequence[Address]) -> dict[str, str]:
    """Of the one recipient; of several nothing is known. Their name as it was typed,
    else as the directory has it."""
    if len(people) != 1:
        return {}
    [person] = people
    name = _plain(person.name) or _in_directory(person.email)
    given, surname = parted(name)
    return {
        "prenom": given,
        "nom": surname,
        "destinataire": name,
        "adresse": person.email,
    }


def everything(
    user: User, sender: Address, people: Sequence[Address]
) -> Mapping[str, str]:
    return of_author(user, sender) | of_today() | of_recipient(people)


def parted(name: str) -> tuple[str, str]:
    """(given name, surname): «Claire Dubois», «DUBOIS Claire», «Dubois, Claire»."""
    surname, comma, given = (part.strip() for part in name.partition(","))
    if comma:
        return given, surname
    words = name.split()
    loud = [word for word in words if word.isupper() and len(word) > 1]
    if loud and len(loud) < len(words):
        return " ".join(w for w in words if w not in loud), " ".join(loud)
    return (words[0], " ".join(words[1:])) if len(words) > 1 else ("", name)


def _plain(name: str) -> str:
    """A name of one line, without what looks like an address."""
    words = " ".join(name.split())[:120]
    return "" if "@" in words or "{{" in words else words


def _in_directory(address: str) -> str:
    """A directory that is away leaves the variable as it is: it is pointed out."""
    try:
        found = colleagues.of_address(address)
    except DirectoryUnavailable:
        return ""
    return found.name if found and not found.functional else ""
