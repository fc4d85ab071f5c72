"""The addresses of the families of 4e B, as the school's software exports them."""

from __future__ import annotations

from demo.letters.files import File, made

VALID, WRONG = 32, ("famille.4b-33@parents", "famille 34@parents.test", "néant")


def address(number: int) -> str:
    return f"famille.4b-{number:02d}@parents.test"


def addresses() -> File:
    """Thirty-two addresses, one of them twice, and three that are none."""
    mails = [*(address(n) for n in range(1, VALID + 1)), address(7), *WRONG]
    rows = (f"Famille {n:02d};4e B;{mail}" for n, mail in enumerate(mails, 1))
    return made("Familles 4e B.csv", ("Nom;Classe;Adresse", *rows))
