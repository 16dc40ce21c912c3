"""The form of a lead: each fact's limits, and how shares and contacts are typed."""

from __future__ import annotations

from typing import Any

import pytest

from crm.core.forms import formdata
from crm.leads.forms import ContactForm, LeadForm
from crm.leads.rules import FACTS


def read(**typed: object) -> Any:
    """Read a form that lacks nothing but what is given."""
    form = LeadForm(formdata({"name": "石榴厂", "unit_id": "1", **typed}))
    form.offer([(1, "甲局")], [(2, "张")])
    form.validate()
    return form


def test_the_least_a_lead_needs() -> None:
    form = read()
    assert form.errors == {}
    values = form.values()
    assert values["unit_id"] == 1
    assert values["owner_id"] is None
    assert (values["currency"], values["source"], values["investment_fen"]) == ("CNY", "other", None)
    assert set(values) == {fact.name for fact in FACTS}


@pytest.mark.parametrize("fact", [fact for fact in FACTS if fact.kind in ("text", "long") and fact.name not in ("currency", "industry_code")])
def test_texts_have_a_longest_length_and_no_control_characters(fact: Any) -> None:
    good = "1" * fact.limit
    assert fact.name not in read(**{fact.name: good}).errors
    assert fact.name in read(**{fact.name: good + "1"}).errors
    assert fact.name in read(**{fact.name: "123456\x00"}).errors


@pytest.mark.parametrize("fact", [fact for fact in FACTS if fact.kind in ("money", "mu", "count")])
@pytest.mark.parametrize("typed", ["-1", "abc", "1e9", "99999999999999", "\x00"])
def test_numbers_are_numbers_within_reason(fact: Any, typed: str) -> None:
    assert fact.name in read(**{fact.name: typed}).errors


@pytest.mark.parametrize("fact", [fact for fact in FACTS if fact.kind in ("code", "unit", "person")])
def test_codes_are_offered_ones(fact: Any) -> None:
    assert fact.name in read(**{fact.name: "nonsense"}).errors


@pytest.mark.parametrize(
    ("typed", "refused"),
    [
        ({"industry_code": "3212"}, set()),
        ({"industry_code": "9999"}, {"industry_code"}),
        ({"name": " "}, {"name"}),
        ({"unit_id": ""}, {"unit_id"}),
        ({"contact_phone": "无"}, {"contact_phone"}),
        ({"contact_phone": "13800000000；0834-3222222"}, set()),
        ({"currency": "usd"}, set()),
        ({"currency": "ZZZ"}, {"currency"}),
        ({"investment_fen": "500", "investment_max_fen": "400"}, {"investment_max_fen"}),
        ({"investment_fen": "400", "investment_max_fen": "400"}, set()),
        ({"first_contact_on": "2026-13-01"}, {"first_contact_on"}),
        ({"client_key": "k" * 65}, {"client_key"}),
        ({"name": "", "land_cmu": "x", "jobs": "y"}, {"name", "land_cmu", "jobs"}),
    ],
)
def test_what_is_refused_is_said_all_at_once(typed: dict[str, str], refused: set[str]) -> None:
    assert set(read(**typed).errors) == refused


def test_a_contact_needs_day_kind_and_words() -> None:
    form = ContactForm(formdata({"happened_on": "", "kind": "", "text": ""}))
    assert not form.validate()
    assert set(form.errors) == {"happened_on", "kind", "text"}


@pytest.mark.parametrize(
    ("typed", "bps"), [("100", 10_000), ("33.34", 3334), ("33.3", 3330), ("５０％", 5000), ("50 %", 5000), ("0", 0), ("7.", 700)]
)
def test_a_share_is_typed_in_per_cent(typed: str, bps: int) -> None:
    from crm.leads.routes import _bps

    assert _bps(typed) == bps


@pytest.mark.parametrize("typed", ["", "-1", "1.234", "abc", "1000", "1e2", "%"])
def test_what_is_no_share_is_refused(typed: str) -> None:
    from crm.core.errors import Refusal
    from crm.leads.routes import _bps

    with pytest.raises(Refusal):
        _bps(typed)
