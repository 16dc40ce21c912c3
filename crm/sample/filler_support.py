"""Support items of the sample bureau in every state, lists of parks, older agreements: told on the day of filling."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from crm.capital.operations import carry_later
from crm.capital.queries import contracts_of
from crm.core.rulebook import beside
from crm.core.words import render
from crm.credit.rules_tariff import shipped as tariff
from crm.files.operations import store_evidence
from crm.leads.queries import lead_row
from crm.leads.queries_list import Ask, list_page
from crm.reports.operations_rules import hand_in
from crm.sample.filler_papers import paper
from crm.scoring.rules_scorecard import current as scorecard
from crm.support.operations import propose, save_facts, take_step
from crm.support.operations_old import decide, read_in
from crm.support.operations_parks import propose_list, put_in_force, set_industries
from crm.support.operations_review import conclude, hear, send
from crm.support.queries_old import clauses_of
from crm.support.rules_city import RULE_NAMES
from crm.support.rules_parks import read_enterprises

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crm.core.actor import Actor
    from crm.sample.filler_calendar import Calendar
    from crm.sample.filler_people import Cast

FEN_PER_WAN = 1_000_000
WORKS, ESTATE = ("T1", "T2", "T4"), "C6"
"""Promises of land, power and upgrades are told of industry, not of homes."""
LEADER, CLERK, REVIEWER = "guojingzhi", "luokaiyan", "baihongzhi"
CONCLUDED = {"allowed": "allowed", "agreed": "allowed", "in_force": "allowed", "changed": "changed",
             "refused": "refused", "exception": "exception"}  # fmt: skip
OPINIONS = {
    "allowed": "面向符合条件的所有经营者，不涉及注册地、纳税地和统计关系，不违反条例第八条至第十条（样例）。",
    "changed": "注册地和不得迁出的约定属于不合理的退出条件，违反条例第八条、第九条（样例）。",
    "refused": "没有法律、行政法规依据或国务院批准，属于对特定经营者的税收返还，违反条例第十条（样例）。",
    "exception": "具有一定选择性，但符合条例第十二条第三项，期限和终止条件明确（样例）。",
}
RULES = (
    ("scorecard", scorecard().version, "评分只看产业、强度、环保、能耗和安全，不以注册地、迁移或纳税地评分（样例）。"),
    ("tariff", tariff().version, "只计挂职干部的引进成效，企业不因此得到或失去任何待遇（样例）。"),
    ("landing", "", "只作内部统计分类，不作为政策、审批、用地、资金的条件（样例）。"),
)
REASON = "清洁能源是成凉合作在北园共建的方向，讲话一并列出"


def show_support(cast: Cast, calendar: Calendar) -> None:
    """Propose, hear, review and carry support items; lists of parks; agreements from before."""
    book = beside(__file__, "support.toml").tables
    taken: set[int] = set()
    for number, told in enumerate(book["item"], 1):
        _item(told, number, cast, calendar, taken)
    for number, told in enumerate(book["list"], 1):
        _list(told, number, cast, calendar)
    leader = cast.actor(LEADER, 0)
    four = ["机械制造", "食品医药", "传统产业", "清洁能源"]
    set_industries("P1", four, reason=REASON, by=leader, at=calendar.now)
    _rules(cast, calendar)
    for told in book["old"]:
        _old(told, cast.actor(CLERK, 0), calendar)


def _rules(cast: Cast, calendar: Calendar) -> None:
    """Hand the city's own rules in like any measure: two are concluded, one lies on the reviewer's desk."""
    by = cast.actor(LEADER, 0)
    for number, (kind, version, opinion) in enumerate(RULES, 61):
        item_id = hand_in(kind, version, by=by, at=calendar.now)
        heard = {"who": "市工商联", "heard_on": calendar.today, "how": "meeting", "said": "无不同意见（样例）。"}
        hear(item_id, heard, by=by, at=calendar.now)
        send(item_id, first_opinion=opinion, by=by, at=calendar.now)
        if kind != "landing":
            _conclude(item_id, {"title": render(RULE_NAMES[kind]), "ends": "allowed"}, number, cast, calendar)


def _lead(stage: str, cast: Cast, taken: set[int]) -> tuple[int, Actor]:
    """Choose a project of the stage that has no item yet, and an officer of its unit."""
    officers = {actor.unit_id: actor for actor in cast.actors.values() if "officer" in actor.roles}
    leader = cast.actor(LEADER, 0)
    for row in list_page(Ask({"stage": stage, "status": "active"}, sort="amount"), leader).rows:
        lead = lead_row(row.id, leader)
        if lead and row.id not in taken and lead["unit_id"] in officers and not row.opening:
            fits = row.theme in WORKS and row.cluster != ESTATE
            if not fits or (stage == "started" and not contracts_of(row.id)):
                continue
            taken.add(row.id)
            return row.id, officers[lead["unit_id"]]
    message = f"the sample has no more projects at {stage}"
    raise LookupError(message)


def _item(told: Mapping[str, Any], number: int, cast: Cast, calendar: Calendar, taken: set[int]) -> None:
    lead_id, by = _lead(told["stage"], cast, taken)
    at = calendar.now
    names = ("kind", "measure", "title", "legal_basis", "beneficiary", "condition")
    values = {name: told.get(name, "") for name in names}
    amount = told.get("amount_wan")
    values |= {"amount_fen": amount * FEN_PER_WAN if amount else None, "starts_on": calendar.today,
               "ends_on": calendar.day(-365 * 2)}  # fmt: skip
    item_id = propose(values, lead_id=lead_id, by=by, at=at)
    if told["ends"] != "proposed":
        heard = {"who": told["heard"], "heard_on": calendar.today, "how": "meeting", "said": told["said"]}
        hear(item_id, heard, by=by, at=at)
        send(item_id, first_opinion=told["first_opinion"], by=by, at=at)
    if told["ends"] in CONCLUDED:
        _conclude(item_id, told, number, cast, calendar)
    if told.get("facts"):
        save_facts(item_id, told["facts"], by=by, at=at)
    for step in _steps(told.get("step", "")):
        take_step(item_id, step, note="", happened_on=calendar.today, by=by, at=at)
    if told["stage"] == "started" and told["ends"] in ("agreed", "exception"):
        standing = next(row for row in contracts_of(lead_id) if row.standing)
        carry_later(item_id, standing.id, by=by, at=at)


def _steps(last: str) -> tuple[str, ...]:
    return {"": (), "applied": ("applied",), "taken": ("applied", "taken")}[last]


def _conclude(item_id: int, told: Mapping[str, Any], number: int, cast: Cast, calendar: Calendar) -> None:
    code, by = CONCLUDED[told["ends"]], cast.actor(REVIEWER, 0)
    document = f"西市监审〔示例〕{number}号"
    sheet = paper("公平竞争审查意见书", [document, told["title"], OPINIONS[code]])
    file_id = store_evidence(sheet, name=f"审查意见书{number}_样例.pdf", by=by, at=calendar.now)
    exception = code == "exception"
    values = {
        "conclusion": code, "concluded_on": calendar.today, "opinion": OPINIONS[code], "document_no": document,
        "asked_change": told.get("asked_change", ""), "ground": told.get("ground", ""),
        "no_milder": told.get("no_milder", ""), "end_conditions": told.get("end_conditions", ""),
        "exception_until": calendar.today + timedelta(days=told["days"]) if exception else None,
    }  # fmt: skip
    conclude(item_id, values, edition=1, file_id=file_id, by=by, at=calendar.now)


def _list(told: Mapping[str, Any], number: int, cast: Cast, calendar: Calendar) -> None:
    by, at = cast.actor(CLERK, 0), calendar.now
    values = {
        **{name: told[name] for name in ("park", "title", "criteria", "legal_basis")}, "starts_on": calendar.today,
        "ends_on": calendar.day(-365), "enterprises": read_enterprises(told["enterprises"]),
    }  # fmt: skip
    item_id = propose_list(values, by=by, at=at)
    heard = {"who": "园区企业座谈会", "heard_on": calendar.today, "how": "public", "said": "建议公开得分，已采纳。"}
    hear(item_id, heard, by=by, at=at)
    send(item_id, first_opinion="条件公开、客观，按得分排序（样例）。", by=by, at=at)
    if told["ends"] == "in_force":
        _conclude(item_id, told, 50 + number, cast, calendar)
        put_in_force(item_id, published=told["published"], from_day=calendar.today, by=cast.actor(LEADER, 0), at=at)


def _old(told: Mapping[str, Any], by: Actor, calendar: Calendar) -> None:
    values = {"title": told["title"], "counterpart": told["counterpart"], "text": told["text"], "source": "样例文本"}
    paper_id, _found = read_in(values, by=by, at=calendar.now)
    first = clauses_of(paper_id)[0]
    for state, note in told["steps"]:
        decide(first.id, state, note=note, by=by, at=calendar.now)
