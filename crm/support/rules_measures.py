"""Forms of support with facts of their own (power, funds, technical upgrades), and how far an application is."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from crm.core.errors import Finding, Text, say
from crm.core.rulebook import BrokenRules, Rulebook, beside
from crm.support.rules import KINDS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

TYPES = ("line", "long", "day", "wan", "percent", "count")
STEPS = {
    "": say("not applied for"),
    "applied": say("applied for"),
    "taken": say("taken up by the office in charge"),
    "granted": say("granted"),
    "declined": say("declined"),
    "running": say("running"),
    "done": say("done"),
}
NEXT: Mapping[str, tuple[str, ...]] = {
    "": ("applied",),
    "applied": ("taken", "declined"),
    "taken": ("granted", "declined"),
    "granted": ("running", "done", "declined"),
    "running": ("done",),
    "declined": ("applied",),
    "done": (),
}
STEP_TONES = {"": "line", "applied": "warn", "taken": "warn", "granted": "good", "declined": "bad", "running": "act",
              "done": "good"}  # fmt: skip


@dataclass(frozen=True)
class Fact:
    """One fact of a form of support."""

    code: str
    label: Text
    type: str


@dataclass(frozen=True)
class Measure:
    """One form of support with its facts."""

    code: str
    kind: str
    label: Text
    facts: tuple[Fact, ...]


@lru_cache
def book() -> Rulebook:
    """Load the table and refuse a broken one."""
    found = beside(__file__, "support.toml")
    read_measures(found)
    return found


def read_measures(found: Rulebook) -> dict[str, Measure]:
    """Read the forms of support; an unknown kind or type of fact is refused by name."""
    measures = {}
    for row in found.tables["measure"]:
        facts = tuple(Fact(fact["code"], Text(fact["label"]), fact["type"]) for fact in row["facts"])
        if row["kind"] not in KINDS or any(fact.type not in TYPES for fact in facts):
            message = f"{found.name}: {row['code']}"
            raise BrokenRules(message)
        measures[row["code"]] = Measure(row["code"], row["kind"], Text(row["label"]), facts)
    return measures


@lru_cache
def measures() -> dict[str, Measure]:
    """Return the forms of support by code."""
    return read_measures(book())


def measure_kinds() -> dict[str, str]:
    """Return the kind that each form of support belongs to."""
    return {code: measure.kind for code, measure in measures().items()}


def days(table: str, name: str) -> int:
    """Return one number of days (or of enterprises) of the table."""
    return int(book().tables[table][name])


def step_findings(now: str, to: str, *, happened_on: date | None, today: date) -> list[Finding]:
    """Return what is wrong with the next step of an application."""
    found = []
    if to not in NEXT.get(now, ()):
        found.append(Finding("support.step", say("This step cannot follow the present one."), "to"))
    if happened_on is None or happened_on > today:
        text = say("Give the day it happened, today or earlier.")
        found.append(Finding("support.step_day", text, "happened_on"))
    return found


def known_facts(code: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return of some values those that a form of support has and that are known."""
    measure = measures().get(code)
    return {
        fact.code: values[fact.code]
        for fact in (measure.facts if measure else ())
        if values.get(fact.code) not in (None, "")
    }
