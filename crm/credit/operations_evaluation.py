"""What is done in an evaluation: open, object, answer, write on forms, close; closed figures never change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crm.accounts.models import Person
from crm.accounts.rules import require
from crm.audit.operations import deed
from crm.core.clock import shanghai_date
from crm.core.errors import Finding, Refusal, refuse, say
from crm.credit.models import (
    EvaluationForm,
    EvaluationObjection,
    EvaluationPeriod,
    EvaluationQuota,
    FormTemplate,
)
from crm.credit.operations import lock_ledger
from crm.credit.queries import last_entry, tariffs_or_shipped
from crm.credit.queries_evaluation import bases, objections, periods, proven_false
from crm.credit.rules_evaluation import STAFF, grade_findings, period_findings, quota, sealed
from crm.credit.rules_tariff import in_force

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date, datetime

    from crm.core.actor import Actor
    from crm.credit.rules_tariff import Tariff

OPINIONS = ("host_opinion", "home_opinion", "department_opinion")


def tariff_of(end: date) -> Tariff:
    """Return the tariff whose caps hold for a period that ends on a day."""
    known = tariffs_or_shipped()
    return in_force(known.values(), end) or min(known.values(), key=lambda one: one.in_force_from)


def open_period(name: str, *, starts_on: date, ends_on: date, objections_until: date, by: Actor,
                at: datetime) -> int:  # fmt: skip
    """Open an evaluation period: from now on everyone sees the own draft; refuses overlaps."""
    with deed("evaluation.open", by=by, at=at, kind="evaluation", label=name) as doing:
        require(by, "evaluation.manage")
        lock_ledger()
        others = [(row.name, row.starts_on, row.ends_on) for row in periods()]
        findings = period_findings(name, starts_on, ends_on, objections_until, others)
        if starts_on > shanghai_date(at):
            findings.append(Finding("period.future", say("The period has not begun yet."), "starts_on"))
        if findings:
            raise Refusal(findings)
        made: Any = EvaluationPeriod.create(
            name=name.strip(), starts_on=starts_on, ends_on=ends_on, objections_until=objections_until, opened_at=at,
            opened_by=by.person_id, opened_by_name=by.name,
        )  # fmt: skip
        doing.on("evaluation", made.id, made.name)
        doing.change("starts_on", None, starts_on)
        doing.change("ends_on", None, ends_on)
        return int(made.id)


def _opened(period_id: int) -> Any:
    # The no-op update takes the row lock on PostgreSQL: nothing is written on a period while it is being closed.
    EvaluationPeriod.update(name=EvaluationPeriod.name).where(EvaluationPeriod.id == period_id).execute()
    row = EvaluationPeriod.get_or_none(EvaluationPeriod.id == period_id)
    if row is None:
        raise refuse("period.unknown", say("There is no such evaluation period."), status=404)
    if row.closed_at is not None:
        text = say("This period is closed: its figures are frozen. Corrections appear in the next period.")
        raise refuse("period.closed", text, status=409)
    return row


def object_to(period_id: int, text: str, *, by: Actor, at: datetime) -> int:
    """Object to the own draft, in writing, until the day that was set."""
    with deed("evaluation.object", by=by, at=at, kind="evaluation", thing_id=period_id) as doing:
        require(by, "evaluation.own")
        row = _opened(period_id)
        doing.on("evaluation", period_id, row.name)
        findings = []
        if not text.strip():
            findings.append(Finding("objection.empty", say("Write what is wrong with the draft."), "text"))
        if shanghai_date(at) > row.objections_until:
            late = say("Objections were possible until %(day)s.", day=row.objections_until)
            findings.append(Finding("objection.late", late, "text"))
        if findings:
            raise Refusal(findings)
        doing.change("reason", None, text.strip()[:200])
        made: Any = EvaluationObjection.create(period=period_id, cadre=by.person_id, text=text.strip(), at=at)
        return int(made.id)


def answer_objection(objection_id: int, answer: str, *, upheld: bool, by: Actor, at: datetime) -> None:
    """Answer an objection with its reasons; points follow only from events, never from the answer."""
    with deed("evaluation.answer", by=by, at=at, kind="evaluation") as doing:
        require(by, "evaluation.manage")
        row = EvaluationObjection.get_or_none(EvaluationObjection.id == objection_id)
        if row is None:
            raise refuse("objection.unknown", say("There is no such objection."), status=404)
        about = _opened(row.period_id)
        doing.on("evaluation", row.period_id, about.name)
        findings = []
        if row.answered_at is not None:
            findings.append(Finding("objection.answered", say("This objection is answered already."), "answer"))
        if not answer.strip():
            findings.append(Finding("reason.missing", say("Give a reason."), "answer"))
        if findings:
            raise Refusal(findings)
        doing.change("decision", None, "upheld" if upheld else "rejected")
        doing.change("reason", None, answer.strip()[:200])
        EvaluationObjection.update(
            answer=answer.strip(), upheld=upheld, answered_at=at, answered_by=by.person_id, answered_by_name=by.name
        ).where(EvaluationObjection.id == objection_id).execute()


def _form(period_id: int, cadre_id: int, at: datetime) -> Any:
    if not Person.select().where(Person.id == cadre_id).exists():
        raise refuse("person.unknown", say("There is no such person."), status=404)
    EvaluationForm.insert(period=period_id, cadre=cadre_id, updated_at=at).on_conflict_ignore().execute()
    return EvaluationForm.get((EvaluationForm.period == period_id) & (EvaluationForm.cadre == cadre_id))


def write_summary(period_id: int, text: str, *, by: Actor, at: datetime) -> None:
    """Write the own summary on the form, while the period is open."""
    with deed("evaluation.form", by=by, at=at, kind="evaluation", thing_id=period_id) as doing:
        require(by, "evaluation.own")
        row = _opened(period_id)
        doing.on("evaluation", period_id, f"{row.name} {by.name}")
        form = _form(period_id, by.person_id or 0, at)
        doing.change("summary", form.summary, text.strip())
        _write(form, {"summary": text.strip()}, by, at)


def write_form(period_id: int, cadre_id: int, values: Mapping[str, str], *, by: Actor, at: datetime) -> None:
    """Enter opinions and the grade on one cadre's form; excellent ones are held to the quota of the entered base."""
    with deed("evaluation.form", by=by, at=at, kind="evaluation", thing_id=period_id) as doing:
        require(by, "evaluation.manage")
        row = _opened(period_id)
        who: Any = Person.get_or_none(Person.id == cadre_id)
        doing.on("evaluation", period_id, f"{row.name} {who.name if who else ''}")
        form = _form(period_id, cadre_id, at)
        staff, grade = values.get("staff", form.staff), values.get("grade", form.grade)
        others = EvaluationForm.select().where(
            (EvaluationForm.period == period_id) & (EvaluationForm.staff == staff)
            & (EvaluationForm.grade == "excellent") & (EvaluationForm.cadre != cadre_id)
        )  # fmt: skip
        findings = grade_findings(
            staff, grade, false_report=cadre_id in proven_false(row.starts_on, row.ends_on),
            others_excellent=others.count(), base=bases(period_id).get(staff),
            excellent_bps=tariff_of(row.ends_on).excellent_bps,
        )  # fmt: skip
        if findings:
            raise Refusal(findings)
        written = {"staff": staff, "grade": grade}
        written |= {name: values[name].strip() for name in OPINIONS if name in values}
        for name, value in written.items():
            doing.change(name, getattr(form, name), value)
        _write(form, written, by, at)


