"""Rules of the city go the way of every measure: handed in, heard, concluded by another; no door around it."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from crm.core.errors import Refusal
from tests import cast as story
from tests.cast import AT, DAY
from tests.support import cast as support

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture
def people(db: Any) -> story.Cast:
    return story.assemble()


def drafted(people: story.Cast, kind: str = "scorecard") -> None:
    """Begin a draft of rules; a scorecard moves two points from theme to cluster."""
    from crm.scoring.operations_versions import save_draft, start_draft
    from crm.scoring.queries_versions import draft_of

    start_draft(kind, by=people.chen, at=AT)
    row = draft_of(kind)
    assert row is not None
    text = row.text
    for old, new in (("max = 12", "max = 10"), ("max = 4", "max = 6")) if kind == "scorecard" else ():
        text = text.replace(old, new, 1)
    save_draft(kind, text, edition=1, by=people.chen, at=AT)


def force(people: story.Cast, kind: str = "scorecard", day: date = DAY) -> str:
    from crm.scoring.operations_versions import put_into_force
    from crm.scoring.queries_versions import draft_of

    row = draft_of(kind)
    return put_into_force(kind, day, reason="修订", edition=row.edition if row else 0, by=people.chen, at=AT)


def codes(act: Callable[[], Any]) -> set[str]:
    with pytest.raises(Refusal) as refused:
        act()
    return story.codes(refused)


def now_in_force(kind: str = "scorecard", day: date = DAY) -> str:
    from crm.scoring.queries_versions import in_force

    return in_force(kind, day).version


# --- the way of a scorecard


def test_a_scorecard_comes_into_force_only_after_its_whole_review(people: story.Cast) -> None:
    drafted(people)
    assert codes(lambda: force(people)) == {"rules.not_reviewed"}
    item_id = support.rule_sent("scorecard", people.chen)
    assert codes(lambda: force(people)) == {"rules.review_open"}
    shown = support.state(item_id)
    assert (shown.subject, shown.rule_version, shown.title) == ("rule", "scorecard 2026.2", "准入评分表（2026.2 版）")
    assert "－ 主题契合：最高 12 分" in shown.condition
    assert "＋ 主题契合：最高 10 分" in shown.condition
    assert "满分 100 分" in shown.condition
    support.concluded(item_id, support.reviewer())
    assert force(people) == "2026.2"
    assert now_in_force() == "2026.2"
    assert (support.state(item_id).state, support.state(item_id).agreed_on) == ("in_force", DAY)


def test_what_the_review_refuses_or_wants_changed_does_not_come_into_force(people: story.Cast) -> None:
    from crm.support.operations_review import confirm

    drafted(people)
    bai = support.reviewer()
    item_id = support.rule_sent("scorecard", people.chen)
    support.concluded(item_id, bai, conclusion="changed", asked_change="不得降低产业契合的分值")
    assert codes(lambda: force(people)) == {"rules.review_open"}
    edit(people, "max = 10", "max = 11")
    assert codes(lambda: force(people)) == {"rules.review_other"}
    assert support.rule_sent("scorecard", people.chen) == item_id
    assert support.state(item_id).edition == 2
    assert codes(lambda: force(people)) == {"rules.review_open"}
    confirm(item_id, edition=2, by=bai, at=AT)
    assert force(people) == "2026.2"


def edit(people: story.Cast, old: str, new: str) -> None:
    from crm.scoring.operations_versions import save_draft
    from crm.scoring.queries_versions import draft_of

    row = draft_of("scorecard")
    assert row is not None
    text = row.text.replace(old, new, 1)
    if old == "max = 10":  # the sum must stay 100 while one number moves at a time
        text = text.replace("max = 6", "max = 5", 1)
    save_draft("scorecard", text, edition=row.edition, by=people.chen, at=AT)


def test_a_text_changed_after_its_review_is_another_text(people: story.Cast) -> None:
    drafted(people)
    bai = support.reviewer()
    item_id = support.rule_sent("scorecard", people.chen)
    support.concluded(item_id, bai, conclusion="refused")
    assert codes(lambda: force(people)) == {"rules.review_stops"}
    edit(people, "max = 10", "max = 11")
    assert codes(lambda: force(people)) == {"rules.review_other"}
    support.rule_sent("scorecard", people.chen)
    support.concluded(item_id, bai, edition=2)
    edit(people, "max = 11", "max = 11  # nur")
    assert codes(lambda: force(people)) == {"rules.review_other"}
    assert codes(lambda: handed_in_twice(people, item_id)) == {"rules.handed_in"}


def handed_in_twice(people: story.Cast, item_id: int) -> None:
    assert support.rule_sent("scorecard", people.chen) == item_id
    support.rule_sent("scorecard", people.chen)


def test_an_exception_carries_a_scorecard_only_within_its_term(people: story.Cast) -> None:
    drafted(people)
    until = support.EXCEPTION["exception_until"]
    item_id = support.rule_sent("scorecard", people.chen)
    bai = support.reviewer()
    bare = {**support.EXCEPTION, "exception_until": None}
    assert "review.term" in codes(lambda: support.concluded(item_id, bai, **bare))
    support.concluded(item_id, bai, **support.EXCEPTION)
    assert codes(lambda: force(people, day=until + timedelta(days=1))) == {"rules.review_open"}
    assert force(people, day=until) == "2026.2"
    assert now_in_force(day=until) == "2026.2"
    assert now_in_force(day=until + timedelta(days=1)) == "2026.1"


def test_nobody_reviews_rules_that_they_or_their_unit_worked_on(people: story.Cast) -> None:
    from dataclasses import replace

    from crm.scoring.operations_versions import save_draft
    from crm.scoring.queries_versions import draft_of

    drafted(people)
    row = draft_of("scorecard")
    assert row is not None
    bai = support.reviewer()
    both = replace(bai, roles=frozenset({"manager", "reviewer"}))
    save_draft("scorecard", row.text + "# 校对\n", edition=row.edition, by=both, at=AT)
    item_id = support.rule_sent("scorecard", people.chen)
    assert codes(lambda: support.concluded(item_id, bai)) == {"review.own"}
    mate = support.reviewer("mate", people.chen.unit_id)
    assert codes(lambda: support.concluded(item_id, mate)) == {"review.own_unit"}
    justice = support.reviewer("justice", story.unit("justice", "司法局"))
    assert codes(lambda: support.concluded(item_id, justice, document_no=" ")) == {"review.document"}
    support.concluded(item_id, justice)
    assert force(people) == "2026.2"


def test_the_lexicon_is_free_until_it_is_handed_in(people: story.Cast) -> None:
    drafted(people, "lexicon")
    item_id = support.rule_sent("lexicon", people.chen)
    assert codes(lambda: force(people, "lexicon")) == {"rules.review_open"}
    from crm.scoring.operations_versions import drop_draft

    drop_draft("lexicon", by=people.chen, at=AT)
    assert support.state(item_id).state == "ended"
    drafted(people, "lexicon")
    assert force(people, "lexicon") == "2026.2"


def test_a_rule_is_worded_nowhere_but_where_it_is_drafted(people: story.Cast) -> None:
    from crm.support.operations import end, reword

    drafted(people)
    item_id = support.rule_sent("scorecard", people.chen)
    support.concluded(item_id, support.reviewer())
    before = support.state(item_id).edition
    refused = codes(lambda: reword(item_id, support.texts(), edition=1, reason="改", by=people.chen, at=AT))
    assert (refused, support.state(item_id).edition) == ({"support.unknown"}, before)
    force(people)
    assert codes(lambda: end(item_id, reason="撤", ended_on=DAY, by=people.chen, at=AT)) == {"rules.counts"}
    assert now_in_force() == "2026.2"


def test_a_new_scorecard_in_the_file_waits_for_its_review(people: story.Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    from crm.scoring import operations_versions, queries_versions
    from crm.scoring.operations_versions import adopt_shipped
    from crm.scoring.queries_versions import scorecard_in_force
    from crm.scoring.rules_scorecard import current, read

    adopt_shipped(AT)
    later = read(current().text.replace('version = "2026.1"', 'version = "2026.9"').replace("max = 12", "max = 10", 1)
                 .replace("max = 4", "max = 6", 1).replace("2026-01-01", "2026-05-01", 1))  # fmt: skip
    for module in (operations_versions, queries_versions):
        monkeypatch.setattr(module, "shipped", lambda _kind: later)
    adopt_shipped(AT)
    assert now_in_force() == "2026.1"
    assert scorecard_in_force(DAY).criterion("theme").most == 12  # type: ignore[union-attr]
    item_id = support.rule_sent("scorecard", people.chen, "2026.9")
    assert now_in_force() == "2026.1"
    support.concluded(item_id, support.reviewer())
    assert now_in_force() == "2026.9"


def test_a_version_that_was_to_come_does_not_come_by_its_day_alone(people: story.Cast) -> None:
    """A row of the table without a review (from before the register) is passed over on every day."""
    from crm.scoring.models_versions import RuleVersion
    from crm.scoring.rules_scorecard import current
    from crm.scoring.rules_versions import text_hash, with_version

    text = with_version(current().text, "2026.2")
    RuleVersion.insert(
        kind="scorecard", version="2026.2", based_on="2026.1", in_force_from=DAY, text=text, text_hash=text_hash(text),
        reason="旧", by=people.chen.person_id, by_name="陈", at=AT,
    ).execute()  # fmt: skip
    assert now_in_force(day=DAY + timedelta(days=30)) == "2026.1"
    support.rule_reviewed("scorecard", people.chen, "2026.2")
    assert now_in_force(day=DAY + timedelta(days=30)) == "2026.2"


# --- the tariff


def adopted(version: str, day: date, points: str = "9") -> None:
    """Let the bureau have edited the file of the tariff."""
    from crm.credit.models import CreditTariff
    from crm.credit.rules_tariff import read_tariff, shipped

    body = shipped().body.replace('version = "2026.1"', f'version = "{version}"')
    body = body.replace("in_force_from = 2026-01-01", f"in_force_from = {day}").replace('points = "3"', f'points = "{points}"', 1)
    one = read_tariff(body)
    CreditTariff.insert(version=version, in_force_from=day, body=body, sha256=one.sha256, adopted_at=AT).execute()


def tariff_on(day: date) -> str:
    from crm.credit.queries import tariffs_or_shipped
    from crm.credit.rules_tariff import in_force

    found = in_force(tariffs_or_shipped().values(), day)
    return found.version if found else ""


def test_a_later_tariff_counts_only_after_its_review_and_never_backwards(people: story.Cast) -> None:
    from crm.credit.operations import adopt_shipped

    adopt_shipped(AT)
    adopted("2026.2", DAY - timedelta(days=10))
    far = DAY + timedelta(days=100)
    assert (tariff_on(DAY), tariff_on(far)) == ("2026.1", "2026.1")
    item_id = support.rule_sent("tariff", people.chen, "2026.2")
    assert "开工：9 分" in support.state(item_id).condition
    support.concluded(item_id, support.reviewer())
    assert (tariff_on(DAY), tariff_on(DAY + timedelta(days=1))) == ("2026.1", "2026.2")
    from crm.support.operations import end

    assert codes(lambda: end(item_id, reason="撤", ended_on=DAY, by=people.chen, at=AT)) == {"rules.counts"}


def test_a_tariff_that_only_the_file_has_waits_like_an_adopted_one(
    people: story.Cast, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from crm.credit import queries
    from crm.credit.operations import adopt_shipped
    from crm.credit.rules_tariff import read_tariff, shipped
    from crm.pipeline.cli import run_credit
    from crm.reports.queries_rules import tariff_versions

    adopt_shipped(AT)
    in_file = read_tariff(shipped().body.replace('version = "2026.1"', 'version = "2026.2"'))
    monkeypatch.setattr(queries, "shipped", lambda: in_file)
    assert [(row.version, row.stands, row.to_hand_in) for row in tariff_versions()] == [
        ("2026.1", "in_force", True), ("2026.2", "waits", True)
    ]
    assert run_credit(["--check", "--json"], people.cli) in (0, 1)
    assert json.loads(capsys.readouterr().out)["waiting"] == ["2026.2"]
    support.rule_reviewed("tariff", people.chen, "2026.2")
    assert tariff_versions()[0].version in ("2026.1", "2026.2")  # from the day after the conclusion was entered
    assert all(row.stands != "waits" for row in tariff_versions())


def test_a_refused_rule_in_force_is_told_on_its_page(app: Any, people: story.Cast) -> None:
    support.rule_reviewed("landing", people.chen, conclusion="refused")
    page = story.entered(app, people.chen).get("/support/rules").text
    assert "不予出台" in page
    assert "仍在施行，请起草接替的版本" in page


def test_a_tariff_under_an_exception_ends_with_it(people: story.Cast) -> None:
    from crm.credit.operations import adopt_shipped

    adopt_shipped(AT)
    adopted("2026.2", DAY)
    support.rule_reviewed("tariff", people.chen, "2026.2", **support.EXCEPTION)
    until = support.EXCEPTION["exception_until"]
    assert (tariff_on(until), tariff_on(until + timedelta(days=1))) == ("2026.2", "2026.1")


def test_the_command_settles_by_the_tariff_that_counts(people: story.Cast) -> None:
    from crm.credit.operations import adopt_shipped
    from crm.credit.queries import entries
    from crm.pipeline.operations_credit import settle_all
    from tests.credit.story import credited, reach

    adopt_shipped(AT)
    adopted("2026.2", date(2026, 2, 1))
    lead_id = credited(people)
    reach(lead_id, "qualified", DAY, people.zhang)
    settle_all(by=people.cli, at=AT)
    assert {row.tariff for row in entries(cadre_id=people.sun.person_id)} == {"2026.1"}


# --- doors: pages and programs


def test_the_page_and_the_program_get_the_verdict_of_the_operation(app: Any, people: story.Cast) -> None:
    drafted(people)
    client = story.entered(app, people.chen)
    answer = client.post("/rules/scorecard/draft/force", data={"in_force_from": str(_today()), "reason": "修订"})
    assert answer.status_code == 422
    assert "尚未提交公平竞争审查" in answer.text
    assert client.post("/support/rules/scorecard", data={"version": ""}).status_code == 302
    answer = client.post("/rules/scorecard/draft/force", data={"in_force_from": str(_today()), "reason": "修订"})
    assert "公平竞争审查尚未办结" in answer.text
    assert client.post("/support/rules/scorecard", data={"version": "2099.9"}).status_code == 404
    assert client.post("/support/rules/garden", data={}).status_code == 404
    assert client.get("/rules/scorecard/review").status_code == 404
    page = client.get("/support/rules").text
    assert "2026.2 版" in page
    assert "还没有送审" in page
    bai = story.entered(app, support.reviewer())
    assert bai.post("/support/rules/scorecard", data={}).status_code == 403
    assert bai.get("/rules/scorecard/versions/2026.2", follow_redirects=True).status_code == 200
    assert bai.post("/rules/scorecard/draft/force", data={}).status_code == 403


def _today() -> date:
    from crm.core.clock import today

    return today()


def test_rules_stand_in_the_register_by_their_kind(app: Any, people: story.Cast) -> None:
    from crm.reports.operations_register import export_register

    drafted(people)
    bai = support.reviewer()
    for kind, version in (("scorecard", ""), ("tariff", "2026.1"), ("landing", "")):
        support.concluded(support.rule_sent(kind, people.chen, version), bai)
    client = story.entered(app, bai)
    page = client.get("/support/register?subject=rule&rule=tariff").text
    assert "积分标准（2026.1 版）" in page
    assert "准入评分表（2026.2 版）" not in page
    assert "准入评分表（2026.2 版）" in client.get("/support/register?subject=rule&rule=x").text
    made = export_register(subject="rule", rule="scorecard", by=bai, at=AT)
    assert [(row["subject"], row["project"], row["conclusion"]) for row in made.rows] == [
        ("本市规则·准入评分表", "2026.2 版", "可以出台")
    ]
    rows = {row["number"]: row["condition"] for row in export_register(subject="rule", by=bai, at=AT).rows}
    assert [text.splitlines()[0] for text in rows.values()] == [
        "与上一版本相比的改动：", "挂职干部年度考核附表所用积分，自 2026-01-01 起：", "落地认定仅供内部统计，不作为享受政策、审批、用地、资金的条件。"
    ]
    assert all(len(text.splitlines()) <= 14 for text in rows.values())
    assert all("SHA-256" in text for text in list(rows.values())[:2])
    assert client.get("/support/register.xlsx?subject=rule&rule=tariff").status_code == 200


def test_who_drafted_is_kept_beside_the_text(people: story.Cast) -> None:
    drafted(people)
    item_id = support.rule_sent("scorecard", people.chen)
    assert json.loads(support.state(item_id).facts) == {"authors": [people.chen.person_id]}
