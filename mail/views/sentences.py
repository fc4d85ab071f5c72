"""What a person is told of an act on messages."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.access import Grant
from convergence.errors import ConvergenceError
from convergence.templatetags.interface import grouped
from mail.filing import Filed, Order
from mail.unified import Acted


def told(filed: Filed | Acted, order: Order) -> str:
    """How many, and what became of them."""
    if not filed.count:
        return _(
            "Rien à changer : ces messages n’étaient plus là, ou c’était déjà fait."
        )
    return of(filed.count, order)


def of(count: int, order: Order) -> str:
    return _text(count, order) % {"count": grouped(count)}


def _text(n: int, order: Order) -> str:
    match order.verb:
        case "archive":
            return ngettext(
                "%(count)s message archivé.", "%(count)s messages archivés.", n
            )
        case "delete" if order.forever:
            return ngettext(
                "%(count)s message supprimé définitivement.",
                "%(count)s messages supprimés définitivement.",
                n,
            )
        case "delete":
            return ngettext(
                "%(count)s message placé dans la corbeille.",
                "%(count)s messages placés dans la corbeille.",
                n,
            )
        case "junk":
            return ngettext(
                "%(count)s message signalé comme indésirable.",
                "%(count)s messages signalés comme indésirables.",
                n,
            )
        case "not_junk":
            return ngettext(
                "%(count)s message remis dans la boîte de réception.",
                "%(count)s messages remis dans la boîte de réception.",
                n,
            )
        case "move":
            return ngettext(
                "%(count)s message déplacé.", "%(count)s messages déplacés.", n
            )
        case _:
            return ngettext(
                "%(count)s message modifié.", "%(count)s messages modifiés.", n
            )


def restored(count: int) -> str:
    text = ngettext(
        "%(count)s message remis à sa place.",
        "%(count)s messages remis à leur place.",
        count,
    )
    return text % {"count": grouped(count)}


def refused(right: Grant, error: ConvergenceError) -> str:
    """Why nothing was done in one of several mailboxes."""
    text = _("Boîte « %(name)s » : %(sentence)s")
    return text % {"name": right.mailbox.name, "sentence": error}
