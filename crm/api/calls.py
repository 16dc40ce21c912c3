"""All calls: importing this module enters every one of them into the table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crm.api import (
    calls_approvals,
    calls_checks,
    calls_land,
    calls_landing,
    calls_leads,
    calls_matters,
    calls_moves,
    calls_reviews,
    calls_statistics,
    calls_support,
    calls_work,
)
from crm.api.endpoints import ENDPOINTS

if TYPE_CHECKING:
    from crm.api.endpoints import Endpoint

FILES = (
    calls_leads, calls_moves, calls_checks, calls_landing, calls_support, calls_reviews, calls_approvals, calls_matters,
    calls_land, calls_statistics, calls_work,
)  # fmt: skip


def every() -> tuple[Endpoint, ...]:
    """Return every call of the interface."""
    return tuple(ENDPOINTS)
