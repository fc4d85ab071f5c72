"""What the buttons of the guards do to the fields of a message."""

from __future__ import annotations

import pytest
from django.http import QueryDict
from pytest_django.fixtures import Settings

from mail import mending


def fields(mend: str, **lines: str) -> dict[str, str]:
    posted = QueryDict(mutable=True)
    posted.update({"mend": mend, "text": "Gardé", **lines})
    changed = mending.mended(posted)
    assert changed["text"] == "Gardé"
    return {name: changed.get(name, "") for name in ("to", "cc", "bcc")}


LINES = {
    "to": '"Dubois, Claire" <c@ac.fr>, p1@x.test',
    "cc": "Q <p2@x.test>, faux@",
    "bcc": "d@ac.fr",
}


@pytest.mark.parametrize(
    ("mend", "to", "cc", "bcc"),
    [
        (
            "bcc",
            '"Dubois, Claire" <c@ac.fr>',
            "faux@",
            "d@ac.fr, p1@x.test, Q <p2@x.test>",
        ),
        (
            "remove P1@x.test p2@x.test",
            '"Dubois, Claire" <c@ac.fr>',
            "faux@",
            "d@ac.fr",
        ),
        (
            "replace c@ac.fr c2@ac.fr",
            '"Dubois, Claire" <c2@ac.fr>, p1@x.test',
            LINES["cc"],
            "d@ac.fr",
        ),
        ("only p1@x.test", "p1@x.test", "faux@", ""),
    ],
)
def test_people_change_places(
    settings: Settings, mend: str, to: str, cc: str, bcc: str
) -> None:
    settings.MAIL_DOMAIN = "ac.fr"
    assert fields(mend, **LINES) == {"to": to, "cc": cc, "bcc": bcc}


@pytest.mark.parametrize(
    "mend", ["", "efface", "replace a@b.test", "replace c@ac.fr faux@", "bcc tout"]
)
def test_what_is_no_mend_changes_nothing(mend: str) -> None:
    assert fields(mend, **LINES) == LINES
