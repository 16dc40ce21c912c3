"""The divisions of credit that the questions about fairness look at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crm.accounts.models import Person
from crm.core.clock import shanghai_date
from crm.leads.models import Claim, Lead
from crm.reports.queries import BATCH
from crm.reports.rules_fairness import Division

if TYPE_CHECKING:
    from collections.abc import Iterable


def divisions_of(lead_ids: Iterable[int]) -> list[Division]:
    """Return every share, past ones too, of some leads with the units around it."""
    listed, found = sorted(lead_ids), []
    recorder = Person.alias()
    for at in range(0, len(listed), BATCH):
        query: Any = (
            Claim.select(
                Claim, Lead.number, Lead.name.alias("project"), Lead.unit.alias("lead_unit"),
                Person.name.alias("cadre_name"), Person.unit.alias("cadre_unit"),
                recorder.unit.alias("recorder_unit"),
            )
            .join(Lead, on=(Claim.lead == Lead.id))
            .switch(Claim)
            .join(Person, on=(Claim.cadre == Person.id))
            .switch(Claim)
            .left_outer_join(recorder, on=(Claim.recorded_by == recorder.id))
            .where(Claim.lead.in_(listed[at : at + BATCH]))
            .order_by(Claim.id)
        )  # fmt: skip
        found += [
            Division(
                row["lead"], row["number"], row["project"], row["cadre"], row["cadre_name"], row["share_bps"],
                shanghai_date(row["reported_at"]), shanghai_date(row["recorded_at"]), row["reason"],
                row["recorded_by"], row["recorder_unit"], row["lead_unit"], row["cadre_unit"],
                row["ended_at"] is not None,
            )
            for row in query.dicts()
        ]  # fmt: skip
    return found
