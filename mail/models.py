"""What IMAP cannot keep: the states of outgoing messages and their recipients."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Mailbox
from mail import moments
from mail.acts import Act as Act


class Outgoing(models.Model):
    """One message on its way (architecture.md §4, Sending).

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
    message_id = models.CharField(max_length=250, unique=True)
    token = models.CharField(
        max_length=64, unique=True, help_text="Same form posted twice sends once."
    )
    sender = models.EmailField(_("expéditeur"))
    subject = models.CharField(_("objet"), max_length=500, blank=True)
    size = models.PositiveIntegerField(_("taille"), default=0)
    # what to flag once it has left: {"folder", "uid", "message_id", "flag"}
    origin = models.JSONField(default=dict, blank=True)
    attempts = models.PositiveSmallIntegerField(_("essais"), default=0)
    retry_at = models.DateTimeField(_("nouvel essai"), null=True, blank=True)
    failure = models.CharField(_("raison"), max_length=300, blank=True)
    filed = models.BooleanField(_("copie dans Envoyés"), default=False)
    created_at = models.DateTimeField(_("écrit le"), default=timezone.now)
    claimed_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(_("terminé le"), null=True, blank=True)

    class Meta:
        verbose_name = _("envoi")
        verbose_name_plural = _("envois")
        ordering: ClassVar = ["-created_at"]
        indexes: ClassVar = [
            models.Index(fields=["state", "due_at"], name="outgoing_due")
        ]

    def __str__(self) -> str:
        return f"{self.sender} · {self.get_state_display()}"


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
