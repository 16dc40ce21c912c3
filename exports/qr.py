"""QR codes of an address, as a drawing for pages and as a picture for Word forms."""

from __future__ import annotations

from io import BytesIO

import segno


def qr_svg(text: str) -> bytes:
    """Return an address as an SVG drawing of its own size, dark on white."""
    out = BytesIO()
    segno.make(text, error="m", micro=False).save(out, kind="svg", scale=4, border=2, light="#ffffff", xmldecl=True)
    return out.getvalue()


def qr_png(text: str) -> bytes:
    """Return an address as a PNG that prints sharply."""
    out = BytesIO()
    segno.make(text, error="m", micro=False).save(out, kind="png", scale=8, border=2)
    return out.getvalue()
