"""Addresses of sign-in and of the choice of a mailbox."""

from __future__ import annotations

from django.urls import path

from accounts.views import choices, mailboxes, password, preferences, sign_in, visit

app_name = "accounts"
urlpatterns = [
    path("connexion/", sign_in.sign_in, name="sign_in"),
    path("deconnexion/", sign_in.sign_out, name="sign_out"),
    path("mot-de-passe/", password.change, name="password"),
    path("session/", visit.show, name="visit"),
    path("boites/", mailboxes.choose, name="mailboxes"),
    path("langue/", choices.language, name="language"),
    path("annonces/", choices.announcement, name="announcement"),
    path("apparence/", choices.theme, name="theme"),
    path("preferences/", preferences.edit, name="preferences"),
    path("preferences/volet/", preferences.pane, name="pane"),
]
