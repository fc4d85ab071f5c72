"""The messages of the benchmark: made from their number, the same in every run."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.header import Header

TEXT_OCTETS = 3_000
HTML_OCTETS = 200_000
EPOCH = datetime(2024, 9, 1, 8, 0, tzinfo=UTC)
SUBJECTS = (
    "Conseil de classe de la 4e B",
    "Bulletin du premier trimestre",
    "Sortie au musée : autorisations",
    "Réunion de l’équipe pédagogique",
    "Stage en entreprise, convention à signer",
    "Absence de M. Blanc lundi",
    "Commande de manuels",
    "Compte rendu du conseil d’administration",
    "Planning des surveillances",
    "Demande de rendez-vous",
    "Exercice d’évacuation",
    "Point sur les orientations",
)
SENDERS = (
    ("Chantal Petit", "chantal.petit"),
    ("Karim Benali", "karim.benali"),
    ("Inès Marchand", "ines.marchand"),
    ("Nathalie Bernard", "nathalie.bernard"),
    ("Sophie Garnier", "sophie.garnier"),
)
WORDS = (
    "la classe réunion élèves projet semaine prochaine document joint merci retour "
    "avant vendredi salle horaires familles calendrier établissement professeur "
    "principal bonjour cordialement évaluation suivi dossier signature rendez-vous"
).split()


def text(number: int) -> bytes:
    """A message of 3 KB, with accents, in lines of mail length."""
    chance = random.Random(number)
    body = ["Bonjour,", ""]
    size = 0
    while size < TEXT_OCTETS - 600:
        line = " ".join(chance.choices(WORDS, k=10))
        body.append(line)
        size += len(line.encode()) + 2
    return _message(number, "text/plain", "\r\n".join(body))


def newsletter(number: int) -> bytes:
    """200 KB of HTML as senders of newsletters write it: tables, styles, pictures."""
    chance = random.Random(number)
    rows: list[str] = []
    size = 0
    while size < HTML_OCTETS - 2_000:
        rows.append(_article(number, len(rows), chance))
        size += len(rows[-1].encode())
    body = "\r\n".join(rows)
    html = (
        '<!doctype html><html><head><meta charset="utf-8"><title>Lettre</title>\r\n'
        f"<style>{_SHEET}</style></head><body>\r\n"
        f'<table class="page" width="640" align="center">{body}</table>\r\n'
        "</body></html>"
    )
    return _message(number, "text/html", html)


_SHEET = """
body { margin: 0; font-family: Arial, sans-serif; color: #333333 }
.page { border-collapse: collapse; background: #ffffff }
.title { font-size: 18px; color: #123456; padding: 4px 12px }
.text { font-size: 14px; line-height: 20px; padding: 4px 12px }
.more a { color: #0a58ca; text-decoration: none }
td.picture img { border: 0; display: block }
@media (max-width: 600px) { .page { width: 100% } }
"""


def _article(number: int, row: int, chance: random.Random) -> str:
    words = " ".join(chance.choices(WORDS, k=40))
    link = f"https://lettres.example/{number}/{row}"
    return (
        f'<tr><td class="picture" style="padding:8px;vertical-align:top" width="120">'
        f'<img src="{link}.png" alt="Photo {row}" width="104" height="78"></td>\r\n'
        f'<td style="padding:8px;border-bottom:1px solid #dddddd">'
        f'<h2 class="title" style="margin:0">Article {row}</h2>\r\n'
        f'<p class="text" style="color:#444444;margin:4px 0">{words}</p>\r\n'
        f'<p class="more"><a href="{link}?lettre={number}" target="_blank">'
        f"Lire la suite</a></p></td></tr>"
    )


def answer(number: int) -> bytes:
    """A short message of an exchange of four."""
    place = -number % 4
    cited = [n for n in range(number - 7 * place, number, 7) if n >= 0]
    return _answer(number, number - 7 * len(cited), [f"fil-{n}" for n in cited])


def exchanged(number: int) -> bytes:
    """Two of three messages of an exchange of twelve, in the folder of what came."""
    exchange, place = divmod(number, 8)
    return _of_twelve(exchange, place + place // 2)


def sent(number: int) -> bytes:
    """The third, in the folder of what was sent."""
    exchange, place = divmod(number, 4)
    return _of_twelve(exchange, 3 * place + 2)


def _of_twelve(exchange: int, place: int) -> bytes:
    first = 12 * exchange
    cited = [f"douze-{n}" for n in range(first, first + place)]
    return _answer(first + place, first, cited, "douze")


def _answer(number: int, first: int, cited: list[str], name: str = "fil") -> bytes:
    """`first` gives the subject."""
    chance = random.Random(number)
    lines = (" ".join(chance.choices(WORDS, k=10)) for _ in range(6))
    references = " ".join(f"<{each}@ac-poitiers.test>" for each in cited)
    prefix = "Re: " if cited else ""
    head = {
        "Subject": f"{prefix}Point {first}",
        "Message-ID": f"<{name}-{number}@ac-poitiers.test>",
        **({"References": references} if cited else {}),
    }
    return _message(number, "text/plain", "\r\n".join(lines), head)


def _message(
    number: int, kind: str, body: str, more: Mapping[str, str] | None = None
) -> bytes:
    name, local = SENDERS[number % len(SENDERS)]
    subject = f"{SUBJECTS[number % len(SUBJECTS)]} ({number})"
    head = {
        "From": f"{Header(name, 'utf-8').encode()} <{local}@ac-poitiers.test>",
        "To": "essai.mesure@ac-poitiers.test",
        "Subject": Header(subject, "utf-8", maxlinelen=200).encode(),
        "Date": f"{when(number):%a, %d %b %Y %H:%M:%S +0000}",
        "Message-ID": f"<mesure-{number}-{kind[5:]}@ac-poitiers.test>",
        "MIME-Version": "1.0",
        "Content-Type": f"{kind}; charset=utf-8",
        "Content-Transfer-Encoding": "8bit",
        **(more or {}),
    }
    lines = [f"{field}: {value}" for field, value in head.items()]
    return "\r\n".join([*lines, "", body, ""]).encode()


def when(number: int) -> datetime:
    return EPOCH + timedelta(minutes=11 * number)


def flags(number: int) -> str:
    """Most are read, some flagged or answered."""
    found = ["\\Seen"] if number % 7 else []
    if number % 23 == 0:
        found.append("\\Flagged")
    if number % 11 == 0:
        found.append("\\Answered")
    return f"({' '.join(found)})"
