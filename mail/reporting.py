"""Telling in the mailbox that an individual sending has not reached everybody: once, of
all, with the page that says more."""

from __future__ import annotations

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mail import individually
from mail.composing import Draft, built
from mail.mailings import Mailing
from mail.messages import Address
from mail.store import Store

_NAMED = 20


def tell(store: Store, mailing: Mailing) -> None:
    """Nothing when all have it; what lies in the inbox already is not told again."""
    counts = individually.counts(mailing)
    if not counts["failed"]:
        return
    inbox = store.special("inbox")
    name = f"<envoi.{mailing.pk.hex}@{settings.MAIL_DOMAIN}>"
    if not store.find(inbox, name):
        store.append(inbox, _letter(mailing, counts, name))


def _letter(mailing: Mailing, counts: dict[str, int], name: str) -> bytes:
    box = mailing.mailbox
    draft = Draft(
        to=(Address(box.name, box.address),),
        subject=_("Envoyé en partie : %(subject)s")
        % {"subject": mailing.subject[:200] or _("(sans objet)")},
        text=_text(mailing, counts),
        in_reply_to=mailing.message_id,
        references=(mailing.message_id,),
    )
    sender = Address(_("Messagerie"), f"postmaster@{settings.MAIL_DOMAIN}")
    letter = built(draft, sender, name, timezone.now())
    return b"Auto-Submitted: auto-generated\r\n" + letter


def _text(mailing: Mailing, counts: dict[str, int]) -> str:
    text = ngettext(
        "Votre envoi individuel a été remis à %(sent)s personne, sauf à :",
        "Votre envoi individuel a été remis à %(sent)s personnes, sauf à :",
        counts["sent"],
    )
    wrong = mailing.addressees.filter(outgoing__state__in=("failed", "unknown"))
    rows = wrong.select_related("outgoing")[:_NAMED]
    lines = [f"- {p.address} : {p.outgoing.failure}" for p in rows if p.outgoing]
    if (more := counts["failed"] - len(lines)) > 0:
        lines.append(_("et %(count)s autres.") % {"count": more})
    todo = _("Le détail est sur la page « Envois », à « Envois individuels ».")
    return "\n".join([text % {"sent": counts["sent"]}, "", *lines, "", todo])
