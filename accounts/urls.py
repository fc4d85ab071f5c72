"""Addresses of sign-in and of the choice of a mailbox."""

from __future__ import annotations

app_name = "accounts"
urlpatterns: list[object] = []
