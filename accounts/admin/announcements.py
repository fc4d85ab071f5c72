"""Banners of the moment."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from accounts.admin.audited import AuditedAdmin
from accounts.admin.checks import check_no_control
from accounts.administration import site
from accounts.models import Announcement


class AnnouncementForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Announcement
        fields = ("text", "level", "starts_at", "ends_at", "is_lasting")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].validators.append(check_no_control)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        starts, ends = data.get("starts_at"), data.get("ends_at")
        if starts and ends and ends <= starts:
            self.add_error("ends_at", _("La fin doit venir après le début."))
        return data


@admin.register(Announcement, site=site)
class AnnouncementAdmin(AuditedAdmin):
    noun = "announcement"
    form = AnnouncementForm
    list_display = ("text", "level", "starts_at", "ends_at", "is_lasting")
    list_filter = ("level",)
    date_hierarchy = "starts_at"
