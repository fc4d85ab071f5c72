"""Drafts that are given up: they go to the trash, from where one click brings them
back."""

from __future__ import annotations

from convergence.errors import MessageMissing
from mail import drafting
from mail.messages import DRAFT
from mail.store import Store


def throw_away(store: Store, version: str) -> str:
    """This version of a draft (drafting.name_of) as it lies; the Message-ID by which it
    can be brought back, "" when it has none or is gone already."""
    folder = store.special("drafts")
    uidvalidity, uids = drafting.named(store, folder, version)
    name = drafting.message_id_of(store, version)
    if not uids or name == "-":
        return ""
    store.move(folder, uids, store.special("trash"), uidvalidity)
    return name


def bring_back(store: Store, message_id: str) -> tuple[str, int]:
    """(folder, UID) of the draft, to go on with it. Raises MessageMissing when it is
    neither in the trash nor among the drafts."""
    drafts, trash = store.special("drafts"), store.special("trash")
    if uids := store.find(trash, message_id):
        store.move(trash, uids[-1:], drafts)
    found = store.find(drafts, message_id)
    if not found:
        raise MessageMissing
    store.mark(drafts, found[-1:], DRAFT, on=True)
    return drafts, found[-1]
