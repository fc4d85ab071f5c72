"""The time that is left to a visit, for the page that warns of its end."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts import visits
from accounts.requests import person
from convergence.openness import background


@background
@require_http_methods(["GET", "HEAD", "POST"])
def show(request: HttpRequest) -> HttpResponse:
    """{"seconds": …} until the end, the {"token": …} that forms need now, because a
    page written before another sign-in has an old one, and the {"owner": …} of what a
    page keeps on this device. POST prolongs the visit (RGAA 13.1), GET does not."""
    now = timezone.now()
    if request.method == "POST":
        visits.touch(request, now, every=timedelta(0))
    left = visits.seconds_left(request, now)
    mark = visits.mark_of(person(request))
    told = {"seconds": left, "token": get_token(request), "owner": mark}
    return JsonResponse(told)
