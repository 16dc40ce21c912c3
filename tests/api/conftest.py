"""Fixtures of the tests of the interface: the cast of the pages with tokens, and a client that speaks JSON."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from argon2 import PasswordHasher

from crm.accounts import operations
from crm.accounts.operations_tokens import make_token
from crm.accounts.rules_tokens import SCOPES
from crm.core.actor import Actor
from crm.core.clock import now, today
from tests.web.cast import Cast, assemble

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient


@pytest.fixture(autouse=True)
def quick_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hash passwords at the lowest cost: the cost is argon2's to test, not ours."""
    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(operations, "hasher", lambda: quick)
    operations._decoy.cache_clear()


@pytest.fixture
def cast(app: Flask) -> Cast:
    """Give the cast, entered into the application's database."""
    with app.app_context():
        return assemble()


class Program:
    """A program that calls the interface with the token of one member of the cast."""

    def __init__(self, client: FlaskClient, token: str) -> None:
        """Keep the client and the token."""
        self.client, self.token = client, token

    def call(self, method: str, path: str, **others: Any) -> Any:
        """Call one address."""
        headers = {"Authorization": f"Bearer {self.token}", **others.pop("headers", {})}
        return self.client.open(f"/api/v1{path}", method=method, headers=headers, **others)

    def get(self, path: str, **others: Any) -> Any:
        """Read."""
        return self.call("GET", path, **others)

    def post(self, path: str, body: Any = None, **others: Any) -> Any:
        """Send a JSON body."""
        return self.call("POST", path, json=body if body is not None else {}, **others)


def actor_for(cast: Cast, role: str) -> Actor:
    """Return a member of the cast as the page knows them."""
    return Actor(cast.people[role], f"{role}员", frozenset({role}), cast.unit, posted=role == "cadre")


def token_for(cast: Cast, role: str, scopes: Any = SCOPES) -> str:
    """Make a token of a member of the cast."""
    last_day = today() + timedelta(days=30)
    return make_token("测试程序", scopes, last_day, by=actor_for(cast, role), at=now())[1]


@pytest.fixture
def officer(client: FlaskClient, cast: Cast) -> Program:
    """Give a program with an officer's token."""
    return Program(client, token_for(cast, "officer"))


@pytest.fixture
def manager(client: FlaskClient, cast: Cast) -> Program:
    """Give a program with a leader's token."""
    return Program(client, token_for(cast, "manager"))
