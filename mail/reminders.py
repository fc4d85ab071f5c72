"""What comes back to a mailbox: messages put off, answers expected."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Mailbox
from mail import moments


class Snooze(models.Model):
    """A message put off until an hour (mail/snoozing.py).

    moving → waiting → waking → woken, or waiting → cancelled, or gone when nobody knows
    where it is. The message is in the folder En attente, found by its UID there, else
    by Message-ID.
    """

    class State(models.TextChoices):
        MOVING = "moving", _("En cours de mise en attente")
        WAITING = "waiting", _("En attente")
        WAKING = "waking", _("En cours de retour")
        WOKEN = "woken", _("Revenu")
        CANCELLED = "cancelled", _("Annulé")
        GONE = "gone", _("Déplacé ou supprimé entre-temps")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    mailbox = models.ForeignKey(
        Mailbox, models.CASCADE, related_name="snoozes", verbose_name=_("boîte")
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="snoozes",
        verbose_name=_("auteur"),
    )
    # those of one act, taken back together
    batch = models.UUIDField(default=uuid.uuid4, editable=False, db_index=True)
    state = models.CharField(
        _("état"), max_length=9, choices=State.choices, default=State.MOVING
    )
    due_at = models.DateTimeField(_("revient le"))
    message_id = models.CharField(max_length=1000)
    subject = models.CharField(_("objet"), max_length=200, blank=True)
    sender = models.CharField(_("expéditeur"), max_length=200, blank=True)
    source = models.CharField(_("venait de"), max_length=1000)
    # in En attente; only ever believed together with the Message-ID
    uid = models.PositiveBigIntegerField(default=0)
    # taken back: it returns to where it was, as it was
    back = models.BooleanField(_("repris"), default=False)
    attempts = models.PositiveSmallIntegerField(_("essais"), default=0)
    created_at = models.DateTimeField(_("demandé le"), default=timezone.now)
    claimed_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(_("terminé le"), null=True, blank=True)

    class Meta:
        verbose_name = _("message en attente")
        verbose_name_plural = _("messages en attente")
        ordering: ClassVar = ["due_at"]
        indexes: ClassVar = [
            models.Index(fields=["state", "due_at"], name="snooze_due"),
        ]

    def __str__(self) -> str:
        return f"{self.mailbox_id} · {self.get_state_display()}"

    @property
    def typed(self) -> str:
        """`due_at` as a field of a form holds it."""
        return moments.typed(self.due_at)


class FollowUp(models.Model):
    """What was sent and is to be answered by a date (mail/following.py).

    waiting → checking → answered | unanswered, or waiting → cancelled, or gone when
    the sent message is no longer anywhere.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("En attente de réponse")
        CHECKING = "checking", _("En cours de vérification")
        ANSWERED = "answered", _("Répondu")
        UNANSWERED = "unanswered", _("Sans réponse")
        CANCELLED = "cancelled", _("Annulé")
        GONE = "gone", _("Message supprimé entre-temps")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    mailbox = models.ForeignKey(
        Mailbox, models.CASCADE, related_name="follow_ups", verbose_name=_("boîte")
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="follow_ups",
        verbose_name=_("auteur"),
    )
    state = models.CharField(
        _("état"), max_length=10, choices=State.choices, default=State.WAITING
    )
    due_at = models.DateTimeField(_("réponse attendue avant le"))
    message_id = models.CharField(max_length=1000)
    subject = models.CharField(_("objet"), max_length=200, blank=True)
    sent_on = models.DateField(_("envoyé le"))
    created_at = models.DateTimeField(_("demandé le"), default=timezone.now)
    attempts = models.PositiveSmallIntegerField(_("essais"), default=0)
    claimed_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(_("terminé le"), null=True, blank=True)

    class Meta:
        verbose_name = _("relance")
        verbose_name_plural = _("relances")
        ordering: ClassVar = ["due_at"]
        indexes: ClassVar = [
            models.Index(fields=["state", "due_at"], name="follow_up_due"),
            models.Index(fields=["mailbox", "message_id"], name="follow_up_message"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["mailbox", "message_id"],
                condition=models.Q(state__in=("waiting", "checking")),
                name="one_open_follow_up",
            )
        ]

    def __str__(self) -> str:
        return f"{self.mailbox_id} · {self.get_state_display()}"
