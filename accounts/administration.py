"""The administration: Django's, behind our own sign-in and our own rules.

Open to staff, by the nominative door only. It has no sign-in of its own: a stranger is
sent to ours by the middleware, and somebody signed in who is not staff gets a 404.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import update_wrapper
from typing import Any, TypeVar, cast

from django.contrib import admin
from django.http import Http404, HttpRequest
from django.urls import URLPattern, URLResolver
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect

from accounts import audit
from accounts.models import User

View = TypeVar("View", bound=Callable[..., object])
# passwords live in the directory, visits end by our own page, and links to the site
# would answer for objects that their reader may not open
_ABSENT = {"login", "logout", "password_change", "password_change_done", "view_on_site"}


class Administration(admin.AdminSite):
    site_title = _("Administration")
    site_header = _("Administration de la messagerie")
    index_title = _("Administration")
    enable_nav_sidebar = True
    empty_value_display = "–"

    def has_permission(self, request: HttpRequest) -> bool:
        user = request.user
        return is_open(request) and user.is_active and user.is_staff

    def admin_view(self, view: View, cacheable: bool = False) -> View:
        def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            if not self.has_permission(request):
                _note_refusal(request)
                raise Http404
            return view(request, *args, **kwargs)

        guarded = csrf_protect(inner if cacheable else never_cache(inner))
        return cast(View, update_wrapper(guarded, view))

    def get_urls(self) -> list[URLPattern | URLResolver]:
        return [url for url in super().get_urls() if _name(url) not in _ABSENT]


def is_open(request: HttpRequest) -> bool:
    """Whether the administration exists behind the door that was taken."""
    return bool(request.door.kind == "nominative")  # type: ignore[attr-defined]


def _note_refusal(request: HttpRequest) -> None:
    if isinstance(request.user, User):
        audit.record(
            request.user.uid, "admin.open", target=request.path, outcome="refused"
        )


def _name(url: URLPattern | URLResolver) -> str | None:
    return url.name if isinstance(url, URLPattern) else None


site = Administration(name="admin")
# deleting is rare: one at a time, on a page that says what goes with it
site.disable_action("delete_selected")
