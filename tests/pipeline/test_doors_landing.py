"""The landing gate at every door: page, bulk, interface and command line, at every stage, answer every role alike."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from crm.audit.models import AuditEntry
from crm.core.clock import now, today
from crm.core.errors import Refusal
from crm.landing.queries import recognition_of
from crm.leads.models import Lead
from crm.leads.rules import STAGES
from crm.pipeline.gate import recognise
from tests import cast as story
from tests.pipeline.test_doors import CLOSED, Answer, Doors

if TYPE_CHECKING:
    from pathlib import Path

LEADER = "chen"
DOORS = ("page", "bulk", "interface", "command")
BARE = {"gate.contract", "gate.entity", *(f"leg.{leg}.missing" for leg in story.DOCUMENTS)}


class LandingDoors(Doors):
    """The doors by which one person tries to have a lead recognised."""

    def __init__(self, app: Any, by: Any) -> None:
        """Give the token the scope that decides about landing."""
        from crm.accounts.operations_tokens import make_token

        super().__init__(app, by)
        self.token = make_token(f"{by.name}定", ["landing.decide"], today() + timedelta(days=9), by=by, at=now())[1]

    def page(self, lead_id: int, to: str = "") -> bool:
        """Send the form of recognition."""
        return self.client.post(f"/leads/{lead_id}/recognise").status_code in (403, 404)

    def bulk(self, lead_id: int, to: str = "") -> bool:
        """Do it from the list, after looking."""
        from crm.pipeline.operations_bulk import change_many

        seen = {lead_id: Lead.get_by_id(lead_id).version}
        verdict = change_many([lead_id], "landed", {}, seen=seen, by=self.by, at=now())[0]
        return bool({"permission.missing", "lead.unknown"} & {finding.code for finding in verdict.findings})

    def interface(self, lead_id: int, to: str = "") -> bool:
        """Ask with the person's token."""
        headers = {"Authorization": f"Bearer {self.token}"}
        answer = self.app.test_client().post(f"/api/v1/leads/{lead_id}/recognition", headers=headers)
        return answer.status_code in (403, 404)

    def command(self, lead_id: int, to: str = "") -> bool:
        """Say it at the command line, as this person."""
        from crm.pipeline.cli import run_gate

        try:
            run_gate([Lead.get_by_id(lead_id).number, "--recognise", "--json"], self.by)
        except Refusal:
            return True
        return False


def told(lead_id: int, shut: bool, last_entry: int) -> Answer:  # noqa: FBT001 - one flag of a helper
    """Read an answer from the recognition and the trail: a refusal stands there once, with its codes."""
    if recognition_of(lead_id) is not None:
        return Answer(moved=True, codes=frozenset())
    entries: list[Any] = list(AuditEntry.select().where(AuditEntry.id > last_entry).order_by(AuditEntry.id))
    found = {finding["code"] for entry in entries for finding in json.loads(entry.findings)}
    if shut or found & {"permission.missing", "lead.unknown"}:
        return Answer(moved=False, codes=CLOSED)
    assert [entry.outcome for entry in entries] == ["refused"], "one refusal, one entry"
    return Answer(moved=False, codes=frozenset(found))


def put_at(lead_id: int, stage: str) -> int:
    """Leave a lead as it is proved, but at another stage."""
    Lead.update(stage=stage).where(Lead.id == lead_id).execute()
    return lead_id


def answer_of(doors: LandingDoors, door: str, lead_id: int) -> Answer:
    before = story.business()
    last = AuditEntry.select().order_by(AuditEntry.id.desc()).get().id
    answer = told(lead_id, getattr(doors, door)(lead_id), last)
    assert answer.moved or story.business() == before, door
    return answer


