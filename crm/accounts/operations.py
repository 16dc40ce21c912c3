"""What is done to people's accounts: units, persons, roles, passwords, sign-in."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from peewee import IntegrityError, fn
from pypinyin import lazy_pinyin

from crm.accounts.models import Person, RoleGrant, SignIn, Unit
from crm.accounts.operations_tokens import end_tokens
from crm.accounts.rules import LOCK_AFTER, LOCK_MINUTES, password_findings, require, roles
from crm.audit.operations import deed
from crm.core.db import database
from crm.core.errors import Refusal, refuse, say

if TYPE_CHECKING:
    from crm.core.actor import Actor


@lru_cache
def hasher() -> PasswordHasher:
    """Return the argon2id hasher with the library's recommended costs."""
    return PasswordHasher()


def pinyin_key(text: str) -> str:
    """Return the key by which Chinese is sorted and found: pinyin without tones, lower case."""
    return " ".join(lazy_pinyin(text)).lower()[:255]


def add_unit(code: str, name: str, office: str, *, by: Actor, at: datetime) -> int:
    """Add a unit; refuses a code or name that exists."""
    with deed("unit.add", by=by, at=at, kind="unit", label=name) as doing:
        _unless_system(by, "account.manage")
        if Unit.select().where((Unit.code == code) | (Unit.name == name)).exists():
            raise refuse("unit.exists", say("A unit with this code or name exists."), "name", 409)
        unit = Unit.create(code=code, name=name, pinyin=pinyin_key(name), office=office)
        doing.on("unit", unit.id, name)
        doing.change("name", None, name)
        return int(unit.id)


def _unless_system(by: Actor, permission: str) -> None:
    if "system" not in by.roles:
        require(by, permission)


def add_person(
    login: str,
    name: str,
    password: str,
    *,
    unit_id: int | None,
    role_names: tuple[str, ...],
    by: Actor,
    at: datetime,
    title: str = "",
    phone: str = "",
    must_change: bool = True,
) -> int:
    """Add a person with roles; refuses a taken login, a weak password or an unknown role, all at once."""
    with deed("person.add", by=by, at=at, kind="person", label=name) as doing:
        _unless_system(by, "account.manage")
        findings = password_findings(password, login)
        if findings:
            raise Refusal(findings)
        if Person.select().where(fn.LOWER(Person.login) == login.lower()).exists():
            raise refuse("login.taken", say("This user name is taken."), "login", 409)
        person = Person.create(
            login=login,
            name=name,
            pinyin=pinyin_key(name),
            unit=unit_id,
            title=title,
            phone=phone,
            password_hash=hasher().hash(password),
            must_change_password=must_change,
            created_at=at,
        )
        doing.on("person", person.id, name)
        doing.change("login", None, login)
        for role in role_names:
            _grant(person.id, role, by, at)
            doing.change("role", None, role)
        return int(person.id)


def _grant(person_id: int, role: str, by: Actor, at: datetime) -> None:
    if role not in roles():
        raise refuse("role.unknown", say("There is no role %(role)s.", role=role), "roles")
    RoleGrant.create(person=person_id, role=role, granted_by=by.person_id, granted_at=at)


def set_roles(person_id: int, role_names: tuple[str, ...], *, by: Actor, at: datetime) -> None:
    """Make a person's roles exactly these; ended grants stay on record."""
    with deed("person.roles", by=by, at=at, kind="person", thing_id=person_id) as doing:
        require(by, "account.manage")
        open_grants = {
            grant.role: grant
            for grant in RoleGrant.select().where((RoleGrant.person == person_id) & RoleGrant.ended_at.is_null())
        }
        if "admin" in open_grants and "admin" not in role_names and person_id == by.person_id:
            raise refuse("role.last_self", say("You cannot take the administrator role from yourself."), "roles")
        doing.change("roles", ";".join(sorted(open_grants)), ";".join(sorted(role_names)))
        for role, grant in open_grants.items():
            if role not in role_names:
                RoleGrant.update(ended_at=at).where(RoleGrant.id == grant.id).execute()
        for role in role_names:
            if role not in open_grants:
                _grant(person_id, role, by, at)


