"""Questions of the chain view: how many leads and enterprises stand in each link, who they are, what is planned."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from peewee import Case, fn

from crm.leads.models import Lead
from crm.leads.queries import visible
from crm.scoring.models_chain import ChainEnterprise, ChainPlace, Opportunity, OpportunityLead

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from crm.core.actor import Actor

STANDING = ("producing", "at_capacity")
"""Stages from which a project counts as an enterprise that stands in the link."""


@dataclass(frozen=True)
class LinkCount:
    """How full a link is: leads on the way, projects in production, enterprises entered, open plans."""

    coming: int = 0
    standing: int = 0
    planned: int = 0


def link_counts() -> dict[str, LinkCount]:
    """Return how full every link is; active leads of the whole bureau are counted, none is named."""
    at_work = Lead.stage.in_(STANDING)
    rows = (
        ChainPlace.select(
            ChainPlace.link, fn.COUNT(Lead.id).alias("everything"), fn.SUM(Case(None, [(at_work, 1)], 0)).alias("up")
        )
        .join(Lead)
        .where(Lead.status == "active")
        .group_by(ChainPlace.link)
        .dicts()
    )
    counts = {row["link"]: [int(row["everything"]) - int(row["up"]), int(row["up"]), 0] for row in rows}
    for place, query in (
        (1, ChainEnterprise.select(ChainEnterprise.link, fn.COUNT(ChainEnterprise.id).alias("n"))
            .where(ChainEnterprise.ended_at.is_null()).group_by(ChainEnterprise.link)),
        (2, Opportunity.select(Opportunity.link, fn.COUNT(Opportunity.id).alias("n"))
            .where(Opportunity.state != "closed").group_by(Opportunity.link)),
    ):  # fmt: skip
        for row in query.dicts():
            counts.setdefault(row["link"], [0, 0, 0])[place] += int(row["n"])
    return {link: LinkCount(*numbers) for link, numbers in counts.items()}


@dataclass(frozen=True)
class LinkLead:
    """A lead that stands in a link and may be seen."""

    link: str
    id: int
    number: str
    name: str
    investor: str
    stage: str


def leads_in(links: Sequence[str], by: Actor, limit: int = 200) -> list[LinkLead]:
    """Return the active leads of some links that an actor may see, the furthest first."""
    query = (
        ChainPlace.select(ChainPlace.link, Lead.id, Lead.number, Lead.name, Lead.investor, Lead.stage)
        .join(Lead)
        .where(ChainPlace.link.in_(list(links)) & (Lead.status == "active") & visible(by))
        .order_by(Lead.stage_since.desc(), Lead.id)
        .limit(limit)
        .dicts()
    )
    return [LinkLead(**row) for row in query]


def links_of(lead_id: int) -> list[str]:
    """Return the links that one lead stands in."""
    query = ChainPlace.select(ChainPlace.link).where(ChainPlace.lead == lead_id).order_by(ChainPlace.id)
    return [row.link for row in query]


@dataclass(frozen=True)
class EnterpriseRow:
    """An enterprise entered into a link."""

    id: int
    link: str
    name: str
    source: str
    by_name: str
    at: datetime


def enterprises_in(links: Sequence[str]) -> list[EnterpriseRow]:
    """Return the enterprises that stand in some links."""
    query = (
        ChainEnterprise.select()
        .where(ChainEnterprise.link.in_(list(links)) & ChainEnterprise.ended_at.is_null())
        .order_by(ChainEnterprise.id)
    )
    return [EnterpriseRow(row.id, row.link, row.name, row.source, row.by_name, row.at) for row in query]


@dataclass(frozen=True)
class OpportunityRow:
    """One planned project."""

    id: int
    link: str
    edition: int
    title: str
    brief: str
    market: str
    park: str
    site: str
    land_cmu: int | None
    investment_fen: int | None
    conditions: str
    contact: str
    state: str
    state_reason: str
    by_name: str
    at: datetime
    updated_at: datetime


def _opportunity(row: Any) -> OpportunityRow:
    return OpportunityRow(
        row.id, row.link, row.edition, row.title, row.brief, row.market, row.park, row.site, row.land_cmu,
        row.investment_fen, row.conditions, row.contact, row.state, row.state_reason, row.by_name, row.at,
        row.updated_at,
    )  # fmt: skip


def opportunity(opportunity_id: int) -> OpportunityRow | None:
    """Return one planned project."""
    row = Opportunity.get_or_none(Opportunity.id == opportunity_id)
    return _opportunity(row) if row else None


def opportunities(links: Sequence[str] | None = None, state: str = "") -> list[OpportunityRow]:
    """Return planned projects, of some links and one state if so asked, the latest first."""
    query = Opportunity.select().order_by(Opportunity.id.desc()).limit(500)
    if links is not None:
        query = query.where(Opportunity.link.in_(list(links)))
    if state:
        query = query.where(Opportunity.state == state)
    return [_opportunity(row) for row in query]


@dataclass(frozen=True)
class Answer:
    """A lead that answers a planned project; without its name where the viewer may not open it."""

    id: int
    number: str
    name: str | None
    stage: str
    by_name: str
    at: datetime


def answers_to(opportunity_id: int, by: Actor) -> list[Answer]:
    """Return the leads that answer a planned project."""
    seen = {row.id for row in Lead.select(Lead.id).join(OpportunityLead).where(
        (OpportunityLead.opportunity == opportunity_id) & visible(by))}  # fmt: skip
    query = (
        OpportunityLead.select(OpportunityLead, Lead)
        .join(Lead)
        .where((OpportunityLead.opportunity == opportunity_id) & OpportunityLead.ended_at.is_null())
        .order_by(OpportunityLead.id)
    )
    return [
        Answer(row.lead_id, row.lead.number, row.lead.name if row.lead_id in seen else None, row.lead.stage,
               row.by_name, row.at)
        for row in query
    ]  # fmt: skip


def answered_by(lead_id: int) -> list[tuple[int, str]]:
    """Return the planned projects that a lead answers: id and title."""
    query = (
        OpportunityLead.select(OpportunityLead.opportunity, Opportunity.title)
        .join(Opportunity)
        .where((OpportunityLead.lead == lead_id) & OpportunityLead.ended_at.is_null())
        .order_by(OpportunityLead.id)
    )
    return [(row["opportunity"], row["title"]) for row in query.dicts()]


def lead_numbered(number: str, by: Actor) -> int | None:
    """Return the id of a lead that an actor may edit, by the number people use."""
    row = Lead.get_or_none((Lead.number == number.strip().upper()) & visible(by, "lead.edit"))
    return int(row.id) if row else None


def may_answer(link: str, opportunity_id: int, by: Actor, limit: int = 20) -> list[LinkLead]:
    """Return the leads in a link that an actor may edit and that do not answer the planned project yet."""
    tied = OpportunityLead.select(OpportunityLead.lead).where(
        (OpportunityLead.opportunity == opportunity_id) & OpportunityLead.ended_at.is_null()
    )
    query = (
        ChainPlace.select(ChainPlace.link, Lead.id, Lead.number, Lead.name, Lead.investor, Lead.stage)
        .join(Lead)
        .where((ChainPlace.link == link) & (Lead.status == "active") & Lead.id.not_in(tied) & visible(by, "lead.edit"))
        .order_by(Lead.id.desc())
        .limit(limit)
        .dicts()
    )
    return [LinkLead(**row) for row in query]
