"""What is done to land: a park's quota set, a parcel entered, milestones planned and done, land granted, given up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crm.accounts.rules import require
from crm.audit.operations import deed
from crm.core.clock import shanghai_date
from crm.core.errors import Finding, Refusal, refuse, say
from crm.land.models import LandQuota, Parcel, ParcelStep
from crm.land.queries import granted_of, may_change, parcel, quotas
from crm.land.rules import grant_findings, over_quota, parcel_findings, planned, quota_findings
from crm.leads.queries import lead_row

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from crm.audit.operations import Deed
    from crm.core.actor import Actor
    from crm.land.queries import ParcelRow

FACTS = ("name", "park", "township", "year", "asked_cmu", "asked_on", "note")


def set_quota(park: str, year: int | None, area_cmu: int | None, basis: str, *, by: Actor, at: datetime) -> None:
    """Set a park's quota of a year; what was said before stays on record."""
    with deed("land.quota", by=by, at=at, kind="park", label=park) as doing:
        require(by, "land.quota")
        findings = quota_findings(park, year, area_cmu, basis)
        if findings or year is None:
            raise Refusal(findings)
        before = quotas(year).get(park, (None, ""))
        doing.change("land.year", None, year)
        doing.change("land.quota_cmu", before[0], area_cmu)
        doing.change("land.basis", before[1] or None, basis.strip())
        LandQuota.create(park=park, year=year, area_cmu=area_cmu, basis=basis.strip()[:255], recorded_by=by.person_id,
                         recorded_at=at)  # fmt: skip


def enter_parcel(values: Mapping[str, Any], *, by: Actor, at: datetime) -> int:
    """Enter a parcel that a project (or a park for itself) asks for; its milestones are planned at once."""
    with deed("land.parcel", by=by, at=at, kind="parcel") as doing:
        require(by, "land.record")
        findings = parcel_findings(values, shanghai_date(at))
        lead_id = values.get("lead_id")
        if lead_id is not None and lead_row(lead_id, by) is None:
            text = say("There is no such lead, or it is not yours to open.")
            findings.append(Finding("lead.unknown", text, "lead_number"))
        if findings:
            raise Refusal(findings)
        kept = {name: values.get(name) or "" if name == "note" else values[name] for name in FACTS}
        row: Any = Parcel.create(**kept, lead=lead_id, unit=by.unit_id, recorded_by=by.person_id, recorded_at=at,
                                 changed_at=at)  # fmt: skip
        ParcelStep.insert_many([
            {"parcel": row.id, "code": one.code, "position": one.position, "due_on": day, "changed_by": by.person_id,
             "changed_at": at}
            for one, day in planned(values["asked_on"])
        ]).execute()  # fmt: skip
        doing.on("parcel", row.id, row.name)
        for name, value in kept.items():
            doing.change(f"land.{name}", None, value or None)
        return int(row.id)


def _opened(parcel_id: int, by: Actor, doing: Deed) -> ParcelRow:
    require(by, "land.record")
    Parcel.update(changed_at=Parcel.changed_at).where(Parcel.id == parcel_id).execute()
    row = parcel(parcel_id)
    if row is None or not may_change(parcel_id, by):
        raise refuse("parcel.unknown", say("There is no such parcel, or it is not yours."), status=404)
    doing.on("parcel", parcel_id, row.name)
    if row.dropped_on is not None:
        raise refuse("parcel.dropped", say("This parcel was given up."), status=409)
    return row


