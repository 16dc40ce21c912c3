"""A named cast for the tests of pages: one person per role, a unit, a cadre's posting, all in a real bureau."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from crm.accounts.operations import add_person, add_unit
from crm.accounts.rules import roles
from crm.cadres.operations import post_cadre
from crm.core.actor import SYSTEM
from crm.core.clock import now, today
from crm.profile.operations import found_bureau

if TYPE_CHECKING:
    from flask.testing import FlaskClient

PASSWORD = "sunflower 2026 x"


@dataclass(frozen=True)
class Cast:
    """Ids of the people by role, the unit and the posting."""

    people: dict[str, int]
    unit: int
    posting: int


def assemble() -> Cast:
    """Enter the cast into the empty house."""
    at = now()
    found_bureau("西昌市经济合作局", "real", by=SYSTEM, at=at)
    unit = add_unit("tzcj", "投资促进一科", "investment", by=SYSTEM, at=at)
    people = {
        role: add_person(
            f"{role}.one", f"{role}员", PASSWORD, unit_id=unit, role_names=(role,), by=SYSTEM, at=at, must_change=False
        )
        for role in roles()
    }
    posting = post_cadre(
        people["cadre"], host_place="双流区", host_unit="双流区投促局", post="副局长", home_unit_id=unit,
        starts_on=today() - timedelta(days=100), ends_on=today() + timedelta(days=100), direction="out",
        by=SYSTEM, at=at,
    )  # fmt: skip
    return Cast(people, unit, posting)


def sign_in(client: FlaskClient, role: str, password: str = PASSWORD) -> Any:
    """Sign a member of the cast in and return the answer."""
    return client.post("/login", data={"username": f"{role}.one", "password": password})
