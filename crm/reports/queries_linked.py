"""Local companies of projects and the register of park enterprises, joined by equal unified social credit codes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from peewee import JOIN

from crm.accounts.rules import scope
from crm.landing.models import Entity
from crm.leads.models import Lead
from crm.leads.queries import visible
from crm.statistics.models import Enterprise

if TYPE_CHECKING:
    from datetime import date

    from crm.core.actor import Actor


@dataclass(frozen=True)
class Linked:
    """One local company of a project, and the enterprise of the register that has the same credit code, if any."""

    lead_id: int
    number: str
    project: str
    park: str
    entity: str
    uscc: str
    landed_on: date | None
    enterprise_id: int | None
    enterprise: str
    enterprise_park: str
    reached: bool
    """Whether the reader may open the enterprise's own page."""


def companies(actor: Actor, park: str = "", *, landed: bool = False) -> list[Linked]:
    """Return the local companies of the projects in reach with their place in the register, the latest landed first."""
    query: Any = (
        Entity.select(
            Lead.id, Lead.number, Lead.name, Lead.park, Entity.name, Entity.uscc, Lead.landed_on, Enterprise.id,
            Enterprise.name, Enterprise.park, Enterprise.unit,
        )
        .join(Lead, on=(Entity.lead == Lead.id))
        .join(Enterprise, JOIN.LEFT_OUTER, on=(Enterprise.uscc == Entity.uscc))
        .where(visible(actor, "lead.view") & (Entity.uscc != ""))
        .order_by(Lead.landed_on.desc(), Lead.number)
    )  # fmt: skip
    if park:
        query = query.where(Lead.park == park)
    if landed:
        query = query.where(Lead.landed_on.is_null(False))
    reach = scope(actor, "statistics.view")
    found = []
    for *told, enterprise_id, name, place, unit in query.tuples():
        reached = enterprise_id is not None and (reach == "all" or (reach == "unit" and unit == actor.unit_id))
        found.append(Linked(*(*told, enterprise_id, name or "", place or "", reached)))
    return found
