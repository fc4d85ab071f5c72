"""What browsers send about signatures and templates."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from mail import replying, safehtml, signing
from mail.forms import Line, no_control_characters
from mail.identities import Identity
from mail.models import Signature, Template

TEXT_MAX = 20_000
HTML_MAX = 100_000


class WordingForm(forms.Form):
    """A name and a text; formatted when the editor sends its HTML."""

    name = Line(
        label=_("Nom"),
        max_length=60,
        error_messages={"required": _("Donnez-lui un nom.")},
    )
    text = forms.CharField(max_length=TEXT_MAX, required=False, strip=False)
    html = forms.CharField(max_length=HTML_MAX, required=False, strip=False)

    def clean_html(self) -> str:
        return safehtml.clean_written(self.cleaned_data["html"])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("html"):
            data["text"] = safehtml.text_of(data["html"])
        data["text"] = (data.get("text") or "").replace("\r\n", "\n").strip("\n")
        if not data["text"].strip() and not self.errors:
            raise ValidationError(_("Écrivez le texte."))
        return data

    def fill(self, row: Signature | Template) -> None:
        for name, value in self.cleaned_data.items():
            setattr(row, name, value)


class SignatureForm(WordingForm):
    address = forms.ChoiceField(label=_("Pour l’adresse"), required=False)
    for_new = forms.BooleanField(
        label=_("L’insérer dans les nouveaux messages"), required=False
    )
    for_answers = forms.BooleanField(
        label=_("L’insérer dans les réponses et les transferts"), required=False
    )

    def __init__(self, *args: Any, senders: Sequence[Identity], **options: Any) -> None:
        super().__init__(*args, **options)
        all_of_them = ("", _("Toutes les adresses de la boîte"))
        known = [(i.address, i.address) for i in senders]
        self.fields["address"].choices = [all_of_them, *known]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        # the mark is put in front when it is used
        data["text"] = data["text"].removeprefix(signing.MARK.strip()).lstrip()
        return data


class TemplateForm(WordingForm):
    subject = Line(label=_("Objet (facultatif)"), max_length=500, required=False)
    shared = forms.BooleanField(
        label=_("Le partager avec les personnes qui ouvrent cette boîte"),
        required=False,
    )

    def fill(self, row: Signature | Template) -> None:
        """But for whose it is: the view says that."""
        self.cleaned_data.pop("shared")
        super().fill(row)


class StepForm(forms.Form):
    step = forms.TypedChoiceField(choices=[("-1", ""), ("1", "")], coerce=int)


class QuickForm(forms.Form):
    sentence = Line(max_length=replying.LENGTH_MAX)


class QuickRepliesForm(forms.Form):
    """One on each line; none brings back those of the beginning."""

    replies = forms.CharField(
        label=_("Vos réponses rapides"),
        help_text=_("Une par ligne, cinq au plus, de 120 caractères au plus."),
        max_length=2_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
    )

    def clean_replies(self) -> str:
        lines = self.cleaned_data["replies"].splitlines()
        kept = list(dict.fromkeys(" ".join(line.split()) for line in lines))
        kept = [line for line in kept if line]
        if len(kept) > replying.REPLIES_MAX:
            raise ValidationError(_("Cinq réponses rapides au plus."))
        if any(len(line) > replying.LENGTH_MAX for line in kept):
            raise ValidationError(_("Cent vingt caractères par réponse au plus."))
        for line in kept:
            no_control_characters(line)
        return "\n".join(kept)
