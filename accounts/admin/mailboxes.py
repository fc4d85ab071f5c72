"""Mailboxes, and who may open them."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.admin.audited import AuditedAdmin, OpenToStaff
from accounts.admin.checks import (
    check_address,
    check_login,
    check_no_control,
    check_uai,
)
from accounts.administration import site
from accounts.models import Mailbox, Membership


class MailboxForm(forms.ModelForm):  # type: ignore[type-arg]
    aliases = forms.CharField(
        label=gettext_lazy("Autres adresses"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Une adresse par ligne."),
    )

    class Meta:
        model = Mailbox
        fields = ("address", "login", "kind", "name", "uai", "aliases", "is_active")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["address"].validators.append(check_address)
        self.fields["login"].validators.append(check_login)
        self.fields["name"].validators.append(check_no_control)
        self.fields["uai"].validators.append(check_uai)
        self.initial["aliases"] = "\n".join(self.instance.aliases)

    def clean_address(self) -> str:
        address: str = self.cleaned_data["address"]
        # the column is exact, the gate is not: two spellings would be one mailbox
        same = Mailbox.objects.filter(address__iexact=address)
        if same.exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("Une autre boîte a déjà cette adresse."))
        return address

    def clean_login(self) -> str:
        return str(self.cleaned_data["login"]).lower()

    def clean_aliases(self) -> list[str]:
        lines = self.cleaned_data["aliases"].split()
        check = forms.EmailField(validators=[check_address])
        return [str(check.clean(line)) for line in lines]


class MembershipForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Membership
        fields = ("user", "mailbox", "role", "starts_on", "ends_on")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        starts, ends = data.get("starts_on"), data.get("ends_on")
        if starts and ends and ends < starts:
            self.add_error("ends_on", _("La fin ne peut pas précéder le début."))
        return data


class MembershipInline(OpenToStaff, admin.TabularInline):  # type: ignore[type-arg]
    model = Membership
    form = MembershipForm
    fields = ("user", "role", "starts_on", "ends_on", "mirrored")
    readonly_fields = ("mirrored",)
    autocomplete_fields = ("user",)
    extra = 0


@admin.register(Mailbox, site=site)
class MailboxAdmin(AuditedAdmin):
    noun = "mailbox"
    form = MailboxForm
    list_display = ("address", "name", "kind", "uai", "is_active")
    list_filter = ("kind", "is_active")
    search_fields = ("address", "name", "login", "uai")
    inlines = (MembershipInline,)

    def audit_mailbox(self, obj: Any) -> str:
        return cast(Mailbox, obj).address

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        mailbox = cast(Mailbox | None, self.get_object(request, object_id))
        if mailbox is None or not mailbox.outgoing.exists():
            return super().delete_view(request, object_id, extra_context)
        self.note(request, "delete", mailbox, outcome="refused")
        sentence = _(
            "%(mailbox)s a des envois : leur trace doit rester. Fermez la boîte "
            "au lieu de la supprimer."
        )
        messages.error(request, sentence % {"mailbox": mailbox})
        return redirect("admin:accounts_mailbox_change", object_id)

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        memberships: Any = self.admin_site.get_model_admin(Membership)
        for membership in Membership.objects.filter(mailbox__in=queryset):
            memberships.note(request, "delete", membership)
        super().log_deletions(request, queryset)


@admin.register(Membership, site=site)
class MembershipAdmin(AuditedAdmin):
    noun = "membership"
    form = MembershipForm
    list_display = ("mailbox", "user", "role", "starts_on", "ends_on", "mirrored")
    list_select_related = ("mailbox", "user")
    list_filter = ("role", "mirrored", "mailbox__kind")
    search_fields = ("user__uid", "user__name", "mailbox__address", "mailbox__name")
    autocomplete_fields = ("user", "mailbox")
    readonly_fields = ("mirrored",)

    def audit_target(self, obj: Any) -> str:
        return f"membership:{obj.pk} {obj.user.uid} {obj.role}"

    def audit_mailbox(self, obj: Any) -> str:
        return cast(Membership, obj).mailbox.address

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        super().delete_model(request, obj)
        if obj.mirrored:
            sentence = _(
                "Cet accès vient de l’annuaire : il reviendra à la prochaine "
                "connexion, tant que l’annuaire le donne."
            )
            messages.warning(request, sentence)
