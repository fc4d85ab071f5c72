"""Failed sign-ins: how many before the next ones are not even tried.

django-axes counts them in the database, per account and source; here its rows are added
up per source (widely: a whole school stands behind one address) and per account.

Nothing tells whether an account exists. Unknown ones are counted alike, all refusals
take the same time, and since the directory's own lock-out ("bloqué") shows only on
accounts that exist, after as many failures we say it of any name, from any source.
What remains: somebody who tries an account while it is locked learns that it exists.
The directory says so without looking at the password, and those whom it concerns must
be told; we chose them over a name that can be guessed from any signature.
"""

from __future__ import annotations

import time
from ipaddress import IPv6Address, ip_address

from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import Sum
from django.http import HttpRequest
from django.utils import timezone

from accounts.middleware import client_address


def username(request: HttpRequest | None, credentials: dict[str, str] | None) -> str:
    """The name that failures are counted by, in one spelling."""
    given = (credentials or {}).get("username", "")
    if not given and request is not None:
        given = request.POST.get("username", "")
    return spelling(given)


def spelling(identifier: str) -> str:
    return " ".join(identifier.split()).lower()[:200]


def source(request: HttpRequest) -> str | None:
    """Where failures come from: an address, or the network that one subscriber of
    IPv6 has to himself."""
    given = client_address(request)
    if given is None:
        return None
    address = ip_address(given)
    if isinstance(address, IPv6Address):
        return str(IPv6Address(int(address) >> 64 << 64))
    return given


def source_is_blocked(request: HttpRequest) -> bool:
    return (
        _failures(ip_address=source(request)) >= settings.SIGN_IN_FAILURES_PER_ADDRESS
    )


def account_is_blocked(identifier: str) -> bool:
    """Whether this name failed too often, from whatever sources."""
    failures = _failures(username=spelling(identifier))
    return failures >= settings.AXES_FAILURE_LIMIT


def forgive(request: HttpRequest, identifier: str) -> None:
    """After a success: failures under the spelling that was typed (axes only knows the
    uid)."""
    AccessAttempt.objects.filter(
        username=spelling(identifier), ip_address=source(request)
    ).delete()


def hold(began: float) -> None:
    """Let a refusal take as long as any other: since `began` (monotonic), the server
    has hashed a password or has not."""
    left = began + settings.SIGN_IN_REFUSAL_SECONDS - time.monotonic()
    if left > 0:
        time.sleep(left)


def _failures(**fields: str | None) -> int:
    since = timezone.now() - settings.AXES_COOLOFF_TIME
    rows = AccessAttempt.objects.filter(attempt_time__gte=since, **fields)
    return rows.aggregate(n=Sum("failures_since_start"))["n"] or 0
