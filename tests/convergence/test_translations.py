"""The English translation is complete: each French text has its sentence."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
PARTS = ("convergence", "accounts", "mail", "contacts", "agenda", "live", "templates")
CATALOGUE = Path("locale", "en", "LC_MESSAGES", "django.po")
FLAGGED = re.compile(r"^#,.*\bfuzzy\b.*", re.MULTILINE)
STRING = re.compile(r'"((?:[^"\\]|\\.)*)"')


def texts(catalogue: str) -> dict[str, str]:
    """msgctxt + msgid → msgstr (all its forms), the header left out."""
    found = {}
    for block in catalogue.split("\n\n"):
        fields: dict[str, str] = {}
        name = ""
        for line in block.splitlines():
            if line.startswith("msg"):
                name = line.split(" ", 1)[0]
            if not line.startswith("#"):
                fields[name] = fields.get(name, "") + "".join(STRING.findall(line))
        key = fields.get("msgctxt", "") + fields.get("msgid", "")
        if key:
            forms = [v for k, v in fields.items() if k.startswith("msgstr")]
            found[key] = "" if "" in forms else "\n".join(forms)
    return found


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What `make messages` would write now."""
    copy = tmp_path_factory.mktemp("messages")
    for part in PARTS:
        shutil.copytree(ROOT / part, copy / part)
    (copy / CATALOGUE.parent).mkdir(parents=True)
    words = "makemessages -v 0 -l en --no-wrap --no-location --no-obsolete".split()
    subprocess.run([sys.executable, "-m", "django", *words], cwd=copy, check=True)
    return texts((copy / CATALOGUE).read_text("utf-8"))


def test_every_text_has_an_english_sentence(collected: dict[str, str]) -> None:
    known = texts((ROOT / CATALOGUE).read_text("utf-8"))
    assert [text for text in collected if not known.get(text)] == []


def test_no_sentence_is_left_over(collected: dict[str, str]) -> None:
    known = texts((ROOT / CATALOGUE).read_text("utf-8"))
    assert [text for text in known if text not in collected] == []


def test_nothing_is_doubtful() -> None:
    """A sentence that is flagged is not used, whatever else is said of it."""
    assert FLAGGED.findall((ROOT / CATALOGUE).read_text("utf-8")) == []
    assert FLAGGED.findall("#, python-format, fuzzy\n")


def test_placeholders_are_the_same() -> None:
    command = ["msgfmt", "--check-format", "--output-file=/dev/null", str(CATALOGUE)]
    told = subprocess.run(command, cwd=ROOT, check=False, capture_output=True)
    assert told.returncode == 0, told.stderr.decode()


def test_french_punctuation_does_not_stand_alone(collected: dict[str, str]) -> None:
    """A narrow no-break space before ; ! ? and a no-break space before a colon."""
    wrong = re.compile(r" [;:!?»](?:\s|$)|« ")
    assert [text for text in collected if wrong.search(text)] == []
