"""Who is signed in: person, unit, roles, running posting and bureau, in one statement."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from peewee import fn

from crm.accounts.models import Person, RoleGrant, Unit
from crm.cadres.models import Posting
from crm.core.actor import Actor
from crm.core.db import is_sqlite
from crm.leads.models import Claim
from crm.profile.models import Bureau

if TYPE_CHECKING:
    from datetime import date


@dataclass(frozen=True)
class ViewerRow:
    """The signed-in person as every page needs them."""

    actor: Actor
    login: str
    unit_name: str
    locale: str
    must_change_password: bool
    bureau_name: str
    bureau_kind: str


def viewer(person_id: int, day: date) -> ViewerRow | None:
    """Return the person while the account is active; a posting that runs on the day makes a cadre posted."""
    joined = fn.GROUP_CONCAT(RoleGrant.role, ",") if is_sqlite() else fn.STRING_AGG(RoleGrant.role, ",")
    roles = RoleGrant.select(joined).where((RoleGrant.person == person_id) & RoleGrant.ended_at.is_null())
    posted = Posting.select(fn.COUNT(Posting.id)).where(
        (Posting.cadre == person_id) & (Posting.starts_on <= day) & (Posting.ends_on >= day)
    )
    query = (
        Person.select(
            Person.name, Person.login, Person.unit, Person.locale, Person.must_change_password,
            Unit.name.alias("unit_name"), roles.alias("roles"), posted.alias("posted"),
            Bureau.select(Bureau.name).where(Bureau.id == 1).alias("bureau_name"),
            Bureau.select(Bureau.kind).where(Bureau.id == 1).alias("bureau_kind"),
        )
        .left_outer_join(Unit, on=(Person.unit == Unit.id))
        .where((Person.id == person_id) & Person.active)
    )  # fmt: skip
    rows: list[dict[str, Any]] = list(query.dicts())
    if not rows:
        return None
    row = rows[0]
    held = frozenset(row["roles"].split(",")) if row["roles"] else frozenset()
    who = Actor(person_id, row["name"], held, row["unit"], "page", bool(row["posted"]))
    return ViewerRow(
        who, row["login"], row["unit_name"] or "", row["locale"], row["must_change_password"],
        row["bureau_name"] or "", row["bureau_kind"] or "",
    )  # fmt: skip


def projects_of_cadres() -> dict[int, int]:
    """Return how many leads each cadre has a share in now."""
    query = (
        Claim.select(Claim.cadre, fn.COUNT(Claim.lead.distinct())).where(Claim.ended_at.is_null()).group_by(Claim.cadre)
    )
    return {int(cadre): int(count) for cadre, count in query.tuples()}
