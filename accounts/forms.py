"""The forms of sign-in and of what a person prefers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.conf import settings
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from accounts.preferences import PANE_MAX, PANE_MIN, UNDO_MAX
from convergence.errors import ForbiddenCharacter

# NUL has its own validator in every CharField
_plain = RegexValidator(
    r"[\x01-\x1f\x7f]", ForbiddenCharacter.message, inverse_match=True
)


class SignInForm(forms.Form):
    username = forms.CharField(
        label=_("Identifiant ou adresse"),
        max_length=254,
        validators=[_plain],
        error_messages={"required": _("Indiquez votre identifiant.")},
        widget=forms.TextInput(
            attrs={
                "autocomplete": "username",
                "autocapitalize": "none",
                "spellcheck": "false",
                "autofocus": True,
            }
        ),
    )
    password = forms.CharField(
        label=_("Mot de passe"),
        max_length=256,
        strip=False,
        validators=[_plain],
        error_messages={"required": _("Indiquez votre mot de passe.")},
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    shared = forms.BooleanField(
        label=_("Poste partagé (déconnexion après 15 minutes sans activité)"),
        required=False,
    )


class PasswordForm(forms.Form):
    """The change asked at first sign-in. The directory's policy has the last word."""

    old = forms.CharField(
        label=_("Mot de passe actuel"),
        max_length=256,
        strip=False,
        error_messages={"required": _("Indiquez votre mot de passe actuel.")},
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    new = forms.CharField(
        label=_("Nouveau mot de passe"),
        max_length=256,
        strip=False,
        validators=[_plain],
        error_messages={"required": _("Choisissez un nouveau mot de passe.")},
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=_("Nouveau mot de passe, une seconde fois"),
        max_length=256,
        strip=False,
        error_messages={"required": _("Répétez le nouveau mot de passe.")},
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(
        self, *args: Any, is_numen: Callable[[str], bool], **kwargs: Any
    ) -> None:
        """`is_numen`: whether a password is the NUMEN; only the directory knows."""
        super().__init__(*args, **kwargs)
        self.is_numen = is_numen

    def clean_new(self) -> str:
        new: str = self.cleaned_data["new"]
        # first: it lacks special characters too, but this is what matters
        if self.is_numen(new):
            raise forms.ValidationError(
                _("Le NUMEN ne peut pas servir de mot de passe.")
            )
        if len(new) < settings.PASSWORD_MIN_LENGTH:
            raise forms.ValidationError(
                _("Ce mot de passe est trop court : %(count)s caractères au moins."),
                params={"count": settings.PASSWORD_MIN_LENGTH},
            )
        if len(_classes(new)) < 4:
            raise forms.ValidationError(
                _("Mélangez minuscules, majuscules, chiffres et caractères spéciaux.")
            )
        return new

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("new") and data.get("again") and data["new"] != data["again"]:
            self.add_error("again", _("Les deux saisies sont différentes."))
        if data.get("new") and data.get("new") == data.get("old"):
            self.add_error(
                "new", _("Choisissez un mot de passe différent de l’actuel.")
            )
        return data


class PreferencesForm(forms.Form):
    layout = forms.ChoiceField(
        label=_("Disposition"),
        choices=[
            ("side", _("Le message à droite de la liste")),
            ("below", _("Le message sous la liste")),
            ("single", _("Un seul volet : la liste, puis le message")),
        ],
        widget=forms.RadioSelect,
    )
    density = forms.ChoiceField(
        label=_("Densité de la liste"),
        choices=[
            ("comfortable", _("Confortable : trois lignes par message")),
            ("compact", _("Compacte : une ligne par message")),
        ],
        widget=forms.RadioSelect,
    )
    conversations = forms.BooleanField(
        label=_("Regrouper les messages d’une même conversation"),
        help_text=_("Une ligne par échange. Sans cela, chaque message a la sienne."),
        required=False,
    )
    shortcuts = forms.BooleanField(
        label=_("Raccourcis clavier d’une seule touche"),
        help_text=_(
            "À désactiver si vous dictez vos textes ou si votre lecteur d’écran se "
            "sert de ces touches."
        ),
        required=False,
    )
    undo_seconds = forms.IntegerField(
        label=_("Délai pour annuler un envoi, en secondes"),
        help_text=_("De 0 (le message part aussitôt) à 30."),
        min_value=0,
        max_value=UNDO_MAX,
    )
    composer = forms.ChoiceField(
        label=_("Où écrire vos messages"),
        choices=[
            ("dock", _("En bas de l’écran, à côté du courrier")),
            ("page", _("Sur toute la page")),
        ],
        widget=forms.RadioSelect,
    )
    writing = forms.ChoiceField(
        label=_("Texte des nouveaux messages"),
        choices=[("rich", _("Mis en forme")), ("plain", _("Texte seul"))],
        widget=forms.RadioSelect,
    )
    answers = forms.ChoiceField(
        label=_("Répondre"),
        choices=[
            ("above", _("Au-dessus du texte cité")),
            ("below", _("Au-dessous du texte cité")),
        ],
        widget=forms.RadioSelect,
    )


class PaneForm(forms.Form):
    pane = forms.IntegerField(min_value=PANE_MIN, max_value=PANE_MAX)


def _classes(password: str) -> set[str]:
    kinds = {"lower": str.islower, "upper": str.isupper, "digit": str.isdigit}
    found = {name for c in password for name, test in kinds.items() if test(c)}
    if any(not c.isalnum() for c in password):
        found.add("other")
    return found
