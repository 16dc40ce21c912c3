"""Fixtures of the tests of the register: the cast, quick passwords."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests import cast as story

if TYPE_CHECKING:
    from tests.cast import Cast


@pytest.fixture
def cast(db: Any) -> Cast:
    """Give the cast; zhang and li are officers of two units."""
    return story.assemble()
