"""Fixtures of the tests of pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from argon2 import PasswordHasher

from crm.accounts import operations
from tests.web.cast import Cast, assemble

if TYPE_CHECKING:
    from flask import Flask


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