@pytest.mark.slow
@pytest.mark.parametrize("stage", STAGES)
def test_every_door_gives_every_role_the_same_verdict_at_every_stage(
    app: Any, db: Any, stage: str, capsys: pytest.CaptureFixture[str]
) -> None:
    people = story.assemble()
    bare = story.lead(people, stage=stage, name="未证明")
    proved = put_at(story.ready(people), stage)
    for who, by in people.people():
        if by.person_id is None or who == LEADER:
            continue
        doors = LandingDoors(app, by)
        for lead_id in (bare, proved):
            assert {answer_of(doors, door, lead_id) for door in DOORS} == {Answer(moved=False, codes=CLOSED)}, who
    early = {"gate.stage"} if STAGES.index(stage) < STAGES.index("signed") else set()
    doors = LandingDoors(app, people.chen)
    assert {answer_of(doors, door, bare) for door in DOORS} == {Answer(moved=False, codes=frozenset(BARE | early))}
    landed = set()
    for door in DOORS:
        landed.add(answer_of(doors, door, proved))
        if recognition_of(proved):
            from crm.landing.operations_gate import revoke

            revoke(proved, reason="再试另一扇门", by=people.chen, at=now())
    assert landed == {Answer(moved=not early, codes=frozenset(early))}
    capsys.readouterr()


def test_the_command_line_itself_recognises_nothing_and_says_what_the_gate_says(
    db: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    from crm.pipeline.cli import run_gate

    people = story.assemble()
    bare, proved = story.lead(people, stage="signed", name="未证明"), story.ready(people)
    with pytest.raises(Refusal):
        recognise(proved, by=people.cli, at=now())
    number = {lead_id: Lead.get_by_id(lead_id).number for lead_id in (bare, proved)}
    assert run_gate([number[proved], "--recognise"], people.cli) == 1
    assert recognition_of(proved) is None
    capsys.readouterr()
    assert run_gate([number[bare], "--json"], people.cli) == 1
    said = json.loads(capsys.readouterr().out)
    assert ({gap["code"] for gap in said["missing"]}, said["state"]) == (BARE, "not_yet")
    assert run_gate([number[proved]], people.cli) == 0
    assert "王税务" in capsys.readouterr().out
    with pytest.raises(Refusal):
        run_gate(["LD-1999-0001"], people.cli)


def test_the_list_looks_first_then_recognises_what_is_ready_and_refuses_the_rest(app: Any, db: Any) -> None:
    people = story.assemble()
    bare, proved = story.lead(people, stage="signed", name="未证明"), story.ready(people)
    assert "kind=landed" not in story.entered(app, people.zhang).get(f"/leads/bulk?lead={proved}").text
    leader = story.entered(app, people.chen)
    sent: dict[str, Any] = {"kind": "landed", "lead": f"{bare},{proved}"}
    looked = leader.post("/leads/bulk", data=sent)
    assert looked.status_code == 200
    assert recognition_of(proved) is None, "looking changes nothing"
    sent |= {"do": "yes", "looked": "{}", "seen": [f"{one}:{Lead.get_by_id(one).version}" for one in (bare, proved)]}
    assert leader.post("/leads/bulk", data=sent).status_code == 200
    assert (recognition_of(bare), recognition_of(proved) is None) == (None, False)


def test_a_ledger_that_says_landed_recognises_nothing(db: Any, tmp_path: Path) -> None:
    from crm.files.operations import keep_files_in
    from crm.intake.operations_sitting import set_mode
    from tests.intake.books import workbook
    from tests.intake.test_settled import stored, take

    keep_files_in(tmp_path / "files")
    people = story.assemble()
    proved = story.ready(people)
    known = Lead.get_by_id(proved)
    heads = ["项目名称", "投资方", "总投资（万元）", "项目阶段", "注册公司名称", "统一社会信用代码"]
    old = [known.name, known.investor, 5100, "已落地", "西昌榴光食品有限公司", story.USCC]
    new = ["核桃油精炼项目", "成都砚山油脂有限公司", 8000, "已落地", "西昌砚山油脂有限公司", story.OTHER_USCC]
    for mode, row in (("update", old), ("add", new)):
        file = stored(workbook(tmp_path / f"{mode}.xlsx", [heads, row]), people.chen)
        set_mode(file.id, mode, by=people.chen, at=now())
        take(file, people.chen, mode)
    assert [(lead.stage, lead.landed_on) for lead in Lead.select().order_by(Lead.id)] == [("signed", None)] * 2
    assert recognition_of(proved) is None
