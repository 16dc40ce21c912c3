"""The doors of the workbooks: page, interface and command line give one verdict; pages of layouts, meeting, bulletin."""

from __future__ import annotations

import html
import json
from io import BytesIO
from typing import TYPE_CHECKING, Any

import docx
import openpyxl
import pytest

from crm.core.actor import CLI
from crm.jobs import operations_results
from crm.reports.rules_books import KINDS
from tests import cast as story
from tests.api.test_services import by_token

if TYPE_CHECKING:
    from pathlib import Path

LEDGER = ("pipeline", "pipeline-brief", "pipeline-signed")


@pytest.fixture
def house(app: Any, db: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Give the leader's client over three projects."""
    monkeypatch.setattr(operations_results, "_folder", [tmp_path / "exports"])
    people = story.assemble()
    for n in range(3):
        story.lead(people, name=f"第{n}厂", stage="signed" if n else "lead", investment_fen=123_456_789 + n)
    story.ready(people, name="已证项目", investor="已证投资有限公司")
    return people


@pytest.mark.parametrize("code", [kind.code for kind in KINDS])
def test_every_book_comes_from_the_page_and_the_command_with_the_same_rows(
    house: Any, app: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str], code: str
) -> None:
    from crm.reports.cli import run_export

    client = story.entered(app, house.chen)
    answer = client.get(f"/reports/{code}.xlsx")
    assert answer.status_code == 200
    target = tmp_path / "F.xlsx"
    assert run_export([code, "--out", str(target), "--json"], CLI) == 0
    told = json.loads(capsys.readouterr().out)
    page, command = (openpyxl.load_workbook(source, data_only=True) for source in (BytesIO(answer.data), target))
    assert page.sheetnames == command.sheetnames
    for one, other in zip(page.worksheets, command.worksheets, strict=True):
        if one.title != "说明":
            assert list(one.iter_rows(values_only=True)) == list(other.iter_rows(values_only=True))
    assert told["rows"] == {"pipeline": 4, "pipeline-brief": 4, "pipeline-signed": 3}.get(code, told["rows"])
    assert [path.name for path in tmp_path.iterdir() if path.suffix == ".part"] == []


@pytest.mark.parametrize("day", ["2026-02-30", "9999-12-31", "1949-10-01", "yesterday"])
def test_an_impossible_day_is_refused_in_words_by_every_door(
    house: Any, app: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str], day: str
) -> None:
    from crm.reports.cli import run_export

    client = story.entered(app, house.chen)
    answer = client.get(f"/reports/weekly.xlsx?as_of={day}")
    assert answer.status_code == 422
    target = tmp_path / "F.xlsx"
    assert run_export(["weekly", "--out", str(target), "--as-of", day], CLI) == 1
    assert capsys.readouterr().err.strip()
    assert not target.exists()
    program = by_token(app, house.chen)
    for name in ("as_of", "known", "since"):
        answer = program.post("/exports", {"book": "meeting", name: day})
        assert answer.status_code == 422, answer.text
        assert {item["field"] for item in answer.get_json()["errors"]} == {name}
        assert client.get(f"/reports/meeting.xlsx?{name}={day}").status_code == 422
        assert run_export(["meeting", "--out", str(target), f"--{name.replace('_', '-')}", day], CLI) == 1
    assert not target.exists()
    assert program.get("/jobs").get_json()["items"] == []


@pytest.mark.parametrize("name", ["as_of", "known", "since"])
@pytest.mark.parametrize("day", ["2026-02-30", "9999-12-31", "1949-10-01"])
def test_every_door_refuses_an_impossible_day_with_the_same_finding(
    house: Any, app: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, day: str
) -> None:
    from crm.jobs.models import Job
    from crm.reports.cli import run_export

    client = story.entered(app, house.chen)
    answer = by_token(app, house.chen).post("/exports", {"book": "meeting", name: day})
    assert answer.status_code == 422
    (finding,) = answer.get_json()["errors"]
    assert finding["field"] == name
    for page in (client.get(f"/reports/meeting.xlsx?{name}={day}"), client.post("/reports/meeting/order", data={name: day})):
        assert page.status_code == 422
        assert finding["message"] in html.unescape(page.get_data(as_text=True))
    target = tmp_path / "F.xlsx"
    assert run_export(["meeting", "--out", str(target), f"--{name.replace('_', '-')}", day], CLI) == 1
    assert finding["message"] in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == []
    assert Job.select().count() == 0


@pytest.mark.parametrize(("code", "name"), [("evaluation", "known"), ("evaluation", "as_of")])
def test_a_day_that_a_workbook_cannot_answer_is_refused_with_why_by_every_door(
    house: Any, app: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str], code: str, name: str
) -> None:
    from crm.reports.cli import run_export

    (finding,) = by_token(app, house.chen).post("/exports", {"book": code, name: "2026-05-01"}).get_json()["errors"]
    assert finding["code"] == f"{name}.not_here"
    page = story.entered(app, house.chen).get(f"/reports/{code}.xlsx?{name}=2026-05-01")
    assert page.status_code == 422
    assert finding["message"] in html.unescape(page.get_data(as_text=True))
    assert run_export([code, "--out", str(tmp_path / "F.xlsx"), f"--{name.replace('_', '-')}", "2026-05-01"], CLI) == 1
    assert finding["message"] in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == []


