"""The people that a mailbox writes to (mail/remembering.py)."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Mailbox


class Correspondent(models.Model):
    """Somebody whom a person has written to from a mailbox.

    `weight` grows with each message and halves with time, on a scale on which it can be
    compared without knowing the time; `words` is what is searched.
    """

    mailbox = models.ForeignKey(
        Mailbox, models.CASCADE, related_name="correspondents", verbose_name=_("boîte")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="correspondents",
        verbose_name=_("personne"),
    )
    address = models.EmailField(_("adresse"), max_length=254)
    name = models.CharField(_("nom"), max_length=200, blank=True)
    words = models.CharField(max_length=500)
    weight = models.FloatField()
    used_at = models.DateTimeField(_("dernier message"), default=timezone.now)
    forgotten = models.BooleanField(_("ne plus proposer"), default=False)

    class Meta:
        verbose_name = _("correspondant")
        verbose_name_plural = _("correspondants")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["mailbox", "user", "address"], name="one_correspondent"
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["user", "address"], name="correspondent_of")
        ]

    def __str__(self) -> str:
        return self.address
