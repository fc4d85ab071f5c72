"""What the first load of the mailbox page weighs, in Chromium with an empty cache.

As it leaves gunicorn: the site compresses the page (convergence/compression.py), static
files are stored compressed.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page

from bench import chromium
from bench.people import Account
from bench.report import Row, verdict

OCTETS_MAX = 150 * 1024
REQUESTS_MAX = 25
# what a page asks for by itself comes within it
SETTLED_MS = 1_500


@dataclass(frozen=True, slots=True)
class Weight:
    """`sizes`: octets by address, headers included, the heaviest first. `requests`: how
    many were sent, whether they were answered or not."""

    sizes: dict[str, int]
    requests: int

    @property
    def octets(self) -> int:
        return sum(self.sizes.values())


def of(page: Page, url: str) -> Weight:
    """What a browser that was never there loads for this address. A stream of events,
    which does not end, is a request without octets."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    asked: dict[str, str] = {}
    octets: Counter[str] = Counter()

    def sent(event: dict[str, Any]) -> None:
        if event["request"]["url"].startswith("http"):
            asked[event["requestId"]] = event["request"]["url"]

    def ended(event: dict[str, Any]) -> None:
        if event["requestId"] in asked:
            octets[asked[event["requestId"]]] += int(event["encodedDataLength"])

    session.on("Network.requestWillBeSent", sent)
    session.on("Network.loadingFinished", ended)
    page.goto(url)
    page.wait_for_timeout(SETTLED_MS)
    session.detach()
    return Weight(dict(octets.most_common()), len(asked))


def measure(port: int, who: Account) -> tuple[list[Row], bool]:
    """The page of the inbox for somebody who has signed in; whether the bars hold."""
    with chromium.signed_in(port, who) as page:
        weight = of(page, f"{chromium.base(port)}/courrier/{who.address}/INBOX/")
    return [row_of(weight)], show(weight)


def show(weight: Weight) -> bool:
    """Print a line; whether both bars are held."""
    kilobytes, most = weight.octets / 1024, OCTETS_MAX / 1024
    print(
        f"{'first load':22} {weight.requests} requests, {kilobytes:.1f} KB  "
        f"{verdict('requests', weight.requests, REQUESTS_MAX)}  "
        f"{verdict('KB', kilobytes, most)}",
        flush=True,
    )
    return weight.requests <= REQUESTS_MAX and weight.octets <= OCTETS_MAX


def row_of(weight: Weight) -> Row:
    return Row("first load", 0, 0, 0, 0, 0, 0, weight.requests, 0, weight.octets)
