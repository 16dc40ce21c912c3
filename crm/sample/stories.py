"""Read the sample stories from their TOML files into frozen rows, strictly: no unknown key, no wrong type."""

from __future__ import annotations

from dataclasses import MISSING, fields
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, get_type_hints

from crm.core.rulebook import BrokenRules, load
from crm.sample.stories_shapes import (
    EVENTS,
    Event,
    SampleClaim,
    SampleLead,
    SamplePerson,
    SamplePosting,
    SamplePostingChange,
    SampleUnit,
    Story,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

Shape = TypeVar("Shape")
FOLDER = Path(__file__).resolve().parent
HEAD = {"version", "in_force_from", "basis"}
NESTED = {"changes": SamplePostingChange, "claims": SampleClaim}


@lru_cache
def story(folder: Path = FOLDER) -> Story:
    """Load the sample bureau once."""
    bureau = _tables(folder / "bureau.toml", {"name", "unit", "person"})
    postings = _tables(folder / "postings.toml", {"posting"})
    return Story(
        bureau=bureau["name"],
        units=tuple(build(SampleUnit, row, "unit") for row in bureau["unit"]),
        people=tuple(build(SamplePerson, row, "person") for row in bureau["person"]),
        postings=tuple(build(SamplePosting, row, "posting") for row in postings["posting"]),
        leads=tuple(_leads(folder)),
    )


def _leads(folder: Path) -> list[SampleLead]:
    """Read the leads of all leads_*.toml files, oldest first."""
    rows = [row for file in sorted(folder.glob("leads_*.toml")) for row in _tables(file, {"lead"})["lead"]]
    return sorted((_lead(row) for row in rows), key=lambda lead: (-lead.created_days_ago, lead.key))


def _tables(file: Path, expected: set[str]) -> Mapping[str, Any]:
    """Load one file and refuse it when its tables are not exactly the expected ones."""
    book = load(str(file))
    wrong = (set(book.tables) - HEAD) ^ expected
    if wrong:
        raise BrokenRules(f"{book.name}: unknown or missing {', '.join(sorted(wrong))}")
    return book.tables


def _lead(row: Mapping[str, Any]) -> SampleLead:
    """Build a lead; an event that names nobody was done by the lead's owner."""
    where = str(row.get("key", "lead"))
    events = tuple(_event({"by": row.get("owner", ""), **event}, where) for event in row.get("events", ()))
    return build(SampleLead, {**row, "events": events}, where)


def _event(row: Mapping[str, Any], where: str) -> Event:
    """Build an event of the shape that its `do` names."""
    shape = EVENTS.get(row.get("do", ""))
    if shape is None:
        raise BrokenRules(f"{where}: unknown event {row.get('do')!r}")
    return build(shape, {key: value for key, value in row.items() if key != "do"}, where)


def build(shape: type[Shape], row: Mapping[str, Any], where: str) -> Shape:
    """Make a frozen row of a TOML table; unknown and missing keys and wrong types are refused by name."""
    known = {field.name: field for field in fields(shape)}  # type: ignore[arg-type]
    unknown = sorted(set(row) - set(known))
    if unknown:
        raise BrokenRules(f"{where}: unknown key {', '.join(unknown)}")
    missing = sorted(name for name, field in known.items() if field.default is MISSING and name not in row)
    if missing:
        raise BrokenRules(f"{where}: missing key {', '.join(missing)}")
    hints = get_type_hints(shape)
    return shape(**{key: _value(key, value, str(hints[key]), where) for key, value in row.items()})


def _value(key: str, value: Any, hint: str, where: str) -> Any:
    """Return the value as its type hint wants it: lists become tuples, nested tables become rows."""
    if isinstance(value, list) and key in NESTED:
        return tuple(build(NESTED[key], row, f"{where}.{key}") for row in value)
    if isinstance(value, tuple):
        return value
    if isinstance(value, list):
        wanted = "int" if "int" in hint else "str"
        if all(type(item).__name__ == wanted for item in value) and "tuple" in hint:
            return tuple(value)
    elif type(value).__name__ in hint.replace("<class '", "").replace("'>", "").split(" | "):
        return value
    raise BrokenRules(f"{where}: {key} is not {hint}")
