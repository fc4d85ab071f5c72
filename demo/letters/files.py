"""Small true files to attach, made from a name and some lines of text."""

from __future__ import annotations

import io
import math
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape

from PIL import Image, ImageDraw

Lines = tuple[str, ...]
# a zip file holds dates: always the same, so that the bytes are
LONG_AGO = (2026, 9, 1, 8, 0, 0)
TYPES = {
    "pdf": "application/pdf",
    "odt": "application/vnd.oasis.opendocument.text",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv",
    "png": "image/png",
    "jpg": "image/jpeg",
    "ics": "text/calendar",
}


@dataclass(frozen=True, slots=True)
class File:
    """Something attached. The name of an inline picture is its Content-ID."""

    name: str
    type: str
    data: bytes


@lru_cache(maxsize=4096)
def made(name: str, lines: Lines = ()) -> File:
    """The file of this name (its extension decides) that says these lines. In a table
    a semicolon separates the cells."""
    extension = name.rpartition(".")[2].lower()
    return File(name, TYPES[extension], _MAKERS[extension](name, lines))


def _pdf(name: str, lines: Sequence[str]) -> bytes:
    """One page in Helvetica (PDF 1.4, ISO 32000-1 §7.5)."""
    text = "\n".join(f"({_pdf_text(line)}) Tj T*" for line in (_title(name), *lines))
    content = f"BT /F1 12 Tf 18 TL 56 780 Td\n{text}\nET".encode("cp1252", "replace")
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica"
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        font + b" /Encoding /WinAnsiEncoding >>",
    )
    return _pdf_file(objects)


def _pdf_text(line: str) -> str:
    return line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")


def _pdf_file(objects: Sequence[bytes]) -> bytes:
    """The objects with their table of offsets."""
    body, offsets = b"%PDF-1.4\n", []
    for number, held in enumerate(objects, 1):
        offsets.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, held)
    size, start = len(objects) + 1, len(body)
    body += b"xref\n0 %d\n0000000000 65535 f \n" % size
    body += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    trailer = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
    return body + trailer % (size, start)


