"""The headings of a list by date: Aujourd’hui, Hier, Lundi, Semaine dernière, Mars."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import groupby

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _


@lru_cache(maxsize=4096)
def heading(day: date, today: date, language: str) -> str:
    """Under which words a message of `day` stands, said in this language."""
    monday = today - timedelta(days=today.weekday())
    if day > today:
        return _("Date à venir")
    if day == today:
        return _("Aujourd’hui")
    if day == today - timedelta(days=1):
        return _("Hier")
    if day >= monday:
        return capfirst(date_format(day, "l"))
    if day >= monday - timedelta(days=7):
        return _("Semaine dernière")
    return capfirst(date_format(day, "F" if day.year == today.year else "F Y"))


def plain(rows: Iterable[str]) -> SafeString:
    # a template rendered each row
    return mark_safe(f'<ul class="list">{"".join(rows)}</ul>')  # noqa: S308


def grouped(rows: Iterable[tuple[datetime, str]]) -> SafeString:
    """The rows as lists below their headings."""
    return mark_safe("".join(_groups(rows)))  # noqa: S308 (see `plain`)


def _groups(rows: Iterable[tuple[datetime, str]]) -> Iterator[str]:
    today, language = timezone.localdate(), get_language() or "fr"
    here = timezone.get_current_timezone()

    def words(row: tuple[datetime, str]) -> str:
        return heading(row[0].astimezone(here).date(), today, language)

    for title, group in groupby(rows, words):
        yield format_html('<h2 class="list__day">{}</h2>', title)
        yield plain(made for _at, made in group)
