"""Versions of rules: drafts refused by line, differences, dry runs, reviews, coming into force, re-assessing what is stale."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from crm.core.errors import Refusal
from crm.core.words import render, speaking
from crm.jobs import registry
from crm.scoring.rules_lexicon import current as shipped_lexicon
from crm.scoring.rules_versions import checked, compare, next_version, reviewed_hash, with_day
from crm.scoring.rules_whatif import rank, standing, weigh, weights_from
from tests import cast as story
from tests.cast import AT, DAY

if TYPE_CHECKING:
    from pathlib import Path

    from crm.core.actor import Actor
    from crm.jobs.queries import JobRow


@pytest.fixture
def reviewer(cast: story.Cast) -> Actor:
    return story.person("shen", "沈审查", "reviewer", cast.chen.unit_id)


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Bring scoring's long work, with the rights that the actors carry."""
    from crm.accounts.rules import may
    from crm.jobs import operations_results
    from crm.scoring.jobs import HANDLERS

    monkeypatch.setattr(registry, "_registry", registry._Registry())
    monkeypatch.setattr(operations_results, "_folder", [tmp_path / "exports"])
    registry.judge_with(lambda by: by, may)
    registry.register(HANDLERS)


def do(kind: str, arguments: dict[str, Any], by: Actor) -> JobRow:
    from crm.core.clock import now
    from crm.jobs.operations import submit
    from crm.jobs.queries import job
    from crm.jobs.worker import drain

    made = submit(kind, arguments, by=by, at=now())
    drain()
    row = job(made)
    assert row is not None
    return row


def edit(kind: str, by: Actor, *changes: tuple[str, str]) -> None:
    """Change the draft's text."""
    from crm.scoring.operations_versions import save_draft
    from crm.scoring.queries_versions import draft_of

    row = draft_of(kind)
    assert row is not None
    text = row.text
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    save_draft(kind, text, edition=row.edition, by=by, at=AT)


def start(kind: str, by: Actor) -> None:
    from crm.scoring.operations_versions import start_draft

    start_draft(kind, by=by, at=AT)


def force(kind: str, by: Actor, day: date = DAY) -> str:
    """Put the draft into force; a scorecard has been through its review before."""
    from crm.scoring.operations_versions import put_into_force
    from crm.scoring.queries_versions import draft_of
    from tests.support import cast as support

    row = draft_of(kind)
    assert row is not None
    if kind == "scorecard":
        support.rule_reviewed(kind, by)
    return put_into_force(kind, day, reason="年度修订", edition=row.edition, by=by, at=AT)


WEIGHTS = (("max = 12", "max = 10"), ("max = 4", "max = 6"))


# --- the text


def test_the_next_version_counts_the_last_number_on() -> None:
    assert next_version("2026.1") == "2026.2"
    assert next_version("2026.1", ["2026.2", "2026.3"]) == "2026.4"
    assert next_version("甲") == "甲1"


def test_a_comparison_names_lines_on_both_sides() -> None:
    lines = compare("a\nb\nc\nd\ne\nf\n", "a\nb\nc\nX\ne\nf\n", around=1)
    assert [(line.kind, line.old_number, line.new_number, line.text) for line in lines] == [
        ("skip", None, None, "…"), ("same", 3, 3, "c"), ("gone", 4, None, "d"), ("new", None, 4, "X"),
        ("same", 5, 5, "e"),
    ]  # fmt: skip
    assert compare("a\n", "a\n") == []


def test_a_review_is_about_the_text_whatever_the_day() -> None:
    text = shipped_lexicon().text
    assert reviewed_hash(with_day(text, date(2027, 3, 1))) == reviewed_hash(text)
    assert reviewed_hash(text.replace("threshold = 34", "threshold = 35")) != reviewed_hash(text)


