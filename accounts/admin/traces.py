"""What happened: the audit and the visits. Both are only read here."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import audit, visits
from accounts.admin.audited import AuditedAdmin, LooksOnly
from accounts.administration import site
from accounts.models import AuditEvent, BrowserSession
from accounts.requests import person

OUTCOMES = {"done": gettext_lazy("fait"), "refused": gettext_lazy("refusé")}


class OutcomeFilter(admin.SimpleListFilter):
    """The outcomes that we write: asking the table would read all of it."""

    title = gettext_lazy("résultat")
    parameter_name = "outcome"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(OUTCOMES.items())

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[AuditEvent]
    ) -> QuerySet[AuditEvent]:
        return queryset.filter(outcome=self.value()) if self.value() else queryset


@admin.register(AuditEvent, site=site)
class AuditEventAdmin(LooksOnly, AuditedAdmin):
    noun = "audit"
    list_display = ("at", "person", "act", "mailbox", "target", "result")
    list_filter = (OutcomeFilter, "at")
    fields = (
        "at",
        "person",
        "act",
        "mailbox",
        "target",
        "result",
        "address",
        "reference",
    )
    readonly_fields = ("result",)
    # exact or by the beginning, so that the indexes serve
    search_fields = ("=person", "^act", "=mailbox", "^target", "=address", "=reference")
    explanation = gettext_lazy(
        "Cherchez une personne, une boîte, une adresse IP ou une référence exactes, "
        "le début d’un acte (message.send) ou d’un objet (user:12)."
    )
    # counting millions of rows on each page would be the slowest part of it
    show_full_result_count = False

    @admin.display(description=gettext_lazy("résultat"))
    def result(self, event: AuditEvent) -> str:
        return str(OUTCOMES.get(event.outcome, event.outcome))

    def changelist_view(
        self, request: HttpRequest, extra_context: Any = None
    ) -> HttpResponse:
        """Reading the audit is an act too."""
        audit.record(
            person(request).uid, "admin.audit.read", target=request.GET.urlencode()
        )
        return super().changelist_view(request, extra_context)


@admin.register(BrowserSession, site=site)
class BrowserSessionAdmin(LooksOnly, AuditedAdmin):
    noun = "visit"
    # never session_key: it is the secret of the visit
    fields = (
        "user",
        "door",
        "address",
        "browser",
        "shared_computer",
        "started_at",
        "ended_at",
    )
    list_display = ("user", "door", "address", "browser", "started_at", "ended_at")
    list_select_related = ("user",)
    list_filter = ("door", "shared_computer", ("ended_at", admin.EmptyFieldListFilter))
    search_fields = ("user__uid", "user__name", "=address")
    ordering = ("-started_at",)
    actions = ("end_visits",)

    def audit_target(self, obj: Any) -> str:
        return f"visit:{obj.pk} {obj.user.uid}"

    @admin.action(description=gettext_lazy("Mettre fin à ces connexions"))
    def end_visits(self, request: HttpRequest, queryset: Any) -> None:
        for row in queryset.filter(ended_at=None).select_related("user"):
            self.note(request, "end", row)
        count = visits.end_these(queryset)
        messages.success(request, _("Connexions fermées : %(n)s.") % {"n": count})
