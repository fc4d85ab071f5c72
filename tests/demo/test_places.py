from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from demo import places
from demo.places import Place
from stack import StackError


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(places, "ROOT", tmp_path)
    return tmp_path


@pytest.fixture
def running(root: Path) -> Iterator[Place]:
    """A demo that this process has."""
    place = Place(root / ".demo", 8000, 10000)
    with places.hold(place):
        yield place


def test_without_wishes_it_is_the_usual_place(root: Path) -> None:
    assert places.choose({}) == Place(root / ".demo", 8000, 10000)


def test_it_goes_where_it_is_told(root: Path) -> None:
    wishes = {"PORT": "9000", "STACK_BASE": "20000", "DEMO_DIR": "other"}
    assert places.choose(wishes) == Place(root / "other", 9000, 20000)


def test_beside_a_running_demo_it_has_its_own_folder(
    root: Path, running: Place
) -> None:
    wishes = {"PORT": "9000", "STACK_BASE": "20000"}
    assert places.choose(wishes).folder == root / ".demo-9000"


@pytest.mark.parametrize("port", ["0", "65536", "abc", "-1", "٣"])
def test_a_port_that_is_none_is_refused(root: Path, port: str) -> None:
    with pytest.raises(StackError, match="il faut un nombre de 1 à 65535"):
        places.choose({"PORT": port})


def test_two_demos_do_not_share_a_folder(running: Place) -> None:
    with pytest.raises(StackError, match="tourne déjà, sur le port 8000"):
        places.hold(running)


def test_the_running_demo_is_found(root: Path, running: Place) -> None:
    assert places.find_running({}) == running.folder
    assert places.find_running({"PORT": "8000"}) == running.folder
    assert places.find_running({"PORT": "9000"}) is None


def test_a_folder_that_nobody_holds_does_not_run(root: Path) -> None:
    with places.hold(Place(root / ".demo", 8000, 10000)):
        pass
    assert places.find_running({}) is None


def test_a_folder_without_the_right_to_write_is_told(root: Path) -> None:
    (root / "file").touch()
    with pytest.raises(StackError, match="Erreur du système"):
        places.hold(Place(root / "file" / "inside", 8000, 10000))


def test_a_seed_that_was_interrupted_is_noticed(root: Path) -> None:
    assert not places.half_seeded(root)
    places.mark_seeding(root)
    assert places.half_seeded(root)
    places.mark_seeded(root)
    assert not places.half_seeded(root)


def test_what_it_left_is_removed_but_the_lock(running: Place) -> None:
    running.path("stack").mkdir()
    places.mark_seeding(running.folder)
    places.clear(running)
    assert [path.name for path in running.folder.iterdir()] == ["lock"]
