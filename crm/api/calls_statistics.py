"""Calls about statistics: the register of park enterprises, their monthly figures, and a month handed in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crm.api.calls_leads import page_mark
from crm.api.endpoints import PAGING, Call, Query, endpoint
from crm.api.operations import Answer
from crm.api.shapes import Shape
from crm.core.clock import today
from crm.core.errors import refuse, say
from crm.core.forms import check
from crm.profile.rules import dictionary
from crm.statistics.forms import ReturnForm
from crm.statistics.operations import ENTER
from crm.statistics.operations_returns import save_return
from crm.statistics.queries import Asked, EnterpriseRow, ReturnRow, enterprise, list_page, returns_of
from crm.statistics.rules import last_over, read_month

if TYPE_CHECKING:
    from crm.statistics.queries import ListRow

VERDICTS = ("new", "completed", "corrected", "unchanged")
FIGURES = {
    "revenue_wan": ("revenue_fen", "wan?"), "output_wan": ("output_fen", "wan?"),
    "electricity_kwh": ("electricity_kwh", "count?"), "tax_wan": ("tax_fen", "wan?"),
    "sand_ct": ("sand_ct", "hundredths?"), "investment_wan": ("investment_fen", "wan?"),
}  # fmt: skip
ENTERPRISE = Shape(
    "Enterprise",
    {
        "id": ("id", "id"), "name": ("name", "text"), "uscc": ("uscc", "text"), "park": ("park", "text"),
        "industry_code": ("industry_code", "text"), "unit_id": ("unit_id", "id"), "unit_name": ("unit_name", "text"),
        "statistician": ("statistician", "text"), "lead_id": ("lead_id", "id?"), "lead_number": ("lead_number", "text"),
        "entered_on": ("entered_on", "day?"), "left_on": ("left_on", "day?"), "scale_on": ("scale_on", "day?"),
        "month": ("month", "text"), **FIGURES, "recorded_at": ("recorded_at", "moment?"),
    },
)  # fmt: skip
MONTH = Shape(
    "MonthlyFigures",
    {
        "month": ("month", "text"), **FIGURES, "source": ("source", "text"), "sources": ("sources", "any"),
        "statistician": ("statistician", "text"), "note": ("note", "text"), "reason": ("reason", "text"),
        "by_name": ("by_name", "text"), "recorded_at": ("recorded_at", "moment"),
        "superseded_at": ("superseded_at", "moment?"), "door": ("door", "text"),
    },
)  # fmt: skip
HANDED_IN: dict[str, Any] = {
    "type": "object",
    "properties": {"verdict": {"type": "string", "enum": list(VERDICTS)}, "month": {"type": "string"}},
    "required": ["verdict", "month"],
    "additionalProperties": False,
}
"""What became of figures: new, completed, corrected, or unchanged because these very figures stand already."""
STATISTICS_SHAPES = (ENTERPRISE, MONTH)
STATISTICS_PLAIN = {"HandedIn": HANDED_IN}
A_MONTH = Query(
    "month", say("Month, as 2026-10; the last one that is over if left out"), longest=7, pattern="[0-9]{4}-[0-9]{2}"
)
PARK = Query("park", say("Park"), codes=dictionary("parks"))
WORDS = Query("q", say("Words, pinyin or a number"), longest=100)
ALL = Query("versions", say("all: with the versions that were corrected"), codes={"all": ""})


def _month(call: Call) -> str:
    text = call.asked.get("month", "")
    if not text:
        return last_over(today())
    try:
        return read_month(text)
    except ValueError:
        raise refuse("month.unreadable", say("Give a month like 2026-11."), "month", 400) from None


def _told(one: ListRow, month: str) -> dict[str, Any]:
    figures = {inside: one.figures.get(inside) for inside, _kind in FIGURES.values()}
    return ENTERPRISE.of({**one.enterprise.__dict__, "month": month, **figures, "recorded_at": one.recorded_at})


def _version(row: ReturnRow) -> dict[str, Any]:
    return MONTH.of({**row.__dict__, **row.figures})


def _opened(call: Call, permission: str) -> EnterpriseRow:
    found = enterprise(call.ids["enterprise_id"], call.by, permission)
    if found is None:
        raise refuse("enterprise.unknown", say("There is no such enterprise, or it is not your unit's."), status=404)
    return found


@endpoint("GET", "/enterprises", permission="statistics.view", scope="statistics.read", gives="Enterprise", many=True,
          query=(A_MONTH, PARK, WORDS, PAGING[1]), group="statistics",
          summary=say("The register of park enterprises with the figures of a month"))  # fmt: skip
def list_enterprises(call: Call) -> Answer:
    """Answer with one page of the register, in the reach of the caller."""
    month = _month(call)
    asked = Asked(month, call.asked.get("park", ""), call.asked.get("q", ""), cursor=page_mark(call, 2) or "")
    found = list_page(call.by, asked)
    return Answer({"items": [_told(one, month) for one in found.rows], "next": found.next_cursor})


@endpoint("GET", "/enterprises/<int:enterprise_id>/months", permission="statistics.view", scope="statistics.read",
          gives="MonthlyFigures", many=True, query=(A_MONTH, ALL), group="statistics",
          summary=say("The monthly figures of an enterprise, the newest month first"))  # fmt: skip
def list_months(call: Call) -> Answer:
    """Answer with the figures that stand, or with every version."""
    row = _opened(call, "statistics.view")
    rows = returns_of(row.id, _month(call) if call.asked.get("month") else "")
    every = call.asked.get("versions") == "all"
    items = [_version(one) for one in rows if every or one.superseded_at is None]
    return Answer({"items": items, "next": None})


@endpoint("POST", "/enterprises/<int:enterprise_id>/months", permission=ENTER, scope="statistics.write",
          gives="HandedIn", form=ReturnForm, group="statistics",
          summary=say("Hand in, complete or correct the figures of a month"))  # fmt: skip
def hand_in_month(call: Call) -> Answer:
    """Keep the figures of a month as the page does, with the same verdict."""
    row = _opened(call, ENTER)
    form = call.form
    check(form)
    verdict = save_return(row.id, form.month.data, form.values(), by=call.by, at=call.at)
    return Answer({"verdict": verdict, "month": form.month.data})
