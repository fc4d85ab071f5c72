"""Real and broken mail of many programs: every message can be listed, opened, printed,
answered and saved, and its files are those that another parser finds."""

from __future__ import annotations

import email
import email.message
import html
import re
from collections.abc import Iterator
from email.header import decode_header, make_header
from pathlib import Path

import pytest
from django.http import StreamingHttpResponse

from tests import letters
from tests.mail.views.conftest import Desk

pytestmark = pytest.mark.django_db
CORPUS = letters.SHARED / "corpora" / "mail"
NOT_MAIL = {".json", ".yml", ".md", ".list", ".jpg", ".png", ".gif", ".tiff", ".zip"}
ATTACHED = re.compile(
    r'<a class="button[^"]*" href="([^"]*)" download="([^"]*)"', re.DOTALL
)
SHOWN = re.compile(r'"([^"]*/pieces/[^"]*/(?:apercu|vignette|message|contenu)/[^"]*)"')
OWN = ("charset", "attachments", "broken")
SHARED = (
    "cpython",
    "email-reply-parser-crisp",
    "email-reply-parser-zapier",
    "mail-mime-parser",
    "mailauth",
    "mailparser",
    "mikel-mail",
    "mimekit-tnef",
    "postal-mime",
    "rspamd",
    "sisimai-bounces",
    "spamassassin-ham",
    "stalwart-mail-parser",
    "suite-messages",
    "talon",
)


def messages(folder: Path) -> list[Path]:
    found = (p for p in sorted(folder.rglob("*")) if p.is_file() and p.stat().st_size)
    return [p for p in found if p.suffix.lower() not in NOT_MAIL]


def fill(desk: Desk, paths: list[Path]) -> dict[int, Path]:
    """The messages in the mailbox, by UID."""
    with desk.box.opened() as client:
        for path in paths:
            status, _data = client.append("INBOX", "", "", letters.read(path))
            assert status == "OK", path
    return dict(enumerate(paths, 1))


def problems(desk: Desk, uid: int, path: Path) -> Iterator[str]:
    """What is wrong with one message, on each of its pages."""
    asked = {
        "page": desk.path(rest=f"{uid}/"),
        "print": desk.path(rest=f"{uid}/impression/"),
        "reply": f"/ecrire/{desk.address}/INBOX/{uid}/reponse-a-tous/",
    }
    for name, address in asked.items():
        answer = desk.visitor.get(address, headers={"HX-Request": "true"})
        if answer.status_code != 200:
            yield f"{path}: {name}: {answer.status_code}"
        elif name == "page":
            shown = answer.content.decode()
            yield from frames(desk, shown, path)
            yield from files(desk, shown, path)
            yield from previews(desk, shown, path)
    source = desk.visitor.get(desk.path(rest=f"{uid}/source/"))
    if stored(content(source)) != stored(letters.read(path)):
        yield f"{path}: the source is another"


def frames(desk: Desk, shown: str, path: Path) -> Iterator[str]:
    for address in re.findall(r'<iframe[^>]* src="([^"]*)"', shown):
        status = desk.visitor.get(html.unescape(address)).status_code
        if status != 200:
            yield f"{path}: frame: {status}"


def previews(desk: Desk, shown: str, path: Path) -> Iterator[str]:
    """Whatever a file is, its preview, thumbnail and content are pages, not errors."""
    for address in set(SHOWN.findall(shown)):
        answer = desk.visitor.get(html.unescape(address))
        # of what is no picture, and no message, or too large a one
        refused = (
            {404, 413} if "/vignette/" in address or "/message/" in address else set()
        )
        if answer.status_code not in {200, *refused}:
            yield f"{path}: {address}: {answer.status_code}"
        elif "/message/" in address and answer.status_code == 200:
            yield from frames(desk, answer.content.decode(), path)


def files(desk: Desk, shown: str, path: Path) -> Iterator[str]:
    """Each attachment that the standard library finds is listed, with its content."""
    listed = {html.unescape(n): html.unescape(a) for a, n in ATTACHED.findall(shown)}
    for name, data in expected(letters.read(path)):
        if name not in listed:
            yield f"{path}: {name!r} is not among {sorted(listed)}"
            continue
        answer = desk.visitor.get(listed[name])
        if lines(content(answer)) != lines(data):
            yield f"{path}: {name!r} has another content"


def stored(message: bytes) -> bytes:
    """As a server may store it: with its own line ends, and without NUL."""
    return re.sub(rb"[\r\n]+", b"\n", message.replace(b"\0", b"\x80")).strip()


def lines(data: bytes) -> bytes:
    """Servers and parsers differ about the last line end, and about kinds of it."""
    return b"\n".join(data.splitlines()).strip()


def content(answer: object) -> bytes:
    assert isinstance(answer, StreamingHttpResponse), answer
    return b"".join(answer.streaming_content)  # type: ignore[arg-type]


def expected(message: bytes) -> list[tuple[str, bytes]]:
    """Names and contents of what is attached, where names are simple and once there,
    and where the parser sees no fault in the message."""
    found = []
    for part in leaves(email.message_from_bytes(message)):
        if part.get_content_disposition() == "attachment" and not part.defects:
            name = file_name(part)
            if " " in name and not re.search(r'["*]', str(part.items())):
                # without quotation marks parsers differ about where it ends
                continue
            data = part.get_payload(decode=True)
            if re.fullmatch(r"[\w][\w -]{0,60}\.\w{1,8}", name) and data is not None:
                found.append((name, bytes(data)))
    names = [name for name, _data in found]
    return [(name, data) for name, data in found if names.count(name) == 1]


def leaves(message: email.message.Message) -> Iterator[email.message.Message]:
    if message.get_content_maintype() == "multipart" and message.is_multipart():
        for part in message.get_payload():
            yield from leaves(part)  # type: ignore[arg-type]
    else:
        yield message


def file_name(part: email.message.Message) -> str:
    name = part.get_filename() or ""
    try:
        return str(make_header(decode_header(name)))
    except (LookupError, UnicodeError, ValueError):
        return ""


def check(desk: Desk, paths: list[Path]) -> None:
    assert paths, "a corpus without messages proves nothing"
    known = fill(desk, paths)
    for number in range(1, len(known) // 50 + 2):
        assert desk.get(page=str(number)).status_code == 200
    wrong = [w for uid, path in known.items() for w in problems(desk, uid, path)]
    assert wrong == []


@pytest.mark.parametrize("folder", OWN)
def test_our_own_letters(desk: Desk, folder: str) -> None:
    check(desk, letters.own(folder))


@pytest.mark.corpora
@pytest.mark.parametrize("folder", SHARED)
def test_mail_of_many_programs(desk: Desk, folder: str) -> None:
    check(desk, messages(CORPUS / folder))


@pytest.mark.corpora
def test_no_corpus_is_left_out() -> None:
    assert {path.name for path in CORPUS.iterdir() if path.is_dir()} == set(SHARED)


def test_the_other_parser_finds_files() -> None:
    """An empty expectation would prove nothing."""
    [path] = [p for p in letters.own("attachments") if p.stem == "names"]
    names = [name for name, _data in expected(letters.read(path))]
    assert names == ["Relevé de notes.pdf", "Réponse.txt"]
