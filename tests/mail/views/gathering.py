"""The list over all mailboxes, as somebody with two of them sees it."""

from __future__ import annotations

from tests.accounts.conftest import Visitor

PATH = "/toutes-les-boites/"


def shown(visitor: Visitor, query: str = "") -> str:
    response = visitor.get(PATH + query)
    assert response.status_code == 200
    return response.content.decode()
