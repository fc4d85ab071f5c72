"""What the directory refuses at sign-in and at a change of password, in sentences."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from convergence.errors import ConvergenceError


class SignInRefused(ConvergenceError):
    """Unknown identifier, wrong password or closed account: never told apart."""

    status = 400
    message = _("Identifiant ou mot de passe incorrect.")


class AccountLocked(SignInRefused):
    """The directory says so whatever the password was (see accounts.throttling)."""

    message = _(
        "Votre compte est bloqué après plusieurs essais. Réessayez dans quelques "
        "minutes ou contactez l’assistance."
    )


class PasswordExpired(SignInRefused):
    """Only told to those who gave the right password."""

    message = _("Votre mot de passe a expiré. Contactez l’assistance pour le changer.")


class ChangeElsewhere(SignInRefused):
    """The password must be changed, and this site may not do it."""

    message = _(
        "Vous devez changer votre mot de passe avant votre première connexion. "
        "Faites-le sur le portail de l’académie, puis revenez ici."
    )


class PasswordRefused(ConvergenceError):
    """The directory's policy refuses the new password; the sentence says why."""

    status = 400
    message = _("L’annuaire refuse ce nouveau mot de passe.")


# draft-behera-ldap-password-policy §6.2: error codes of the response control
EXPIRED, LOCKED, MUST_CHANGE, IN_HISTORY = 0, 1, 2, 8
_POLICY: dict[int, str | Promise] = {
    3: _("Le changement de mot de passe n’est pas autorisé pour ce compte."),
    4: _("L’annuaire demande le mot de passe actuel."),
    5: _("Ce mot de passe est trop simple."),
    6: _("Ce mot de passe est trop court."),
    7: _("Ce mot de passe a été changé il y a trop peu de temps."),
    IN_HISTORY: _("Ce mot de passe a déjà servi. Choisissez-en un autre."),
}


def of_bind(code: int | None) -> SignInRefused:
    """The refusal of a bind, by the code of its policy control."""
    if code == LOCKED:
        return AccountLocked()
    return PasswordExpired() if code == EXPIRED else SignInRefused()


def of_change(code: int | None, told: str) -> PasswordRefused:
    """The refusal of a new password; OpenLDAP only tells the history in words."""
    if code is None and "history" in told.lower():
        code = IN_HISTORY
    return PasswordRefused(_POLICY.get(-1 if code is None else code))
