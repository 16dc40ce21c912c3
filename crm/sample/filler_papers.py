"""Draws the sample's evidence: one small PDF page that says loudly that it is a sample."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

MARK = "样例 SAMPLE"
NOTICE = "内容全部虚构，仅供试用，不是任何机关出具的文件。"
WRAP = 30
"""Characters that fit on a line of the page."""
FONT = (
    b"<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H /DescendantFonts [ "
    b"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light "
    b"/CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 4 >> "
    b"/DW 1000 /W [ 1 95 500 814 939 500 ] "
    b"/FontDescriptor << /Type /FontDescriptor /FontName /STSong-Light "
    b"/Flags 6 /FontBBox [-25 -254 1000 880] "
    b"/ItalicAngle 0 /Ascent 880 /Descent -120 /CapHeight 880 /StemV 93 >> >> ] >>"
)
"""A standard Chinese face that every reader brings along, so that a page stays a kilobyte small."""


PAGE = (
    b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
    b"/Resources << /Font << /F1 5 0 R >> >> >>"
)


def paper(title: str, lines: Iterable[str]) -> bytes:
    """Return a one-page PDF with a title and lines of text, marked as a sample at top and bottom."""
    rows = [part for line in lines for part in _wrapped(line)]
    drawn = [
        _text(72, 770, 22, MARK, grey="0.75 0.1 0.1"),
        _text(72, 715, 20, title),
        *(_text(72, 670 - 24 * place, 13, row) for place, row in enumerate(rows)),
        _text(72, 60, 11, f"{MARK}　{NOTICE}", grey="0.75 0.1 0.1"),
    ]
    stream = b"\n".join(drawn)
    return _file(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            PAGE,
            b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
            FONT,
        ]
    )


def _wrapped(line: str) -> list[str]:
    return [line[start : start + WRAP] for start in range(0, len(line), WRAP)] or [""]


def _text(left: int, up: int, size: int, text: str, grey: str = "0 0 0") -> bytes:
    """Return the operators that draw one line."""
    codes = text.encode("utf-16-be").hex().upper()
    return f"{grey} rg BT /F1 {size} Tf {left} {up} Td <{codes}> Tj ET".encode("ascii")


def _file(objects: Sequence[bytes]) -> bytes:
    """Put numbered objects together with their table of places."""
    whole = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(len(whole))
        whole += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    xref = b"xref\n0 %d\n0000000000 65535 f \n%s" % (size, table)
    trailer = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, len(whole))
    return whole + xref + trailer
