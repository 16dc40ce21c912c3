"""How much of a phone number those see who may not see it whole."""

from __future__ import annotations

import re

PHONE = re.compile(r"[+(]?\d[\d ()\-－—]{3,}\d")
SHOWN = (3, 4)
"""How many characters of a phone number everybody sees at its ends."""


def mask(phone: str) -> str:
    """Hide the middle of every phone number in a text; what is too short to hide a middle is hidden whole."""
    return PHONE.sub(lambda found: _hidden(found.group()), phone) if phone else phone


def _hidden(number: str) -> str:
    head, tail = SHOWN
    return f"{number[:head]}****{number[-tail:]}" if len(number) > head + tail else "****"
