"""What a file is: by what its sender says for a card, by its content for a preview."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from django.utils.translation import gettext as _

from mail.messages import Part

Kind = Literal[
    "image", "pdf", "text", "document", "audio", "calendar", "message", "tnef", "other"
]
# what a preview is made of; longer files are only downloaded
OCTETS_MAX: dict[Kind, int] = {
    "image": 20 * 1024 * 1024,
    "pdf": 30 * 1024 * 1024,
    "text": 512 * 1024,
    "document": 10 * 1024 * 1024,
    "audio": 32 * 1024 * 1024,
    "calendar": 512 * 1024,
    "message": 30 * 1024 * 1024,
    "tnef": 20 * 1024 * 1024,
    "other": 0,
}
_IMAGES = {"png": "PNG", "jpg": "JPEG", "jpeg": "JPEG", "gif": "GIF", "webp": "WebP"}
_DOCUMENTS = frozenset(
    "docx docm dotx xlsx xlsm xltx pptx pptm ppsx odt ods odp".split()
)
_SHEETS = frozenset("xlsx xlsm xltx ods".split())
_SLIDES = frozenset("pptx pptm ppsx odp".split())
_TEXTS = frozenset(
    "txt csv tsv md log ini json xml yml yaml eml srt tex sql patch diff py".split()
)
AUDIO = {
    "mp3": "audio/mpeg",
    "ogg": "audio/ogg",
    "oga": "audio/ogg",
    "opus": "audio/ogg",
    "wav": "audio/wav",
    "flac": "audio/flac",
    "m4a": "audio/mp4",
}
_ARCHIVES = frozenset("zip rar 7z tar gz tgz bz2 xz".split())
# what does something on the machine of whoever opens it
_ACTIVE = frozenset(
    "exe com scr pif bat cmd msi msp ps1 vbs vbe js jse wsf wsh hta cpl jar reg lnk "
    "url scf inf iso img vhd html htm xhtml mht mhtml shtml svg docm dotm xlsm xltm "
    "pptm ppsm chm application appref-ms sh desktop one apk dmg".split()
)
_BY_TYPE: dict[str, Kind] = {
    "application/pdf": "pdf",
    "application/ms-tnef": "tnef",
    "application/vnd.ms-tnef": "tnef",
    "message/rfc822": "message",
    "message/global": "message",
    "text/calendar": "calendar",
    "application/ics": "calendar",
    "text/plain": "text",
    "text/csv": "text",
    "text/markdown": "text",
    "text/rfc822-headers": "text",
    "message/delivery-status": "text",
    "message/disposition-notification": "text",
}
_DECLARED_IMAGE = re.compile(r"image/(?:png|x-png|jpe?g|pjpeg|gif|webp)")
_FORMAT = re.compile(r"image/(?:x-|p(?=jpe?g))?")
_DECLARED_AUDIO = re.compile(
    r"audio/(?:mpeg|mp3|ogg|opus|x?-?wav|wave|flac|mp4|x-m4a|aac)"
)
_DECLARED_DOCUMENT = re.compile(
    r"application/vnd\.(?:openxmlformats-officedocument\.|oasis\.opendocument\.).*"
)
_BY_ENDING: dict[str, Kind] = {
    "pdf": "pdf",
    "ics": "calendar",
    "eml": "message",
    **dict.fromkeys(_IMAGES, "image"),
    **dict.fromkeys(_DOCUMENTS, "document"),
    **dict.fromkeys(_TEXTS - {"eml"}, "text"),
    **dict.fromkeys(AUDIO, "audio"),
}


@dataclass(frozen=True, slots=True)
class Nature:
    """What a file seems to be: `words` for people; `active`: opening it may do
    something."""

    kind: Kind
    words: str
    icon: str
    active: bool


def ending(name: str) -> str:
    return name.rpartition(".")[2].lower() if "." in name else ""


def of(part: Part, name: str) -> Nature:
    """By declared type and name only: a card costs no look at the content."""
    kind = claimed(part.type, ending(name))
    if 0 < OCTETS_MAX[kind] < part.octets and kind != "text":
        kind = "other"
    end = ending(name)
    active = end in _ACTIVE or part.type in {"text/html", "image/svg+xml"}
    if kind == "image" and end not in _IMAGES:
        # a name without an ending, or a Content-ID: the declared format says more
        end = _FORMAT.sub("", part.type)
    return Nature(kind, _words(kind, end), _icon(kind, end), active)


def claimed(declared: str, end: str) -> Kind:
    """What a declared type and an ending say."""
    if kind := _BY_TYPE.get(declared):
        return kind if kind != "text" or end not in _DOCUMENTS else "document"
    if _DECLARED_IMAGE.fullmatch(declared):
        return "image"
    if _DECLARED_AUDIO.fullmatch(declared):
        return "audio"
    if _DECLARED_DOCUMENT.fullmatch(declared):
        return "document" if end in _DOCUMENTS else "other"
    # many programs send all files as octet-stream: the name is all there is
    if end == "dat" and declared == "application/octet-stream":
        return "other"
    return _BY_ENDING.get(end, "other")


def _words(kind: Kind, end: str) -> str:
    if kind == "image":
        return _("Image %(format)s") % {"format": _IMAGES.get(end, end.upper())}
    if kind == "document":
        return _document_words(end)
    words = {
        "pdf": _("Document PDF"),
        "text": _("Texte"),
        "audio": _("Son"),
        "calendar": _("Invitation"),
        "message": _("Message"),
        "tnef": _("Pièces jointes d’Outlook"),
    }
    return words.get(kind) or _other_words(end)


def _document_words(end: str) -> str:
    if end in _SHEETS:
        return _("Feuille de calcul")
    return _("Présentation") if end in _SLIDES else _("Texte mis en forme")


def _other_words(end: str) -> str:
    if end in _ARCHIVES:
        return _("Archive")
    if end in _ACTIVE:
        return _("Programme ou page active")
    shown = end[:8].upper() if end.isascii() and end.isalnum() else ""
    return _("Fichier %(ending)s") % {"ending": shown} if shown else _("Fichier")


def _icon(kind: Kind, end: str) -> str:
    icons = {
        "image": "image",
        "audio": "music",
        "calendar": "calendar",
        "message": "mail",
        "tnef": "package",
        "pdf": "file-text",
        "text": "file-text",
        "document": "file-spreadsheet" if end in _SHEETS else "file-text",
    }
    return icons.get(kind) or ("package" if end in _ARCHIVES else "paperclip")


_SIGNS: dict[Kind, re.Pattern[bytes]] = {
    "pdf": re.compile(rb"[\s\S]{0,1024}?%PDF-"),
    "image": re.compile(rb"\x89PNG\r\n\x1a\n|\xff\xd8\xff|GIF8[79]a|RIFF[\s\S]{4}WEBP"),
    "document": re.compile(rb"PK\x03\x04"),
    "tnef": re.compile(rb"\x78\x9f\x3e\x22"),
    "calendar": re.compile(rb"(?:\xef\xbb\xbf)?\s*BEGIN:VCALENDAR", re.IGNORECASE),
}


def confirms(kind: Kind, data: bytes) -> bool:
    """Whether the beginning of the content is what the card says."""
    if sign := _SIGNS.get(kind):
        return sign.match(data[:1100]) is not None
    if kind == "audio":
        return bool(audio_type(data))
    return kind in {"text", "message"} and b"\0" not in data[:4096]


_AUDIO_SIGNS = (
    (re.compile(rb"ID3|\xff[\xe2-\xff]"), "audio/mpeg"),
    (re.compile(rb"OggS"), "audio/ogg"),
    (re.compile(rb"RIFF[\s\S]{4}WAVE"), "audio/wav"),
    (re.compile(rb"fLaC"), "audio/flac"),
    (re.compile(rb"[\s\S]{4}ftyp"), "audio/mp4"),
)


def audio_type(data: bytes) -> str:
    """The type under which a sound is played; "" when it is none."""
    return next((name for sign, name in _AUDIO_SIGNS if sign.match(data[:64])), "")
