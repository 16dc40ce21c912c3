"""Calls about reviews: items of every project, what was heard and concluded, the register, rules of the city."""

from __future__ import annotations

from crm.api.calls_leads import page_mark
from crm.api.calls_support import item_of
from crm.api.endpoints import PAGING, Call, Query, endpoint
from crm.api.operations import Answer
from crm.api.rules import limit
from crm.api.shapes import SUPPORT_ITEM
from crm.api.shapes_services import CITY_RULE, HEARING, REGISTER_LINE, REVIEW
from crm.core.errors import say
from crm.core.forms import check
from crm.profile.rules import dictionary
from crm.reports.forms import HandInForm
from crm.reports.operations_rules import hand_in
from crm.reports.queries_rules import city_rules
from crm.support.queries_list import Ask, RegisterRow, hearings_of, items_page, register_page, reviews_of
from crm.support.rules import KINDS, STATES, SUBJECTS
from crm.support.rules_city import RULE_NAMES

CURSOR = PAGING[1:]


def _filters() -> tuple[Query, ...]:
    return (
        Query("subject", say("Sort of measure"), codes=SUBJECTS), Query("state", say("State"), codes=STATES),
        Query("kind", say("Kind of support"), codes=KINDS), Query("park", say("Park"), codes=dictionary("parks")),
        Query("unit", say("Responsible unit"), number=(1, 10**17)),
        Query("q", say("Words, pinyin or a number"), longest=60),
    )  # fmt: skip


@endpoint("GET", "/support", permission="support.view", scope="leads.read", many=True, gives="SupportItem",
          query=(*_filters(), *CURSOR), summary=say("Items under review, of all projects, parks and rules in reach"),
          group="support")  # fmt: skip
def list_items(call: Call) -> Answer:
    """Answer with one page of items; support items unless another subject is asked for."""
    found = items_page(Ask.of(call.asked), call.by, page_mark(call, 1))
    return Answer({"items": [SUPPORT_ITEM.of(row) for row in found.rows], "next": found.next_cursor})


@endpoint("GET", "/support/<int:item_id>/hearings", permission="support.view", scope="leads.read", many=True,
          gives="Hearing", summary=say("Who was heard about an item"), group="support")  # fmt: skip
def list_hearings(call: Call) -> Answer:
    """Answer with the hearings."""
    return Answer({"items": [HEARING.of(row) for row in hearings_of(item_of(call).id)], "next": None})


@endpoint("GET", "/support/<int:item_id>/reviews", permission="support.view", scope="leads.read", many=True,
          gives="Review", summary=say("Every conclusion on an item, the latest first, void ones among them"),
          group="support")  # fmt: skip
def list_reviews(call: Call) -> Answer:
    """Answer with the conclusions."""
    return Answer({"items": [REVIEW.of(row) for row in reviews_of(item_of(call).id)], "next": None})


@endpoint("GET", "/reviews", permission="support.register", scope="leads.read", many=True, gives="RegisterLine",
          query=(Query("subject", say("Sort of measure"), codes=SUBJECTS),
                 Query("rule", say("Rule"), codes=RULE_NAMES), *PAGING),
          summary=say("The register of reviews"), group="support")  # fmt: skip
def list_register(call: Call) -> Answer:
    """Answer with one page of the register, in the order of its numbers."""
    found = register_page(
        call.by, subject=call.asked.get("subject", ""), rule=call.asked.get("rule", ""), cursor=page_mark(call, 1),
        size=call.number("limit", limit("page_default")),
    )  # fmt: skip
    return Answer({"items": [_line(row) for row in found.rows], "next": found.next_cursor})


def _line(row: RegisterRow) -> dict[str, object]:
    reviews = [REVIEW.of(row.review)] if row.review else []
    return REGISTER_LINE.of({**vars(row.item), "cleared": row.item.cleared, "heard": row.heard, "reviews": reviews})


@endpoint("GET", "/rules", permission="support.register", scope="leads.read", many=True, gives="CityRule",
          summary=say("Rules of the city under review: what is in force, what waits"), group="support")  # fmt: skip
def list_rules(call: Call) -> Answer:
    """Answer with the versions of the city's rules."""
    del call
    return Answer({"items": [CITY_RULE.of(row) for row in city_rules()], "next": None})


@endpoint("POST", "/rules/hand-in", permission="rules.edit", scope="leads.write", gives="Made", form=HandInForm,
          status=201, summary=say("Propose a version of a rule of the city for review"), group="support")  # fmt: skip
def hand_in_rule(call: Call) -> Answer:
    """Propose a version for review; its item is then heard, handed in and concluded like any other."""
    values = check(call.form)
    made = hand_in(values["kind"], values["version_name"] or "", by=call.by, at=call.at)
    return Answer({"id": made, "warnings": []}, 201)
