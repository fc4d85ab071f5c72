"""The keyboard of mail: the one table from which keys, tooltips and help are made.

A key is as KeyboardEvent.key tells it; two with a space between follow each other.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Shortcut:
    """`act` is what the event says (static/js/elements/hot-keys.js)."""

    act: str
    keys: tuple[str, ...]
    label: str | Promise
    # keys that do the same on a row of the list, and elsewhere what the browser does
    on_rows: tuple[str, ...] = ()

    @property
    def shown(self) -> tuple[tuple[str, ...], ...]:
        """The keys as a person reads them, in the order in which they are pressed."""
        return tuple(tuple(map(_name, key.split())) for key in self.keys + self.on_rows)

    @property
    def aria(self) -> str:
        """For aria-keyshortcuts, which knows no keys that follow each other."""
        return " ".join(map(_aria, (key for key in self.keys if " " not in key)))


@dataclass(frozen=True, slots=True)
class Group:
    title: str | Promise
    shortcuts: tuple[Shortcut, ...]


GROUPS = (
    Group(
        _("Se déplacer"),
        (
            Shortcut("next", ("j",), _("Message suivant"), ("ArrowDown",)),
            Shortcut("previous", ("k",), _("Message précédent"), ("ArrowUp",)),
            Shortcut("open", ("o", "Enter"), _("Ouvrir le message")),
            Shortcut("back", ("u",), _("Revenir à la liste")),
            Shortcut("search", ("/",), _("Rechercher")),
            Shortcut("go-inbox", ("g i",), _("Aller à la boîte de réception")),
            Shortcut("go-sent", ("g s",), _("Aller aux messages envoyés")),
            Shortcut("go-drafts", ("g d",), _("Aller aux brouillons")),
            Shortcut("go-archive", ("g a",), _("Aller aux archives")),
            Shortcut("go-trash", ("g t",), _("Aller à la corbeille")),
        ),
    ),
    Group(
        _("Sélectionner"),
        (
            Shortcut("select", ("x", "Space"), _("Sélectionner le message")),
            Shortcut("extend", ("X",), _("Sélectionner jusqu’au message")),
            Shortcut("select-all", ("Control+a",), _("Sélectionner toute la page")),
            Shortcut("escape", ("Escape",), _("Ne plus rien sélectionner, fermer")),
        ),
    ),
    Group(
        _("Traiter"),
        (
            Shortcut("archive", ("e",), _("Archiver")),
            Shortcut("delete", ("#", "Delete"), _("Supprimer")),
            Shortcut("junk", ("!",), _("Signaler comme indésirable")),
            Shortcut("move", ("m", "v"), _("Déplacer vers…")),
            Shortcut("label", ("l",), _("Étiqueter")),
            Shortcut("snooze", ("b",), _("Me le rappeler")),
            Shortcut("star", ("s",), _("Suivre, ne plus suivre")),
            Shortcut("seen", ("I",), _("Marquer comme lu")),
            Shortcut("unseen", ("U",), _("Marquer comme non lu")),
            Shortcut("undo", ("z",), _("Annuler la dernière action")),
        ),
    ),
    Group(
        _("Écrire"),
        (
            Shortcut("compose", ("c",), _("Nouveau message")),
            Shortcut("reply", ("r",), _("Répondre")),
            Shortcut("reply-all", ("a",), _("Répondre à tous")),
            Shortcut("forward", ("f",), _("Transférer")),
            Shortcut("help", ("?",), _("Afficher cette aide")),
        ),
    ),
)
_BY_ACT = {s.act: s for group in GROUPS for s in group.shortcuts}
_NAMES: dict[str, str | Promise] = {
    "ArrowDown": "↓",
    "ArrowUp": "↑",
    "Enter": _("Entrée"),
    "Escape": _("Échap"),
    "Delete": _("Suppr"),
    "Space": _("Espace"),
    "Control+a": "Ctrl+A",
}


def of(act: str) -> Shortcut:
    return _BY_ACT[act]


@lru_cache(maxsize=1)
def table() -> str:
    """{key: act} as JSON, for the browser."""
    return json.dumps({key: s.act for s in _BY_ACT.values() for key in s.keys})


def _name(key: str) -> str:
    if key in _NAMES:
        return str(_NAMES[key])
    return f"Maj+{key}" if key.isupper() else key


def _aria(key: str) -> str:
    return f"Shift+{key}" if key.isupper() else key
