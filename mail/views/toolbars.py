"""The buttons of formatted text, in the order of the toolbar; the commands are those of
static/js/models/formatting.js."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from accounts import preferences
from accounts.models import User


@dataclass(frozen=True, slots=True)
class Tool:
    """`toggles`: the button stays pressed where the cursor has it; `opens`: the id of
    what it shows; `keys` as aria-keyshortcuts tells them."""

    command: str
    icon: str
    label: str
    toggles: bool = False
    opens: str = ""
    keys: str = ""


def of(user: User, form: forms.Form) -> dict[str, Any]:
    """What the editor is shown with. A new message is formatted if the person wants it
    so; an answer is as the original, a draft as it was, once it has a text."""
    first = form.initial
    begun = first.get("draft_id") and first.get("text", "").strip()
    is_new = not form.is_bound and not first.get("origin_flag") and not begun
    chosen = preferences.of(user)
    formatted = is_new and chosen.writing == "rich"
    shown = {"formatted": formatted, "placing": chosen.answers, "tools": tools}
    is_rich = formatted or _has_html(form)
    return kept(form) | shown | {"is_rich": is_rich, "without_pictures": False}


def _has_html(form: forms.Form) -> bool:
    return bool(form["html"].value())


def kept(form: forms.Form) -> dict[str, Any]:
    """The same for a text that is kept to be used again: without pictures, which go
    with the message that they were put into. Functions: the page is kept, and seldom
    asks."""
    return {
        "without_pictures": True,
        "is_rich": _has_html(form),
        "tools": tools_without_pictures,
        "colours": colours,
        "alignments": alignments,
        "table_acts": table_acts,
    }


def tools_without_pictures() -> list[list[Tool]]:
    return [[t for t in group if t.command != "image"] for group in tools()]


def tools() -> list[list[Tool]]:
    """In groups."""
    return [
        [
            Tool("undo", "undo-2", _("Annuler"), keys="Control+Z"),
            Tool("redo", "redo-2", _("Rétablir"), keys="Control+Y"),
        ],
        [
            Tool("bold", "bold", _("Gras"), True, keys="Control+B"),
            Tool("italic", "italic", _("Italique"), True, keys="Control+I"),
            Tool("underline", "underline", _("Souligné"), True, keys="Control+U"),
            Tool("color", "baseline", _("Couleur du texte"), opens="colours"),
        ],
        [
            Tool("bullets", "list", _("Liste à puces"), True, keys="Control+Shift+8"),
            Tool(
                "numbers",
                "list-ordered",
                _("Liste numérotée"),
                True,
                keys="Control+Shift+9",
            ),
            Tool("quote", "quote", _("Citation"), True, keys="Control+]"),
            Tool("align", "align-left", _("Alignement"), opens="alignments"),
        ],
        [
            Tool("link", "link", _("Lien"), True, keys="Control+K"),
            Tool("image", "image", _("Image")),
            Tool("table", "table", _("Tableau"), opens="tables"),
            Tool("clear", "remove-formatting", _("Effacer la mise en forme")),
        ],
    ]


def colours() -> list[tuple[str, str]]:
    """All at 4.5:1 or more on white, where most people read them."""
    return [
        ("", _("Couleur par défaut")),
        ("#c0182a", _("Rouge")),
        ("#a34700", _("Orange")),
        ("#7a5b00", _("Ocre")),
        ("#1b7a3d", _("Vert")),
        ("#00707a", _("Bleu-vert")),
        ("#0b4fb3", _("Bleu")),
        ("#6b3fb5", _("Violet")),
        ("#b0186f", _("Rose")),
        ("#5a5d6b", _("Gris")),
    ]


def alignments() -> list[Tool]:
    return [
        Tool("left", "align-left", _("À gauche")),
        Tool("center", "align-center", _("Au centre")),
        Tool("right", "align-right", _("À droite")),
        Tool("justify", "align-justify", _("Justifié")),
    ]


def table_acts() -> list[Tool]:
    return [
        Tool("row", "between-horizontal-end", _("Ajouter une ligne")),
        Tool("column", "between-vertical-end", _("Ajouter une colonne")),
        Tool("drop-row", "fold-vertical", _("Supprimer la ligne")),
        Tool("drop-column", "fold-horizontal", _("Supprimer la colonne")),
        Tool("drop-table", "trash-2", _("Supprimer le tableau")),
    ]