@pytest.mark.parametrize(
    ("kind", "old", "new"),
    [
        ("scorecard", "max = 12", "max = 13"),
        ("scorecard", "{ from = 100, to = 150", "{ from = 100, to = 160"),
        ("scorecard", 'themes = ["T4", "T5"]', 'themes = ["T9"]'),
        ("scorecard", 'version = "2026.1"', 'version = "a b/c"'),
        ("scorecard", "[[criterion]]", "[[criterion"),
        ("scorecard", "bands = [", "bands = [ 3,"),
        ("lexicon", 'park = "P2"', 'park = "P9"'),
        ("lexicon", "threshold = 34", "threshold = 340"),
    ],
)
def test_a_text_that_is_no_rules_is_refused_in_words(kind: str, old: str, new: str) -> None:
    from crm.scoring.rules_versions import shipped

    text = shipped(kind).text
    assert old in text
    with pytest.raises(Refusal) as refused:
        checked(kind, text.replace(old, new, 1))
    finding = refused.value.findings[0]
    assert finding.field == "text"
    with speaking("zh_CN"):
        words = render(finding.text)
    assert "%(" not in words
    assert any("\u4e00" <= char <= "\u9fff" for char in words)


def test_text_that_is_anything_is_an_answer_never_a_fault() -> None:
    head = "version='1'\nin_force_from=2026-01-01\nbasis='ours'\n"
    texts = ("", "\0", "x = 1", "version = 1", "[[criterion]]\ncode = 3", f"{head}criterion=4", f"{head}criterion=[4]")
    for text in texts:
        for kind in ("scorecard", "lexicon"):
            with pytest.raises(Refusal):
                checked(kind, text)


# --- drafts


def test_a_draft_begins_from_what_is_in_force_with_the_next_name(cast: story.Cast) -> None:
    from crm.scoring.queries_versions import draft_of

    start("scorecard", cast.chen)
    row = draft_of("scorecard")
    assert row is not None
    assert row.based_on == "2026.1"
    assert 'version = "2026.2"' in row.text
    with pytest.raises(Refusal) as second:
        start("scorecard", cast.chen)
    assert second.value.status == 409


def test_only_who_may_edits_rules(cast: story.Cast, reviewer: Actor) -> None:
    for by in (cast.zhang, cast.ma, cast.luo, cast.liu, reviewer):
        with pytest.raises(Refusal) as refused:
            start("lexicon", by)
        assert refused.value.status == 403


def test_a_broken_draft_is_not_kept(cast: story.Cast) -> None:
    from crm.scoring.queries_versions import draft_of

    start("scorecard", cast.chen)
    before = draft_of("scorecard")
    with pytest.raises(Refusal) as refused:
        edit("scorecard", cast.chen, ("max = 12", "max = 13"))
    assert story.codes(refused) == {"rules.broken"}
    assert draft_of("scorecard") == before


def test_who_saves_an_older_edition_is_told(cast: story.Cast) -> None:
    from crm.scoring.operations_versions import save_draft
    from crm.scoring.queries_versions import draft_of

    start("scorecard", cast.chen)
    row = draft_of("scorecard")
    assert row is not None
    edit("scorecard", cast.chen, *WEIGHTS, ("max = 4", "max = 4"))
    with pytest.raises(Refusal) as refused:
        save_draft("scorecard", row.text, edition=row.edition, by=cast.chen, at=AT)
    assert refused.value.status == 409


def test_a_name_that_was_given_is_refused(cast: story.Cast) -> None:
    start("scorecard", cast.chen)
    with pytest.raises(Refusal) as refused:
        edit("scorecard", cast.chen, ('version = "2026.2"', 'version = "2026.1"'))
    assert story.codes(refused) == {"rules.version_taken"}


def test_weights_of_the_what_if_page_must_sum_to_100(cast: story.Cast) -> None:
    from crm.scoring.operations_versions import start_draft
    from crm.scoring.queries_versions import draft_of

    with pytest.raises(Refusal):
        start_draft("scorecard", weights={"theme": 20}, by=cast.chen, at=AT)
    assert draft_of("scorecard") is None
    start_draft("scorecard", weights={"theme": 10, "cluster": 6}, by=cast.chen, at=AT)
    row = draft_of("scorecard")
    assert row is not None
    assert "max = 6" in row.text


# --- into force


