"""What the composer sends: lists of addresses, the fields of a message."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.translation import gettext_lazy as _

from mail import drafting, headers, recipients, safehtml, textual
from mail.composing import Draft, File
from mail.forms import Line, no_control_characters
from mail.messages import Address


class Recipients(Line):
    """A list of addresses in any usual form, as it is pasted too."""

    def to_python(self, value: Any) -> str:
        text = "" if value is None else str(value)
        if len(text) > recipients.TYPED_MAX:
            raise ValidationError(
                _("Cette liste est trop longue : utilisez une liste de diffusion.")
            )
        no_control_characters(re.sub(r"\r?\n|\t", " ", text))
        return super().to_python(recipients.in_a_line(text))


_LINES = ("to", "cc", "bcc", "subject")


class ComposeForm(forms.Form):
    """A message. Its addresses are refused by name; nothing typed is lost."""

    token = forms.RegexField(r"^[0-9a-f]{32}$")
    to = Recipients(required=False)
    cc = Recipients(required=False)
    bcc = Recipients(required=False)
    subject = Line(max_length=500, required=False)
    text = forms.CharField(max_length=2_000_000, required=False, strip=False)
    html = forms.CharField(max_length=2_000_000, required=False, strip=False)
    in_reply_to = Line(max_length=1000, required=False)
    references = Line(max_length=40_000, required=False)
    # what all versions of it are called, on whatever page; it leaves once
    draft_root = forms.RegexField(r"^[0-9a-f]{32}$", required=False)
    # names the draft (mail/drafting.py) that this becomes the next version of
    draft_id = Line(max_length=1000, required=False)
    draft_save = forms.RegexField(r"^[0-9a-f]{32}$", required=False)
    draft_attempts = forms.RegexField(r"^[0-9a-f ]{0,700}$", required=False)
    origin_folder = Line(max_length=1000, required=False)
    origin_id = Line(max_length=1000, required=False)
    # where one came from (mail/views/returning.py)
    back = Line(max_length=6_000, required=False)
    origin_flag = forms.ChoiceField(
        choices=[("", ""), ("answered", ""), ("forwarded", "")], required=False
    )

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        # what a draft keeps of the lines beside their addresses
        self.unfinished: dict[str, str] = {}

    @property
    def typed(self) -> dict[str, str]:
        """What each field holds, as the page shows it again."""
        held = self.data if self.is_bound else self.initial
        return {name: held.get(name) or "" for name in self.fields}

    @property
    def wrong(self) -> dict[str, tuple[str, ...]]:
        """What is wrong with each field, in sentences."""
        errors = self.errors
        return {name: tuple(map(str, errors.get(name, ()))) for name in self.fields}

    @property
    def is_saved(self) -> bool:
        """Kept as a draft, with what is no address yet: only what leaves is checked."""
        return bool({"save", "discard"} & set(self.data))

    def clean_to(self) -> list[Address]:
        return self._addresses("to")

    def clean_cc(self) -> list[Address]:
        return self._addresses("cc")

    def clean_bcc(self) -> list[Address]:
        return self._addresses("bcc")

    def clean_html(self) -> str:
        """Cleaned. What the guard refuses is said before it leaves as bare text; of
        that a draft keeps the text."""
        html: str = self.cleaned_data["html"]
        cleaned = safehtml.clean_written(html)
        is_lost = bool(html.strip()) and not cleaned and not self.is_saved
        if is_lost and not safehtml.within_bounds(html):
            raise ValidationError(
                _(
                    "La mise en forme est trop lourde pour un message : joignez ce "
                    "tableau en fichier, ou passez en texte brut."
                )
            )
        return cleaned

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.is_saved:
            return data
        lists = [data.get(name) for name in ("to", "cc", "bcc")]
        count = sum(len(found) for found in lists if found)
        is_sent = "individual" not in self.data
        if (
            is_sent
            and not count
            and not any(name in self.errors for name in ("to", "cc", "bcc"))
        ):
            self.add_error("to", _("Indiquez au moins un destinataire."))
        if count > settings.RECIPIENTS_MAX:
            limit = settings.RECIPIENTS_MAX
            text = _("%(limit)s destinataires au plus : utilisez une liste.")
            self.add_error("to", ValidationError(text, params={"limit": limit}))
        return data

    def _addresses(self, name: str) -> list[Address]:
        good, bad = recipients.parsed(self.cleaned_data[name])
        if bad and self.is_saved:
            self.unfinished[name] = ", ".join(bad)
        elif bad:
            shown = ", ".join(piece[:80] for piece in bad[:5])
            if any(recipients.has_accents(piece) for piece in bad):
                raise ValidationError(
                    _(
                        "Le serveur d’envoi n’accepte pas de lettre accentuée avant "
                        "le @ : %(addresses)s"
                    ),
                    params={"addresses": shown},
                )
            raise ValidationError(
                _("Adresse non valable : %(addresses)s"), params={"addresses": shown}
            )
        return good

    @property
    def other_errors(self) -> list[str]:
        """The errors of fields that have no line of their own on the page."""
        others = (n for n in self.errors if n not in {*_LINES, NON_FIELD_ERRORS})
        return [str(error) for name in others for error in self.errors[name]]

    def draft(self, files: tuple[File, ...]) -> Draft:
        data = self.cleaned_data
        html, text = data["html"], textual.text_of(data["html"])
        # an editor in which nothing was written
        html = html if text or "<img" in html else ""
        return Draft(
            to=tuple(data["to"]),
            cc=tuple(data["cc"]),
            bcc=tuple(data["bcc"]),
            subject=data["subject"],
            text=text if data["html"] else data["text"],
            html=html,
            in_reply_to=next(iter(headers.message_ids(data["in_reply_to"])), ""),
            references=headers.message_ids(data["references"]),
            files=files,
            others=self._marks() if self.is_saved else (),
        )

    def _marks(self) -> tuple[tuple[str, str], ...]:
        return drafting.marks(self.unfinished, self.cleaned_data, self.root)

    @property
    def root(self) -> str:
        """The name under which this leaves once."""
        root: str = self.cleaned_data.get("draft_root") or self.cleaned_data["token"]
        return root

    def saving(self) -> drafting.Saving:
        """Which version of the draft this is."""
        data = self.cleaned_data
        attempts = tuple(data["draft_attempts"].split()[:20])
        version, name = data["draft_id"], data["draft_save"]
        return drafting.Saving(version, name, attempts, self.root)

    def origin(self) -> dict[str, object]:
        data = self.cleaned_data
        if not data["origin_id"]:
            return {}
        return {
            "folder": data["origin_folder"],
            "message_id": data["origin_id"],
            "flag": data["origin_flag"],
        }
