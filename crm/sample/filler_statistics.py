"""Enterprises of the parks in the sample: a register, eighteen months of figures with planted oddities, totals."""

from __future__ import annotations

from functools import partial
from random import Random
from typing import TYPE_CHECKING, Any

from crm.core.money import FEN_PER_WAN
from crm.core.rulebook import beside
from crm.core.uscc import check_digit
from crm.landing.queries import entity_of
from crm.leads.queries_list import Ask, list_page
from crm.sample.filler_calendar import Step
from crm.statistics.operations import add_enterprise, explain, record_total
from crm.statistics.operations_returns import SheetRow, save_return, take_sheet
from crm.statistics.queries_checks import asked
from crm.statistics.queries_targets import target_figures
from crm.statistics.rules import due_on, first_day, last_day, last_over, months_between, shift

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from crm.core.actor import Actor
    from crm.sample.filler_calendar import Calendar
    from crm.sample.filler_people import Cast

CLERKS = {"P1": "zhoulincheng", "P2": "luokaiyan", "P3": "shamamuga"}
"""Who keeps the part of the register of each park."""
LEADER, ASKED = "guojingzhi", "luokaiyan"
LINKED = 2
MONTHS = 18
GROWTH = 0.021
"""How much more a month brings than the month before; about 28 per cent a year."""
SHARE = 74
PER_TONNE = 9_000
"""Yuan of building investment for a tonne of sand and gravel."""
SINCE = {"fresh": 3, "left": 99}
SILENT = {"silent_two": (0, 1), "gap": (5,), "late": (1, 3)}
"""Months before the last one that never came with the sheet; those of 'late' come days after."""
LATE, DAYS_LATE = "late", 6
WHY_SILENT = "当月停产检修，企业已书面说明，没有数据。"
WHY_FAR = "产品以外购原料复配为主，自身工序少、用电少，与同行口径不同，已附工艺说明。"
WHY_CHANGED = "企业更正：漏计一笔出口收入。"
CENT = FEN_PER_WAN // 100
"""A hundredth of 10k yuan."""


def statistics_steps(cast: Cast, calendar: Calendar) -> Iterator[Step]:
    """Return what happens to the register: entered, filled in month by month, corrected, explained."""
    rows = beside(__file__, "enterprises.toml").tables["enterprise"]
    ids: dict[str, int] = {}
    last = last_over(calendar.today)
    for park, login in CLERKS.items():
        ours = [row for row in rows if row["park"] == park]
        entered = (calendar.today - first_day(shift(last, 1 - MONTHS)).replace(day=6)).days
        yield Step(calendar.moment(entered, 1, park), partial(_enter, ours, cast.actor(login, 0), last, ids))
        for month in months_between(shift(last, 1 - MONTHS), last):
            day = due_on(month).replace(day=due_on(month).day - 2)
            if day <= calendar.today:
                days_ago = (calendar.today - day).days
                by = cast.actor(login, days_ago)
                yield Step(calendar.moment(days_ago, 2, park), partial(_report, ours, month, last, by, ids))
    late = [row for row in rows if row.get("odd") == LATE]
    for ago in SILENT[LATE]:
        month = shift(last, -ago)
        days_ago = (calendar.today - due_on(month)).days - DAYS_LATE
        by = cast.actor(CLERKS[late[0]["park"]], days_ago)
        yield Step(calendar.moment(days_ago, 3), partial(_take, late, month, ago, by, ids))
    yield Step(calendar.moment(LINKED), partial(_link, cast, calendar))
    yield Step(calendar.moment(LINKED, 3), partial(_afterwards, rows, cast, calendar, ids))


def code_of(name: str) -> str:
    """Return an invented credit code with a right check character, the same for the same name."""
    draw = Random(name)
    body = "91513401MA" + "".join(draw.choice("0123456789ABCDEFGHJKLMNPQRTUWXY") for _ in range(7))
    return body + check_digit(body)


def _enter(rows: list[dict[str, Any]], by: Actor, last: str, ids: dict[str, int], at: datetime) -> None:
    for row in rows:
        draw = Random(row["name"])
        scaled = row.get("scaled", True)
        began = last_day(shift(last, -draw.randrange(30, 110)))
        left = last_day(shift(last, -2)) if row.get("odd") == "left" else None
        fresh = first_day(shift(last, -SINCE["fresh"])) if row.get("odd") == "fresh" else began
        ids[row["name"]] = add_enterprise({
            "name": row["name"], "uscc": code_of(row["name"]), "park": row["park"], "industry_code": row["industry"],
            "unit_id": by.unit_id, "statistician": row["who"],
            "statistician_phone": f"0834-{draw.randrange(2000000, 3999999)}",
            "entered_on": fresh, "left_on": left, "scale_on": last_day(shift(last, -26)) if scaled else None,
            "note": "",
        }, by=by, at=at)  # fmt: skip


def _report(rows: list[dict[str, Any]], month: str, last: str, by: Actor, ids: Mapping[str, int], at: datetime) -> None:
    """Take the park's sheet of a month in."""
    ago = _months_ago(month, last)
    told = []
    for row in rows:
        odd = row.get("odd", "")
        if ago in SILENT.get(odd, ()) or (odd == "fresh" and ago > SINCE["fresh"]) or (odd == "left" and ago <= 2):
            continue
        told.append(SheetRow(ids[row["name"]], month, _figures(row, month, ago)))
    take_sheet(told, label=f"园区企业月报 {month}", by=by, at=at)


