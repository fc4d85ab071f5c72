"""What may be typed into the forms of the administration."""

from __future__ import annotations

import re

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from convergence.converters import AddressConverter

UAI_LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"
_UAI = re.compile(r"([0-9]{7})([A-Z])")

check_no_control = RegexValidator(
    r"[\x00-\x1f\x7f]",
    _("Les sauts de ligne et autres caractères de contrôle sont interdits."),
    inverse_match=True,
)
# the separators of service sign-ins (`*`, blanks) must not come from here
check_login = RegexValidator(
    r"\A[A-Za-z0-9._@+'-]+\Z",
    _("Un identifiant n’a que des lettres sans accent, des chiffres et . _ @ + ' -"),
)
# the same as in our page addresses, or the mailbox could not be opened
check_address = RegexValidator(
    rf"\A{AddressConverter.regex}\Z",
    _("Cette adresse contient des caractères que la messagerie n’accepte pas."),
)


def check_uai(code: str) -> None:
    """Seven digits and their check letter: the number modulo 23, without I, O and Q."""
    found = _UAI.fullmatch(code)
    if found is None:
        raise ValidationError(
            _("Un code UAI a sept chiffres et une lettre capitale : 0869001S.")
        )
    expected = UAI_LETTERS[int(found[1]) % len(UAI_LETTERS)]
    if found[2] != expected:
        raise ValidationError(
            _("La lettre de ce code UAI est fausse : %(digits)s donne %(letter)s."),
            params={"digits": found[1], "letter": expected},
        )
