"""Fixtures of the tests of approvals."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from crm.core.workdays import edited
from tests.cast import Cast, assemble

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def cast(db: object) -> Cast:
    """Give the cast, entered into an empty house."""
    return assemble()


@pytest.fixture
def bureau_calendar(db: object) -> Iterator[None]:
    """Let the bureau's own calendar answer, as in the running product."""
    from crm.approvals.queries import calendar_says, forget_calendar

    forget_calendar()
    with edited(calendar_says):
        yield
    forget_calendar()
