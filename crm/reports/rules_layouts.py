"""Layouts: which columns a ledger has, in which order, grouped by what, of which projects."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from crm.core.errors import Finding, Text, say
from crm.reports.rules_columns import BY_KEY, COLUMNS, KEPT

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

GROUPS = {
    "unit": say("Responsible unit"),
    "owner": say("Officer in charge"),
    "park": say("Park"),
    "source": say("Source"),
    "stage": say("Stage"),
    "theme": say("Main theme"),
    "cluster": say("Main cluster"),
}
MOST_COLUMNS = 60
NEEDED = "name"
"""Every ledger names its projects."""
WEEKLY = "weekly 1 08:00"
"""When a layout that somebody subscribed to is ready: Mondays at eight."""


@dataclass(frozen=True)
class Layout:
    """A ledger as somebody wants it."""

    name: Text
    keys: tuple[str, ...]
    group: str = ""
    filters: Mapping[str, str] = field(default_factory=dict)
    words: str = ""
    sort: str = "updated"
    summaries: bool = True

    @property
    def columns(self) -> tuple[str, ...]:
        """Return the columns with the hidden ones that make the ledger known again."""
        return (*(key for key in self.keys if key not in KEPT), *KEPT)


STANDARD = Layout(say("Pipeline ledger"), tuple(column.key for column in COLUMNS))
BRIEF = Layout(
    say("Key projects at a glance"),
    ("name", "investor", "content", "investment", "contracted", "paid_in", "park", "stage", "light", "unit", "owner",
     "leader", "progress", "problems", "next_steps"),
    group="unit", sort="amount",
)  # fmt: skip
SIGNED = Layout(
    say("Signed projects and their performance"),
    ("number", "name", "investor", "contract_kind", "signed_on", "contract_amount", "contracted", "paid_in", "land",
     "park", "stage", "agreed_start_on", "started_on", "agreed_production_on", "producing_on", "statistics_on",
     "entity_name", "uscc", "legs", "landed", "unit", "owner", "leader", "problems", "next_steps"),
    group="stage", sort="stage",
)  # fmt: skip
BUILT_IN: Mapping[str, Layout] = {"pipeline": STANDARD, "pipeline-brief": BRIEF, "pipeline-signed": SIGNED}
SIGNED_STAGES = ("signed", "started", "producing", "at_capacity")


def offered() -> list[tuple[Text, list[tuple[str, Text]]]]:
    """Return the columns that may be chosen, by group, in the order of the standard ledger."""
    groups: dict[str, tuple[Text, list[tuple[str, Text]]]] = {}
    for column in BY_KEY.values():
        if not column.hidden and column.group:
            groups.setdefault(column.group.msgid, (column.group, []))[1].append((column.key, column.header))
    return list(groups.values())


def gone(columns: Iterable[Sequence[str]]) -> list[Finding]:
    """Return a finding for every column of a kept layout that no longer is, by the heading it had."""
    return [
        Finding(
            "layout.column_gone",
            say("The column “%(name)s” no longer exists; take it out of the layout or choose another.", name=heading),
            "columns",
        )
        for key, heading in columns
        if key not in BY_KEY
    ]


def chosen(keys: Sequence[str], group: str) -> list[Finding]:
    """Return what is wrong with a choice of columns."""
    findings = []
    unknown = [key for key in keys if key not in BY_KEY or BY_KEY[key].hidden]
    if unknown:
        text = say("There is no column “%(name)s”.", name=unknown[0][:40])
        findings.append(Finding("layout.column_unknown", text, "columns"))
    if NEEDED not in keys:
        text = say("A ledger needs the project's name; put that column in.")
        findings.append(Finding("layout.name_missing", text, "columns"))
    if len(set(keys)) != len(keys):
        findings.append(Finding("layout.column_twice", say("A column stands there twice."), "columns"))
    if len(keys) > MOST_COLUMNS:
        text = say("At most %(n)s columns.", n=MOST_COLUMNS)
        findings.append(Finding("layout.too_many", text, "columns"))
    if group and group not in GROUPS:
        findings.append(Finding("layout.group", say("Choose one of the offered values."), "group_by"))
    return findings