def test_rules_come_into_force_from_their_day_and_old_versions_stay(cast: story.Cast) -> None:
    from crm.scoring.queries_versions import draft_of, in_force, scorecard_in_force, versions

    start("scorecard", cast.chen)
    edit("scorecard", cast.chen, *WEIGHTS)
    later = DAY + timedelta(days=10)
    assert force("scorecard", cast.chen, later) == "2026.2"
    assert draft_of("scorecard") is None
    assert [row.version for row in versions("scorecard")] == ["2026.2", "2026.1"]
    assert in_force("scorecard", DAY).version == "2026.1"
    assert in_force("scorecard", later).version == "2026.2"
    theme = scorecard_in_force(later).criterion("theme")
    assert theme is not None
    assert theme.most == 10
    assert scorecard_in_force(later).in_force_from == later


@pytest.mark.parametrize(("days", "code"), [(-1, "rules.day"), (None, "rules.day")])
def test_rules_never_come_into_force_in_the_past(cast: story.Cast, days: int | None, code: str) -> None:
    from crm.scoring.operations_versions import put_into_force

    start("scorecard", cast.chen)
    day = None if days is None else DAY + timedelta(days=days)
    with pytest.raises(Refusal) as refused:
        put_into_force("scorecard", day, reason="", edition=1, by=cast.chen, at=AT)
    assert story.codes(refused) == {code, "reason.missing", "rules.not_reviewed"}


def test_versions_are_never_changed_or_removed(own_database: str) -> None:
    from peewee import DatabaseError

    from crm.core.db import database
    from crm.scoring.models_versions import RuleVersion

    with database.connection_context():
        cast = story.assemble()
        start("scorecard", cast.chen)
        force("scorecard", cast.chen)
        for change in (RuleVersion.update(text="x"), RuleVersion.delete()):
            with pytest.raises(DatabaseError, match="append-only"):
                change.execute()
        assert RuleVersion.get().text != "x"


# --- what is stale, and long work


STRICTER = (("threshold = 34", "threshold = 99"),)


def assessed(cast: story.Cast) -> list[int]:
    from crm.scoring.operations import assess_lead

    texts = ("年加工石榴2万吨", "建设冷链物流园，冷库5万立方米", "钒电池电解液生产线", "未定")
    made = []
    for place, text in enumerate(texts):
        lead_id = story.lead(cast, name=f"项目{place}号", content=text, investor=f"成都甲{place}公司")
        assess_lead(lead_id, by=cast.zhang, at=AT)
        made.append(lead_id)
    return made


def new_lexicon(cast: story.Cast) -> str:
    start("lexicon", cast.chen)
    edit("lexicon", cast.chen, *STRICTER)
    return force("lexicon", cast.chen)


def test_a_new_lexicon_changes_no_result_until_it_is_assessed_anew(cast: story.Cast, work: None) -> None:
    from crm.leads.models import Lead, LeadFact
    from crm.scoring.models import Assessment
    from crm.scoring.operations import override_fit
    from crm.scoring.queries import fit_of
    from crm.scoring.queries_versions import stale_leads

    ids = assessed(cast)
    override_fit(ids[1], themes=("T5",), clusters=(), reason="人定", by=cast.zhang, at=AT)
    before = {row.id: row.themes for row in Lead.select()}
    version = new_lexicon(cast)
    assert {row.id: row.themes for row in Lead.select()} == before
    assert stale_leads(version) == len(ids)
    verdict = fit_of(ids[0])
    assert verdict is not None
    assert verdict.stale
    row = do("scoring.reassess", {}, cast.chen)
    assert (row.state, row.done, row.errors) == ("done", len(ids), 0)
    assert stale_leads(version) == 0
    assert {one.fit_version for one in Lead.select()} == {version}
    again = fit_of(ids[0])
    assert again is not None
    assert (again.version, again.stale) == (version, False)
    assert Assessment.select().where(Assessment.lead == ids[0]).count() == 2, "the older verdict stays"
    assert Lead.get_by_id(ids[1]).themes == "T5", "what a person decided stays"
    moved = {one.id for one in Lead.select() if one.themes != before[one.id]}
    assert moved
    told = {one.lead_id for one in LeadFact.select().where((LeadFact.fact == "themes") & (LeadFact.recorded_at > AT))}
    assert moved == told
    assert do("scoring.reassess", {}, cast.chen).done == 0, "nothing is stale any more"


def test_only_leaders_order_that_all_are_assessed_anew(cast: story.Cast, work: None) -> None:
    assessed(cast)
    new_lexicon(cast)
    assert do("scoring.reassess", {}, cast.zhang).state == "failed"


