"""The table of keys."""

from __future__ import annotations

import json

from mail import shortcuts


def test_no_key_does_two_things() -> None:
    keys = [k for g in shortcuts.GROUPS for s in g.shortcuts for k in s.keys]
    assert len(keys) == len(set(keys)) == len(json.loads(shortcuts.table()))


def test_no_key_begins_what_others_continue() -> None:
    keys = set(json.loads(shortcuts.table()))
    assert not {key.split()[0] for key in keys if " " in key} & keys


def test_arrows_scroll_but_on_a_row() -> None:
    assert not {"ArrowDown", "ArrowUp"} & set(json.loads(shortcuts.table()))
    assert ("↓",) in shortcuts.of("next").shown
