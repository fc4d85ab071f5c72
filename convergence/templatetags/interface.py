"""Tags and filters of the interface: icons, avatars, dates, sizes."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import lru_cache
from zlib import crc32

from django import template
from django.template import Context
from django.templatetags.static import static
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from convergence.importmap import import_map
from convergence.keeping import kept

register = template.Library()
register.tag("kept", kept)
NARROW = "\u202f"
TONES = 8


@lru_cache(maxsize=256)
def _icon(name: str, kind: str) -> SafeString:
    sheet = static("icons/sprite.svg")
    return format_html(
        '<svg class="icon {}" aria-hidden="true"><use href="{}#{}"></use></svg>',
        kind,
        sheet,
        name,
    )


@register.simple_tag
def icon(name: str, kind: str = "") -> SafeString:
    """A decorative icon of the sprite; the name stands in text beside it."""
    return _icon(name, kind)


@lru_cache(maxsize=4096)
def _avatar(name: str, address: str) -> SafeString:
    words = [w for w in (name or address).replace(".", " ").split() if w[:1].isalnum()]
    first = words[0][0] if words else "?"
    last = words[-1][0] if len(words) > 1 and "@" not in words[-1] else ""
    tone = crc32(address.lower().encode()) % TONES
    letters = escape((first + last).upper())
    return mark_safe(  # noqa: S308 (letters escaped above)
        f'<span class="avatar" data-tone="{tone}" aria-hidden="true">{letters}</span>'
    )


@register.simple_tag
def avatar(name: str, address: str) -> SafeString:
    """Initials on a colour that stays the same for an address."""
    return _avatar(name, address)


@register.simple_tag(takes_context=True)
def importmap(context: Context) -> SafeString:
    """The import map, allowed by the nonce of this answer."""
    start = f'<script type="importmap" nonce="{context["csp_nonce"]}">'
    # addresses of our own files only
    return mark_safe(f"{start}{import_map()}</script>")  # noqa: S308


@lru_cache(maxsize=64)
def asset(path: str) -> str:
    return static(path)


register.simple_tag(asset, name="asset")


@register.filter
def mail_date(value: datetime | None) -> str:
    """«14:05», «hier», «lun. 9», «12 sept.», «12/09/2024», in Paris time."""
    return "" if value is None else stamps(value)[1]


def stamps(value: datetime) -> tuple[str, str]:
    """`iso_date` and `mail_date` at once, for what a page has many of."""
    here = timezone.get_current_timezone()
    local, today = value.astimezone(here), datetime.now(here).date()
    if local.date() == today:
        return local.isoformat(), f"{local:%H:%M}"
    day = _short_day(local.date(), today, translation.get_language())
    return local.isoformat(), day


@lru_cache(maxsize=4096)
def _short_day(day: date, today: date, _language: str | None) -> str:
    if day == today - timedelta(days=1):
        return _("hier")
    if today - timedelta(days=7) < day < today:
        return _weekday(day)
    if day.year == today.year:
        return date_format(day, _("j N"))
    return f"{day:%d/%m/%Y}"


def _weekday(day: date) -> str:
    """«lun. 9»; "Mon 9" in English."""
    name = date_format(day, "D")
    if translation.get_language() == "en":
        return f"{name} {day.day}"
    return f"{name.lower().rstrip('.')}. {day.day}"


@register.filter
def full_date(value: datetime | None) -> str:
    """«lundi 23 novembre 2026 à 14:05»."""
    if value is None:
        return ""
    local = timezone.localtime(value)
    day = _full_day(local.date(), translation.get_language())
    return _("%(day)s à %(time)s") % {"day": day, "time": f"{local:%H:%M}"}


@lru_cache(maxsize=1024)
def _full_day(day: date, _language: str | None) -> str:
    return date_format(day, "l j F Y")


@register.filter
def iso_date(value: datetime | None) -> str:
    return timezone.localtime(value).isoformat() if value else ""


@register.filter
def file_size(octets: int) -> str:
    """Octets as «812 o», «14 Ko», «2,3 Mo»."""
    return _size(octets, translation.get_language())


@lru_cache(maxsize=8192)
def _size(octets: int, language: str | None) -> str:
    units = (
        ("o", "Ko", "Mo", "Go")
        if language != "en"
        else (
            "B",
            "KB",
            "MB",
            "GB",
        )
    )
    size, unit = float(octets), 0
    while size >= 1000 and unit < len(units) - 1:
        size, unit = size / 1024, unit + 1
    digits = 1 if unit > 1 and size < 10 else 0
    number = f"{size:.{digits}f}"
    if units[0] == "o":
        number = number.replace(".", ",")
    return f"{number}{NARROW}{units[unit]}"


@register.filter
def grouped(number: int) -> str:
    """Thousands apart: «12 345»."""
    return f"{number:,}".replace(",", NARROW)
