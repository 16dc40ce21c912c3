"""What people confirm for the ledger: the tariff handed in for its own review, and investors of the 500 largest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crm.accounts.rules import require
from crm.audit.operations import deed
from crm.core.errors import Finding, Refusal, refuse, say
from crm.core.words import DEFAULT, speaking
from crm.credit.models import CreditHonour
from crm.credit.queries import every_tariff
from crm.credit.rules_told import tariff_texts
from crm.leads.operations import open_for
from crm.support.operations_rules import hand_in_rule

if TYPE_CHECKING:
    from datetime import datetime

    from crm.core.actor import Actor

LISTS = {"world": say("Fortune Global 500"), "china": say("Top 500 of China")}


def hand_in(version: str, *, by: Actor, at: datetime) -> int:
    """Propose a version of the tariff for its fair-competition review; returns the item."""
    require(by, "rules.edit")
    tariff = every_tariff().get(version)
    if tariff is None:
        raise refuse("tariff.unknown", say("There is no such version of the tariff."), "version", 404)
    with speaking(DEFAULT):  # the same words whoever hands it in
        words = tariff_texts(tariff)
    return hand_in_rule("tariff", version, words, fingerprint=tariff.sha256, by=by, at=at)


def confirm_honour(lead_id: int, *, list_name: str, year: int, document: str, by: Actor, at: datetime,
                   place: int | None = None) -> int:  # fmt: skip
    """Confirm that the investor of a project stands on a list of the 500 largest, with the document that shows it."""
    with deed("credit.honour", by=by, at=at, kind="lead", thing_id=lead_id) as doing:
        require(by, "credit.confirm")
        lead = open_for(lead_id, by, "lead.view")
        doing.on("lead", lead_id, f"{lead.number} {lead.name}")
        standing = CreditHonour.select().where((CreditHonour.lead == lead_id) & CreditHonour.voided_at.is_null())
        findings = []
        if list_name not in LISTS:
            findings.append(Finding("honour.list", say("Choose the list."), "list_name"))
        if not document.strip():
            findings.append(Finding("honour.document", say("Give the document's number or name."), "document"))
        if standing.exists():
            findings.append(Finding("honour.twice", say("This is confirmed already."), "list_name"))
        if findings:
            raise Refusal(findings)
        doing.change("kind", None, f"{list_name} {year}")
        made: Any = CreditHonour.create(
            lead=lead_id, list_name=list_name, year=year, place=place, document=document.strip(), by=by.person_id,
            by_name=by.name, at=at,
        )  # fmt: skip
        return int(made.id)


def void_honour(lead_id: int, *, reason: str, by: Actor, at: datetime) -> None:
    """Void a confirmation that was wrong; it stays on record."""
    with deed("credit.honour_void", by=by, at=at, kind="lead", thing_id=lead_id) as doing:
        require(by, "credit.confirm")
        lead = open_for(lead_id, by, "lead.view")
        doing.on("lead", lead_id, f"{lead.number} {lead.name}")
        if not reason.strip():
            raise refuse("reason.missing", say("Give a reason."), "reason")
        voided = (
            CreditHonour.update(voided_at=at, void_reason=reason.strip()[:255])
            .where((CreditHonour.lead == lead_id) & CreditHonour.voided_at.is_null())
            .execute()
        )
        if not voided:
            raise refuse("honour.none", say("There is no confirmation to void."), status=404)
        doing.change("reason", None, reason.strip())
