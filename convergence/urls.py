"""The site's addresses: nouns in French, as the person reads them."""

from __future__ import annotations

from django.conf import settings
from django.urls import include, path

from accounts import administration
from accounts.views import home
from convergence import converters, views
from live.views import ticket

converters.register()

urlpatterns = [
    path("", home.show, name="home"),
    path("", include("accounts.urls")),
    path("", include("mail.urls")),
    path("billet/", ticket, name="ticket"),
    path("sante/", views.health, name="health"),
    path("accessibilite/", views.accessibility, name="accessibility"),
    path("mentions-legales/", views.legal, name="legal"),
    path("composants/", views.components, name="components"),
    path(settings.ADMIN_PATH, administration.site.urls),
]

handler400 = handler403 = handler404 = views.refused
handler500 = views.failed
