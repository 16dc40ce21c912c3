"""How a verdict is kept: as JSON that any later version can still show, sentences as ids with their places."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from crm.core.errors import Text

if TYPE_CHECKING:
    from crm.scoring.rules_fit import Fit


def pack(fit: Fit) -> str:
    """Return a verdict as JSON."""
    kept = {
        "scores": dict(fit.scores),
        "themes": list(fit.themes),
        "clusters": list(fit.clusters),
        "park": fit.park,
        "reasons": [asdict(reason) for reason in fit.reasons],
        "version": fit.version,
        "why": pack_text(fit.why()),
    }
    return json.dumps(kept, ensure_ascii=False)


def pack_text(text: Text) -> str:
    """Return a sentence as JSON: its message id and its places."""
    return json.dumps([text.msgid, {key: str(value) for key, value in text.params.items()}], ensure_ascii=False)


def unpack_text(kept: str) -> Text:
    """Read a kept sentence back; a plain text stands for itself."""
    try:
        msgid, params = json.loads(kept)
    except (ValueError, TypeError):
        return Text("%(text)s", {"text": kept})
    return Text(str(msgid), params)


def unpack(kept: str) -> dict[str, Any]:
    """Read a kept verdict back."""
    found: dict[str, Any] = json.loads(kept)
    found["why"] = unpack_text(found["why"])
    return found
