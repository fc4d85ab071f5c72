"""Confiding: what a message tells of somebody that few may know.

Words of care and protection (PAI, PPS…) and numbers that name a person for life (INE,
NIR, NUMEN), in what was written now, in the names of the files, and in those that are
text, tables or documents. It is a short look that serves to advise: what is large or
unreadable is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from convergence.errors import InputRefused
from mail import charsets, documents, promises
from mail.composing import Draft, File
from mail.kinds import ending

FILES_MAX, BYTES_MAX, READ_MAX = 8, 1024 * 1024, 200_000
_TEXTS = frozenset({"csv", "tsv", "txt"})
_DOCUMENTS = frozenset({"odt", "ods", "docx", "xlsx"})
_WORDS = re.compile(
    r"\b(?:PAI|PPS|ULIS|(?i:dossiers?\s+médica(?:l|ux)|informations?\s+préoccupantes?))\b"
)
# the former number of a pupil, and that of the national register
_INE = re.compile(r"\b(?:\d{10}[A-Z]|\d{9}[A-Z]{2})\b")
_NUMEN = re.compile(r"\b\d{2}[A-Z]\d{7}[A-Z]{3}\b")
_NIR = re.compile(
    r"\b([12]\s?\d{2}\s?\d{2}\s?(?:\d{2}|2[AB])\s?\d{3}\s?\d{3})\s?(\d{2})\b"
)


def in_files(files: Iterable[File]) -> tuple[str, str]:
    """The first file that tells such a thing, and what; two empty words: none."""
    for file in list(files)[:FILES_MAX]:
        text = f"{file.name.replace('_', ' ')}\n{_text_of(file)}"
        if found := numbers(text) or words(text):
            return file.name, found
    return "", ""


def written(draft: Draft) -> str:
    """Where its author may tell such a thing."""
    return f"{draft.subject}\n{promises.written(draft)}"


def words(text: str) -> str:
    found = _WORDS.search(text)
    return " ".join(found[0].split()) if found else ""


def numbers(text: str) -> str:
    """What the number is called: it is not said once more."""
    if _NUMEN.search(text):
        return "NUMEN"
    if any(_is_nir(*found) for found in _NIR.findall(text)):
        return "NIR"
    return "INE" if _INE.search(text) else ""


def _is_nir(number: str, key: str) -> bool:
    """Its key is what is missing to a multiple of 97; Corsica counts as 19 and 18."""
    digits = re.sub(r"\s", "", number).replace("2A", "19").replace("2B", "18")
    return 97 - int(digits) % 97 == int(key)


def _text_of(file: File) -> str:
    if len(file.data) > BYTES_MAX:
        return ""
    end = ending(file.name)
    if end in _TEXTS:
        return charsets.decode(file.data[:READ_MAX])
    if end not in _DOCUMENTS:
        return ""
    try:
        lines = documents.text_of(file.data).lines
    except InputRefused:
        return ""
    return "\n".join(" ".join(cells) for cells in lines)[:READ_MAX]
