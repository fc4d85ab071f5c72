"""What the page of an individual sending sends."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from mail import tabular


class TableForm(forms.Form):
    table = forms.FileField(
        label=_("Liste au format CSV"),
        max_length=200,
        allow_empty_file=True,
        error_messages={"required": _("Choisissez un fichier.")},
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,.tsv,text/csv"}),
    )

    def read(self) -> tabular.Table:
        """Raises InputRefused. No more than is allowed is taken into memory."""
        return tabular.read(self.cleaned_data["table"].read(tabular.BYTES_MAX + 1))


class TrialForm(forms.Form):
    number = forms.IntegerField(min_value=0, max_value=1_000_000)
    token = forms.RegexField(r"^[0-9a-f]{32}$")


class CourseForm(forms.Form):
    verb = forms.ChoiceField(
        choices=[(n, n) for n in ("begin", "pause", "resume", "stop", "leave")]
    )
