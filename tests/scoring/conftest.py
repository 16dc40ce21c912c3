"""Fixtures of the tests of scoring that need the database."""

from __future__ import annotations

from typing import Any

import pytest

from tests import cast as story


@pytest.fixture
def cast(db: Any) -> story.Cast:
    """Give the cast of the story, on both databases."""
    return story.assemble()