def edit_person(
    person_id: int, *, name: str, unit_id: int | None, title: str, phone: str, active: bool, by: Actor, at: datetime
) -> None:
    """Change a person's record; a deactivated person's sessions end at once."""
    with deed("person.edit", by=by, at=at, kind="person", thing_id=person_id, label=name) as doing:
        require(by, "account.manage")
        row = Person.get_or_none(Person.id == person_id)
        if row is None:
            raise refuse("person.unknown", say("There is no such person."), status=404)
        if not active and person_id == by.person_id:
            raise refuse("person.self", say("You cannot deactivate yourself."), "active")
        new = {"name": name, "unit_id": unit_id, "title": title, "phone": phone, "active": active}
        for key, value in new.items():
            doing.change(key, getattr(row, key), value)
        Person.update(name=name, pinyin=pinyin_key(name), unit=unit_id, title=title, phone=phone, active=active).where(
            Person.id == person_id
        ).execute()
        if not active:
            end_sign_ins(person_id)
            end_tokens(person_id, by=by, at=at)


def set_password(person_id: int, password: str, *, by: Actor, at: datetime, must_change: bool = False) -> None:
    """Set a password (one's own, or another's by an administrator) and end that person's sessions."""
    with deed("person.password", by=by, at=at, kind="person", thing_id=person_id) as doing:
        if by.person_id != person_id:
            require(by, "account.manage")
        row = Person.get_or_none(Person.id == person_id)
        if row is None:
            raise refuse("person.unknown", say("There is no such person."), status=404)
        findings = password_findings(password, row.login)
        if findings:
            raise Refusal(findings)
        doing.on("person", person_id, row.name)
        Person.update(
            password_hash=hasher().hash(password), must_change_password=must_change, failures=0, locked_until=None
        ).where(Person.id == person_id).execute()
        end_sign_ins(person_id)
        if by.person_id != person_id:
            end_tokens(person_id, by=by, at=at)


def end_sign_ins(person_id: int) -> None:
    """End every session of a person."""
    SignIn.delete().where(SignIn.person == person_id).execute()


def set_locale(person_id: int, locale: str) -> None:
    """Remember the language a person reads."""
    Person.update(locale=locale).where(Person.id == person_id).execute()


def check_password(login: str, password: str, *, at: datetime) -> int:
    """Return the id of the person whose login and password fit; every other case gets the same refusal.

    The account locks for a quarter of an hour after eight mistakes in a row; the time spent is the same
    whether the login exists or not.
    """
    row = Person.get_or_none(fn.LOWER(Person.login) == login.strip().lower())
    locked = bool(row and row.locked_until and row.locked_until > at)
    fits = _fits(row.password_hash if row else _decoy(), password)
    if row and row.active and fits and not locked:
        with database.atomic():
            Person.update(failures=0, locked_until=None).where(Person.id == row.id).execute()
        return int(row.id)
    if row and not locked:
        _count_failure(row.id, at)
    raise refuse(
        "sign_in.refused",
        say(
            "User name or password is wrong, or the account is locked. "
            "After %(n)s mistakes it rests for %(m)s minutes.",
            n=LOCK_AFTER,
            m=LOCK_MINUTES,
        ),
        "password",
        401,
    )


@lru_cache
def _decoy() -> str:
    return hasher().hash("nobody has this password")


def _fits(password_hash: str, password: str) -> bool:
    try:
        return hasher().verify(password_hash, password[:1024])
    except (VerificationError, InvalidHashError):
        return False


def _count_failure(person_id: int, at: datetime) -> None:
    with database.atomic():
        Person.update(failures=Person.failures + 1).where(Person.id == person_id).execute()
        Person.update(failures=0, locked_until=at + timedelta(minutes=LOCK_MINUTES)).where(
            (Person.id == person_id) & (Person.failures >= LOCK_AFTER)
        ).execute()


def add_first_admin(login: str, name: str, password: str, *, by: Actor, at: datetime) -> int:
    """Add the first administrator; refuses once any account exists, even when two try at the same moment."""
    with deed("bureau.first_admin", by=by, at=at):
        if Person.select().exists():
            raise refuse("setup.closed", say("The set-up is closed: accounts exist."), status=409)
        try:
            return add_person(
                login, name, password, unit_id=None, role_names=("admin",), by=by, at=at, must_change=False
            )
        except IntegrityError as error:
            raise refuse("setup.closed", say("The set-up is closed: accounts exist."), status=409) from error
