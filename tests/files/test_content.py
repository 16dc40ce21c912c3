"""Evidence is looked at by content: pictures that unfold into a flood, broken and locked papers."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as some
from PIL import Image
from pypdf import PdfWriter

from crm.files.rules import MAX_PAGES, evidence_findings
from crm.sample.filler_papers import paper


def picture(kind: str, size: tuple[int, int] = (40, 30)) -> bytes:
    out = BytesIO()
    Image.new("RGB", size, "white").save(out, kind)
    return out.getvalue()


def bomb(width: int, height: int) -> bytes:
    """Make the head of a PNG that claims to be huge."""
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(b"\0" * 1000)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in parts
    )


def pdf(pages: int, password: str = "") -> bytes:
    writer, out = PdfWriter(), BytesIO()
    for _ in range(pages):
        writer.add_blank_page(200, 200)
    if password:
        writer.encrypt(password)
    writer.write(out)
    return out.getvalue()


@pytest.mark.parametrize("data", [picture("PNG"), picture("JPEG"), pdf(1), pdf(3), paper("证照", ["甲"])])
def test_what_can_be_opened_is_taken(data: bytes) -> None:
    assert evidence_findings(data) == []


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (bomb(60_000, 60_000), "file.pixels"),
        (bomb(8_000, 8_000), "file.pixels"),
        (bomb(10, 10_000_000), "file.pixels"),
        (bomb(40, 30), "file.broken"),
        (picture("PNG")[:60], "file.broken"),
        (picture("JPEG", (400, 400))[:200], "file.broken"),
        (b"\xff\xd8\xff" + b"<script>alert(1)</script>", "file.broken"),
        (b"%PDF-1.7 no more", "file.broken"),
        (pdf(1, "geheim"), "file.encrypted"),
        (pdf(MAX_PAGES + 1), "file.pages"),
        (pdf(0), "file.broken"),
        (picture("GIF"), "file.kind"),
        (b"<html>", "file.kind"),
        (b"", "file.empty"),
    ],
)
def test_what_is_no_evidence_is_told_apart(data: bytes, code: str) -> None:
    assert [finding.code for finding in evidence_findings(data)] == [code]


@given(some.sampled_from([pdf(2), picture("PNG"), picture("JPEG")]), some.data())
def test_no_damage_breaks_the_look(whole: bytes, data: some.DataObject) -> None:
    place = data.draw(some.integers(0, len(whole) - 1))
    damaged = whole[:place] + data.draw(some.binary(max_size=30)) + whole[place + 5 :]
    assert len(evidence_findings(damaged)) <= 1
