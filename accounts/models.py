"""People, the mailboxes that they may open, their sessions and the audit."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any, ClassVar, NoReturn
from zlib import crc32

from django.contrib.auth.models import (
    AbstractBaseUser,
    BaseUserManager,
    PermissionsMixin,
)
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    NOMINATIVE = "nominative", _("Boîte personnelle")
    FUNCTIONAL = "functional", _("Boîte fonctionnelle")


class Role(models.TextChoices):
    OWNER = "owner", _("Propriétaire")
    MEMBER = "member", _("Membre")
    READER = "reader", _("Lecture seule")


class UserManager(BaseUserManager["User"]):
    """People come from the directory: none is created with a password."""

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(uid=username)

    def create_superuser(self, uid: str, **fields: Any) -> User:
        """For `manage.py createsuperuser`: somebody of the directory."""
        fields.pop("password", None)
        user = self.model(uid=uid, is_staff=True, is_superuser=True, **fields)
        user.set_unusable_password()
        user.save()
        return user


class User(AbstractBaseUser, PermissionsMixin):
    """A person, as the directory knew them at their last sign-in."""

    uid = models.CharField(_("identifiant"), max_length=128, unique=True)
    name = models.CharField(_("nom affiché"), max_length=200, blank=True)
    mail = models.EmailField(_("adresse"), blank=True)
    function = models.CharField(_("fonction"), max_length=200, blank=True)
    uai = models.CharField(_("établissement (UAI)"), max_length=8, blank=True)
    school = models.CharField(_("établissement"), max_length=200, blank=True)
    telephone = models.CharField(_("téléphone"), max_length=40, blank=True)
    is_staff = models.BooleanField(_("accède à l’administration"), default=False)
    is_active = models.BooleanField(_("compte ouvert"), default=True)
    created_at = models.DateTimeField(_("créé le"), default=timezone.now)
    # read and written by accounts/preferences.py
    choices = models.JSONField(
        _("préférences"), default=dict, blank=True, editable=False
    )

    objects: ClassVar[UserManager] = UserManager()
    USERNAME_FIELD = "uid"
    EMAIL_FIELD = "mail"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("compte")
        verbose_name_plural = _("comptes")

    def __str__(self) -> str:
        return self.name or self.uid


class Mailbox(models.Model):
    """A mailbox of the IMAP server that the site opens for somebody."""

    address = models.EmailField(_("adresse"), unique=True)
    login = models.CharField(
        _("identifiant IMAP"),
        max_length=128,
        unique=True,
        help_text=_("Le nom que le serveur IMAP donne à la boîte."),
    )
    kind = models.CharField(_("type"), max_length=12, choices=Kind.choices)
    name = models.CharField(_("nom affiché"), max_length=200)
    uai = models.CharField(_("établissement (UAI)"), max_length=8, blank=True)
    aliases = models.JSONField(_("autres adresses"), default=list, blank=True)
    is_active = models.BooleanField(_("ouverte"), default=True)
    # counts the changes of its labels: every page reads this row anyway, so that none
    # asks for labels that it knows (mail/labels.py)
    labels_version = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        verbose_name = _("boîte")
        verbose_name_plural = _("boîtes")

    def __str__(self) -> str:
        return self.address

    @property
    def is_functional(self) -> bool:
        return self.kind == Kind.FUNCTIONAL

    @property
    def addresses(self) -> tuple[str, ...]:
        """All those by which mail reaches it, in lower case, the first its own."""
        return tuple(each.lower() for each in (self.address, *self.aliases))


class MembershipQuerySet(models.QuerySet["Membership"]):
    def current(self, on: date | None = None) -> MembershipQuerySet:
        """Those in force on this day (today in Paris by default)."""
        day = on or timezone.localdate()
        return self.filter(
            Q(starts_on=None) | Q(starts_on__lte=day),
            Q(ends_on=None) | Q(ends_on__gte=day),
            mailbox__is_active=True,
            user__is_active=True,
        )


class Membership(models.Model):
    """Who may open which mailbox, as what, from and until when (days included)."""

    user = models.ForeignKey(
        User, models.CASCADE, related_name="memberships", verbose_name=_("compte")
    )
    mailbox = models.ForeignKey(
        Mailbox, models.CASCADE, related_name="memberships", verbose_name=_("boîte")
    )
    role = models.CharField(_("rôle"), max_length=8, choices=Role.choices)
    starts_on = models.DateField(_("à partir du"), null=True, blank=True)
    ends_on = models.DateField(_("jusqu’au"), null=True, blank=True)
    mirrored = models.BooleanField(
        _("repris de l’annuaire"), default=False, editable=False
    )

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("accès")
        verbose_name_plural = _("accès")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user", "mailbox"], name="one_role_per_person_and_mailbox"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.mailbox} · {self.get_role_display()}"


class BrowserSession(models.Model):
    """A signed-in browser, so that a person can see and end their visits."""

    user = models.ForeignKey(
        User, models.CASCADE, related_name="browser_sessions", verbose_name=_("compte")
    )
    session_key = models.CharField(max_length=40, unique=True)
    door = models.CharField(_("entrée"), max_length=12)
    address = models.GenericIPAddressField(_("adresse IP"), null=True)
    browser = models.CharField(_("navigateur"), max_length=200, blank=True)
    shared_computer = models.BooleanField(_("poste partagé"), default=False)
    started_at = models.DateTimeField(_("début"), default=timezone.now)
    ended_at = models.DateTimeField(_("fin"), null=True, blank=True)

    class Meta:
        verbose_name = _("connexion")
        verbose_name_plural = _("connexions")

    def __str__(self) -> str:
        return f"{self.user} · {self.started_at:%d/%m/%Y %H:%M}"


_FORGOTTEN_AFTER = timedelta(days=180)
_FORGOTTEN_AT_ONCE = 1_000


class AppendOnlyError(TypeError):
    """Somebody's code tried to change or remove what may only be added to."""


