"""The rows of individual sendings; models, imported by mail/models.py."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Mailbox


class Mailing(models.Model):
    """One message to each of many people (mail/individually.py).

    draft → sending ⇄ paused → done, or sending/paused → cancelled. Its text is in the
    mailbox, found by Message-ID: in Brouillons while it is a draft, in Programmés while
    it leaves, in Envoyés (`filed`) afterwards.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("En préparation")
        SENDING = "sending", _("En cours d’envoi")
        PAUSED = "paused", _("En pause")
        DONE = "done", _("Terminé")
        CANCELLED = "cancelled", _("Arrêté")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    mailbox = models.ForeignKey(
        Mailbox, models.PROTECT, related_name="mailings", verbose_name=_("boîte")
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="mailings",
        verbose_name=_("auteur"),
    )
    state = models.CharField(
        _("état"), max_length=9, choices=State.choices, default=State.DRAFT
    )
    token = models.CharField(
        max_length=64, unique=True, help_text="Same form posted twice prepares once."
    )
    message_id = models.CharField(max_length=1000)
    subject = models.CharField(_("objet"), max_length=500, blank=True)
    reason = models.CharField(_("raison"), max_length=300, blank=True)
    filed = models.BooleanField(_("copie dans Envoyés"), default=False)
    created_at = models.DateTimeField(_("préparé le"), default=timezone.now)
    started_at = models.DateTimeField(_("commencé le"), null=True, blank=True)
    claimed_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(_("terminé le"), null=True, blank=True)

    class Meta:
        verbose_name = _("envoi individuel")
        verbose_name_plural = _("envois individuels")
        ordering: ClassVar = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.subject} · {self.get_state_display()}"


class Addressee(models.Model):
    """Somebody who gets a message of their own.

    waiting → taken → queued (`outgoing`), or waiting → left: duplicates, people taken
    out, and those who waited when it was stopped.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("En attente")
        TAKEN = "taken", _("En préparation")
        QUEUED = "queued", _("Confié à l’envoi")
        LEFT = "left", _("Écarté")

    class Flag(models.TextChoices):
        NONE = "", ""
        DUPLICATE = "duplicate", _("Doublon")
        ABSENT = "absent", _("Absent de l’annuaire")

    mailing = models.ForeignKey(Mailing, models.CASCADE, related_name="addressees")
    number = models.PositiveIntegerField(_("rang"))
    address = models.EmailField(_("adresse"), max_length=254)
    name = models.CharField(_("nom"), max_length=200, blank=True)
    # by the name of the variable (mail/variables.py)
    fields = models.JSONField(_("champs"), default=dict, blank=True)
    imported = models.BooleanField(_("d’un fichier"), default=False)
    state = models.CharField(
        _("état"), max_length=7, choices=State.choices, default=State.WAITING
    )
    flag = models.CharField(max_length=9, choices=Flag.choices, blank=True)
    outgoing = models.OneToOneField(
        "mail.Outgoing", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    queued_at = models.DateTimeField(null=True, blank=True, db_index=True)

    class Meta:
        verbose_name = _("destinataire d’un envoi individuel")
        verbose_name_plural = _("destinataires d’un envoi individuel")
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["mailing", "number"], name="one_number_in_a_mailing"
            )
        ]

    def __str__(self) -> str:
        return self.address
