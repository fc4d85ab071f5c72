"""What browsers send about rows of several mailboxes."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from mail.forms import UIDS_MAX, Line, Uids
from mail.unified import BOXES_MAX, VERBS, Ticked

_ROW = re.compile(r"(\d{1,9})-(\d{1,10})-(\d{1,10})", re.ASCII)
_PAIR = re.compile(r"(\d{1,9})=([\w:.-]{1,30000})", re.ASCII)


class Rows(Uids):
    """`uid` as often as needed, as `mailbox-uidvalidity-uid`: what is ticked, by the
    number of the mailbox."""

    def clean(self, value: Any) -> Any:
        if not value:
            raise ValidationError(_("Sélectionnez au moins un message."))
        if len(value) > UIDS_MAX:
            raise ValidationError(_("Mille messages à la fois au plus."))
        found = [_ROW.fullmatch(str(word)) for word in value]
        words: dict[tuple[int, int], list[str]] = {}
        for row in filter(None, found):
            words.setdefault((int(row[1]), int(row[2])), []).append(row[3])
        clean = super().clean
        ticked = {box: Ticked(v, clean(uids)) for (box, v), uids in words.items()}
        # no page shows one mailbox in two states
        if None in found or len(ticked) < len(words) or len(ticked) > BOXES_MAX:
            raise ValidationError(_("Ce message n’existe pas."))
        return ticked


class GatheredForm(forms.Form):
    uid = Rows()
    verb = forms.ChoiceField(choices=[(name, name) for name in VERBS])


class RestoreAllForm(forms.Form):
    """`tokens`: what takes each act back, as `mailbox=token`."""

    tokens = Line(max_length=200_000)

    def clean_tokens(self) -> dict[int, str]:
        words = [_PAIR.fullmatch(word) for word in self.cleaned_data["tokens"].split()]
        found = {int(word[1]): word[2] for word in words if word}
        if not found or len(found) != len(words) or len(found) > BOXES_MAX:
            raise ValidationError(_("Cette action ne peut plus être annulée."))
        return found
