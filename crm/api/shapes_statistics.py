"""What answers about the register of enterprises and their monthly figures look like."""

from __future__ import annotations

from typing import Any

from crm.api.rules import outside
from crm.api.shapes import Shape
from crm.statistics.rules import MEASURES

KINDS = {"money": "wan?", "hundredths": "hundredths?", "count": "count?"}
FIGURES = {outside(one.name): (one.name, KINDS[one.kind]) for one in MEASURES}
ENTERPRISE = Shape(
    "Enterprise",
    {
        "id": ("id", "id"), "version": ("version", "count"), "name": ("name", "text"), "uscc": ("uscc", "text"),
        "park": ("park", "text"), "industry_code": ("industry_code", "text"), "unit_id": ("unit_id", "id"),
        "unit_name": ("unit_name", "text"), "statistician": ("statistician", "text"), "lead_id": ("lead_id", "id?"),
        "lead_number": ("lead_number", "text"), "entered_on": ("entered_on", "day?"), "left_on": ("left_on", "day?"),
        "scale_on": ("scale_on", "day?"), "note": ("note", "text"), "month": ("month", "text"),
        "returned_at": ("returned_at", "moment?"), **FIGURES,
    },
)  # fmt: skip
MONTHLY = Shape(
    "MonthlyFigures",
    {
        "id": ("id", "id"), "month": ("month", "text"), **FIGURES, "source": ("source", "text"),
        **{f"source_{name}": (f"source_{inside}", "text") for name, (inside, _kind) in FIGURES.items()},
        "statistician": ("statistician", "text"), "note": ("note", "text"), "reason": ("reason", "text"),
        "recorded_by": ("by_name", "text"), "recorded_at": ("recorded_at", "moment"),
        "superseded_at": ("superseded_at", "moment?"), "door": ("door", "text"),
    },
)  # fmt: skip
OVERDUE = Shape(
    "OverdueFigures",
    {
        "enterprise_id": ("id", "id"), "name": ("name", "text"), "park": ("park", "text"),
        "unit_name": ("unit_name", "text"), "statistician": ("statistician", "text"), "month": ("month", "text"),
        "due_on": ("due_on", "day"), "days_late": ("days_late", "count"), "explained": ("explained", "text"),
    },
)  # fmt: skip
TAKEN: dict[str, Any] = {
    "type": "object",
    "properties": {
        "month": {"type": "string"},
        "verdict": {"type": "string", "enum": ["new", "completed", "corrected", "unchanged"]},
    },
    "required": ["month", "verdict"],
    "additionalProperties": False,
}
STATISTICS_SHAPES = (ENTERPRISE, MONTHLY, OVERDUE)
STATISTICS_PLAIN = {"FiguresTaken": TAKEN}
