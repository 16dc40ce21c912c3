"""How a verdict is kept: as JSON that any later version can still show, sentences as ids with their places."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from crm.core.errors import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from crm.scoring.rules_acceptance import Line
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


def pack_lines(lines: Iterable[Line], codes: Mapping[str, str]) -> str:
    """Return the lines of a score as JSON: what each rested on when it was decided; `codes` by the criterion's code."""
    kept = [
        {
            "code": line.code, "label": line.label, "most": line.most, "low": line.low, "high": line.high,
            "judged": line.judged, "lacking": list(line.lacking), "codes": codes.get(line.code, ""),
            "value": None if line.value is None else f"{float(line.value):.4f}".rstrip("0").rstrip("."),
            "band": None if line.band is None else [line.band.start, line.band.end],
        }
        for line in lines
    ]  # fmt: skip
    return json.dumps(kept, ensure_ascii=False)


def unpack_list(kept: str) -> list[dict[str, Any]]:
    """Read kept lines or marks back."""
    found: list[dict[str, Any]] = json.loads(kept or "[]")
    return found


def unpack_marks(kept: str) -> dict[str, int]:
    """Read kept marks back; nothing handed in is no marks."""
    found: dict[str, int] = json.loads(kept or "{}")
    return found


def spread(marks: Iterable[int]) -> tuple[int, int, float] | None:
    """Return the lowest, the highest and the mean (to a tenth) of some marks; None where there are none."""
    given = sorted(marks)
    if not given:
        return None
    return given[0], given[-1], round(sum(given) / len(given), 1)


def proposed(marks: Iterable[int]) -> int | None:
    """Return what a committee's marks propose: their median, of an even number the lower of the two in the middle."""
    given = sorted(marks)
    return given[(len(given) - 1) // 2] if given else None