def _write(form: Any, values: Mapping[str, Any], by: Actor, at: datetime) -> None:
    EvaluationForm.update(
        **values, version=EvaluationForm.version + 1, updated_at=at, updated_by=by.person_id
    ).where(EvaluationForm.id == form.id).execute()  # fmt: skip


def set_base(period_id: int, staff: str, base: int, *, note: str, by: Actor, at: datetime) -> None:
    """Enter the base of the quota for one kind of staff; grades that stand already may not exceed it."""
    with deed("evaluation.quota", by=by, at=at, kind="evaluation", thing_id=period_id) as doing:
        require(by, "evaluation.manage")
        row = _opened(period_id)
        doing.on("evaluation", period_id, row.name)
        excellent = EvaluationForm.select().where(
            (EvaluationForm.period == period_id) & (EvaluationForm.staff == staff)
            & (EvaluationForm.grade == "excellent")
        ).count()  # fmt: skip
        findings = []
        if staff not in STAFF:
            findings.append(Finding("quota.staff", say("Choose the kind of staff."), "staff"))
        if base < 0:
            findings.append(Finding("quota.base", say("The base is a whole number of people."), "base"))
        elif excellent > quota(base, tariff_of(row.ends_on).excellent_bps):
            text = say("%(n)s are graded excellent already, more than this base allows.", n=excellent)
            findings.append(Finding("quota.exceeded", text, "base"))
        if findings:
            raise Refusal(findings)
        doing.change("quota", bases(period_id).get(staff), base)
        EvaluationQuota.insert(
            period=period_id, staff=staff, base=base, note=note.strip(), at=at, by=by.person_id, by_name=by.name
        ).on_conflict(
            conflict_target=[EvaluationQuota.period, EvaluationQuota.staff],
            update={"base": base, "note": note.strip(), "at": at, "by": by.person_id, "by_name": by.name},
        ).execute()


