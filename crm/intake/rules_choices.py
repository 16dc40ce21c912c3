"""What a row looks like before it is read, and what a person settled about a ledger beforehand."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crm.intake.rules_units import Unit

EMPTY: dict[str, Any] = {
    "name": "",
    "investor": "",
    "investment_wan": None,
    "investment_max_wan": None,
    "currency": None,
    "foreign_amount_wan": None,
    "date_iso": None,
    "date_precision": None,
    "responsible_unit": "",
    "stage": "",
    "contact": "",
    "phone": "",
}


@dataclass(frozen=True)
class Choices:
    """What a person settled: heading → field, heading → unit, stage word → stage and status."""

    fields: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[str, Unit] = field(default_factory=dict)
    stages: Mapping[str, tuple[str | None, str | None]] = field(default_factory=dict)


NO_CHOICES = Choices()
