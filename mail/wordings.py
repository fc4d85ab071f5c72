"""Texts that are kept to be used again: the signatures of a mailbox, the templates of a
person or of a mailbox, the signature that an institution imposes."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Mailbox


class Wording(models.Model):
    """`html` is empty or cleaned (safehtml.clean_written), and in `text` too."""

    name = models.CharField(_("nom"), max_length=60)
    text = models.TextField(_("texte"), blank=True)
    html = models.TextField(_("texte mis en forme"), blank=True)
    order = models.PositiveIntegerField(_("rang"), default=0)

    class Meta:
        abstract = True
        ordering: ClassVar = ["order", "pk"]

    def __str__(self) -> str:
        return self.name


class Signature(Wording):
    """One of a mailbox, for all its addresses or for one. Whoever writes for the
    mailbox may use it; its variables are filled from who does."""

    mailbox = models.ForeignKey(
        Mailbox, models.CASCADE, related_name="signatures", verbose_name=_("boîte")
    )
    address = models.EmailField(_("adresse"), max_length=254, blank=True)
    for_new = models.BooleanField(_("dans les nouveaux messages"), default=False)
    for_answers = models.BooleanField(_("dans les réponses"), default=False)

    class Meta(Wording.Meta):
        verbose_name = _("signature")
        verbose_name_plural = _("signatures")


class Template(Wording):
    """Of one person, or of all who open a mailbox."""

    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="templates",
        verbose_name=_("personne"),
    )
    mailbox = models.ForeignKey(
        Mailbox,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="templates",
        verbose_name=_("boîte"),
    )
    subject = models.CharField(_("objet"), max_length=500, blank=True)

    class Meta(Wording.Meta):
        verbose_name = _("modèle")
        verbose_name_plural = _("modèles")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(author=None, mailbox__isnull=False)
                | Q(author__isnull=False, mailbox=None),
                name="template_of_a_person_or_a_mailbox",
            )
        ]

    @property
    def is_shared(self) -> bool:
        return self.mailbox_id is not None


class ImposedSignature(models.Model):
    """What every message of a mailbox, or from a domain, ends with."""

    mailbox = models.OneToOneField(
        Mailbox,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="imposed_signature",
        verbose_name=_("boîte"),
    )
    domain = models.CharField(
        _("domaine"),
        max_length=253,
        blank=True,
        help_text=_("La partie qui suit « @ » : toutes les adresses de ce domaine."),
    )
    text = models.TextField(_("texte"))
    html = models.TextField(_("texte mis en forme (HTML)"), blank=True)
    is_active = models.BooleanField(_("en vigueur"), default=True)

    class Meta:
        verbose_name = _("signature imposée")
        verbose_name_plural = _("signatures imposées")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["domain"],
                condition=~Q(domain=""),
                name="one_imposed_signature_per_domain",
            )
        ]

    def __str__(self) -> str:
        return str(self.mailbox) if self.mailbox else f"@{self.domain}"

    def clean(self) -> None:
        if bool(self.mailbox) == bool(self.domain):
            raise ValidationError(_("Indiquez une boîte ou un domaine, pas les deux."))
