"""What all pages of the administration share: staff may, and every act is audited."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.text import capfirst

from accounts import audit
from accounts.requests import person

if TYPE_CHECKING:
    ModelAdmin = admin.ModelAdmin[Model]
else:
    ModelAdmin = admin.ModelAdmin


class OpenToStaff:
    """Being staff is the one right: Django's permissions by model are not used."""

    admin_site: admin.AdminSite

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.admin_site.has_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.admin_site.has_permission(request)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.admin_site.has_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.admin_site.has_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.admin_site.has_permission(request)


class LooksOnly(OpenToStaff):
    """Rows that are read, never written, on these pages."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class AuditedAdmin(OpenToStaff, ModelAdmin):
    """Acts are named `admin.<noun>.<verb>`."""

    noun: ClassVar[str]
    # one sentence below the title of the list
    explanation: str | Promise = ""

    def audit_target(self, obj: Any) -> str:
        """What the audit keeps of a row: its number and whom it is about."""
        return f"{self.noun}:{obj.pk}"

    def audit_mailbox(self, obj: Any) -> str:
        return ""

    def note(
        self,
        request: HttpRequest,
        verb: str,
        obj: Any,
        *,
        fields: list[str] | None = None,
        outcome: str = "done",
        reference: str = "",
    ) -> None:
        """Write an act into the audit. `fields` are the names of what changed."""
        changed = f" [{', '.join(fields)}]" if fields else ""
        audit.record(
            person(request).uid,
            f"admin.{self.noun}.{verb}",
            mailbox=self.audit_mailbox(obj),
            target=self.audit_target(obj) + changed,
            outcome=outcome,
            reference=reference,
        )

    def changelist_view(
        self, request: HttpRequest, extra_context: Any = None
    ) -> HttpResponse:
        context = {
            "title": capfirst(str(self.opts.verbose_name_plural)),
            "subtitle": self.explanation,
        }
        return super().changelist_view(request, context | (extra_context or {}))

    def save_model(
        self, request: HttpRequest, obj: Any, form: Any, change: bool
    ) -> None:
        super().save_model(request, obj, form, change)
        if not change:
            self.note(request, "add", obj)
        elif form.changed_data:
            self.note(request, "change", obj, fields=form.changed_data)

    def save_formset(
        self, request: HttpRequest, form: Any, formset: Any, change: bool
    ) -> None:
        formset.save()
        other: Any = self.admin_site.get_model_admin(formset.model)
        for obj in formset.new_objects:
            other.note(request, "add", obj)
        for obj, fields in formset.changed_objects:
            other.note(request, "change", obj, fields=fields)
        for obj in formset.deleted_objects:
            other.note(request, "delete", obj)

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Nothing: the audit has it (save_model), Django's own log is not kept."""

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Nothing, for the same reason."""

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        # before the deletion, in its transaction
        for obj in queryset:
            self.note(request, "delete", obj)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        """The history of a row is its part of the audit."""
        query = urlencode({"q": f"{self.noun}:{object_id}"})
        return redirect(f"{reverse('admin:accounts_auditevent_changelist')}?{query}")
