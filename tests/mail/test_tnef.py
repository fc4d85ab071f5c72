"""winmail.dat within bounds."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mail import rtf
from mail import tnef as reader
from tests import letters

CORPUS = letters.SHARED / "corpora" / "mail" / "mimekit-tnef"


def attribute(level: int, tag: int, content: bytes) -> bytes:
    head = struct.pack("<BHHI", level, tag, 6, len(content))
    return head + content + struct.pack("<H", sum(content) % 65536)


def tnef(*attributes: bytes) -> bytes:
    return struct.pack("<IH", reader.SIGNATURE, 1) + b"".join(attributes)


def text(name: int, value: str) -> bytes:
    """A property of type PT_UNICODE."""
    data = value.encode("utf-16-le") + b"\0\0"
    padding = b"\0" * (-len(data) % 4)
    return struct.pack("<HHII", 0x1F, name, 1, len(data)) + data + padding


def binary(kind: int, name: int, data: bytes) -> bytes:
    padding = b"\0" * (-len(data) % 4)
    return struct.pack("<HHII", kind, name, 1, len(data)) + data + padding


def properties(*values: bytes) -> bytes:
    return struct.pack("<I", len(values)) + b"".join(values)


def a_file(name: str, data: bytes) -> tuple[bytes, ...]:
    return (
        attribute(2, 0x9002, b"\x01" + b"\0" * 13),
        attribute(2, 0x8010, b"COURT~1.TXT\0"),
        attribute(2, 0x800F, data),
        attribute(2, 0x9005, properties(text(0x3707, name))),
    )


def test_files_have_their_long_names() -> None:
    data = tnef(*a_file("Relevé d’été.pdf", b"un"), *a_file("b.txt", b"deux"))
    found = [(file.name, file.data) for file in reader.files(data)]
    assert found == [("Relevé d’été.pdf", b"un"), ("b.txt", b"deux")]


def test_names_are_made_safe() -> None:
    data = tnef(*a_file("..\\..\\boot.ini", b"x"))
    assert [file.name for file in reader.files(data)] == ["boot.ini"]


def test_the_text_comes_as_a_file() -> None:
    html = properties(binary(0x102, 0x1013, b"<p>Bonjour</p>"))
    [found] = reader.files(tnef(attribute(1, 0x9003, html)))
    assert (found.name, found.type) == ("message.html", "text/html")


def test_a_message_in_it_is_opened_and_no_deeper_than_some_levels() -> None:
    inner = tnef(*a_file("fond.txt", b"fond"))
    for _level in range(6):
        wrapped = binary(0x0D, 0x3701, reader._MESSAGE_CLASS + inner)
        inner = tnef(
            attribute(2, 0x9002, b"\0" * 14),
            attribute(2, 0x9005, properties(wrapped)),
            *a_file("devant.txt", b"x"),
        )
    names = [file.name for file in reader.files(inner)]
    assert names == ["devant.txt"] * reader.LEVELS_MAX


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x78\x9f\x3e\x22",
        tnef(b"\x01" * 40),
        tnef(struct.pack("<BHHI", 1, 0x9003, 6, 0xFFFFFFFF)),
        tnef(attribute(1, 0x9003, struct.pack("<I", 0xFFFFFFFF))),
        tnef(attribute(1, 0x9003, properties(struct.pack("<HHI", 0x101F, 1, 2**31)))),
    ],
)
def test_what_is_broken_ends_the_reading(data: bytes) -> None:
    assert reader.files(data) == ()


def test_what_was_whole_before_the_break_counts() -> None:
    data = tnef(*a_file("a.txt", b"un")) + b"\x02\xff"
    assert [file.data for file in reader.files(data)] == [b"un"]


def test_many_files_are_bounded() -> None:
    data = tnef(*a_file("a.txt", b"x") * 300)
    assert len(reader.files(data)) == reader.FILES_MAX


@given(st.binary(max_size=400))
def test_nothing_raises(tail: bytes) -> None:
    reader.files(tnef() + tail)
    reader.files(tnef(attribute(1, 0x9003, tail), attribute(2, 0x9002, tail)))
    rtf.decompressed(struct.pack("<IIII", 0, 4000, 0x75465A4C, 0) + tail)


def test_compressed_rtf_is_unfolded() -> None:
    # the example of MS-OXRTFCP §4.1.1
    data = bytes.fromhex(
        "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af8206"
        "5656c2068200bc0726c647d0a800fa0"
    )
    assert rtf.decompressed(data).startswith(b"{\\rtf1\\ansi\\ansicpg1252")


def unfolding(size: int) -> bytes:
    """A property that unfolds to `size` octets."""
    data = (b"\0" + b"x" * 8) * (size // 8 + 1)
    return binary(0x102, 0x1009, struct.pack("<IIII", 0, size, 0x75465A4C, 0) + data)


def test_of_several_rtf_one_is_unfolded(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    unfold = rtf.decompressed

    def counted(data: bytes, room: int) -> bytes:
        asked.append(room)
        return unfold(data, room)

    monkeypatch.setattr(rtf, "decompressed", counted)
    one = attribute(1, 0x9003, properties(unfolding(100), unfolding(200)))
    [found] = reader.files(tnef(one, one))
    assert (found.type, len(found.data)) == ("application/rtf", 200)
    assert asked == [rtf.SIZE_MAX]


def test_the_rtf_of_all_levels_is_bounded_together() -> None:
    big = attribute(1, 0x9003, properties(unfolding(rtf.SIZE_MAX * 2 // 3)))
    wrapped = binary(0x0D, 0x3701, reader._MESSAGE_CLASS + tnef(big))
    inner = attribute(2, 0x9005, properties(wrapped))
    begin = attribute(2, 0x9002, b"\0" * 14)
    found = reader.files(tnef(*(begin, inner) * 4, big))
    assert sum(len(file.data) for file in found) == rtf.SIZE_MAX


@pytest.mark.corpora
@pytest.mark.parametrize("name", ["christmas", "panic", "winmail"])
def test_files_of_outlook_are_found(name: str) -> None:
    wanted = (CORPUS / f"{name}.list").read_text().splitlines()
    named = {n for n in wanted if not n.startswith(("Untitled", "body."))}
    found = {file.name for file in reader.files((CORPUS / f"{name}.tnef").read_bytes())}
    assert named <= found
    assert len(found) >= len(set(wanted)) - 1
