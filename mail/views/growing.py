"""An open conversation as it goes on: messages that came, lines that changed, messages
that left. The page says which ones it shows (`feuilles`: `folder.uid.uid+_folder.uid`,
`+` when it is unfolded)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from itertools import groupby
from typing import NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from accounts.access import Grant
from accounts.requests import person
from convergence.web import is_partial
from mail import conversing
from mail.access import open_granted
from mail.conversing import Conversation, Window
from mail.forms import checked
from mail.listforms import NewsForm
from mail.store import Store
from mail.views import conversations, exchanges, regions
from mail.views.exchanges import Leaf


class Run(NamedTuple):
    """Messages that came one after the other, behind one that the page shows."""

    after: str
    leaves: list[Leaf]


class Grown(NamedTuple):
    """What changes on the page; `left` are read no more, `lost` while they are read;
    `heard` is what came and is new to somebody, in their order."""

    conversation: Conversation
    window: Window
    came: list[Run]
    heard: list[Leaf]
    kept: list[Leaf]
    left: list[str]
    lost: list[str]
    people: str
    scope: str
    pages: str
    path: str

    @property
    def uids(self) -> str:
        return ",".join(map(str, self.conversation.here))

    @property
    def told(self) -> str:
        """The sentence for what is new, "" when nothing is."""
        if not self.heard:
            return ""
        text = ngettext(
            "Nouveau message dans la conversation, de %(who)s.",
            "%(count)s nouveaux messages dans la conversation, le dernier de %(who)s.",
            len(self.heard),
        )
        who = self.heard[-1].summary.envelope.sender.label or "—"
        return text % {"count": len(self.heard), "who": who}


def shown(leaves: str) -> dict[str, bool]:
    """By the name of each message that the page shows whether it is unfolded."""
    found: dict[str, bool] = {}
    for group in filter(None, leaves.split("_")):
        folder, *uids = group.split(".")
        found |= {f"leaf-{folder}-{uid.rstrip('+')}": "+" in uid for uid in uids}
    return found


def here(names: Iterable[str], folder: str) -> list[int]:
    """The UIDs of those that are in this folder."""
    start = regions.leaf_id(folder, 0).removesuffix("0")
    return [int(n.removeprefix(start)) for n in names if n.startswith(start)]


def grown(
    grant: Grant,
    store: Store,
    folder: str,
    uid: int,
    known: Mapping[str, bool],
    *,
    search: bool = False,
    older: bool = False,
) -> Grown:
    """What became of the conversation of a message that is still there; with `search`
    the older messages of other folders too. `older`: the page is not the newest one."""
    found = conversing.conversation(store, folder, uid, search=search)
    names = [regions.leaf_id(p.folder.name, p.summary.uid) for p in found.pieces]
    window = _window(names, known, older=older)
    leaves = exchanges.folded(grant, found, window)
    left = set(names)
    gone = [name for name in known if name not in left]
    if not found.whole:
        # what was not looked for is not gone
        here = regions.leaf_id(folder, 0).removesuffix("0")
        gone = [name for name in gone if name.startswith(here)]
    came = _runs(leaves, known)
    return Grown(
        conversation=found,
        window=window,
        came=came,
        heard=_heard(grant, came, _newest(found, known)),
        kept=[leaf for leaf in leaves if leaf.name in known],
        left=[name for name in gone if not known[name]],
        lost=[name for name in gone if known[name]],
        people=conversations.people(grant, found),
        scope=conversations.scope(found),
        pages=conversations.told(window),
        path=f"{regions.path_of(grant.mailbox.address, folder)}{found.here[0]}/",
    )


def _heard(grant: Grant, came: Iterable[Run], since: datetime | None) -> list[Leaf]:
    """What nobody has read, that others wrote and that was received by `since` or later
    (INTERNALDATE counts whole seconds): what was found, filed or sent is no news."""
    own = grant.mailbox.addresses
    return [
        leaf
        for run in came
        for leaf in run.leaves
        if not leaf.summary.seen
        and leaf.summary.envelope.sender.email.lower() not in own
        and (since is None or leaf.summary.envelope.received >= since)
    ]


def _newest(found: Conversation, known: Mapping[str, bool]) -> datetime | None:
    """When the last of the messages that the page shows was received."""
    received = (
        piece.summary.envelope.received
        for piece in found.pieces
        if regions.leaf_id(piece.folder.name, piece.summary.uid) in known
    )
    return max(received, default=None)


def _window(names: list[str], known: Mapping[str, bool], *, older: bool) -> Window:
    """From the oldest message that the page shows, if it is whole so far from as many
    as a page has; to the newest of all, or of a page of `older` ones to its own."""
    total = len(names)
    places = [place for place, name in enumerate(names, 1) if name in known]
    first = max(1, total - conversing.PAGE + 1)
    if not places:
        return Window(first, total, total)
    if older:
        return Window(places[0], places[-1], total)
    return Window(min(places[0], first), total, total)


@require_GET
def elsewhere(
    request: HttpRequest, address: str, folder: str, uid: int
) -> HttpResponse:
    """The messages of a conversation that are searched when its page is there; the page
    says in `feuilles` which ones it shows."""
    if not is_partial(request):
        return redirect(
            f"{regions.message_path(address, folder, uid)}conversation/?ailleurs=1"
        )
    with open_granted(person(request), address) as (grant, store):
        asked = checked(NewsForm(request.GET))
        known, older = shown(asked["feuilles"]), asked["anciens"]
        found = grown(grant, store, folder, uid, known, search=True, older=older)
    context = {"grant": grant, "mailbox": grant.mailbox, "grown": found}
    return render(request, "mail/news/_grown.html", context)


def _runs(leaves: list[Leaf], known: Mapping[str, bool]) -> list[Run]:
    after, placed = "", []
    for leaf in leaves:
        after = leaf.name if leaf.name in known else after
        placed.append((after, leaf))
    new = [(behind, leaf) for behind, leaf in placed if leaf.name not in known]
    return [
        Run(behind, [leaf for _behind, leaf in run])
        for behind, run in groupby(new, key=lambda pair: pair[0])
    ]
