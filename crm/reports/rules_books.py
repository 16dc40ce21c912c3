"""The workbooks that can be taken away: name, what it is for, and which questions it takes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from crm.core.days import EARLIEST
from crm.core.errors import Text, refuse, say

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Kind:
    """One kind of workbook."""

    code: str
    name: Text
    about: Text
    options: tuple[str, ...] = ("as_of", "known")
    """Which of as_of, known, since, money and period it takes."""
    permission: str = "report.export"
    icon: str = "file-spreadsheet"


KINDS: tuple[Kind, ...] = (
    Kind("pipeline", say("Pipeline ledger"),
         say("The standard ledger with every field, summaries by stage, theme, cluster, park and source, charts and "
             "definitions. It can be corrected in Excel and taken in again.")),
    Kind("pipeline-brief", say("Key projects at a glance"),
         say("One line a project, grouped by unit: amounts, stage, light, who, progress, problems, next step.")),
    Kind("pipeline-signed", say("Signed projects and their performance"),
         say("Signed projects only: agreed dates against real ones, money, the local company, its three legs.")),
    Kind("weekly", say("Weekly bulletin"),
         say("What moved since Monday, figures with their change, units with red, yellow and green lights."),
         ("as_of", "known"), icon="calendar-event"),
    Kind("monthly", say("Monthly bulletin"),
         say("The same for the month so far, against the end of last month."), ("as_of", "known"),
         icon="calendar-event"),
    Kind("landing", say("Landing register"),
         say("Local companies with the three legs, the evidence, who verified each and when, and the recognition."),
         icon="shield-check"),
    Kind("meeting", say("Meeting edition"),
         say("For a leaders' meeting: what changed since the last one, what the city's leaders are to decide; "
             "confidential projects under code names; 10,000 yuan or 100 million."),
         ("as_of", "known", "since", "money"), icon="clipboard-check"),
    Kind("parks", say("Comparison of the parks"),
         say("The three parks side by side: projects by stage, capital, land, intensity and tax per mu, landed."),
         ("as_of", "known", "money"), icon="building-factory-2"),
    Kind("capital", say("Capital in place"),
         say("Contracted against paid in, project by project; every voucher with its checks; the months of the year."),
         icon="coin"),
    Kind("stuck", say("Stuck projects"),
         say("Who has not moved, is behind the agreed dates or the plan, or asks for help; the longest wait first."),
         ("as_of", "known"), icon="alert-triangle"),
    Kind("crosscheck", say("Statistics cross-check"),
         say("Questions, no verdicts: started and not in statistics, money without works, works without money."),
         icon="scale"),
    Kind("evaluation", say("Evaluation of seconded cadres"),
         say("Each cadre with posting, projects, shares, stage, and whether landed. An annex to the annual "
             "assessment; it computes no grade."), ("period",), "evaluation.export", "users"),
)  # fmt: skip
BY_CODE: Mapping[str, Kind] = {kind.code: kind for kind in KINDS}
LEDGERS = ("pipeline", "pipeline-brief", "pipeline-signed")
MONEY = {"wan": say("10k yuan"), "yi": say("100 million yuan")}


@dataclass(frozen=True)
class BookOrder:
    """An order for a workbook, as every door gives it."""

    code: str
    filters: Mapping[str, str] = field(default_factory=dict)
    words: str = ""
    sort: str = "updated"
    as_of: date | None = None
    known: date | None = None
    since: date | None = None
    money: str = "wan"
    period: str = ""
    layout: int | None = None

    def packed(self) -> dict[str, Any]:
        """Return the order as JSON keeps it."""
        days = {name: getattr(self, name) for name in ("as_of", "known", "since")}
        return {
            "code": self.code, "filters": dict(self.filters), "words": self.words, "sort": self.sort,
            **{name: day.isoformat() if day else None for name, day in days.items()},
            "money": self.money, "period": self.period, "layout": self.layout,
        }  # fmt: skip


def read_order(kept: Mapping[str, Any]) -> BookOrder:
    """Read an order back from JSON."""
    days = {name: date.fromisoformat(kept[name]) if kept.get(name) else None for name in ("as_of", "known", "since")}
    return BookOrder(
        kept["code"], dict(kept.get("filters") or {}), kept.get("words") or "", kept.get("sort") or "updated",
        days["as_of"], days["known"], days["since"], kept.get("money") or "wan", kept.get("period") or "",
        kept.get("layout"),
    )  # fmt: skip


def kind_of(code: str) -> Kind:
    """Return a kind of workbook; refuses one that there is not."""
    if code not in BY_CODE:
        text = say("There is no workbook “%(code)s”. There are: %(known)s.", code=code[:40], known=", ".join(BY_CODE))
        raise refuse("book.unknown", text, "book", status=404)
    return BY_CODE[code]


def judge_kind(kind: Kind, **days: date | None) -> None:
    """Refuse a day that a workbook cannot answer, and say why; a figure of today must not pass for another day's."""
    for name, day in days.items():
        if day is not None and name not in kind.options:
            text = say("An evaluation is asked for by its period; a closed period is frozen, corrections are shown.")
            raise refuse(f"{name}.not_here", text, name)


def judge_days(today: date, **days: date | None) -> None:
    """Refuse days that have not come yet, and days before any register."""
    for name, day in days.items():
        if day is None:
            continue
        if day > today:
            raise refuse(f"{name}.future", say("The day %(day)s has not come yet.", day=day), name)
        if day < EARLIEST:
            raise refuse("date.early", say("No record reaches back to %(day)s.", day=day), name)


def before(code: str, day: date) -> date:
    """Return the last day before the period of a bulletin: Sunday for a week, the last of the month before."""
    if code == "weekly":
        return day - timedelta(days=day.isoweekday())
    return day.replace(day=1) - timedelta(days=1)