def test_a_lead_edited_meanwhile_is_judged_as_it_stands(cast: story.Cast) -> None:
    from dataclasses import replace

    from crm.core.clock import now
    from crm.jobs.registry import Work
    from crm.leads.models import Lead
    from crm.leads.operations import edit_lead
    from crm.scoring.operations_reassess import keep, work_out
    from crm.scoring.queries import fit_of

    ids = assessed(cast)
    start("lexicon", cast.chen)
    edit("lexicon", cast.chen, ("threshold = 34", "threshold = 33"))
    force("lexicon", cast.chen)
    order = Work(1, {}, cast.chen, now())
    batch = work_out(order)
    edit_lead(ids[3], {"content": "年加工石榴2万吨"}, base={"content": "未定"}, version=0, by=cast.zhang, at=AT)
    step = keep(replace(order), batch)
    assert step.done == len(ids)
    assert Lead.get_by_id(ids[3]).theme == "T4"
    verdict = fit_of(ids[3])
    assert verdict is not None
    assert verdict.result["themes"] == ["T4"]


def test_a_dry_run_says_who_moves_and_why_and_stores_nothing(cast: story.Cast, work: None) -> None:
    ids = assessed(cast)
    start("lexicon", cast.chen)
    edit("lexicon", cast.chen, *STRICTER)
    before = story.business()
    row = do("scoring.trial", {"kind": "lexicon"}, cast.chen)
    assert row.state == "done"
    assert story.business() == before
    assert row.result["read"] == len(ids)
    assert 0 < row.result["moved"] <= len(ids)
    first = row.result["rows"][0]
    assert first["old"] != first["new"]
    assert first["why"]


def test_a_dry_run_of_a_scorecard_names_the_lines_that_change(cast: story.Cast, work: None) -> None:
    ids = assessed(cast)
    start("scorecard", cast.chen)
    edit("scorecard", cast.chen, ("max = 12", "max = 10"), ("max = 8", "max = 10"))
    row = do("scoring.trial", {"kind": "scorecard"}, cast.chen)
    assert row.result["read"] == len(ids)
    mover = next(item for item in row.result["rows"] if item["id"] == ids[0])
    assert {label for label, _old, _new in mover["lines"]} == {
        "Fits a headquarters-economy theme", "Strength of the investor",
    }  # fmt: skip


def test_a_dry_run_without_a_draft_fails_in_words(cast: story.Cast, work: None) -> None:
    row = do("scoring.trial", {"kind": "lexicon"}, cast.chen)
    assert row.state == "failed"
    assert row.messages


# --- what if


def test_other_weights_move_the_ranking_and_their_proportions_count() -> None:
    from crm.scoring.rules_acceptance import Facts, acceptance

    wan = 1_000_000
    fits = acceptance(Facts(themes=("T1",), clusters=("C1",), park_leading=True, fixed_assets_fen=0), {})
    rich = acceptance(Facts(themes=(), clusters=(), park_leading=False, fixed_assets_fen=60_000 * wan), {})
    rows = [standing(1, "A", "甲", fits), standing(2, "B", "乙", rich)]
    own = {line.code: line.most for line in fits.lines}
    same = rank(rows, list(own.values()), list(own.values()))
    assert [row.standing.id for row in same] == [1, 2]
    assert [row.low for row in same] == [200, 120], "by the card's own weights the score is the card's, in tenths"
    other = list({**own, "fixed_assets": 40, "theme": 2}.values())
    moved = rank(rows, other, list(own.values()))
    assert [(row.standing.id, row.place, row.before) for row in moved] == [(2, 1, 2), (1, 2, 1)]
    assert [row.low for row in rank(rows, [3 * weight for weight in other], other)] == [row.low for row in moved]
    assert weigh(rows[0].sure, [0] * len(own), rows[0].whole) == 0


def test_weights_in_an_address_are_numbers_or_the_cards_own() -> None:
    own = {"theme": 12, "tax": 15}
    assert weights_from({"w_theme": "40", "w_tax": "x"}, own, 40) == {"theme": 40, "tax": 15}
    assert weights_from({"w_theme": "41", "w_tax": "٣"}, own, 40) == own
