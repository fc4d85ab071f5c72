"""Senders whose remote images one wants to see without being asked.

Anybody can write an address into From: trust counts for a message of which our server
says that it comes from there, and cannot be given on another.
"""

from __future__ import annotations

from django.conf import settings

from accounts.models import User
from convergence.errors import Conflict
from mail import authentication
from mail.messages import Header
from mail.models import TrustedSender


def can_trust(header: Header) -> bool:
    """Whether trust in the sender of this message could count."""
    if len(header.senders) != 1 or "@" not in header.sender.email:
        return False
    return authentication.verdict(header, settings.TRUSTED_AUTHSERV_ID) == "passed"


def is_trusted(user: User, header: Header) -> bool:
    """One query, and only where trust could count."""
    address = header.sender.email.lower()
    return can_trust(header) and user.trusted_senders.filter(address=address).exists()


def trust(user: User, header: Header) -> None:
    """Raises Conflict for a sender of whom nobody knows that it is them."""
    if not can_trust(header):
        raise Conflict
    TrustedSender.objects.get_or_create(user=user, address=header.sender.email.lower())


def withdraw(user: User, header: Header) -> None:
    user.trusted_senders.filter(address=header.sender.email.lower()).delete()
