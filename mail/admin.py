"""The outbox and the reminders as an administrator sees them: states and answers, never
what was written.

Subjects and texts are correspondence: they are not shown here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from django.contrib import admin, messages
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.admin.audited import AuditedAdmin, LooksOnly
from accounts.administration import site
from convergence.errors import Conflict, ConvergenceError
from mail import sending
from mail import wordingadmin as wordingadmin
from mail.imap.opening import open_box
from mail.models import FollowUp, Outgoing, Recipient, Snooze, WorkingHours


class RecipientInline(LooksOnly, admin.TabularInline):  # type: ignore[type-arg]
    model = Recipient
    fields = ("address", "accepted", "code", "answer")
    extra = 0


@admin.register(Outgoing, site=site)
class OutgoingAdmin(LooksOnly, AuditedAdmin):
    noun = "outgoing"
    fields = (
        "sender",
        "author",
        "mailbox",
        "state",
        "failure",
        "message_id",
        "size",
        "notify",
        "follow_at",
        "attempts",
        "created_at",
        "due_at",
        "scheduled",
        "retry_at",
        "ended_at",
        "filed",
    )
    list_display = ("created_at", "sender", "author", "state", "due_at", "failure")
    list_select_related = ("author", "mailbox")
    list_filter = ("state", "created_at")
    search_fields = ("=sender", "=author__uid", "=message_id", "=recipients__address")
    explanation = gettext_lazy(
        "Cherchez une adresse d’expéditeur ou de destinataire, l’identifiant de "
        "l’auteur ou un Message-ID, exacts."
    )
    date_hierarchy = "created_at"
    inlines = (RecipientInline,)
    actions = ("cancel", "retry")

    def audit_target(self, obj: Any) -> str:
        return f"outgoing:{obj.pk} {obj.message_id}"

    def audit_mailbox(self, obj: Any) -> str:
        return cast(Outgoing, obj).mailbox.address

    @admin.action(description=gettext_lazy("Annuler ces envois avant leur départ"))
    def cancel(self, request: HttpRequest, queryset: Any) -> None:
        self._each(request, "cancel", queryset, _cancel)

    @admin.action(description=gettext_lazy("Renvoyer ces messages en échec"))
    def retry(self, request: HttpRequest, queryset: Any) -> None:
        self._each(request, "retry", queryset, _retry)

    def _each(
        self,
        request: HttpRequest,
        verb: str,
        queryset: Any,
        act: Callable[[Outgoing], object],
    ) -> None:
        """Do `act` to each row; a refusal concerns its own row only."""
        done = 0
        for row in queryset.select_related("mailbox", "author"):
            try:
                act(row)
            except ConvergenceError as error:
                reference = error.reference
                self.note(request, verb, row, outcome="refused", reference=reference)
                messages.error(request, f"{row} : {error.message} ({reference})")
            else:
                done += 1
                self.note(request, verb, row)
        messages.info(request, _("Messages traités : %(n)s.") % {"n": done})


class ReminderAdmin(LooksOnly, AuditedAdmin):
    """What is to come back to a mailbox: when, asked by whom, what became of it."""

    list_display = ("due_at", "mailbox", "author", "state", "attempts")
    list_select_related = ("author", "mailbox")
    list_filter = ("state", "due_at")
    search_fields = ("=mailbox__address", "=author__uid", "=message_id")
    explanation = gettext_lazy(
        "Cherchez une adresse de boîte, l’identifiant de l’auteur ou un Message-ID, "
        "exacts."
    )
    date_hierarchy = "due_at"
    fields = (
        "mailbox",
        "author",
        "state",
        "due_at",
        "message_id",
        "attempts",
        "created_at",
        "ended_at",
    )

    def audit_target(self, obj: Any) -> str:
        return f"{self.noun}:{obj.pk}"

    def audit_mailbox(self, obj: Any) -> str:
        return cast(Snooze | FollowUp, obj).mailbox.address


@admin.register(Snooze, site=site)
class SnoozeAdmin(ReminderAdmin):
    noun = "snooze"


@admin.register(FollowUp, site=site)
class FollowUpAdmin(ReminderAdmin):
    noun = "followup"


@admin.register(WorkingHours, site=site)
class WorkingHoursAdmin(AuditedAdmin):
    """Of everybody (neither mailbox nor school), of a school, of a mailbox."""

    noun = "hours"
    fields = ("mailbox", "uai", "proposes", "starts", "ends")
    autocomplete_fields = ("mailbox",)
    list_display = ("__str__", "proposes", "starts", "ends")
    list_select_related = ("mailbox",)
    list_filter = ("proposes",)
    search_fields = ("=mailbox__address", "=uai")
    explanation = gettext_lazy("Cherchez une adresse de boîte ou un UAI, exacts.")


def _cancel(row: Outgoing) -> None:
    """As its author would: the text goes back to their drafts."""
    # an administrator has no right on the mailbox, and reads nothing of it
    with open_box(row.mailbox) as store:
        sending.cancel(store, row)


def _retry(row: Outgoing) -> None:
    if row.state == Outgoing.State.UNKNOWN:
        raise Conflict(
            _("L’issue est inconnue : seul l’auteur peut décider d’un second envoi.")
        )
    sending.retry(row)
