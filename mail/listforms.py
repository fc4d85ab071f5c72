"""Which page of which list is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from mail import collecting
from mail.forms import Line, a_keyword, unchanging
from mail.messages import Query, Sorting

SPAN_MAX = 19
_OLDEST, _LATEST = date(1970, 1, 1), date(2999, 12, 31)
ORDERS = {
    "": "date",
    "date": "date",
    "expediteur": "sender",
    "objet": "subject",
    "taille": "size",
}
WITHIN = {"": "all", "expediteur": "sender", "objet": "subject", "texte": "text"}


@unchanging
class ListForm(forms.Form):
    """Which page of a folder, of which search."""

    page = forms.IntegerField(min_value=1, max_value=10_000_000, required=False)
    # how many more pages are shown after it
    suite = forms.IntegerField(min_value=0, max_value=SPAN_MAX, required=False)
    autour = forms.IntegerField(min_value=1, max_value=0xFFFFFFFF, required=False)
    au = forms.DateField(
        required=False,
        input_formats=["%Y-%m-%d"],
        validators=[MinValueValidator(_OLDEST), MaxValueValidator(_LATEST)],
        error_messages={"invalid": _("Cette date n’existe pas.")},
    )
    tri = forms.ChoiceField(choices=[(name, name) for name in ORDERS], required=False)
    sens = forms.ChoiceField(choices=[("inverse", "inverse")], required=False)
    q = Line(max_length=500, required=False)
    dans = forms.ChoiceField(choices=[(name, name) for name in WITHIN], required=False)
    non_lus = forms.BooleanField(required=False)
    suivis = forms.BooleanField(required=False)
    pieces_jointes = forms.BooleanField(required=False)
    pour_moi = forms.BooleanField(required=False)
    etiquette = Line(max_length=100, required=False, validators=[a_keyword])

    @property
    def number(self) -> int:
        return int(self.cleaned_data.get("page") or 1)

    @property
    def seeks(self) -> bool:
        """Whether a message or a day is asked for, not a page by its number."""
        return bool(self.cleaned_data["autour"] or self.cleaned_data["au"])

    @property
    def span(self) -> int:
        return 1 + int(self.cleaned_data.get("suite") or 0)

    @property
    def query(self) -> Query:
        data = self.cleaned_data
        return Query(
            text=data["q"].strip(),
            within=WITHIN[data["dans"]],  # type: ignore[arg-type]
            unseen=data["non_lus"],
            flagged=data["suivis"],
            attachment=data["pieces_jointes"],
            keyword=data["etiquette"],
        )

    def asked(self, own: Sequence[str]) -> Query:
        """The query of somebody with these addresses."""
        mine = tuple(own) if self.cleaned_data["pour_moi"] else ()
        return replace(self.query, to=mine)

    @property
    def order(self) -> Sorting:
        by = ORDERS[self.cleaned_data["tri"]]
        return Sorting(by, inverse=bool(self.cleaned_data["sens"]))  # type: ignore[arg-type]


class FilesForm(forms.Form):
    """Which files: words of their names, a type, and where to go on."""

    q = Line(max_length=200, required=False)
    type = forms.ChoiceField(
        choices=[(name, name) for name in collecting.GROUPS], required=False
    )
    suite = forms.CharField(max_length=8_000, required=False)

    @property
    def wanted(self) -> collecting.Wanted:
        return collecting.Wanted(self.cleaned_data["q"], self.cleaned_data["type"])


@unchanging
class ConversationForm(forms.Form):
    """Which page of a conversation: `jusque` is the number of its last message;
    `ailleurs`: old messages of other folders are searched; `tout`: all are unfolded."""

    jusque = forms.IntegerField(min_value=1, max_value=1_000_000, required=False)
    ailleurs = forms.BooleanField(required=False)
    tout = forms.BooleanField(required=False)


@unchanging
class NewsForm(forms.Form):
    """What a page knows when it asks what is new: the state of its folder, the newest
    message that it shows, the message that is open and the folder's UIDVALIDITY;
    `fil`: its whole conversation is open, as `feuilles` (mail.views.growing), of which
    `anciens` are not the newest page; `seul`: the page shows no list."""

    etat = Line(max_length=200, required=False)
    vu = forms.IntegerField(min_value=0, max_value=2**32, required=False)
    ouvert = forms.IntegerField(min_value=1, max_value=2**32 - 1, required=False)
    v = forms.IntegerField(min_value=0, max_value=2**32, required=False)
    fil = forms.BooleanField(required=False)
    feuilles = forms.RegexField(
        r"^[0-9a-f]{1,8}(?:\.\d{1,10}\+?)+(?:_[0-9a-f]{1,8}(?:\.\d{1,10}\+?)+)*$",
        max_length=4000,
        required=False,
    )
    anciens = forms.BooleanField(required=False)
    seul = forms.BooleanField(required=False)


class UnifiedForm(forms.Form):
    """Which page of the unified list: `apres` says how many rows of which mailbox stand
    before it (12.50_15.3); `etat` what the page shows already."""

    apres = forms.RegexField(
        r"^\d{1,9}\.\d{1,7}(?:_\d{1,9}\.\d{1,7}){0,99}$", required=False
    )
    non_lus = forms.BooleanField(required=False)
    etat = Line(max_length=200, required=False)

    @property
    def taken(self) -> dict[int, int]:
        words = self.cleaned_data["apres"].split("_")
        pairs = (word.split(".") for word in words if word)
        return {int(number): int(count) for number, count in pairs}

    @property
    def query(self) -> Query:
        return Query(unseen=self.cleaned_data["non_lus"])