def test_a_file_that_cannot_be_written_says_so_and_leaves_nothing(house: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from crm.reports.cli import run_export

    assert run_export(["pipeline", "--out", str(tmp_path / "nowhere" / "F.xlsx")], CLI) == 1
    assert "无法写入" in capsys.readouterr().err
    (tmp_path / "there.xlsx").mkdir()
    assert run_export(["weekly", "--out", str(tmp_path / "there.xlsx")], CLI) == 1
    assert [path.name for path in tmp_path.iterdir() if path.suffix == ".part"] == []


def test_a_list_that_is_large_becomes_long_work(house: Any, app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from crm.jobs.worker import drain
    from crm.reports import routes

    monkeypatch.setattr(routes, "LARGE", 2)
    client = story.entered(app, house.chen)
    answer = client.get("/reports/pipeline.xlsx?stage=signed")
    assert answer.status_code == 302
    drain()
    where = answer.headers["Location"]
    file = client.get(f"{where}/file")
    assert file.data[:2] == b"PK"
    names = [row[2] for row in openpyxl.load_workbook(BytesIO(file.data)).worksheets[0].iter_rows(values_only=True)]
    assert "第0厂" not in names
    page = client.get("/reports").get_data(as_text=True)
    assert f"{where}/file" in page


def test_a_layout_is_made_seen_taken_and_deleted_at_the_page(house: Any, app: Any) -> None:
    client = story.entered(app, house.chen)
    assert client.get("/reports/layouts/new").status_code == 200
    wrong = client.post("/reports/layouts/new", data={"name": "", "group_by": "", "sort": "name", "column": ["stage"]})
    assert wrong.status_code == 422
    data = {"name": "推进表", "group_by": "unit", "sort": "amount", "status": "active", "shared": "y",
            "column": ["name", "investment", "stage"], "order": ["stage", "name", "investment"]}  # fmt: skip
    made = client.post("/reports/layouts/new", data=data)
    assert made.status_code == 302
    where = made.headers["Location"]
    page = client.get(where).get_data(as_text=True)
    assert "第0厂" in page
    assert page.index('value="stage"><span>') < page.index('value="name"><span>')
    book = openpyxl.load_workbook(BytesIO(client.get(f"{where}.xlsx").data)).worksheets[0]
    assert [str(cell.value).split("\n")[0] for cell in book[5]][1:4] == ["阶段", "项目名称", "总投资"]
    number = where.rpartition("/")[2]
    assert client.post(f"/reports/weekly/layout-{number}", data={"on": "1"}).status_code == 302
    assert "已开启" in client.get(where).get_data(as_text=True)
    other = story.entered(app, house.zhang)
    assert "推进表" in other.get("/reports").get_data(as_text=True)
    assert other.post(f"{where}/delete").status_code == 404
    assert client.post(f"{where}/delete").status_code == 302
    assert client.get(where).status_code == 404


def test_the_bulletin_is_drafted_mended_and_printed(house: Any, app: Any) -> None:
    client = story.entered(app, house.chen)
    page = client.get("/reports/bulletin/monthly").get_data(as_text=True)
    assert "在库项目 4 个" in page
    empty = client.post("/reports/bulletin/monthly", data={"first": "", "second": "乙", "third": "丙", "note": ""})
    assert empty.status_code == 422
    done = client.post("/reports/bulletin/monthly", data={"first": "改过的第一句。", "second": "乙", "third": "丙", "note": ""})
    text = "\n".join(paragraph.text for paragraph in docx.Document(BytesIO(done.data)).paragraphs)
    assert "改过的第一句。" in text
    assert client.get("/reports/bulletin/yearly").status_code == 404
    assert story.entered(app, house.wang).get("/reports/bulletin/weekly").status_code == 403
    assert "report.export" in story.trail("done")


def test_matters_are_kept_at_the_page_by_those_who_may(house: Any, app: Any) -> None:
    from crm.leads.models import Lead

    lead_id = int(Lead.get(Lead.name == "第1厂").id)
    client = story.entered(app, house.chen)
    saved = client.post(f"/reports/meeting/{lead_id}", data={"code_name": "一号", "matter": "协调用电", "version": "0"})
    assert saved.status_code == 302
    assert "协调用电" in client.get("/reports/meeting").get_data(as_text=True)
    assert client.post(f"/reports/meeting/{lead_id}", data={"code_name": "二号", "matter": "", "version": "0"}).status_code == 422
    assert story.entered(app, house.liu).get("/reports/meeting").status_code == 403
    assert story.entered(app, house.li).get(f"/reports/meeting/{lead_id}").status_code == 404
