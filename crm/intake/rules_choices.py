"""What a row looks like before it is read, and what a person settled about a ledger beforehand."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from crm.intake.rules_units import read_unit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crm.intake.rules_units import Unit

EMPTY: dict[str, Any] = {
    "name": "",
    "investor": "",
    "investment_wan": None,
    "investment_max_wan": None,
    "currency": None,
    "foreign_amount_wan": None,
    "date_iso": None,
    "date_precision": None,
    "responsible_unit": "",
    "stage": "",
    "contact": "",
    "phone": "",
}


@dataclass(frozen=True)
class Choices:
    """What a person settled: heading → field, heading → unit, stage word → stage and status, other words → ours."""

    fields: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[str, Unit] = field(default_factory=dict)
    stages: Mapping[str, tuple[str | None, str | None]] = field(default_factory=dict)
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """By field code (responsible_unit, park, source): their word → ours."""
    sheets: tuple[str, ...] = ()
    """The sheets to read; empty reads all that are visible."""


NO_CHOICES = Choices()
WORDS = ("responsible_unit", "park", "source")
CHOSEN = {"responsible_unit": "unit_chosen", "park": "park_code", "source": "source_code"}


def pack(choices: Mapping[str, Any]) -> dict[str, Any]:
    """Keep of what a page sent only what the mapping knows, as JSON may hold it."""
    kept: dict[str, Any] = {}
    for name in ("fields", "units", "stages"):
        kept[name] = {str(key): str(value) for key, value in (choices.get(name) or {}).items()}
    given = choices.get("words") or {}
    kept["words"] = {code: {str(k): str(v) for k, v in (given.get(code) or {}).items() if v} for code in WORDS}
    kept["sheets"] = [str(name) for name in choices.get("sheets") or []]
    return kept


def unpack(packed: Mapping[str, Any]) -> Choices:
    """Turn kept choices into what the reading asks; a unit or stage that means nothing is left out."""
    units = {label: unit for label, text in (packed.get("units") or {}).items() if (unit := read_unit(text))}
    stages: dict[str, tuple[str | None, str | None]] = {}
    for word, code in (packed.get("stages") or {}).items():
        stage, _, status = code.partition("/")
        if stage or status:
            stages[word] = (stage or None, status or "active")
    return Choices(
        dict(packed.get("fields") or {}), units, stages, packed.get("words") or {}, tuple(packed.get("sheets") or ())
    )


def apply_words(values: dict[str, Any], choices: Choices) -> None:
    """Write what a person chose for the words of a row beside the words, which stay as typed."""
    for code, name in CHOSEN.items():
        chosen = (choices.words.get(code) or {}).get(str(values.get(code) or ""))
        if chosen:
            values[name] = chosen
