"""What browsers send about mail, checked before anything is asked of a server."""

from __future__ import annotations

import re
from typing import Any, TypeVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from convergence.errors import InputRefused
from mail import charsets
from mail.filing import MARKS

Checked = TypeVar("Checked", bound=forms.Form)
UIDS_MAX = 1_000
# what a page may say of a keyword; the gateway refuses what is none (guard.py)
KEYWORD = re.compile(r"[\x21-\x7e]{1,64}")


class _Shared(dict[str, forms.Field]):
    def __deepcopy__(self, _memo: object) -> dict[str, forms.Field]:
        return dict(self)


def unchanging(form: type[Checked]) -> type[Checked]:
    """A form that only checks, and changes none of its fields: Django copies them for
    each use, which takes longer than to check."""
    form.base_fields = _Shared(form.base_fields)
    return form


def no_control_characters(value: str) -> None:
    if any(ord(c) < 32 or ord(c) == 127 for c in value):
        raise ValidationError(
            _("Un caractère interdit (saut de ligne ou nul) a été refusé.")
        )


class Line(forms.CharField):
    """A text of one line that may reach a protocol."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.validators.append(no_control_characters)

    def to_python(self, value: Any) -> str:
        # strip() would silently drop the line break that has to be refused
        text = "" if value is None else str(value)
        no_control_characters(text.strip(" "))
        return super().to_python(value) or ""


class Uids(forms.Field):
    """The selected messages: `uid` as often as needed; of a conversation one holds
    several, apart by commas."""

    widget = forms.MultipleHiddenInput

    def clean(self, value: Any) -> list[int]:
        words = [word for each in value or [] for word in str(each).split(",")]
        if not words:
            raise ValidationError(_("Sélectionnez au moins un message."))
        if len(words) > UIDS_MAX:
            raise ValidationError(_("Mille messages à la fois au plus."))
        if not all(w.isascii() and w.isdigit() and len(w) < 11 for w in words):
            raise ValidationError(_("Ce message n’existe pas."))
        found = sorted({int(word) for word in words})
        if not 0 < found[0] <= found[-1] <= 0xFFFFFFFF:
            raise ValidationError(_("Ce message n’existe pas."))
        return found


class SelectionForm(forms.Form):
    """Messages by their UIDs, or with `all` everything that the list is a page of, as
    it was at the moment `etat` (Folder.state)."""

    uid = Uids()
    all = forms.BooleanField(required=False)
    etat = Line(max_length=200, required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("all"):
            self.errors.pop("uid", None)
            data["uid"] = []
        return data


class MarkForm(SelectionForm):
    mark = forms.ChoiceField(choices=[(name, name) for name in MARKS])


class LeafForm(forms.Form):
    """What is done to one message of a conversation."""

    verb = forms.ChoiceField(
        choices=[(name, name) for name in ("archive", "delete", *MARKS)]
    )


class MoveForm(SelectionForm):
    to = Line(
        max_length=1000,
        error_messages={"required": _("Choisissez un dossier.")},
    )


class LooksForm(forms.Form):
    vue = forms.ChoiceField(choices=[("texte", "")], required=False)
    codage = forms.ChoiceField(
        choices=[(n, n) for n in charsets.CHOICES], required=False
    )
    fond = forms.ChoiceField(choices=[("clair", "")], required=False)
    police = forms.ChoiceField(choices=[("fixe", "")], required=False)
    cite = forms.BooleanField(required=False)


class TrustForm(forms.Form):
    trust = forms.ChoiceField(choices=[("on", "on"), ("off", "off")])


class DeleteForm(SelectionForm):
    # from the trash nothing comes back: said, not only clicked
    forever = forms.BooleanField(required=False)


class ReceiptForm(forms.Form):
    answer = forms.ChoiceField(choices=[("send", "send"), ("never", "never")])


def a_keyword(value: str) -> None:
    if not KEYWORD.fullmatch(value):
        raise ValidationError(_("Cette étiquette n’existe pas."))


class MuteForm(forms.Form):
    """`root` and `token`: what an earlier mute has done, to be taken back."""

    on = forms.BooleanField(required=False)
    root = Line(max_length=250, required=False)
    token = Line(max_length=30_000, required=False)


class BatchForm(forms.Form):
    batch = forms.UUIDField()


class RestoreForm(forms.Form):
    """What is taken back: a small act by its `token`, a large one by its row."""

    token = Line(max_length=30_000, required=False)
    act = forms.UUIDField(required=False)


class NameForm(forms.Form):
    """A message by its Message-ID."""

    name = Line(max_length=1000)


class ImportForm(forms.Form):
    """`before`: the token of what was imported just before, to be told with this;
    `here`: the folder whose list is on the page."""

    before = Line(max_length=30_000, required=False)
    here = Line(max_length=1000, required=False)


def valid(form: Checked) -> Checked:
    """The form, of which everything is right. Raises InputRefused with the sentence to
    tell where a form has no page of its own."""
    if not form.is_valid():
        errors = form.errors.values()
        raise InputRefused(next(str(error) for each in errors for error in each))
    return form


def checked(form: forms.Form) -> dict[str, Any]:
    """What a form holds, if everything of it is right (`valid`)."""
    return valid(form).cleaned_data


class TypedForm(forms.Form):
    """The letters for which somebody is looked for."""

    q = Line(max_length=1000, required=False)


class AddressForm(forms.Form):
    email = Line(max_length=254)
