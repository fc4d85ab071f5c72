"""How a message is to leave, as the form says it: as whom, answers to whom, what is to
come back."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accounts.access import Grant
from convergence.errors import ConvergenceError
from mail import (
    filling,
    identities,
    moments,
    recipients,
    safehtml,
    signing,
    variables,
    wanted,
)
from mail.composeforms import ComposeForm, Recipients
from mail.composing import Draft, File
from mail.forms import Line
from mail.identities import Identity
from mail.messages import Address
from mail.signing import Closing
from mail.wordingforms import HTML_MAX, TEXT_MAX

REPLY_TO_MAX = 5
# what changes the text and comes back to it (mail/views/phrases.py)
BUTTONS = ("sign", "insert", "keep")
_NOT_SENT = {"individual", "save", "discard", "attach", "remove", *BUTTONS}


class DispatchForm(ComposeForm):
    """A message and the way it leaves. `right` is the right on the mailbox at hand,
    `leaves_from` that on the mailbox of the chosen sender."""

    sender = Line(max_length=254, required=False)
    reply_to = Recipients(
        label=_("Répondre à"), max_length=recipients.TYPED_MAX, required=False
    )
    receipt = forms.BooleanField(
        label=_("Demander un accusé de lecture"),
        help_text=_("Le destinataire peut refuser de l’envoyer."),
        required=False,
    )
    notify = forms.BooleanField(
        label=_("Demander un accusé de remise"),
        help_text=_("Le serveur du destinataire dit que le message est arrivé."),
        required=False,
    )
    follow = Line(
        label=_("Me relancer si personne ne répond"), max_length=30, required=False
    )

    signature = Line(max_length=20, required=False)
    as_it_is = forms.BooleanField(label=_("Envoyer le texte tel quel"), required=False)

    def __init__(self, *args: Any, right: Grant, **options: Any) -> None:
        super().__init__(*args, **options)
        self.right = self.leaves_from = right
        self.variables: tuple[str, ...] = ()

    @cached_property
    def senders(self) -> tuple[Identity, ...]:
        """As whom it may leave."""
        return identities.offered(self.right)

    @cached_property
    def closings(self) -> tuple[Closing, ...]:
        """The signatures that it may end with."""
        return signing.offered(self.right, self.senders)

    def clean_sender(self) -> str:
        address: str = self.cleaned_data["sender"]
        try:
            self.leaves_from = identities.right_to(self.right, address)
        except ConvergenceError as error:
            raise ValidationError(str(error.message)) from error
        return address

    def clean_reply_to(self) -> list[Address]:
        found = self._addresses("reply_to")
        if len(found) > REPLY_TO_MAX:
            raise ValidationError(_("Cinq adresses de réponse au plus."))
        return found

    def clean_follow(self) -> datetime | None:
        """Another's date is not refused while only a draft is kept."""
        typed: str = self.cleaned_data["follow"]
        if not typed:
            return None
        try:
            return moments.parsed(typed)
        except ConvergenceError as error:
            if self.is_saved:
                return None
            raise ValidationError(str(error.message)) from error

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        written = " ".join(data.get(n) or "" for n in ("text", "html", "subject"))
        if "{{" in written and not _NOT_SENT & set(self.data) and not self.errors:
            self._fill(data)
        return data

    def _fill(self, data: dict[str, Any]) -> None:
        """The variables that are known now; those that are not must be seen first."""
        right = self.leaves_from
        sender = identities.sender(right.mailbox, data["sender"])
        people = [*data["to"], *data["cc"], *data["bcc"]]
        values = filling.everything(right.user, sender, people)
        for name in ("text", "subject"):
            data[name] = variables.filled(data[name], values)
        data["html"] = variables.filled_html(data["html"], values)
        self.variables = variables.left(data["html"] or data["text"], data["subject"])
        if self.variables and not data["as_it_is"]:
            told = _("À compléter avant l’envoi\u00a0: %(names)s.")
            self.add_error(
                None, ValidationError(told, params={"names": ", ".join(self.variables)})
            )

    def draft(self, files: tuple[File, ...]) -> Draft:
        data = self.cleaned_data
        draft = super().draft(files)
        draft = replace(
            draft,
            text=signing.marked(draft.text) if draft.html else draft.text,
            sender=data["sender"],
            reply_to=tuple(data["reply_to"]),
            receipt=data["receipt"],
            notify=data["notify"],
            follow_at=data["follow"],
        )
        if self.is_saved:
            return replace(draft, others=(*draft.others, *wanted.marks(draft)))
        right = self.leaves_from
        return signing.with_imposed(draft, right, right.mailbox)

    def origin(self) -> dict[str, object]:
        """What it answers lies in the mailbox at hand, wherever it leaves from."""
        origin = super().origin()
        if origin and self.leaves_from.mailbox.pk != self.right.mailbox.pk:
            origin["mailbox"] = self.right.mailbox.address
        return origin

    @property
    def other_errors(self) -> list[str]:
        shown = ("sender", "reply_to", "follow")
        told = [str(error) for name in shown for error in self.errors.get(name, [])]
        return [error for error in super().other_errors if error not in told]

    @property
    def has_options(self) -> bool:
        """Whether something of what is usually folded is set."""
        typed, errors = self.typed, self.errors
        names = ("reply_to", "receipt", "notify", "follow")
        return any(typed[name] or name in errors for name in names)


class KeepForm(forms.Form):
    """The text at hand, to be kept as a template."""

    subject = Line(max_length=500, required=False)
    text = forms.CharField(max_length=TEXT_MAX, required=False, strip=False)
    html = forms.CharField(max_length=HTML_MAX, required=False, strip=False)

    def clean(self) -> dict[str, Any]:
        """Without its signature and what it quotes: those belong to one message."""
        data = super().clean() or {}
        html = safehtml.clean_written(data.get("html") or "")
        text = safehtml.text_of(html) if html else data.get("text") or ""
        data["text"] = signing.typed(text.replace("\r\n", "\n"))
        if not data["text"] and not self.errors:
            raise ValidationError(_("Écrivez d’abord le texte du modèle."))
        return data
