"""Statements for tests of the ledger: short to write, whole to reckon with."""

from __future__ import annotations

from datetime import date
from typing import Any

from crm.credit.rules_ledger import Share, Statement

WAN = 1_000_000
SUN, WU = 7, 8
DAY = date(2026, 3, 2)


def share(cadre: int = SUN, bps: int = 10_000, posting: int | None = 1, *, tail: bool = False) -> Share:
    return Share(cadre, bps, posting, tail)


def said(kind: str, key: str = "1", day: date = DAY, **others: Any) -> Statement:
    values: dict[str, Any] = {
        "lead": 1, "enterprise": "榴光", "project": "榴光|北园", "tariff": "2026.1", "shares": (share(),), **others
    }
    return Statement(key=f"{kind}:{key}", kind=kind, day=day, **values)
