"""What is done to chains and the opportunity book: enterprises entered, projects planned, leads tied to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crm.accounts.rules import require
from crm.audit.operations import deed
from crm.core.errors import Finding, Refusal, refuse, say
from crm.leads.operations import open_for
from crm.profile.rules import dictionary
from crm.scoring.models_chain import ChainEnterprise, Opportunity, OpportunityLead
from crm.scoring.rules_chain import current

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from crm.core.actor import Actor

FACTS = ("title", "brief", "market", "park", "site", "land_cmu", "investment_fen", "conditions", "contact")


def _known_link(code: str) -> None:
    if current().link(code) is None:
        raise refuse("chain.link", say("There is no such link."), status=404)


def enter_enterprise(link: str, *, name: str, source: str, by: Actor, at: datetime) -> int:
    """Enter an enterprise that stands in a link, with the source of the information."""
    with deed("chain.enterprise", by=by, at=at, kind="chain", label=link) as doing:
        require(by, "opportunity.edit")
        _known_link(link)
        findings = []
        if not name.strip():
            findings.append(Finding("name.missing", say("Fill in this field."), "name"))
        if not source.strip():
            findings.append(Finding("source.missing", say("Say where this is known from."), "source"))
        same = ChainEnterprise.name == name.strip()
        if ChainEnterprise.select().where((ChainEnterprise.link == link) & same & ChainEnterprise.ended_at.is_null()):
            text = say("This enterprise stands in the link already.")
            findings.append(Finding("chain.enterprise_twice", text, "name"))
        if findings:
            raise Refusal(findings)
        doing.change("enterprise", None, name.strip())
        made = ChainEnterprise.create(
            link=link, name=name.strip()[:255], source=source.strip()[:255], by=by.person_id, by_name=by.name, at=at
        )
        return int(made.id)


def end_enterprise(enterprise_id: int, *, reason: str, by: Actor, at: datetime) -> None:
    """Take an enterprise out of its link with a reason; the entry stays."""
    with deed("chain.enterprise_end", by=by, at=at, kind="chain") as doing:
        require(by, "opportunity.edit")
        row = ChainEnterprise.get_or_none((ChainEnterprise.id == enterprise_id) & ChainEnterprise.ended_at.is_null())
        if row is None:
            raise refuse("chain.enterprise_unknown", say("There is no such enterprise in a link."), status=404)
        doing.on("chain", None, row.link)
        if not reason.strip():
            raise refuse("reason.missing", say("Give a reason."), "reason")
        doing.change("enterprise", row.name, None)
        doing.change("reason", None, reason.strip())
        ChainEnterprise.update(ended_at=at, end_reason=reason.strip()[:255]).where(
            ChainEnterprise.id == enterprise_id
        ).execute()


def _checked(values: Mapping[str, Any]) -> dict[str, Any]:
    facts = {name: values.get(name) for name in FACTS}
    for name in ("title", "brief", "market", "park", "site", "conditions", "contact"):
        facts[name] = (facts[name] or "").strip()
    findings = [
        Finding(f"{name}.missing", say("Fill in this field."), name) for name in ("title", "brief") if not facts[name]
    ]
    if facts["park"] and facts["park"] not in dictionary("parks"):
        findings.append(Finding("park.unknown", say("Choose one of the offered values."), "park"))
    if findings:
        raise Refusal(findings)
    return facts


def plan(link: str, values: Mapping[str, Any], *, by: Actor, at: datetime) -> int:
    """Plan a project for a link: what is sought, where, under which conditions."""
    with deed("opportunity.plan", by=by, at=at, kind="opportunity") as doing:
        require(by, "opportunity.edit")
        _known_link(link)
        facts = _checked(values)
        made = Opportunity.create(link=link, **facts, by=by.person_id, by_name=by.name, at=at, updated_at=at)
        doing.on("opportunity", made.id, facts["title"])
        doing.change("link", None, link)
        return int(made.id)


def _standing(opportunity_id: int) -> Any:
    # The no-op update takes the row lock on PostgreSQL.
    Opportunity.update(edition=Opportunity.edition).where(Opportunity.id == opportunity_id).execute()
    row = Opportunity.get_or_none(Opportunity.id == opportunity_id)
    if row is None:
        raise refuse("opportunity.unknown", say("There is no such planned project."), status=404)
    return row


def edit_plan(opportunity_id: int, values: Mapping[str, Any], *, edition: int, by: Actor, at: datetime) -> None:
    """Change a planned project; refused when another saved meanwhile."""
    with deed("opportunity.edit", by=by, at=at, kind="opportunity", thing_id=opportunity_id) as doing:
        require(by, "opportunity.edit")
        row = _standing(opportunity_id)
        doing.on("opportunity", opportunity_id, row.title)
        facts = _checked(values)
        if row.edition != edition:
            text = say("Somebody else changed this planned project meanwhile; compare and save again.")
            raise refuse("edit.conflict", text, status=409)
        changed = {name: value for name, value in facts.items() if value != getattr(row, name)}
        if not changed:
            doing.silent = True
            return
        for name, value in changed.items():
            doing.change(name, getattr(row, name), value)
        Opportunity.update(**changed, edition=edition + 1, updated_at=at).where(
            Opportunity.id == opportunity_id
        ).execute()


def set_state(opportunity_id: int, state: str, *, reason: str, by: Actor, at: datetime) -> None:
    """Close a planned project or open it again, with a reason."""
    with deed("opportunity.state", by=by, at=at, kind="opportunity", thing_id=opportunity_id) as doing:
        require(by, "opportunity.edit")
        row = _standing(opportunity_id)
        doing.on("opportunity", opportunity_id, row.title)
        findings = []
        if state not in ("open", "closed") or state == row.state:
            text = say("It is in this state already, or there is no such state.")
            findings.append(Finding("opportunity.state", text))
        if not reason.strip():
            findings.append(Finding("reason.missing", say("Give a reason."), "reason"))
        if findings:
            raise Refusal(findings)
        doing.change("state", row.state, state)
        doing.change("reason", None, reason.strip())
        Opportunity.update(state=state, state_reason=reason.strip()[:255], updated_at=at).where(
            Opportunity.id == opportunity_id
        ).execute()


def answer(opportunity_id: int, lead_id: int, *, by: Actor, at: datetime) -> None:
    """Tie a lead to the planned project that it answers; the project then counts as answered."""
    with deed("opportunity.answer", by=by, at=at, kind="opportunity", thing_id=opportunity_id) as doing:
        require(by, "opportunity.edit")
        row = _standing(opportunity_id)
        doing.on("opportunity", opportunity_id, row.title)
        lead = open_for(lead_id, by, "lead.edit")
        if row.state == "closed":
            raise refuse("opportunity.closed", say("This planned project is closed."), status=409)
        tie = (OpportunityLead.opportunity == opportunity_id) & (OpportunityLead.lead == lead_id)
        if OpportunityLead.select().where(tie & OpportunityLead.ended_at.is_null()).exists():
            doing.silent = True
            return
        doing.change("lead", None, f"{lead.number} {lead.name}")
        OpportunityLead.create(opportunity=opportunity_id, lead=lead_id, by=by.person_id, by_name=by.name, at=at)
        Opportunity.update(state="answered", updated_at=at).where(Opportunity.id == opportunity_id).execute()


def untie(opportunity_id: int, lead_id: int, *, by: Actor, at: datetime) -> None:
    """End the tie between a lead and a planned project; without any other it is open again."""
    with deed("opportunity.untie", by=by, at=at, kind="opportunity", thing_id=opportunity_id) as doing:
        require(by, "opportunity.edit")
        row = _standing(opportunity_id)
        doing.on("opportunity", opportunity_id, row.title)
        lead = open_for(lead_id, by, "lead.edit")
        tie = (OpportunityLead.opportunity == opportunity_id) & OpportunityLead.ended_at.is_null()
        ended = OpportunityLead.update(ended_at=at).where(tie & (OpportunityLead.lead == lead_id)).execute()
        if not ended:
            raise refuse("opportunity.no_tie", say("This lead does not answer the planned project."), status=404)
        doing.change("lead", f"{lead.number} {lead.name}", None)
        if row.state == "answered" and not OpportunityLead.select().where(tie).exists():
            Opportunity.update(state="open", updated_at=at).where(Opportunity.id == opportunity_id).execute()
