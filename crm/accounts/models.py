"""Tables of people: units, persons, role grants with their dates, server-side sessions."""

from __future__ import annotations

from peewee import BigAutoField, BooleanField, CharField, DateTimeField, ForeignKeyField, IntegerField, TextField

from crm.core.db import Table


class Unit(Table):
    """A unit of the city (bureau, park office, tax office …); `office` groups units for the two-offices rule."""

    id = BigAutoField()
    code = CharField(unique=True)
    name = CharField(unique=True)
    pinyin = CharField(default="", index=True)
    office = CharField(default="other")
    active = BooleanField(default=True)


class Person(Table):
    """Somebody who can sign in."""

    id = BigAutoField()
    login = CharField(unique=True)
    name = CharField()
    pinyin = CharField(default="", index=True)
    unit = ForeignKeyField(Unit, null=True, backref="people")
    title = CharField(default="")
    phone = CharField(default="")
    password_hash = CharField()
    must_change_password = BooleanField(default=False)
    active = BooleanField(default=True)
    locale = CharField(default="zh_CN")
    failures = IntegerField(default=0)
    locked_until = DateTimeField(null=True)
    created_at = DateTimeField()


class RoleGrant(Table):
    """A role somebody holds from one moment to another, and who gave it."""

    id = BigAutoField()
    person = ForeignKeyField(Person, backref="grants")
    role = CharField()
    granted_by = ForeignKeyField(Person, null=True, backref="+")
    granted_at = DateTimeField()
    ended_at = DateTimeField(null=True)

    class Meta:
        """Asked by person."""

        indexes = ((("person", "role", "ended_at"), False),)


class SignIn(Table):
    """A server-side session: the browser holds a random token, the table only its hash."""

    id = BigAutoField()
    token_hash = CharField(unique=True)
    person = ForeignKeyField(Person, null=True, backref="sign_ins", on_delete="CASCADE")
    payload = TextField(default="{}")
    created_at = DateTimeField()
    seen_at = DateTimeField(index=True)
    address = CharField(default="")
    agent = CharField(default="")


class SetupCode(Table):
    """The one-time code that guards the first run, kept as a hash while no account exists."""

    id = IntegerField(primary_key=True)
    code_hash = CharField()
    failures = IntegerField(default=0)
    made_at = DateTimeField()
