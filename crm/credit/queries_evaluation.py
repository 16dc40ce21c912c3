"""Questions about evaluation: periods, forms, bases of quotas, objections, cases of false reports, templates."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from crm.accounts.models import Person
from crm.core.clock import shanghai_date
from crm.credit.models import (
    EvaluationForm,
    EvaluationObjection,
    EvaluationPeriod,
    EvaluationQuota,
    FalseReport,
    FormTemplate,
)
from crm.leads.models import Lead

if TYPE_CHECKING:
    from datetime import date, datetime


@dataclass(frozen=True)
class PeriodRow:
    """One evaluation period."""

    id: int
    name: str
    starts_on: date
    ends_on: date
    objections_until: date
    opened_at: datetime
    opened_by: str
    closed_at: datetime | None
    closed_by: str
    last_entry: int | None
    sha256: str

    @property
    def open(self) -> bool:
        """Tell whether figures still follow the ledger."""
        return self.closed_at is None


def _period(row: Any) -> PeriodRow:
    return PeriodRow(
        row.id, row.name, row.starts_on, row.ends_on, row.objections_until, row.opened_at, row.opened_by_name,
        row.closed_at, row.closed_by_name, row.last_entry, row.sha256,
    )  # fmt: skip


COLUMNS = (
    EvaluationPeriod.id, EvaluationPeriod.name, EvaluationPeriod.starts_on, EvaluationPeriod.ends_on,
    EvaluationPeriod.objections_until, EvaluationPeriod.opened_at, EvaluationPeriod.opened_by_name,
    EvaluationPeriod.closed_at, EvaluationPeriod.closed_by_name, EvaluationPeriod.last_entry, EvaluationPeriod.sha256,
)  # fmt: skip
"""Everything but the frozen figures, which are long."""


def periods() -> list[PeriodRow]:
    """Return all periods, the latest first."""
    return [_period(row) for row in EvaluationPeriod.select(*COLUMNS).order_by(EvaluationPeriod.starts_on.desc())]


def period(period_id: int) -> PeriodRow | None:
    """Return one period."""
    row = EvaluationPeriod.select(*COLUMNS).where(EvaluationPeriod.id == period_id).first()
    return _period(row) if row else None


def period_named(name: str) -> PeriodRow | None:
    """Return a period by its name."""
    row = EvaluationPeriod.select(*COLUMNS).where(EvaluationPeriod.name == name.strip()).first()
    return _period(row) if row else None


def frozen(period_id: int) -> dict[str, Any] | None:
    """Return the frozen figures of a closed period."""
    text = EvaluationPeriod.select(EvaluationPeriod.frozen).where(EvaluationPeriod.id == period_id).scalar()
    return json.loads(text) if text else None


@dataclass(frozen=True)
class FormRow:
    """What people wrote on one cadre's form."""

    cadre_id: int
    summary: str = ""
    host_opinion: str = ""
    home_opinion: str = ""
    department_opinion: str = ""
    staff: str = ""
    grade: str = ""
    version: int = 0


def forms(period_id: int) -> dict[int, FormRow]:
    """Return the forms of a period by cadre."""
    query = EvaluationForm.select().where(EvaluationForm.period == period_id)
    return {
        row.cadre_id: FormRow(row.cadre_id, row.summary, row.host_opinion, row.home_opinion, row.department_opinion,
                              row.staff, row.grade, row.version)
        for row in query
    }  # fmt: skip


def bases(period_id: int) -> dict[str, int]:
    """Return the bases of the quota by kind of staff."""
    query = EvaluationQuota.select().where(EvaluationQuota.period == period_id)
    return {row.staff: row.base for row in query}


@dataclass(frozen=True)
class ObjectionRow:
    """One objection and its answer."""

    id: int
    period_id: int
    cadre_id: int
    cadre_name: str
    text: str
    at: datetime
    answer: str
    upheld: bool | None
    answered_at: datetime | None
    answered_by: str


def objections(period_id: int, cadre_id: int | None = None) -> list[ObjectionRow]:
    """Return the objections of a period, unanswered ones first."""
    query: Any = (
        EvaluationObjection.select(EvaluationObjection, Person.name.alias("cadre_name"))
        .join(Person, on=(EvaluationObjection.cadre == Person.id))
        .where(EvaluationObjection.period == period_id)
        .order_by(EvaluationObjection.answered_at.is_null(False), EvaluationObjection.id)
    )
    if cadre_id is not None:
        query = query.where(EvaluationObjection.cadre == cadre_id)
    return [
        ObjectionRow(row["id"], row["period"], row["cadre"], row["cadre_name"], row["text"], row["at"], row["answer"],
                     row["upheld"], row["answered_at"], row["answered_by_name"])
        for row in query.dicts()
    ]  # fmt: skip


@dataclass(frozen=True)
class CaseRow:
    """One case of a suspected false report, with where it stands."""

    id: int
    lead_id: int
    number: str
    project: str
    cadre_id: int
    cadre_name: str
    grounds: str
    opened_at: datetime
    opened_by: str
    statement: str
    stated_at: datetime | None
    decision: str
    decision_reason: str
    decided_at: datetime | None
    decided_by: str
    appeal: str
    appealed_at: datetime | None
    outcome: str
    outcome_reason: str
    closed_at: datetime | None
    closed_by: str


def cases(*, case_id: int | None = None, cadre_id: int | None = None, lead_id: int | None = None) -> list[CaseRow]:
    """Return cases of suspected false reports, open ones first."""
    query: Any = (
        FalseReport.select(FalseReport, Person.name.alias("cadre_name"), Lead.number, Lead.name.alias("project"))
        .join(Person, on=(FalseReport.cadre == Person.id))
        .switch(FalseReport)
        .join(Lead, on=(FalseReport.lead == Lead.id))
        .order_by(FalseReport.closed_at.is_null(False), FalseReport.id.desc())
    )
    for column, value in ((FalseReport.id, case_id), (FalseReport.cadre, cadre_id), (FalseReport.lead, lead_id)):
        query = query if value is None else query.where(column == value)
    return [
        CaseRow(
            row["id"], row["lead"], row["number"], row["project"], row["cadre"], row["cadre_name"], row["grounds"],
            row["opened_at"], row["opened_by_name"], row["statement"], row["stated_at"], row["decision"],
            row["decision_reason"], row["decided_at"], row["decided_by_name"], row["appeal"], row["appealed_at"],
            row["outcome"], row["outcome_reason"], row["closed_at"], row["closed_by_name"],
        )
        for row in query.dicts()
    ]  # fmt: skip


def proven_false(start: date, end: date) -> set[int]:
    """Return the cadres with a case that was closed as proven within a stretch of days."""
    query = FalseReport.select(FalseReport.cadre, FalseReport.closed_at).where(FalseReport.outcome == "proven")
    return {int(cadre) for cadre, moment in query.tuples() if start <= shanghai_date(moment) <= end}


@dataclass(frozen=True)
class TemplateRow:
    """A template that the bureau put in the place of the shipped one."""

    id: int
    file_id: int
    sha256: str
    name: str
    at: datetime
    by_name: str


def own_template(kind: str) -> TemplateRow | None:
    """Return the bureau's own template in use, when there is one."""
    row = (
        FormTemplate.select()
        .where((FormTemplate.kind == kind) & FormTemplate.withdrawn_at.is_null())
        .order_by(FormTemplate.id.desc())
        .first()
    )
    return TemplateRow(row.id, row.file_id, row.sha256, row.name, row.at, row.by_name) if row else None
