"""The row of an act on very many messages; a model, imported by mail/models.py."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Mailbox


class Act(models.Model):
    """Something done to very many messages, slice by slice, outside of a request.

    waiting → running → done | failed → recalled → returning → undone. `steps` are what
    takes it back (mail/undoing.py), written after each slice: sets of messages as IMAP
    writes them, so that those of 20,000 messages are a few words.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("En attente")
        RUNNING = "running", _("En cours")
        DONE = "done", _("Fait")
        FAILED = "failed", _("Échec")
        RECALLED = "recalled", _("Annulation demandée")
        RETURNING = "returning", _("Annulation en cours")
        UNDONE = "undone", _("Annulé")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    mailbox = models.ForeignKey(Mailbox, models.CASCADE, related_name="acts")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="acts"
    )
    state = models.CharField(
        max_length=10, choices=State.choices, default=State.WAITING
    )
    verb = models.CharField(max_length=12)
    folder = models.CharField(max_length=1000)
    target = models.CharField(max_length=1000, blank=True)
    forever = models.BooleanField(default=False)
    # which messages: those that a list showed, and nothing that came after it
    query = models.JSONField(default=dict, blank=True)
    moment = models.CharField(max_length=200, blank=True)
    total = models.PositiveIntegerField(default=0)
    count = models.PositiveIntegerField(default=0)
    # the highest UID that is done with: what goes on later begins there
    after = models.PositiveBigIntegerField(default=0)
    steps = models.JSONField(default=list, blank=True)
    failure = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    claimed_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["state"], name="act_state")]

    def __str__(self) -> str:
        return f"{self.verb} · {self.get_state_display()}"
