"""People as text: one filter takes a tenth of the time of a loop in a template."""

from __future__ import annotations

from collections.abc import Sequence

from django import template

from mail.messages import Address

register = template.Library()


@register.filter
def names(people: Sequence[Address]) -> str:
    """«Inès Marchand, proy@…»: each by name, else by address."""
    return ", ".join(someone.label for someone in people)


@register.filter
def addresses(people: Sequence[Address], most: int) -> str:
    """«Inès Marchand <imarchand@…>, …»: the first ones with their full address."""
    return ", ".join(
        f"{someone.name} <{someone.email}>" if someone.name else f"<{someone.email}>"
        for someone in people[:most]
    )
