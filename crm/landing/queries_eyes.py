"""Whose eyes may judge a project, and whose judged it that no longer may: the ground of the four-eyes rule."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from peewee import fn

from crm.accounts.models import Person, RoleGrant
from crm.files.models import StoredFile
from crm.landing.models import Entity, EntityChange
from crm.landing.rules import LEG_FACTS, EyesFacts, is_involved
from crm.leads.models import Claim, Lead, LeadFact

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crm.core.actor import Actor


@dataclass(frozen=True)
class Charge:
    """Who was ever in charge of a lead, and which units: of the lead itself and of those people now."""

    owners: frozenset[int] = frozenset()
    units: frozenset[int] = frozenset()


def eyes_facts(lead_id: int, submitted_by: int | None, verifier: Actor, *, leg: str = "",
               file_id: int | None = None) -> EyesFacts:  # fmt: skip
    """Gather what the four-eyes rule looks at; a share given back meanwhile still counts as credit."""
    lead: Any = Lead.get_by_id(lead_id)
    owner: Any = Person.get_or_none(Person.id == lead.owner_id) if lead.owner_id else None
    charge = in_charge({lead_id}).get(lead_id, Charge())
    return EyesFacts(
        verifier_id=verifier.person_id,
        verifier_unit_id=verifier.unit_id,
        submitted_by=submitted_by,
        owner_id=lead.owner_id,
        owner_unit_id=owner.unit_id if owner else None,
        lead_unit_id=lead.unit_id,
        credited=credited(lead_id),
        self_granted=self_granted(verifier),
        entered_by=_entered_by(lead_id, leg, file_id),
        past_owners=charge.owners,
        past_units=charge.units,
    )


def credited(lead_id: int) -> frozenset[int]:
    """Return every cadre who has or had a share in a lead."""
    found: Any = Claim.select(Claim.cadre).where(Claim.lead == lead_id).tuples()
    return frozenset(int(cadre) for (cadre,) in found)


def involved_since(lead: Any, verified: Mapping[str, tuple[int | None, int | None]]) -> frozenset[str]:
    """Return the legs whose verifier (person, unit of that day) is by now in charge, of a unit in charge, or credited.

    Without this a lead could be handed away, verified by its own colleagues, and taken back.
    """
    if not verified:
        return frozenset()
    charge = in_charge({lead.id}).get(lead.id, Charge())
    ground = EyesFacts(
        verifier_id=None, verifier_unit_id=None, submitted_by=None, owner_id=lead.owner_id, owner_unit_id=None,
        lead_unit_id=lead.unit_id, credited=credited(lead.id), past_owners=charge.owners, past_units=charge.units,
    )  # fmt: skip
    return frozenset(
        leg
        for leg, (person_id, unit_id) in verified.items()
        if is_involved(replace(ground, verifier_id=person_id, verifier_unit_id=unit_id))
    )


def in_charge(leads: set[int]) -> dict[int, Charge]:
    """Return who and which units were ever in charge of these leads."""
    query: Any = LeadFact.select(LeadFact.lead, LeadFact.fact, LeadFact.value).where(
        LeadFact.lead.in_(leads) & LeadFact.fact.in_(("owner_id", "unit_id")) & LeadFact.value.is_null(False)
    )
    owners: dict[int, set[int]] = {}
    units: dict[int, set[int]] = {}
    for lead_id, fact, value in query.tuples():
        if str(value).isdigit():
            kept = owners if fact == "owner_id" else units
            kept.setdefault(int(lead_id), set()).add(int(value))
    everybody = set().union(*owners.values())
    homes: Any = Person.select(Person.id, Person.unit).where(Person.id.in_(everybody) & Person.unit.is_null(False))
    home = {int(person): int(unit) for person, unit in homes.tuples()}
    return {
        lead_id: Charge(
            frozenset(owners.get(lead_id, ())),
            frozenset(units.get(lead_id, set()) | {home[who] for who in owners.get(lead_id, ()) if who in home}),
        )
        for lead_id in owners.keys() | units.keys()
    }


def self_granted(verifier: Actor, role: str = "verifier") -> bool:
    """Tell whether somebody holds a role by an own grant that still runs."""
    own_grant = RoleGrant.select(fn.COUNT(RoleGrant.id)).where(
        (RoleGrant.person == verifier.person_id)
        & (RoleGrant.role == role)
        & (RoleGrant.granted_by == verifier.person_id)
        & RoleGrant.ended_at.is_null()
    )
    return bool(own_grant.scalar())


def _entered_by(lead_id: int, leg: str, file_id: int | None) -> frozenset[int]:
    """Return who wrote the present values of the facts that a leg rests on, and who brought its file."""
    newest = (
        EntityChange.select(fn.MAX(EntityChange.id))
        .join(Entity, on=(EntityChange.entity == Entity.id))
        .where((Entity.lead == lead_id) & EntityChange.fact.in_(LEG_FACTS.get(leg, ())))
        .group_by(EntityChange.fact)
    )
    wrote: Any = EntityChange.select(EntityChange.by).where(EntityChange.id.in_(newest)).tuples()
    found = {int(who) for (who,) in wrote if who is not None}
    file: Any = StoredFile.get_or_none(StoredFile.id == file_id) if file_id else None
    return frozenset(found | ({int(file.uploaded_by)} if file and file.uploaded_by else set()))
