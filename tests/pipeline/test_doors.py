"""Every (stage, role, door): page, bulk, interface, ledger and command line answer a move alike, on both databases."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from crm.audit.models import AuditEntry
from crm.core.clock import now, today
from crm.leads.models import Lead
from crm.leads.rules import STAGES
from tests import cast as story
from tests.pipeline.test_moves import _prove

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask

MOVERS = {"zhang", "chen"}
STEPS = [(stage, STAGES[STAGES.index(stage) + 1]) for stage in STAGES[:-1]]
CLOSED = frozenset({"closed"})
"""How every door's "not for you" reads, whether the page, the token's owner or the single lead is out of reach."""


class Answer(NamedTuple):
    """What a door answered: moved or not, and why not."""

    moved: bool
    codes: frozenset[str]


def told(lead_id: int, to: str, shut: bool, last_entry: int) -> Answer:  # noqa: FBT001 - one flag of a helper
    """Read an answer from the lead and the trail: a refusal stands there with its codes."""
    if Lead.get_by_id(lead_id).stage == to:
        return Answer(moved=True, codes=frozenset())
    entries: list[Any] = list(AuditEntry.select().where(AuditEntry.id > last_entry).order_by(AuditEntry.id))
    found = {finding["code"] for entry in entries for finding in json.loads(entry.findings)}
    if shut or found & {"permission.missing", "lead.unknown"}:
        return Answer(moved=False, codes=CLOSED)
    assert [entry.outcome for entry in entries] == ["refused"], "one refusal, one entry"
    return Answer(moved=False, codes=frozenset(found))


class Doors:
    """The doors by which one person tries to move leads."""

    def __init__(self, app: Flask, by: Any) -> None:
        """Sign the person in, and give a token of that person."""
        from crm.accounts.operations_tokens import make_token

        self.by, self.client = by, story.entered(app, by)
        self.app = app
        ends = today() + timedelta(days=9)
        self.token = make_token(by.name, ["leads.write"], ends, by=by, at=now())[1]

    def page(self, lead_id: int, to: str) -> bool:
        """Send the form of the lead's own page."""
        sent = {"happened_on": str(today()), "reason": "推进"}
        return self.client.post(f"/leads/{lead_id}/move/{to}", data=sent).status_code in (403, 404)

    def bulk(self, lead_id: int, to: str) -> bool:
        """Do it from the list, after looking."""
        from crm.pipeline.operations_bulk import change_many

        values = {"to": to, "happened_on": today(), "reason": "推进"}
        seen = {lead_id: Lead.get_by_id(lead_id).version}
        verdict = change_many([lead_id], "stage", values, seen=seen, by=self.by, at=now())[0]
        return bool({"permission.missing", "lead.unknown"} & {finding.code for finding in verdict.findings})

    def interface(self, lead_id: int, to: str) -> bool:
        """Call the interface with the person's token (a client of its own: no cookie)."""
        answer = self.app.test_client().post(
            f"/api/v1/leads/{lead_id}/stages/{to}", json={"happened_on": str(today()), "reason": "推进"},
            headers={"Authorization": f"Bearer {self.token}"},
        )  # fmt: skip
        return answer.status_code in (403, 404)


def brought(people: story.Cast, stage: str, to: str, *, proved: bool, name: str) -> int:
    """Enter a lead at a stage, with or without what the next one asks for."""
    lead_id = story.lead(people, stage=stage, name=name)
    if proved:
        _prove(lead_id, to, people)
    elif to == "qualified":
        Lead.update(investor="", content="").where(Lead.id == lead_id).execute()
    return lead_id


@pytest.mark.slow
@pytest.mark.parametrize(("stage", "to"), STEPS)
def test_every_door_gives_the_same_verdict_to_every_role(app: Any, db: Any, stage: str, to: str) -> None:
    people = story.assemble()
    for who, by in people.people():
        if by.person_id is None:
            continue
        doors = Doors(app, by)
        for proved in (False, True):
            answers: dict[str, Answer] = {}
            for door in ("page", "bulk", "interface"):
                lead_id = brought(people, stage, to, proved=proved, name=f"{who}-{door}-{proved}")
                before = story.business()
                last = AuditEntry.select().order_by(AuditEntry.id.desc()).get().id
                answers[door] = told(lead_id, to, getattr(doors, door)(lead_id, to), last)
                assert answers[door].moved or story.business() == before, (who, door)
            assert len(set(answers.values())) == 1, (who, proved, answers)
            verdict = answers["page"]
            assert (verdict.codes != CLOSED) == (who in MOVERS), (who, proved, verdict)
            assert verdict.moved == (who in MOVERS and (proved or to == "at_capacity" or lacks_nothing(to)))


def lacks_nothing(to: str) -> bool:
    """Tell whether a stage asks for nothing that the story's lead lacks."""
    from crm.pipeline.rules import requirements

    return not requirements(to)


@pytest.mark.parametrize(("stage", "to"), STEPS)
def test_the_command_line_moves_nothing_even_when_all_is_proved(db: Any, stage: str, to: str) -> None:
    from crm.core.errors import Refusal
    from crm.pipeline.operations import move

    people = story.assemble()
    lead_id = brought(people, stage, to, proved=True, name="命令行")
    with pytest.raises(Refusal) as refused:
        move(lead_id, to, happened_on=today(), note="", by=people.cli, at=now())
    assert story.codes(refused) == {"stage.person"}
    assert Lead.get_by_id(lead_id).stage == stage


def test_a_ledger_moves_no_project_that_is_known_whatever_it_says(db: Any, tmp_path: Path) -> None:
    from crm.core.words import render, speaking
    from crm.files.operations import keep_files_in
    from crm.intake.operations_sitting import set_mode
    from crm.leads.rules import STAGE_LABELS
    from tests.intake.books import workbook
    from tests.intake.test_settled import data, read, stored, take

    keep_files_in(tmp_path / "files")
    people = story.assemble()
    names = {stage: f"石榴{n}号加工项目" for n, (stage, _to) in enumerate(STEPS)}
    ids = {stage: brought(people, stage, to, proved=True, name=names[stage]) for stage, to in STEPS}
    investor = story.facts(people)["investor"]
    with speaking("zh_CN"):
        words = {to: render(STAGE_LABELS[to]) for _stage, to in STEPS}
    for by, wan in ((people.zhang, 5100), (people.chen, 5200)):
        rows = [[names[stage], investor, wan, words[to]] for stage, to in STEPS]
        file = stored(workbook(tmp_path / "a.xlsx", [["项目名称", "投资方", "总投资（万元）", "项目阶段"], *rows]), by)
        set_mode(file.id, "update", by=by, at=now())
        told_of = [{remark.code for remark in row.warnings} for row in data(read(file, by))]
        assert [row for row in told_of if "stage.not_moved" not in row] == []
        take(file, by, "update")
        assert {stage: Lead.get_by_id(lead_id).stage for stage, lead_id in ids.items()} == {key: key for key in ids}
    assert {Lead.get_by_id(lead_id).investment_fen for lead_id in ids.values()} == {5200 * 1_000_000}
