"""What a file may be: its kind is told by its content, never by its name; nothing that unfolds into a flood."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from PIL import Image, UnidentifiedImageError
from pypdf import PdfReader
from pypdf.errors import PyPdfError

from crm.core.errors import Finding, say

if TYPE_CHECKING:
    from crm.core.errors import Text

MAX_EVIDENCE_BYTES = 20 * 1024 * 1024
MAX_LEDGER_BYTES = 50 * 1024 * 1024
MAX_PIXELS = {"image/jpeg": 120_000_000, "image/png": 40_000_000}
"""More than any phone or scanner makes; a PNG has to be unpacked whole to be looked at, so it may hold less."""
Image.MAX_IMAGE_PIXELS = MAX_PIXELS["image/jpeg"]
MAX_PAGES = 200
EVIDENCE_KINDS = {"application/pdf": ".pdf", "image/jpeg": ".jpg", "image/png": ".png"}
SIGNATURES = (
    (b"%PDF-", "application/pdf"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
)
DRAFT = (1000, 1000)
UNSCANNED, CLEAN, INFECTED = "unscanned", "clean", "infected"
SCAN_STATES = {
    "": say("Not scanned"),
    CLEAN: say("Scanned, nothing found"),
    INFECTED: say("The virus scanner refused the file"),
}
"""What a file's row says; an empty word is a file that no scanner has answered for yet."""


def media_type(head: bytes) -> str:
    """Tell PDF, JPEG and PNG by their first bytes; anything else is a plain stream of bytes."""
    for signature, kind in SIGNATURES:
        if head.startswith(signature):
            return kind
    return "application/octet-stream"


def evidence_findings(data: bytes) -> list[Finding]:
    """Return what is wrong with an evidence file: empty, too large, of another kind, unreadable, or a bomb."""
    if not data:
        return [_wrong("file.empty", say("The file is empty. Choose it again."))]
    if len(data) > MAX_EVIDENCE_BYTES:
        limit = MAX_EVIDENCE_BYTES // 1024 // 1024
        return [_wrong("file.large", say("The file is larger than %(limit)s MB.", limit=limit))]
    kind = media_type(data[:16])
    if kind not in EVIDENCE_KINDS:
        return [_wrong("file.kind", say("Evidence is a PDF, JPEG or PNG file; this is none of them."))]
    problem = _pdf_problem(data) if kind == "application/pdf" else _picture_problem(data, kind)
    return [problem] if problem else []


def _wrong(code: str, text: Text) -> Finding:
    return Finding(code, text, "file")


def _picture_problem(data: bytes, kind: str) -> Finding | None:
    """Open a picture without unpacking more than its size says it may hold."""
    broken = _wrong("file.broken", say("The picture cannot be opened. Take it or scan it again."))
    try:
        # Pillow reads only the head here; the size is judged before anything is unpacked.
        with Image.open(BytesIO(data), formats=["JPEG", "PNG"]) as picture:
            width, height = picture.size
            if width * height > MAX_PIXELS[kind]:
                text = say("The picture has %(n)s megapixels; at most %(most)s are read. Make it smaller.",
                           n=width * height // 1_000_000, most=MAX_PIXELS[kind] // 1_000_000)  # fmt: skip
                return _wrong("file.pixels", text)
            picture.draft("RGB", DRAFT)
            picture.load()
    except Image.DecompressionBombError:
        text = say("The picture is far larger than any paper needs. Scan the page again.")
        return _wrong("file.pixels", text)
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError):
        return broken
    return None


def _pdf_problem(data: bytes) -> Finding | None:
    """Open a PDF as far as its pages."""
    try:
        reader = PdfReader(BytesIO(data))
        if reader.is_encrypted:
            text = say("The PDF is protected by a password. Save it without one.")
            return _wrong("file.encrypted", text)
        pages = len(reader.pages)
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, OSError, RecursionError):
        return _wrong("file.broken", say("The PDF cannot be opened. Save or scan it again."))
    if pages > MAX_PAGES:
        text = say("The PDF has %(n)s pages; at most %(most)s are taken as evidence.", n=pages, most=MAX_PAGES)
        return _wrong("file.pages", text)
    if not pages:
        return _wrong("file.broken", say("The PDF has no page."))
    return None


def safe_name(name: str) -> str:
    """Return the last part of an uploaded name without control characters, at most 200 characters."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(char for char in last if char.isprintable())[:200] or "file"
