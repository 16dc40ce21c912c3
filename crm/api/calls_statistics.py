"""Calls about statistics: the register of enterprises, monthly figures read and handed in, what is overdue."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crm.api.calls_leads import page_mark
from crm.api.endpoints import PAGING, Call, Query, endpoint
from crm.api.forms_json import typed
from crm.api.operations import Answer
from crm.api.shapes_statistics import ENTERPRISE, MONTHLY, OVERDUE
from crm.core.clock import shanghai_date
from crm.core.errors import refuse, say
from crm.core.forms import check
from crm.profile.rules import dictionary
from crm.statistics.forms import ReturnForm
from crm.statistics.operations import ENTER
from crm.statistics.operations_returns import save_return
from crm.statistics.queries import Asked, ReturnRow, enterprise, list_page, returns_of
from crm.statistics.queries_returns import missing_returns
from crm.statistics.rules import NAMES, last_over

if TYPE_CHECKING:
    from collections.abc import Mapping

FACTS: dict[str, Any] = {"permission": "statistics.view", "scope": "statistics.read", "group": "statistics"}
MONTH = Query("month", say("Month"), longest=7, pattern="20[0-9]{2}-(0[1-9]|1[0-2])")
STATES = {"missing": say("Without figures"), "returned": say("With figures"), "left": say("Left the park")}


def _opened(call: Call, permission: str = "statistics.view") -> int:
    """Return the enterprise that a call names, or refuse one that is not there or out of reach."""
    found = enterprise(int(call.ids["enterprise_id"]), call.by, permission)
    if found is None:
        raise refuse("enterprise.unknown", say("There is no such enterprise, or it is not your unit's."), status=404)
    return found.id


@endpoint("GET", "/enterprises", gives="Enterprise", many=True,
          query=(MONTH, Query("park", say("Park"), codes=dictionary("parks")),
                 Query("q", say("Name, pinyin or credit code"), longest=60),
                 Query("state", say("What became of the month"), codes=STATES), *PAGING[1:]),
          summary=say("The register of park enterprises with the figures of a month (the last one over)"),
          **FACTS)  # fmt: skip
def list_enterprises(call: Call) -> Answer:
    """Answer with one page of the register in reach."""
    page_mark(call, 2)
    month = call.asked.get("month") or last_over(shanghai_date(call.at))
    asked = Asked(month, call.asked.get("park", ""), call.asked.get("q", ""), call.asked.get("state", ""),
                  call.asked.get("cursor", ""))  # fmt: skip
    found = list_page(call.by, asked)
    unknown = dict.fromkeys(NAMES)
    items = [
        ENTERPRISE.of({**vars(row.enterprise), **unknown, **row.figures, "month": month,
                       "returned_at": row.recorded_at})
        for row in found.rows
    ]  # fmt: skip
    return Answer({"items": items, "next": found.next_cursor})


def _monthly(row: ReturnRow) -> dict[str, Any]:
    sources = {f"source_{name}": row.source_of(name) for name in NAMES}
    return MONTHLY.of({**vars(row), **row.figures, **sources})


@endpoint("GET", "/enterprises/<int:enterprise_id>/months", gives="MonthlyFigures", many=True, query=(MONTH,),
          summary=say("Monthly figures of an enterprise, the newest month first, every version of each"),
          **FACTS)  # fmt: skip
def list_months(call: Call) -> Answer:
    """Answer with every version of the months; the one that stands has no `superseded_at`."""
    rows = returns_of(_opened(call), call.asked.get("month", ""))
    return Answer({"items": [_monthly(row) for row in rows], "next": None})


def _month_form(call: Call, body: Mapping[str, Any]) -> Any:
    _opened(call, ENTER)
    return ReturnForm(typed(ReturnForm(), body))


@endpoint("POST", "/enterprises/<int:enterprise_id>/months", form=ReturnForm, read=_month_form, gives="FiguresTaken",
          summary=say("Hand in, complete or correct the figures of a month"),
          **{**FACTS, "permission": ENTER, "scope": "statistics.write"})  # fmt: skip
def hand_in_month(call: Call) -> Answer:
    """Take the figures of a month as the page does; the answer says what they were against those that stood."""
    check(call.form)
    month = call.form.month.data
    verdict = save_return(int(call.ids["enterprise_id"]), month, call.form.values(), by=call.by, at=call.at)
    return Answer({"month": month, "verdict": verdict})


@endpoint("GET", "/enterprises/overdue", gives="OverdueFigures", many=True,
          summary=say("Monthly figures that are overdue, the longest waiting first"), **FACTS)  # fmt: skip
def list_overdue(call: Call) -> Answer:
    """Answer with the months without figures in reach, explained ones among them."""
    day = shanghai_date(call.at)
    items = [
        OVERDUE.of({**vars(one.owing), **vars(one), "days_late": one.days_late(day)})
        for one in missing_returns(call.by, day)
    ]  # fmt: skip
    return Answer({"items": items, "next": None})
