"""What opening entries claim and nobody has proved yet: the list of proofs to bring (补证)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from crm.accounts.models import Person, Unit
from crm.leads.models import Lead
from crm.leads.queries import visible
from crm.pipeline.queries_gaps import facts_of_all
from crm.pipeline.rules import proof_gaps

if TYPE_CHECKING:
    from crm.core.actor import Actor
    from crm.core.errors import Finding

PAGE = 50


@dataclass(frozen=True)
class ProofRow:
    """One opening entry and what is still to be proved."""

    id: int
    number: str
    name: str
    investor: str
    stage: str
    status: str
    unit_name: str
    owner_name: str
    gaps: list[Finding]


def opening_count(by: Actor) -> int:
    """Return how many opening entries the actor sees."""
    return int(Lead.select().where(_asked(by)).count())


def _asked(by: Actor) -> Any:
    return visible(by) & Lead.opening & Lead.status.in_(("active", "paused"))


def proofs_to_bring(by: Actor, *, after: int = 0) -> tuple[list[ProofRow], int]:
    """Return a page of opening entries with their gaps, and where the next page begins (0 for none)."""
    query: Any = (
        Lead.select(Lead.id, Lead.number, Lead.name, Lead.investor, Lead.stage, Lead.status,
                    Unit.name.alias("unit_name"), Person.name.alias("owner_name"))
        .join(Unit, on=(Lead.unit == Unit.id))
        .left_outer_join(Person, on=(Lead.owner == Person.id))
        .where(_asked(by) & (Lead.id > after))
        .order_by(Lead.id)
        .limit(PAGE + 1)
    )  # fmt: skip
    rows = list(query.dicts())
    facts = facts_of_all([row["id"] for row in rows[:PAGE]])
    found = [
        ProofRow(row["id"], row["number"], row["name"], row["investor"], row["stage"], row["status"], row["unit_name"],
                 row["owner_name"] or "", proof_gaps(row["stage"], facts[row["id"]]))
        for row in rows[:PAGE]
    ]  # fmt: skip
    return found, found[-1].id if len(rows) > PAGE else 0
