"""The screen on which a person settles a ledger's columns and words: what is asked, and what was sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from crm.intake.rules_cells import one_line
from crm.intake.rules_choices import WORDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from crm.intake.rules_reading import Reading

SAMPLES = 3
MOST_WORDS = 60
SHOWN = 40


class AskedColumn(NamedTuple):
    """A column of the ledger as the screen shows it."""

    label: str
    code: str
    is_money: bool
    samples: tuple[str, ...]


class AskedWord(NamedTuple):
    """A word of the ledger that means a stage, a unit, a park or a source of ours."""

    field: str
    word: str
    rows: int
    chosen: str


def asked_columns(reading: Reading) -> list[AskedColumn]:
    """List the columns of all tables once, each with the field that it fills and what stands below it."""
    samples = _samples(reading)
    found: dict[str, AskedColumn] = {}
    for sheet in reading.sheets:
        for layout in sheet.layouts:
            for column in layout.columns:
                label = one_line(column.label)
                if label:
                    below = samples.get(_value_of(column.code) if column.code else f"extra:{label}", [])
                    found.setdefault(label, AskedColumn(label, column.code, column.kind == "money", tuple(below)))
    return list(found.values())


def _samples(reading: Reading) -> dict[str, list[str]]:
    """Gather a few different values of each field, and of columns that fill none."""
    samples: dict[str, list[str]] = {}
    for row in reading.rows:
        if row.kind != "data":
            continue
        extra = {f"extra:{label}": value for label, value in (row.values.get("extra") or {}).items()}
        for code, value in {**row.values, **extra}.items():
            seen = samples.setdefault(code, [])
            if len(seen) < SAMPLES and isinstance(value, str | int | float) and str(value) not in ("", *seen):
                seen.append(str(value)[:SHOWN])
    return samples


def _value_of(code: str) -> str:
    return {"investment": "investment_wan", "signed_on": "date_iso"}.get(code, code)


def asked_words(reading: Reading, kept: Mapping[str, Any]) -> list[AskedWord]:
    """List the words whose meaning can be settled, the unclear stages first."""
    counts: dict[tuple[str, str], int] = {}
    known: dict[tuple[str, str], str] = {}
    for row in reading.rows:
        if row.kind != "data":
            continue
        for field in ("stage", *WORDS):
            word = str(row.values.get(field) or "")
            if word:
                counts[field, word] = counts.get((field, word), 0) + 1
                if field == "stage" and row.values.get("stage_code"):
                    known[field, word] = str(row.values["stage_code"])
    settled = {("stage", word): code for word, code in (kept.get("stages") or {}).items()}
    for field, words in (kept.get("words") or {}).items():
        settled |= {(field, word): code for word, code in words.items()}
    asked = [
        AskedWord(field, word, count, settled.get((field, word), known.get((field, word), "")))
        for (field, word), count in counts.items()
    ]
    return sorted(asked, key=lambda one: (one.field, bool(one.chosen), -one.rows, one.word))[:MOST_WORDS]


def sent_choices(form: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Read what the screen sent: field:heading, unit:heading, stage:word, word:field:word, sheet."""
    sent: dict[str, Any] = {"fields": {}, "units": {}, "stages": {}, "words": {}, "sheets": []}
    for name, value in form:
        kind, _, rest = name.partition(":")
        if kind == "sheet":
            sent["sheets"].append(value)
        elif kind == "field":
            sent["fields"][rest] = value
        elif kind == "unit" and value:
            sent["units"][rest] = value
        elif kind == "word" and value:
            field, _, word = rest.partition(":")
            if field == "stage":
                sent["stages"][word] = value
            elif field in WORDS:
                sent["words"].setdefault(field, {})[word] = value
    return sent
