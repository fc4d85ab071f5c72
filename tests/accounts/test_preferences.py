from __future__ import annotations

import pytest

from accounts import preferences
from accounts.models import User
from accounts.preferences import Preferences

pytestmark = pytest.mark.django_db


@pytest.fixture
def user() -> User:
    return User.objects.create(uid="imarchand")


def test_a_choice_is_kept_beside_the_others(user: User) -> None:
    preferences.choose(user, density="compact")
    preferences.choose(user, conversations=False)
    user.refresh_from_db()
    expected = Preferences(density="compact", conversations=False)
    assert preferences.of(user) == expected


@pytest.mark.parametrize(
    "chosen",
    [{"layout": "x"}, {"pane": 99}, {"pane": True}, {"shortcuts": 1}, {"y": 1}],
)
def test_what_is_not_valid_is_refused(user: User, chosen: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=next(iter(chosen))):
        preferences.choose(user, **chosen)


def test_what_was_stored_otherwise_is_left_out(user: User) -> None:
    user.choices = {"layout": ["x"], "gone": 1, "density": "compact"}
    assert preferences.of(user) == Preferences(density="compact")