def close_period(period_id: int, figures: Callable[[int], Mapping[str, Any]], *, by: Actor, at: datetime) -> str:
    """Close a period: its figures are frozen with their fingerprint, which is returned.

    `figures` is asked after the ledger is locked, with the number of its last line.
    """
    with deed("evaluation.close", by=by, at=at, kind="evaluation", thing_id=period_id) as doing:
        require(by, "evaluation.manage")
        lock_ledger()
        row = _opened(period_id)
        doing.on("evaluation", period_id, row.name)
        findings = []
        if shanghai_date(at) <= row.ends_on:
            findings.append(Finding("period.running", say("The period is not over yet.")))
        if shanghai_date(at) <= row.objections_until:
            text = say("Objections are possible until %(day)s; close it afterwards.", day=row.objections_until)
            findings.append(Finding("period.objections", text))
        waiting = [one for one in objections(period_id) if one.answered_at is None]
        if waiting:
            names = [one.cadre_name for one in waiting]
            text = say("Objections wait for an answer: %(names)s.", names=names)
            findings.append(Finding("period.unanswered", text))
        earlier = [one.name for one in periods() if one.open and one.ends_on < row.starts_on]
        if earlier:
            findings.append(Finding("period.earlier", say("Close earlier periods first: %(names)s.", names=earlier)))
        if findings:
            raise Refusal(findings)
        last = last_entry()
        text_, fingerprint = sealed(figures(last))
        EvaluationPeriod.update(
            closed_at=at, closed_by=by.person_id, closed_by_name=by.name, last_entry=last, frozen=text_,
            sha256=fingerprint,
        ).where(EvaluationPeriod.id == period_id).execute()  # fmt: skip
        doing.change("sha256", None, fingerprint)
        return fingerprint


def replace_template(kind: str, *, file_id: int, sha256: str, name: str, findings: list[Finding], by: Actor,
                     at: datetime) -> None:  # fmt: skip
    """Put the bureau's own template in the place of the shipped one; refused with every field it asks for in vain."""
    with deed("evaluation.template", by=by, at=at, kind="template", label=name) as doing:
        require(by, "evaluation.manage")
        if findings:
            raise Refusal(findings)
        FormTemplate.update(withdrawn_at=at).where(
            (FormTemplate.kind == kind) & FormTemplate.withdrawn_at.is_null()
        ).execute()
        made: Any = FormTemplate.create(
            kind=kind, file_id=file_id, sha256=sha256, name=name[:255], at=at, by=by.person_id, by_name=by.name
        )
        doing.on("template", made.id, name)
        doing.change("sha256", None, sha256)


def withdraw_template(kind: str, *, by: Actor, at: datetime) -> None:
    """Go back to the shipped template."""
    with deed("evaluation.template", by=by, at=at, kind="template", label=kind) as doing:
        require(by, "evaluation.manage")
        changed = (
            FormTemplate.update(withdrawn_at=at)
            .where((FormTemplate.kind == kind) & FormTemplate.withdrawn_at.is_null())
            .execute()
        )
        if not changed:
            raise refuse("template.none", say("The shipped template is in use already."), status=409)
        doing.change("decision", None, "shipped")
