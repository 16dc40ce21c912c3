"""Fixtures of the tests of land."""

from __future__ import annotations

import pytest

from tests.cast import Cast, assemble


@pytest.fixture
def cast(db: object) -> Cast:
    """Give the cast, entered into an empty house."""
    return assemble()
