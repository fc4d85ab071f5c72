"""Tags of what one does to messages: names, tooltips and keys of buttons."""

from __future__ import annotations

from django import template
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString

from mail import shortcuts

register = template.Library()


@register.simple_tag(takes_context=True)
def act(context: Context, name: str, label: str) -> SafeString:
    """The attributes of a button that does `name`: what it is called by scripts, its
    tooltip, its key. A kept piece with it depends on `shortcuts`."""
    if not context.get("shortcuts"):
        return format_html('data-act="{}" title="{}"', name, label)
    shortcut = shortcuts.of(name)
    return format_html(
        'data-act="{}" title="{} ({})" aria-keyshortcuts="{}"',
        name,
        label,
        " ".join(shortcut.shown[0]),
        shortcut.aria,
    )


@register.simple_tag
def hot_keys() -> str:
    """The table of keys, as JSON."""
    return shortcuts.table()