def _zip(members: dict[str, str]) -> bytes:
    """The first member is stored as it is: OpenDocument wants its mimetype so."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for position, (name, text) in enumerate(members.items()):
            info = zipfile.ZipInfo(name, LONG_AGO)
            method = zipfile.ZIP_DEFLATED if position else zipfile.ZIP_STORED
            archive.writestr(info, text, method)
    return held.getvalue()


def _odt(name: str, lines: Sequence[str]) -> bytes:
    office = "urn:oasis:names:tc:opendocument:xmlns"
    paragraphs = "".join(f"<text:p>{escape(line)}</text:p>" for line in lines)
    manifest = "".join(
        f'<m:file-entry m:full-path="{path}" m:media-type="{kind}"/>'
        for path, kind in (("/", TYPES["odt"]), ("content.xml", "text/xml"))
    )
    return _zip(
        {
            "mimetype": TYPES["odt"],
            "content.xml": '<?xml version="1.0" encoding="UTF-8"?>'
            f'<office:document-content xmlns:office="{office}:office:1.0"'
            f' xmlns:text="{office}:text:1.0" office:version="1.2"><office:body>'
            f'<office:text><text:h text:outline-level="1">{escape(_title(name))}'
            f"</text:h>{paragraphs}</office:text></office:body>"
            "</office:document-content>",
            "META-INF/manifest.xml": '<?xml version="1.0" encoding="UTF-8"?>'
            f'<m:manifest xmlns:m="{office}:manifest:1.0" m:version="1.2">{manifest}'
            "</m:manifest>",
        }
    )


OOXML = "http://schemas.openxmlformats.org"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'


def _package(part: str, kind: str, document: str, more: dict[str, str]) -> bytes:
    """An Office Open XML package with one main part, `more` beside it."""
    types = {part: kind} | {
        path: "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet"
        for path in more
        if not path.endswith(".rels")
    }
    overrides = "".join(
        f'<Override PartName="/{path}" ContentType="{held}+xml"/>'
        for path, held in types.items()
    )
    return _zip(
        {
            "[Content_Types].xml": f'{HEAD}<Types xmlns="{OOXML}/package/2006/'
            'content-types"><Default Extension="rels" ContentType="application/'
            'vnd.openxmlformats-package.relationships+xml"/>'
            f"{overrides}</Types>",
            "_rels/.rels": _relation("officeDocument", part),
            part: document,
            **more,
        }
    )


def _relation(kind: str, target: str) -> str:
    return (
        f'{HEAD}<Relationships xmlns="{OOXML}/package/2006/relationships">'
        f'<Relationship Id="rId1" Target="{target}" Type="{OOXML}/officeDocument/2006/'
        f'relationships/{kind}"/></Relationships>'
    )


def _docx(name: str, lines: Sequence[str]) -> bytes:
    paragraphs = "".join(
        f'<w:p><w:r><w:t xml:space="preserve">{escape(line)}</w:t></w:r></w:p>'
        for line in (_title(name), *lines)
    )
    return _package(
        "word/document.xml",
        TYPES["docx"].removesuffix(".document") + ".document.main",
        f'{HEAD}<w:document xmlns:w="{OOXML}/wordprocessingml/2006/main"><w:body>'
        f"{paragraphs}</w:body></w:document>",
        {},
    )


def _xlsx(name: str, lines: Sequence[str]) -> bytes:
    rows = "".join(
        "<row>" + "".join(map(_cell, line.split(";"))) + "</row>" for line in lines
    )
    space = f"{OOXML}/spreadsheetml/2006/main"
    relations = f"{OOXML}/officeDocument/2006/relationships"
    return _package(
        "xl/workbook.xml",
        TYPES["xlsx"].removesuffix(".sheet") + ".sheet.main",
        f'{HEAD}<workbook xmlns="{space}" xmlns:r="{relations}"><sheets>'
        f'<sheet name="Feuille 1" sheetId="1" r:id="rId1"/></sheets></workbook>',
        {
            "xl/_rels/workbook.xml.rels": _relation("worksheet", "sheet1.xml"),
            "xl/sheet1.xml": f'{HEAD}<worksheet xmlns="{space}"><sheetData>{rows}'
            "</sheetData></worksheet>",
        },
    )


def _cell(text: str) -> str:
    return f'<c t="inlineStr"><is><t>{escape(text)}</t></is></c>'


def _csv(name: str, lines: Sequence[str]) -> bytes:
    """As a French spreadsheet writes it: semicolons, a byte order mark."""
    return "".join(f"{line}\r\n" for line in lines).encode("utf-8-sig")


def _ics(name: str, lines: Sequence[str]) -> bytes:
    return "\r\n".join((*lines, "")).encode()


def picture(width: int, height: int, seed: int) -> Image.Image:
    """Hills under a sky: no two seeds look the same."""
    image = Image.linear_gradient("L").resize((width, height))
    sky = Image.merge(
        "RGB",
        [
            image.point(lambda v, s=s: 120 + (v * s) // 255)
            for s in (60 + seed % 60, 90, 130 - seed % 50)
        ],
    )
    draw = ImageDraw.Draw(sky)
    for hill in range(3):
        low = height * (5 + hill) // 9
        points = [
            (
                x,
                low
                + height / 12 * math.sin(x / width * (4 + hill) + seed * (hill + 1)),
            )
            for x in range(0, width + 8, 8)
        ]
        green = (40 + 25 * hill, 110 - 22 * hill, 60 + (seed * 13 + hill * 20) % 50)
        draw.polygon([(0, height), *points, (width, height)], fill=green)
    return sky


def _photo(name: str, lines: Sequence[str]) -> bytes:
    return _encoded(picture(800, 600, sum(name.encode())), "JPEG", quality=80)


def _plan(name: str, lines: Sequence[str]) -> bytes:
    return _encoded(picture(480, 320, sum(name.encode())), "PNG")


def banner(cid: str, width: int = 600, height: int = 90) -> File:
    """An inline picture for the head of a newsletter."""
    data = _encoded(picture(width, height, sum(cid.encode())), "PNG")
    return File(cid, TYPES["png"], data)


def _encoded(image: Image.Image, form: str, **options: int) -> bytes:
    held = io.BytesIO()
    image.save(held, form, **options)
    return held.getvalue()


def _title(name: str) -> str:
    return name.rpartition(".")[0]


_MAKERS: dict[str, Callable[[str, Lines], bytes]] = {
    "pdf": _pdf,
    "odt": _odt,
    "docx": _docx,
    "xlsx": _xlsx,
    "csv": _csv,
    "png": _plan,
    "jpg": _photo,
    "ics": _ics,
}
