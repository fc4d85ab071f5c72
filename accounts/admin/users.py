"""Accounts: opened from the directory, closed here, never deleted."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import directory, people, visits
from accounts.admin.audited import AuditedAdmin
from accounts.admin.checks import check_no_control, check_uai
from accounts.administration import site
from accounts.entries import Person
from accounts.models import BrowserSession, User
from accounts.requests import person
from convergence.errors import DirectoryUnavailable

_RIGHTS = ("is_staff", "is_superuser")


class NewUserForm(forms.ModelForm):  # type: ignore[type-arg]
    """Somebody of the directory who has not signed in yet."""

    class Meta:
        model = User
        fields = ("uid",)
        labels = {"uid": gettext_lazy("Identifiant ou adresse")}
        help_texts = {"uid": gettext_lazy("La personne est cherchée dans l’annuaire.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["uid"].validators.append(check_no_control)

    def clean_uid(self) -> str:
        self.person = _found(self.cleaned_data["uid"])
        if User.objects.filter(uid=self.person.uid).exists():
            raise forms.ValidationError(
                _("%(uid)s a déjà un compte."), params={"uid": self.person.uid}
            )
        return self.person.uid


def _found(identifier: str) -> Person:
    """The person of the directory. Raises ValidationError with a sentence."""
    try:
        found = directory.find(identifier)
    except DirectoryUnavailable as error:
        raise forms.ValidationError(str(error.message)) from error
    if found is None:
        raise forms.ValidationError(
            _("L’annuaire ne connaît personne d’actif sous ce nom.")
        )
    if found.kind == "functional":
        raise forms.ValidationError(
            _("C’est une boîte fonctionnelle : ajoutez-la parmi les boîtes.")
        )
    return found


class UserForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = User
        fields = ("uai", "is_active", *_RIGHTS)
        labels = {"is_superuser": gettext_lazy("Nomme les administrateurs")}
        help_texts = {
            "uai": gettext_lazy("L’annuaire le remplace à la prochaine connexion."),
            "is_active": gettext_lazy(
                "Fermer un compte met fin à ses connexions ; ses envois en attente "
                "ne partent pas."
            ),
            "is_superuser": gettext_lazy("Seul un tel compte change ces droits."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "uai" in self.fields:
            self.fields["uai"].validators.append(check_uai)


@admin.register(User, site=site)
class UserAdmin(AuditedAdmin):
    noun = "user"
    form = UserForm
    list_display = ("uid", "name", "mail", "uai", "is_active", "is_staff")
    list_filter = ("is_active", "is_staff")
    search_fields = ("uid", "name", "mail", "uai")
    ordering = ("uid",)
    fieldsets = (
        (
            None,
            {"fields": ("uid", "name", "mail", "function", "uai")},
        ),
        (gettext_lazy("Droits"), {"fields": ("is_active", *_RIGHTS)}),
        (gettext_lazy("Dates"), {"fields": ("created_at", "last_login")}),
    )

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        if obj is None:
            kwargs["form"] = NewUserForm
        return super().get_form(request, obj, change, **kwargs)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return ((None, {"fields": ("uid",)}),)
        return super().get_fieldsets(request, obj)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return ()
        fixed = ("uid", "name", "mail", "function", "created_at", "last_login")
        if obj == request.user:
            # nobody locks themselves out
            return (*fixed, "is_active", *_RIGHTS)
        return fixed if person(request).is_superuser else (*fixed, *_RIGHTS)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        allowed = super().has_change_permission(request, obj)
        if obj is None or not obj.is_superuser:
            return allowed
        return allowed and person(request).is_superuser

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never: the audit and the outbox name people for years. Accounts close."""
        return False

    def audit_target(self, obj: Any) -> str:
        return f"user:{obj.pk} {obj.uid}"

    def save_form(self, request: HttpRequest, form: Any, change: bool) -> Any:
        if change:
            return super().save_form(request, form, change)
        # their mailbox and mirrored accesses come with them, as at a first sign-in
        return people.refresh(form.person)

    def save_model(
        self, request: HttpRequest, obj: Any, form: Any, change: bool
    ) -> None:
        if not change:
            self.note(request, "add", obj)
            return
        super().save_model(request, obj, form, change)
        if "is_active" in form.changed_data:
            self.note(request, "reopen" if obj.is_active else "close", obj)
            if not obj.is_active:
                visits.end_these(BrowserSession.objects.filter(user=obj))

    def save_related(
        self, request: HttpRequest, form: Any, formsets: Any, change: bool
    ) -> None:
        if change:
            super().save_related(request, form, formsets, change)
