from __future__ import annotations

import pytest

from tests.accounts.conftest import Visitor

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("path", "field", "good", "bad"),
    [("/langue/", "language", "en", "fr"), ("/apparence/", "theme", "dark", "auto")],
)
def test_a_choice_is_kept_and_others_fall_back(
    path: str, field: str, good: str, bad: str
) -> None:
    visitor = Visitor()
    for value, kept in ((good, good), ("<script>", bad), ("", bad)):
        response = visitor.post(path, {field: value, "next": "/connexion/"})
        assert response["Location"] == "/connexion/"
        assert visitor.cookies[field].value == kept
        assert visitor.cookies[field]["httponly"]


def test_the_page_speaks_the_language_that_was_chosen() -> None:
    visitor = Visitor()
    assert 'lang="fr"' in visitor.get("/connexion/").content.decode()
    visitor.post("/langue/", {"language": "en"})
    assert 'lang="en"' in visitor.get("/connexion/").content.decode()


@pytest.mark.parametrize("target", ["//evil.test", "/\\evil.test", "https://evil.test"])
def test_a_choice_never_leads_away(target: str) -> None:
    response = Visitor().post("/apparence/", {"theme": "dark", "next": target})
    assert response["Location"] == "/"
