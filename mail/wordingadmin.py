"""Signatures and templates in the administration: those that are imposed are made here;
of the others it is seen that they are there, and they can be removed."""

from __future__ import annotations

import re
from typing import Any, cast

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.admin.audited import AuditedAdmin, LooksOnly
from accounts.administration import site
from mail import safehtml
from mail.models import ImposedSignature, Signature, Template
from mail.wordingforms import HTML_MAX, TEXT_MAX

_DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}")


class ImposedSignatureForm(forms.ModelForm):  # type: ignore[type-arg]
    text = forms.CharField(
        label=gettext_lazy("Texte"),
        max_length=TEXT_MAX,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy(
            "Variables : {{mon_nom}}, {{ma_fonction}}, {{mon_etablissement}}, "
            "{{mon_telephone}}, {{mon_adresse}}, {{ma_boite}}, {{date}}."
        ),
    )
    html = forms.CharField(
        label=gettext_lazy("Texte mis en forme (HTML)"),
        max_length=HTML_MAX,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
    )

    class Meta:
        model = ImposedSignature
        fields = ("mailbox", "domain", "text", "html", "is_active")

    def clean_domain(self) -> str:
        domain = str(self.cleaned_data["domain"]).strip().lower().removeprefix("@")
        if domain and not _DOMAIN.fullmatch(domain):
            raise forms.ValidationError(_("Ce n’est pas un nom de domaine."))
        return domain

    def clean_text(self) -> str:
        return str(self.cleaned_data["text"]).replace("\r\n", "\n").strip("\n")

    def clean_html(self) -> str:
        return safehtml.clean_written(self.cleaned_data["html"])


@admin.register(ImposedSignature, site=site)
class ImposedSignatureAdmin(AuditedAdmin):
    noun = "imposed_signature"
    form = ImposedSignatureForm
    list_display = ("__str__", "is_active")
    list_filter = ("is_active",)
    list_select_related = ("mailbox",)
    search_fields = ("domain", "mailbox__address")
    autocomplete_fields = ("mailbox",)
    explanation = gettext_lazy(
        "Ajoutée à tout message qui part de la boîte ou du domaine ; celle d’une boîte "
        "l’emporte sur celle de son domaine."
    )

    def audit_mailbox(self, obj: Any) -> str:
        mailbox = cast(ImposedSignature, obj).mailbox
        return mailbox.address if mailbox else ""


class SharedTextAdmin(LooksOnly, AuditedAdmin):
    """What a mailbox shares; what it says is read where it is used."""

    list_select_related = ("mailbox",)
    search_fields = ("=mailbox__address", "name")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_view_permission(request, obj)

    def audit_mailbox(self, obj: Any) -> str:
        return cast(Signature | Template, obj).mailbox.address  # type: ignore[union-attr]


@admin.register(Signature, site=site)
class SignatureAdmin(SharedTextAdmin):
    noun = "signature"
    list_display = ("name", "mailbox", "address", "for_new", "for_answers")
    fields = (*list_display, "order")


@admin.register(Template, site=site)
class TemplateAdmin(SharedTextAdmin):
    """Those of a mailbox: a person's own are theirs."""

    noun = "template"
    list_display = ("name", "mailbox")
    fields = ("name", "mailbox", "order")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).filter(author=None)
