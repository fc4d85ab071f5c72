"""The first page of each door."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect


def show(request: HttpRequest) -> HttpResponse:
    return redirect("accounts:sign_in")
