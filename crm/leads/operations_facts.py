"""What upper rooms write on a lead: its stage, status, fit, sums, legs and landing; and contacts and claims."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from crm.accounts.rules import require
from crm.audit.operations import deed
from crm.core.clock import shanghai_date
from crm.core.errors import Finding, refuse, say
from crm.leads.models import Contact, Lead, LeadFact
from crm.leads.operations import note_fact, open_for
from crm.leads.operations_claims import divide, lock_lead, standing_claims
from crm.leads.operations_versions import note_versions
from crm.leads.rules import CONTACT_KINDS
from crm.leads.rules_claims import WHOLE_BPS

if TYPE_CHECKING:
    from datetime import datetime

    from crm.core.actor import Actor

FACT_OF_COLUMN = {"contracted_fen": "contracted", "paid_in_fen": "paid_in",
                  "paid_in_recorded_fen": "paid_in_recorded", "legs_verified": "legs",
                  "landed_on": "landed"}  # fmt: skip


def record_stage(lead_id: int, stage: str, *, happened_on: date, reason: str, by: Actor, at: datetime) -> None:
    """Write a stage (pipeline's door only); the opening mark falls with the first proven move."""
    old = Lead.select(Lead.stage, Lead.stage_since).where(Lead.id == lead_id).get()
    Lead.update(stage=stage, stage_since=happened_on, opening=False, updated_at=at, version=Lead.version + 1).where(
        Lead.id == lead_id
    ).execute()
    note_versions(lead_id, {"stage": old.stage, "stage_since": old.stage_since})
    note_fact(lead_id, "stage", stage, happened_on=happened_on, by=by, at=at, reason=reason)


def record_status(lead_id: int, status: str, *, happened_on: date, reason: str, by: Actor, at: datetime) -> None:
    """Write a status (pipeline's door only)."""
    old = Lead.select(Lead.status).where(Lead.id == lead_id).get()
    Lead.update(
        status=status, status_since=happened_on, status_reason=reason[:255], updated_at=at, version=Lead.version + 1
    ).where(Lead.id == lead_id).execute()
    note_versions(lead_id, {"status": old.status})
    note_fact(lead_id, "status", status, happened_on=happened_on, by=by, at=at, reason=reason)


def record_fit(lead_id: int, *, themes: tuple[str, ...], clusters: tuple[str, ...], fit_reason: str, by: Actor,
               at: datetime, reason: str = "") -> None:  # fmt: skip
    """Write the decided themes and clusters (main one first); history only when they change."""
    row = Lead.select(Lead.themes, Lead.clusters).where(Lead.id == lead_id).get()
    packed = {"themes": ";".join(themes), "clusters": ";".join(clusters)}
    Lead.update(
        **packed, theme=themes[0] if themes else "", cluster=clusters[0] if clusters else "", fit_reason=fit_reason
    ).where(Lead.id == lead_id).execute()
    for fact, value in packed.items():
        if getattr(row, fact) != value:
            note_fact(lead_id, fact, value, happened_on=shanghai_date(at), by=by, at=at, reason=reason)


def record_value(lead_id: int, column: str, value: Any, *, happened_on: date, by: Actor, at: datetime,
                 reason: str = "") -> None:  # fmt: skip
    """Write a derived figure (contracted_fen, paid_in_fen, legs_verified, landed_on) and its history."""
    fact = FACT_OF_COLUMN[column]
    Lead.update(**{column: value}, updated_at=at).where(Lead.id == lead_id).execute()
    note_fact(lead_id, fact, value, happened_on=happened_on, by=by, at=at, reason=reason)


def record_landing(lead_id: int, *, landed_on: date | None, landed_fen: int | None, recognised_on: date | None,
                   happened_on: date, by: Actor, at: datetime, reason: str = "") -> None:  # fmt: skip
    """Write whether a lead counts as landed and with how much, since a day (landing's door only).

    `recognised_on` stays while a recognition is suspended: it stands, but does not count. Taking back writes new
    entries over every later day on which it counted again, so that no past suspension brings it back.
    """
    Lead.update(
        landed_on=landed_on, landed_fen=landed_fen, recognised_on=recognised_on, updated_at=at
    ).where(Lead.id == lead_id).execute()  # fmt: skip
    days = {happened_on}
    if landed_on is None:
        later = LeadFact.select(LeadFact.happened_on).where(
            (LeadFact.lead == lead_id) & (LeadFact.fact == "landed") & (LeadFact.happened_on > happened_on)
            & LeadFact.value.is_null(False)
        )  # fmt: skip
        days |= {row.happened_on for row in later}
    for day in sorted(days):
        note_fact(lead_id, "landed", landed_on, happened_on=day, by=by, at=at, reason=reason)
        note_fact(lead_id, "landed_fen", landed_fen, happened_on=day, by=by, at=at, reason=reason)


def record_contact(lead_id: int, values: dict[str, Any], *, by: Actor, at: datetime) -> int:
    """Record a follow-up contact; the same client key twice is one contact; the future is refused."""
    with deed("lead.contact", by=by, at=at, kind="lead", thing_id=lead_id) as doing:
        require(by, "lead.contact")
        Lead.update(version=Lead.version).where(Lead.id == lead_id).execute()  # the row lock on PostgreSQL
        row = open_for(lead_id, by, "lead.contact")
        doing.on("lead", lead_id, f"{row.number} {row.name}")
        key = values.get("client_key") or None
        known = Contact.get_or_none((Contact.client_key == key) & (Contact.lead == lead_id)) if key else None
        if known:
            doing.silent = True
            return int(known.id)
        if values["happened_on"] > shanghai_date(at):
            raise refuse("date.future", say("A contact cannot lie in the future."), "happened_on")
        if values["kind"] not in CONTACT_KINDS:
            raise refuse("contact.kind", say("Choose a kind of contact."), "kind")
        made = Contact.create(
            lead=lead_id, happened_on=values["happened_on"], kind=values["kind"], two_way=bool(values.get("two_way")),
            text=values["text"], next_step=values.get("next_step") or "", next_on=values.get("next_on"),
            by=by.person_id, recorded_at=at, client_key=key,
        )  # fmt: skip
        doing.change("contact", None, values["text"][:200])
        latest = max(row.last_contact_on or date.min, values["happened_on"])
        Lead.update(last_contact_on=latest, updated_at=at).where(Lead.id == lead_id).execute()
        if values.get("next_step"):
            doing.change("next_steps", row.next_steps, values["next_step"])
            # A fact that the form edits changed: who has that form open must be told.
            Lead.update(next_steps=values["next_step"], version=Lead.version + 1).where(Lead.id == lead_id).execute()
            note_versions(lead_id, {"next_steps": row.next_steps})
        return int(made.id)


def share_credit(lead_id: int, shares: list[tuple[int, int]], *, reason: str, by: Actor, at: datetime,
                 reported_at: datetime | None = None) -> None:  # fmt: skip
    """Divide a lead's credit among cadres in basis points that sum to exactly 10,000; old divisions stay on record."""
    with deed("lead.share", by=by, at=at, kind="lead", thing_id=lead_id) as doing:
        first_own = "cadre" in by.roles and shares == [(by.person_id, WHOLE_BPS)]
        if not first_own:
            require(by, "credit.share")
        lock_lead(lead_id)
        row = open_for(lead_id, by, "lead.view" if first_own else "credit.share")
        doing.on("lead", lead_id, f"{row.number} {row.name}")
        old = standing_claims(lead_id)
        findings = []
        if old and not reason.strip():
            findings.append(Finding("reason.missing", say("Give a reason."), "reason"))
        if first_own and old:
            taken = say("This lead's credit is divided already; ask for a decision.")
            findings.append(Finding("share.taken", taken, "shares"))
        reported = {cadre: reported_at for cadre, _ in shares} if reported_at else {}
        divide(lead_id, shares, reason=reason, by=by, at=at, doing=doing, reported=reported, also=findings)