def plan_step(parcel_id: int, code: str, due_on: date | None, reason: str, *, by: Actor, at: datetime) -> None:
    """Move the planned day of an open milestone, with a reason; the old day stays in the trail."""
    with deed("land.plan", by=by, at=at, kind="parcel", thing_id=parcel_id) as doing:
        row = _opened(parcel_id, by, doing)
        step = next((one for one in row.steps if one.code == code), None)
        findings = []
        if step is None or step.done_on is not None:
            findings.append(Finding("step.unknown", say("Choose a milestone that is still open."), "code"))
        if due_on is None or due_on < row.asked_on:
            findings.append(Finding("step.day", say("Give a day from %(day)s on.", day=row.asked_on), "due_on"))
        if not reason.strip():
            findings.append(Finding("reason.missing", say("Give a reason."), "reason"))
        if findings or step is None:
            raise Refusal(findings)
        _change_step(parcel_id, code, by, at, due_on=due_on, reason=reason.strip()[:255])
        doing.change(f"land.step.{code}", step.due_on, due_on)
        doing.change("reason", None, reason.strip())


def finish_step(parcel_id: int, code: str, day: date | None, document: str, *, by: Actor, at: datetime) -> None:
    """Say on which day a milestone was done, with its document or a word on it."""
    with deed("land.done", by=by, at=at, kind="parcel", thing_id=parcel_id) as doing:
        row = _opened(parcel_id, by, doing)
        step = next((one for one in row.steps if one.code == code), None)
        findings = []
        if step is None or step.done_on is not None:
            findings.append(Finding("step.unknown", say("Choose a milestone that is still open."), "code"))
        if day is None or not row.asked_on <= day <= shanghai_date(at):
            text = say("Give a day between %(first)s and today.", first=row.asked_on)
            findings.append(Finding("step.day", text, "day"))
        if not document.strip():
            findings.append(Finding("step.document", say("Name the document that this rests on."), "document"))
        if findings or step is None:
            raise Refusal(findings)
        _change_step(parcel_id, code, by, at, done_on=day, document=document.strip()[:255])
        doing.change(f"land.step.{code}", None, day)


def _change_step(parcel_id: int, code: str, by: Actor, at: datetime, **values: Any) -> None:
    ParcelStep.update(**values, changed_by=by.person_id, changed_at=at).where(
        (ParcelStep.parcel == parcel_id) & (ParcelStep.code == code)
    ).execute()


def grant(parcel_id: int, values: Mapping[str, Any], *, by: Actor, at: datetime) -> None:
    """Record what was granted of a parcel; beyond the park's quota it is asked about and needs a reason."""
    with deed("land.grant", by=by, at=at, kind="parcel", thing_id=parcel_id) as doing:
        row = _opened(parcel_id, by, doing)
        area, document = values.get("granted_cmu"), values.get("document") or ""
        findings = grant_findings(
            area, values.get("granted_on"), document, asked_on=row.asked_on, today=shanghai_date(at)
        )
        quota, reason = quotas(row.year).get(row.park, (None, ""))[0], values.get("over_reason") or ""
        others = granted_of(row.park, row.year) - (row.granted_cmu or 0)
        findings += over_quota(quota, others, area or 0, reason)
        if findings:
            raise Refusal(findings)
        Parcel.update(
            granted_cmu=area, granted_on=values["granted_on"], document=document.strip()[:255],
            over_reason=reason.strip()[:255], changed_at=at,
        ).where(Parcel.id == parcel_id).execute()  # fmt: skip
        doing.change("land.granted_cmu", row.granted_cmu, area)
        doing.change("land.document", row.document or None, document.strip())


def give_up(parcel_id: int, reason: str, *, by: Actor, at: datetime) -> None:
    """Give a parcel up with a reason; it no longer counts and stays on record."""
    with deed("land.give_up", by=by, at=at, kind="parcel", thing_id=parcel_id) as doing:
        row = _opened(parcel_id, by, doing)
        findings = [] if reason.strip() else [Finding("reason.missing", say("Give a reason."), "reason")]
        if row.granted_cmu:
            text = say("Land was granted already: record a grant of what stands instead.")
            findings.append(Finding("parcel.granted", text, "reason"))
        if findings:
            raise Refusal(findings)
        Parcel.update(dropped_on=shanghai_date(at), note=reason.strip(), changed_at=at).where(
            Parcel.id == parcel_id
        ).execute()
        doing.change("land.note", row.note or None, reason.strip())
