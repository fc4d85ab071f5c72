"""The right to disconnect: when a message is rather proposed for the next morning.

Nothing is ever forced: the button that is proposed changes, the other one stays beside
it. The nearest rule counts: that of the mailbox, of the school, of everybody, of the
settings.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Mailbox
from convergence.statements import Statement
from mail import schooldays
from mail.moments import MORNING, PARIS


class WorkingHours(models.Model):
    """When the people of a mailbox, of a school or (neither) everybody work."""

    mailbox = models.OneToOneField(
        Mailbox,
        models.CASCADE,
        related_name="+",
        verbose_name=_("boîte"),
        null=True,
        blank=True,
    )
    uai = models.CharField(_("établissement (UAI)"), max_length=8, blank=True)
    proposes = models.BooleanField(
        _("propose l’envoi le matin suivant"),
        default=True,
        help_text=_("À décocher pour qui doit répondre la nuit ou le week-end."),
    )
    starts = models.TimeField(_("début"), default=time(7, 30))
    ends = models.TimeField(_("fin"), default=time(19))

    class Meta:
        verbose_name = _("horaires de travail")
        verbose_name_plural = _("horaires de travail")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["uai"],
                condition=Q(mailbox=None),
                name="one_working_hours_per_school",
            )
        ]

    def __str__(self) -> str:
        return f"{self.mailbox or self.uai or settings.INSTITUTION}"

    def clean(self) -> None:
        if self.mailbox and self.uai:
            raise ValidationError(_("Une boîte ou un établissement, pas les deux."))
        # a field that was refused is not there
        if None not in (self.starts, self.ends) and self.starts >= self.ends:
            raise ValidationError({"ends": _("La fin doit venir après le début.")})


# a ready statement: whoever writes asks
_RULES = Statement(
    WorkingHours,
    "rule",
    """
    SELECT {columns} FROM mail_workinghours rule
    WHERE rule.mailbox_id = %s OR (rule.mailbox_id IS NULL AND rule.uai IN ('', %s))
    """,
)


@dataclass(frozen=True, slots=True)
class Hours:
    proposes: bool
    starts: time
    ends: time


def of(mailbox: Mailbox) -> Hours:
    """The rule that counts for this mailbox."""
    rules = [rule for rule, _others in _RULES.rows(mailbox.pk, mailbox.uai)]
    found = sorted(rules, key=lambda rule: (rule.mailbox_id is None, not rule.uai))
    for rule in found:
        return Hours(rule.proposes, rule.starts, rule.ends)
    starts, ends = settings.WORKING_HOURS
    return Hours(settings.DISCONNECTION, starts, ends)


def proposed(hours: Hours, now: datetime | None = None) -> datetime | None:
    """The next working morning, when this is no hour of work; None when it is one, or
    when nothing is to be proposed."""
    here = timezone.localtime(now or timezone.now(), PARIS)
    if not hours.proposes:
        return None
    worked = schooldays.is_worked(here.date())
    if worked and hours.starts <= here.time() < hours.ends:
        return None
    # before the morning of a day of work it is that morning
    later = not worked or here.time() >= hours.starts
    day = schooldays.next_worked(here.date() + timedelta(days=later))
    return datetime.combine(day, max(MORNING, hours.starts), PARIS)