class AppendOnlyQuerySet(models.QuerySet["AuditEvent"]):
    """Reads and adds; all that would change or remove rows raises AppendOnlyError, but
    for `forget_before`."""

    def forget_before(self, moment: datetime) -> int:
        """Remove what is older, as the law wants; how many. The one way out, and only
        for rows of half a year and more: nobody's acts of now can be hidden."""
        if moment > timezone.now() - _FORGOTTEN_AFTER:
            raise AppendOnlyError
        old, removed = self.filter(at__lt=moment).order_by("at"), 0
        # a few at a time: the others wait for the database meanwhile
        while keys := list(old.values_list("pk", flat=True)[:_FORGOTTEN_AT_ONCE]):
            rows = self.filter(pk__in=keys)
            removed += super(AppendOnlyQuerySet, rows).delete()[0]
        return removed

    def update(self, **fields: Any) -> NoReturn:
        raise AppendOnlyError

    def delete(self) -> NoReturn:
        raise AppendOnlyError

    def bulk_create(
        self, objs: Iterable[AuditEvent], *args: Any, **options: Any
    ) -> list[AuditEvent]:
        if options.get("update_conflicts"):
            raise AppendOnlyError
        return super().bulk_create(objs, *args, **options)


class AuditEvent(models.Model):
    """Something that somebody did. Rows are only ever added."""

    at = models.DateTimeField(_("date"), default=timezone.now, db_index=True)
    person = models.CharField(_("personne"), max_length=128, db_index=True)
    act = models.CharField(_("acte"), max_length=60, db_index=True)
    mailbox = models.CharField(_("boîte"), max_length=254, blank=True, db_index=True)
    target = models.CharField(_("objet de l’acte"), max_length=500, blank=True)
    outcome = models.CharField(_("résultat"), max_length=20, default="done")
    address = models.GenericIPAddressField(_("adresse IP"), null=True, blank=True)
    reference = models.CharField(_("référence"), max_length=12, blank=True)

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("événement du journal")
        verbose_name_plural = _("journal d’activité")
        ordering: ClassVar = ["-at"]

    def __str__(self) -> str:
        return f"{self.at:%d/%m/%Y %H:%M} {self.person} {self.act}"

    def save(self, *args: Any, **options: Any) -> None:
        if not self._state.adding:
            raise AppendOnlyError
        super().save(*args, **{**options, "force_insert": True})

    def delete(self, *args: Any, **options: Any) -> NoReturn:
        raise AppendOnlyError


class Announcement(models.Model):
    """A banner on every page: maintenance, incident, news."""

    class Level(models.TextChoices):
        INFO = "info", _("Information")
        WARNING = "warning", _("Attention")
        DANGER = "danger", _("Incident")

    text = models.CharField(_("texte"), max_length=300)
    level = models.CharField(
        _("niveau"), max_length=8, choices=Level.choices, default=Level.INFO
    )
    starts_at = models.DateTimeField(_("à partir du"), default=timezone.now)
    ends_at = models.DateTimeField(_("jusqu’au"), null=True, blank=True)
    is_lasting = models.BooleanField(
        _("toujours visible"),
        default=False,
        help_text=_("Personne ne peut la masquer."),
    )

    class Meta:
        verbose_name = _("annonce")
        verbose_name_plural = _("annonces")

    def __str__(self) -> str:
        return self.text

    @property
    def mark(self) -> str:
        """What a browser keeps of it that hides it: another text is another one."""
        return f"{self.pk}-{crc32(f'{self.level} {self.text}'.encode()):08x}"