def _take(rows: list[dict[str, Any]], month: str, ago: int, by: Actor, ids: Mapping[str, int], at: datetime) -> None:
    told = [SheetRow(ids[row["name"]], month, _figures(row, month, ago)) for row in rows]
    take_sheet(told, label=f"园区企业月报补报 {month}", by=by, at=at)


def _months_ago(month: str, last: str) -> int:
    return len(list(months_between(month, last))) - 1


def _figures(row: dict[str, Any], month: str, ago: int) -> dict[str, Any]:
    """Return a month's figures: growing, breathing with the season, here and there odd."""
    draw, odd = Random(row["name"] + month), row.get("odd", "")
    season = 0.86 if month[5:] == "02" else 1.04 if month[5:] in ("06", "11", "12") else 1.0
    output = row["base_wan"] * (1 - GROWTH) ** ago * season * draw.uniform(0.94, 1.06)
    power = output * 10_000 / row["per_kwh"] * draw.uniform(0.95, 1.05)
    invest = row.get("invest_wan", 0) * draw.uniform(0.7, 1.3)
    sand = invest * 10_000 / PER_TONNE * draw.uniform(0.85, 1.15)
    if odd == "dim" and ago == 1:
        power *= 0.31
    if odd == "surge" and ago == 0:
        output *= 2.3
    if odd == "no_power" and ago == 0:
        power = 0
    if odd == "no_gravel" and ago < 3:
        sand = 0
    if odd == "heap" and ago < 3:
        sand *= 4.2
    revenue = output * draw.uniform(0.95, 1.02)
    return {
        "revenue_fen": round(revenue * 100) * CENT, "output_fen": round(output * 100) * CENT,
        "electricity_kwh": round(power), "tax_fen": round(revenue * row["tax"]) * CENT,
        "sand_ct": round(sand) * 100, "investment_fen": round(invest) * FEN_PER_WAN, "source": "enterprise",
        "sources": {"electricity_kwh": "power_supplier"}, "statistician": row["who"], "note": "", "reason": "",
    }  # fmt: skip


def _link(cast: Cast, calendar: Calendar, at: datetime) -> None:
    """Enter the enterprises of landed projects in the parks, with what they report of the last months."""
    leader, last = cast.actor(LEADER, 0), last_over(calendar.today)
    place = 0
    for park, login in CLERKS.items():
        by = cast.actor(login, 0)
        for line in list_page(Ask({"landed": "yes", "park": park}), leader).rows:
            entity = entity_of(line.id)
            if entity is None:
                continue
            made = add_enterprise({
                "name": entity.name, "uscc": entity.uscc or None, "park": park, "industry_code": "",
                "unit_id": by.unit_id, "statistician": "财务部", "statistician_phone": "", "lead_id": line.id,
                "entered_on": entity.registered_on, "note": "招商项目落地后纳入名录。",
            }, by=by, at=at)  # fmt: skip
            row = {"name": entity.name, "base_wan": 420 + 130 * place, "per_kwh": 12.0 + place, "tax": 3.8,
                   "invest_wan": 620 if place % 3 == 0 else 9000 if place == 4 else 0, "who": "财务部"}  # fmt: skip
            months = [month for month in months_between(shift(last, -5), last)
                      if entity.registered_on is None or last_day(month) >= entity.registered_on]  # fmt: skip
            told = [SheetRow(made, month, _figures(row, month, _months_ago(month, last))) for month in months]
            if told:
                take_sheet(told, label="落地项目企业补报", by=by, at=at)
            place += 1


def _afterwards(rows: list[dict[str, Any]], cast: Cast, calendar: Calendar, ids: Mapping[str, int],
                at: datetime) -> None:  # fmt: skip
    """Correct a figure, explain a gap and a question, record the totals of the city."""
    last, leader = last_over(calendar.today), cast.actor(LEADER, 0)
    for row in rows:
        by = cast.actor(CLERKS[row["park"]], 0)
        if row.get("odd") == "corrected":
            month = shift(last, -3)
            figures = _figures(row, month, 3)
            figures |= {"revenue_fen": figures["revenue_fen"] + 86 * FEN_PER_WAN, "reason": WHY_CHANGED}
            save_return(ids[row["name"]], month, figures, by=by, at=at)
        if row.get("odd") == "gap":
            explain("return", text=WHY_SILENT, about="", month=shift(last, -5), enterprise_id=ids[row["name"]], by=by,
                    at=at)  # fmt: skip
    clerk = cast.actor(ASKED, 0)
    for one in asked(clerk, calendar.today, "statistics.explain")[-1:]:
        explain(one.question.kind, text=WHY_FAR, about=one.question.about, month=one.question.key[2],
                enterprise_id=one.question.enterprise_id, by=clerk, at=at)  # fmt: skip
    told = target_figures(int(last[:4]), as_of=calendar.today)
    output = told.growth[1].now.fen
    if told.through and output:
        for year, through, fen in (
            (told.year, told.through, output), (told.year - 1, 12, None),
        ):  # fmt: skip
            amount = (fen or output) * 100 // SHARE // FEN_PER_WAN * FEN_PER_WAN
            record_total(
                {"year": year, "through": through, "indicator": "industry_output", "amount_fen": amount,
                 "source": f"市统计局 {year} 年 1–{through} 月工业经济运行简报（示例）", "note": "虚构数据，仅供试用"},
                by=leader, at=at,
            )  # fmt: skip
