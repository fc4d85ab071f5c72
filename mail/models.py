"""What IMAP cannot keep: the states of outgoing messages and their recipients."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Mailbox
from mail import moments
from mail.acts import Act as Act
from mail.correspondents import Correspondent as Correspondent
from mail.mailings import Addressee as Addressee
from mail.mailings import Mailing as Mailing
from mail.reminders import FollowUp as FollowUp
from mail.reminders import Snooze as Snooze
from mail.wordings import ImposedSignature as ImposedSignature
from mail.wordings import Signature as Signature
from mail.wordings import Template as Template
from mail.workinghours import WorkingHours as WorkingHours

# what leaves so much later than it should is said on its page, or in the mailbox too
NOTICED, TOLD = timedelta(minutes=5), timedelta(hours=1)


class Outgoing(models.Model):
    """One message on its way (docs/decisions/0002).

    storing → held → due → sending → sent | failed | unknown, or held/due → cancelled.
    The bytes are in the mailbox's folder Programmés, found by Message-ID; `filed` says
    that they have left it.
    """

    class State(models.TextChoices):
        STORING = "storing", _("En cours d’enregistrement")
        HELD = "held", _("En attente d’envoi")
        DUE = "due", _("Prêt à partir")
        SENDING = "sending", _("En cours d’envoi")
        SENT = "sent", _("Envoyé")
        FAILED = "failed", _("Échec")
        UNKNOWN = "unknown", _("Issue inconnue")
        CANCELLED = "cancelled", _("Annulé")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    mailbox = models.ForeignKey(
        Mailbox, models.PROTECT, related_name="outgoing", verbose_name=_("boîte")
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="outgoing",
        verbose_name=_("auteur"),
    )
    state = models.CharField(
        _("état"), max_length=10, choices=State.choices, default=State.HELD
    )
    due_at = models.DateTimeField(_("part le"))
    # at an hour that somebody chose, not at the end of the undo window
    scheduled = models.BooleanField(_("programmé"), default=False)
    message_id = models.CharField(max_length=250, unique=True)
    token = models.CharField(
        max_length=64, unique=True, help_text="Same form posted twice sends once."
    )
    # what was written, by a name (mail/clicks.py)
    click = models.CharField(max_length=32, blank=True, editable=False)
    sender = models.EmailField(_("expéditeur"))
    subject = models.CharField(_("objet"), max_length=500, blank=True)
    size = models.PositiveIntegerField(_("taille"), default=0)
    # what to flag once it has left: {"folder", "uid", "message_id", "flag"}, and
    # "mailbox" when it lies in another one
    origin = models.JSONField(default=dict, blank=True)
    notify = models.BooleanField(_("accusé de remise demandé"), default=False)
    follow_at = models.DateTimeField(_("relance le"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("essais"), default=0)
    retry_at = models.DateTimeField(_("nouvel essai"), null=True, blank=True)
    failure = models.CharField(_("raison"), max_length=300, blank=True)
    filed = models.BooleanField(_("copie dans Envoyés"), default=False)
    # why the copy is not in Envoyés yet
    filing = models.CharField(_("classement"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("écrit le"), default=timezone.now)
    claimed_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(_("terminé le"), null=True, blank=True)
    # left an hour or more after it should have
    late = models.BooleanField(_("parti en retard"), default=False)
    # that it did not end well was told in the mailbox; tried again after
    told = models.BooleanField(default=False, editable=False)
    told_after = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("envoi")
        verbose_name_plural = _("envois")
        ordering: ClassVar = ["-created_at"]
        indexes: ClassVar = [
            models.Index(fields=["state", "due_at"], name="outgoing_due")
        ]

    def __str__(self) -> str:
        return f"{self.sender} · {self.get_state_display()}"

    @property
    def is_later(self) -> bool:
        """Whether it waits for an hour that somebody chose."""
        return self.scheduled and self.state == self.State.HELD

    @property
    def state_shown(self) -> str:
        return str(_("Programmé")) if self.is_later else self.get_state_display()

    @property
    def typed(self) -> str:
        """`due_at` as a field of a form holds it."""
        return moments.typed(self.due_at)

    @property
    def delay(self) -> str:
        """How much later than its hour it left; "" when nobody would notice."""
        if self.state != self.State.SENT or self.ended_at is None:
            return ""
        late = self.ended_at - self.due_at
        if late < NOTICED:
            return ""
        when = moments.shown(self.due_at)
        text = str(_("Parti avec %(late)s de retard : prévu %(when)s."))
        return text % {"late": moments.lasting(late), "when": when}


class Label(models.Model):
    """What a keyword is called in a mailbox, by all who open it (mail/labels.py).

    `retired`: not shown although messages may still carry the keyword; `leaving`: the
    same, until a tick has taken it off every message.
    """

    class State(models.TextChoices):
        SHOWN = "shown", _("Visible")
        LEAVING = "leaving", _("En cours de retrait")
        RETIRED = "retired", _("Supprimée")

    mailbox = models.ForeignKey(
        Mailbox, models.CASCADE, related_name="labels", verbose_name=_("boîte")
    )
    keyword = models.CharField(_("mot-clé IMAP"), max_length=100)
    name = models.CharField(_("nom"), max_length=60)
    colour = models.CharField(_("couleur"), max_length=10)
    order = models.PositiveSmallIntegerField(_("rang"), default=0)
    state = models.CharField(
        _("état"), max_length=8, choices=State.choices, default=State.SHOWN
    )

    class Meta:
        verbose_name = _("étiquette")
        verbose_name_plural = _("étiquettes")
        ordering: ClassVar = ["order", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                models.F("mailbox"), Lower("keyword"), name="one_label_per_keyword"
            )
        ]

    def __str__(self) -> str:
        return self.name


class Recipient(models.Model):
    """One envelope recipient and what the server said of it."""

    outgoing = models.ForeignKey(Outgoing, models.CASCADE, related_name="recipients")
    address = models.EmailField(_("destinataire"))
    accepted = models.BooleanField(_("accepté"), null=True)
    code = models.PositiveSmallIntegerField(_("code SMTP"), default=0)
    answer = models.CharField(_("réponse du serveur"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("destinataire")
        verbose_name_plural = _("destinataires")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["outgoing", "address"], name="one_row_per_recipient"
            )
        ]

    def __str__(self) -> str:
        return self.address

    @property
    def said(self) -> str:
        """What the server said, in words."""
        if self.accepted:
            return str(_("Accepté par le serveur"))
        return self.answer or str(_("En attente"))


class TrustedSender(models.Model):
    """Somebody whose remote images a person always wants to see. Only counts while our
    server says that it was them (mail/authentication.py)."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="trusted_senders",
        verbose_name=_("personne"),
    )
    address = models.EmailField(_("expéditeur"), max_length=320)
    created_at = models.DateTimeField(_("depuis"), default=timezone.now)

    class Meta:
        verbose_name = _("expéditeur de confiance")
        verbose_name_plural = _("expéditeurs de confiance")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user", "address"], name="one_trust_per_sender"
            )
        ]

    def __str__(self) -> str:
        return self.address


class Mute(models.Model):
    """A conversation whose next messages do not stay in the inbox (mail/muting.py)."""

    mailbox = models.ForeignKey(
        Mailbox, models.CASCADE, related_name="mutes", verbose_name=_("boîte")
    )
    root = models.CharField(max_length=250, help_text="What all of it answers.")
    subject = models.CharField(_("objet"), max_length=200, blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("auteur"),
    )
    created_at = models.DateTimeField(_("depuis"), default=timezone.now)

    class Meta:
        verbose_name = _("conversation en sourdine")
        verbose_name_plural = _("conversations en sourdine")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["mailbox", "root"], name="one_mute_per_conversation"
            )
        ]

    def __str__(self) -> str:
        return self.root
