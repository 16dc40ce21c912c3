"""Questions about people and units."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from peewee import fn

from crm.accounts.models import Person, RoleGrant, SetupCode, SignIn, Unit
from crm.core.actor import Actor

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True)
class UnitRow:
    """One unit."""

    id: int
    code: str
    name: str
    office: str
    active: bool


@dataclass(frozen=True)
class PersonRow:
    """One person with unit and roles in force."""

    id: int
    login: str
    name: str
    unit_id: int | None
    unit_name: str
    title: str
    phone: str
    active: bool
    locale: str
    must_change_password: bool
    roles: tuple[str, ...]


def units(*, active_only: bool = True) -> list[UnitRow]:
    """Return all units, sorted by pinyin."""
    query = Unit.select().order_by(Unit.pinyin, Unit.id)
    if active_only:
        query = query.where(Unit.active)
    return [UnitRow(row.id, row.code, row.name, row.office, row.active) for row in query]


def unit_by_name(name: str) -> UnitRow | None:
    """Find a unit by its exact name or code."""
    row = Unit.get_or_none((Unit.name == name) | (Unit.code == name))
    return UnitRow(row.id, row.code, row.name, row.office, row.active) if row else None


def people(
    *,
    role: str = "",
    unit_id: int | None = None,
    person_id: int | None = None,
    login: str = "",
    active_only: bool = False,
) -> list[PersonRow]:
    """Return persons with their roles in force, sorted by pinyin; one statement."""
    separator = fn.GROUP_CONCAT if "Sqlite" in type(Person._meta.database.obj).__name__ else None  # noqa: SLF001
    joined = separator(RoleGrant.role, ",") if separator else fn.STRING_AGG(RoleGrant.role, ",")
    query = (
        Person.select(Person, Unit.name.alias("unit_name"), joined.alias("roles"))
        .left_outer_join(Unit, on=(Person.unit == Unit.id))
        .switch(Person)
        .left_outer_join(RoleGrant, on=((RoleGrant.person == Person.id) & RoleGrant.ended_at.is_null()))
        .group_by(Person.id, Unit.name)
        .order_by(Person.pinyin, Person.id)
    )
    if person_id is not None:
        query = query.where(Person.id == person_id)
    if login:
        query = query.where(fn.LOWER(Person.login) == login.lower())
    if unit_id is not None:
        query = query.where(Person.unit == unit_id)
    if active_only:
        query = query.where(Person.active)
    rows = [_person(row) for row in query.dicts()]
    return [row for row in rows if not role or role in row.roles]


def _person(row: dict[str, Any]) -> PersonRow:
    names = sorted(set(str(row["roles"]).split(","))) if row["roles"] else []
    return PersonRow(
        row["id"],
        row["login"],
        row["name"],
        row["unit"],
        row["unit_name"] or "",
        row["title"],
        row["phone"],
        row["active"],
        row["locale"],
        row["must_change_password"],
        tuple(names),
    )


def person(person_id: int) -> PersonRow | None:
    """Return one person."""
    found = people(person_id=person_id)
    return found[0] if found else None


def anybody() -> bool:
    """Tell whether any account exists (the first-run set-up is open while none does)."""
    return bool(Person.select().exists())


def actor_of(row: PersonRow, *, posted: bool, door: str = "page") -> Actor:
    """Make the actor that operations get from a person's row."""
    return Actor(row.id, row.name, frozenset(row.roles), row.unit_id, door, posted)


def role_granted_by(person_id: int, role: str) -> int | None:
    """Return who gave a person the role that is in force (None when set up by the product itself)."""
    grant = RoleGrant.get_or_none(
        (RoleGrant.person == person_id) & (RoleGrant.role == role) & RoleGrant.ended_at.is_null()
    )
    return grant.granted_by_id if grant else None


@dataclass(frozen=True)
class SignInRow:
    """One open session as its owner sees it."""

    id: int
    person_id: int | None
    payload: dict[str, object]
    created_at: datetime
    seen_at: datetime
    address: str
    agent: str


def sign_in(token_hash: str) -> SignInRow | None:
    """Find a session by the hash of its token."""
    row = SignIn.get_or_none(SignIn.token_hash == token_hash)
    return _sign_in(row) if row else None


def sign_ins_of(person_id: int) -> list[SignInRow]:
    """Return a person's open sessions, newest first."""
    query = SignIn.select().where(SignIn.person == person_id).order_by(SignIn.seen_at.desc())
    return [_sign_in(row) for row in query]


def _sign_in(row: SignIn) -> SignInRow:
    return SignInRow(
        row.id, row.person_id, json.loads(row.payload), row.created_at, row.seen_at, row.address, row.agent
    )


def setup_code() -> tuple[str, int] | None:
    """Return the hash of the set-up code and how often it was mistaken."""
    row = SetupCode.get_or_none(SetupCode.id == 1)
    return (row.code_hash, row.failures) if row else None
