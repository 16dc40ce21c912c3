"""How an entry of the trail is sealed, and how the chain is checked."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

GENESIS = "0" * 64
SEALED = (
    "at", "actor_id", "actor_name", "door", "action", "outcome",
    "thing_kind", "thing_id", "thing_label", "changes", "findings",
)  # fmt: skip


def seal(previous_hash: str, entry: Mapping[str, object]) -> str:
    """Return the SHA-256 of the previous hash and the entry's own values in a fixed order."""
    body = json.dumps([str(entry[key]) for key in SEALED], ensure_ascii=False)
    return hashlib.sha256((previous_hash + body).encode()).hexdigest()
