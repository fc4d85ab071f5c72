"""The empty signed-in page that benchmarks subtract (settings.BENCH only)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.access import grant
from accounts.models import User


def show(request: HttpRequest, address: str) -> HttpResponse:
    """Session, gate and layout: what every page of mail pays, without IMAP."""
    assert isinstance(request.user, User)
    right = grant(request.user, address)
    return render(request, "mail/empty.html", {"mailbox": right.mailbox})
