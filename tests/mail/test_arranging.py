from __future__ import annotations

from mail.messages import Folder, Special
from mail.reading import arranged


def folder(name: str, special: Special | None = None, delimiter: str = "/") -> Folder:
    return Folder(name, delimiter, special, True, 0, 0)


def order(*folders: Folder) -> list[tuple[str, int]]:
    return [(a.folder.name, a.depth) for a in arranged(folders)]


def test_special_folders_come_first_in_the_known_order() -> None:
    given = folder("Aaa"), folder("Trash", "trash"), folder("INBOX", "inbox")
    assert order(*given) == [("INBOX", 0), ("Trash", 0), ("Aaa", 0)]


def test_a_folder_stands_below_its_parent() -> None:
    given = (
        folder("Archive", "archive"),
        folder("Archive/2025"),
        folder("Classes/4e B"),
        folder("Classes"),
        folder("Trash", "trash"),
    )
    assert order(*given) == [
        ("Archive", 0),
        ("Archive/2025", 1),
        ("Trash", 0),
        ("Classes", 0),
        ("Classes/4e B", 1),
    ]


def test_accents_and_case_do_not_count() -> None:
    names = [name for name, _ in order(*map(folder, ["zoo", "Fêtes", "Écoles", "eau"]))]
    assert names == ["eau", "Écoles", "Fêtes", "zoo"]


def test_the_inbox_is_no_parent() -> None:
    given = folder("INBOX", "inbox", "."), folder("INBOX.Sorties", None, ".")
    assert order(*given) == [("INBOX", 0), ("INBOX.Sorties", 0)]
    assert [a.own for a in arranged(given)] == [False, True]
