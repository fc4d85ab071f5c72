"""The time that is left to a visit, for the page that warns of its end."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts import visits
from convergence.openness import background


@background
@require_http_methods(["GET", "HEAD", "POST"])
def show(request: HttpRequest) -> HttpResponse:
    """{"seconds": …} until the end. POST prolongs it (RGAA 13.1), GET does not."""
    now = timezone.now()
    if request.method == "POST":
        visits.touch(request, now, every=timedelta(0))
    return JsonResponse({"seconds": visits.seconds_left(request, now)})
