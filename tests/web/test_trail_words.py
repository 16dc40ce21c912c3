"""The page of the trail reads in words: no code of ours stands where a person looks for what happened."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from crm.audit.operations import deed
from crm.audit.rules_words import ACTIONS
from crm.core.actor import CLI
from crm.core.clock import now
from crm.core.words import render, speaking
from crm.web.trail import name_of, thing_of, value_of
from tests.web.cast import sign_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask.testing import FlaskClient

    from tests.web.cast import Cast

ROOT = Path(__file__).resolve().parents[2]


def deeds() -> Iterator[str]:
    """Give every deed that an operation names."""
    for path in (ROOT / "crm").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "deed":
                first = node.args[0]
                if isinstance(first, ast.Constant):
                    yield str(first.value)


def test_every_deed_has_words() -> None:
    named = set(deeds())
    assert len(named) > 100
    assert not named - set(ACTIONS)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("annual_tax_fen", 2_100_000_000, "2,100 万元"),
        ("land.asked_cmu", 4600, "46 亩"),
        ("ours_bps", 6000, "60 %"),
        ("weekly", False, "否"),
        ("stage", "signed", "签约"),
        ("park", "P1", "北工业园区"),
        ("support.measure", "power_stable", "稳定供电"),
        ("conclusion", "allowed", "可以出台"),
        ("owner_id", 7, "周霖澄"),
        ("shares", "7:10000", "周霖澄 100 %"),
        ("role", "officer", "招商专员"),
        ("reason", "", "—"),
        ("reason", "a" * 300, "a" * 200 + "…"),
    ],
)
def test_a_value_reads_in_words_and_with_its_unit(name: str, value: object, said: str) -> None:
    with speaking("zh_CN"):
        assert value_of(name, value, {"owner_id": {"7": "周霖澄"}}) == said


@pytest.mark.parametrize(
    ("name", "said"),
    [("annual_tax_fen", "年税收"), ("support.fact.load_kw", "申请用电负荷（千瓦）"), ("approval.投资项目备案", "投资项目备案"),
     ("land.step.announce", "征地公告"), ("host_opinion", "挂职单位意见")],
)  # fmt: skip
def test_a_fact_is_called_by_its_name(name: str, said: str) -> None:
    with speaking("zh_CN"):
        assert render(name_of(name)) == said


def test_what_was_changed_is_named_in_words() -> None:
    with speaking("zh_CN"):
        assert thing_of("rules", "scorecard") == "准入评分表"
        assert thing_of("park", "P2") == "经久工业园区"
        assert thing_of("city_total", "2025-12 industry_output") == "全市工业产值 2025-12"
        assert thing_of("lead", "LD-2026-0001 某项目") == "LD-2026-0001 某项目"


def test_the_page_shows_words_and_leads_to_the_project(client: FlaskClient, cast: Cast) -> None:
    with deed("lead.edit", by=CLI, at=now(), kind="lead", thing_id=1) as doing:
        doing.on("lead", 1, "LD-2026-0001 某项目")
        doing.change("annual_tax_fen", None, 2_100_000_000)
        doing.change("sha256", None, "f" * 64)
    sign_in(client, "auditor")
    text = client.get("/trail").text
    assert "2,100 万元" in text
    assert "annual_tax_fen" not in text
    assert "f" * 64 not in text
    assert 'href="/leads/1">LD-2026-0001 某项目</a>' in text
