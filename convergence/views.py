"""Pages that belong to no app: errors, health, the living page of components."""

from __future__ import annotations

from django.conf import settings
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from convergence import errors
from convergence.failures import error_response
from convergence.openness import public


@public
def health(request: HttpRequest) -> HttpResponse:
    """200 when this process can serve pages: the database answers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok"})


@public
def components(request: HttpRequest) -> HttpResponse:
    """The living page of components (in debug only)."""
    if not settings.DEBUG:
        raise Http404
    return render(request, "convergence/components.html")


@public
def accessibility(request: HttpRequest) -> HttpResponse:
    """The declaration that the law asks for (RGAA)."""
    return render(request, "convergence/accessibility.html")


@public
def legal(request: HttpRequest) -> HttpResponse:
    return render(request, "convergence/legal.html")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return error_response(
        request,
        errors.AccessRefused(
            _("Ce formulaire a expiré. Rechargez la page, puis recommencez.")
        ),
    )


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_response(request, errors.InputRefused())


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_response(request, errors.NotFound())


def refused(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_response(request, errors.AccessRefused())


def failed(request: HttpRequest) -> HttpResponse:
    return error_response(request, errors.ConvergenceError())
