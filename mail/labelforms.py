"""What browsers send about labels."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from mail.forms import Line, SelectionForm, a_keyword
from mail.labels import COLOURS

KEYWORDS_MAX = 100


class Keywords(forms.Field):
    """Labels by their keyword, as often as needed; none is a valid answer."""

    widget = forms.MultipleHiddenInput

    def clean(self, value: Any) -> list[str]:
        words = [str(word) for word in value or []]
        if len(words) > KEYWORDS_MAX:
            raise ValidationError(_("Cent étiquettes à la fois au plus."))
        for word in words:
            a_keyword(word)
        return words


class LabelForm(SelectionForm):
    """`label` are put on, taken off, or are those that remain (all but `mixed`)."""

    act = forms.ChoiceField(choices=[(name, name) for name in ("add", "remove", "set")])
    label = Keywords(required=False)
    mixed = Keywords(required=False)
    new = Line(max_length=60, required=False)


class TagForm(forms.Form):
    """A label: its name and colour."""

    name = Line(
        label=_("Nom"),
        max_length=60,
        error_messages={"required": _("Donnez un nom à l’étiquette.")},
    )
    colour = forms.ChoiceField(
        label=_("Couleur"), choices=[(c, c) for c in COLOURS], required=False
    )


class ChangeTagForm(TagForm):
    """A change of a label, or of its place when `step` says so."""

    keyword = Line(max_length=100, validators=[a_keyword])
    step = forms.TypedChoiceField(
        choices=[("-1", ""), ("1", "")], coerce=int, required=False, empty_value=None
    )


class DeleteTagForm(forms.Form):
    keyword = Line(max_length=100, validators=[a_keyword])
    strip = forms.TypedChoiceField(
        choices=[("1", ""), ("0", "")],
        coerce=lambda value: value == "1",
        error_messages={"required": _("Choisissez ce que deviennent les messages.")},
    )
