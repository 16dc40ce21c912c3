"""What a program does besides leads: moves, money, landing, workbooks; the same gates as on the pages."""

from __future__ import annotations

import struct
import zlib
from datetime import timedelta
from io import BytesIO
from typing import TYPE_CHECKING, Any

from crm.accounts.operations import add_person, add_unit
from crm.accounts.operations_tokens import make_token
from crm.audit.models import AuditEntry
from crm.capital.rules import PAID_IN_KINDS
from crm.core.actor import SYSTEM, Actor
from crm.core.clock import now, today
from crm.files.operations import keep_files_in
from crm.jobs.worker import drain
from tests.api.conftest import Program, token_for
from tests.web.cast import PASSWORD, sign_in

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask
    from flask.testing import FlaskClient

    from tests.web.cast import Cast

def picture() -> bytes:
    """Make a small grey PNG that any reader opens."""
    def part(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 40, 40, 8, 0, 0, 0, 0)
    rows = b"".join(b"\0" + b"\x80" * 40 for _row in range(40))
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", head) + part(b"IDAT", zlib.compress(rows)) + part(b"IEND", b"")


def lead(program: Program, **others: Any) -> int:
    body = {
        "name": "石榴精深加工项目", "investor": "成都榴光食品有限公司", "content": "年加工石榴2万吨",
        "investment_wan": 5000, "contact_name": "阿果", "contact_phone": "13800000000", "source": "other", **others,
    }  # fmt: skip
    answer = program.post("/leads", body)
    assert answer.status_code == 201, answer.text
    return int(answer.get_json()["id"])


def codes(answer: Any) -> list[str]:
    return [item["code"] for item in answer.get_json()["errors"]]


def test_a_move_tells_every_gap_at_once_and_goes_when_there_is_none(officer: Program) -> None:
    lead_id = lead(officer)
    day = {"happened_on": str(today())}
    gaps = officer.get(f"/leads/{lead_id}/stages/signed/gaps").get_json()["gaps"]
    refused = officer.post(f"/leads/{lead_id}/stages/signed", day)
    assert refused.status_code == 422
    assert codes(refused) == [item["code"] for item in gaps]
    assert len(gaps) > 3
    assert officer.post(f"/leads/{lead_id}/stages/qualified", day).get_json() == {"done": True}
    assert officer.get(f"/leads/{lead_id}").get_json()["stage"] == "qualified"
    assert officer.post(f"/leads/{lead_id}/stages/qualified", day).status_code == 404
    assert officer.post(f"/leads/{lead_id}/stages/heaven", day).status_code == 404


def test_the_page_refuses_a_move_with_the_same_sentences(officer: Program, app: Flask, cast: Cast) -> None:
    lead_id = lead(officer)
    page = app.test_client()
    sign_in(page, "officer")
    errors = officer.post(f"/leads/{lead_id}/stages/signed", {"happened_on": str(today())}).get_json()["errors"]
    shown = page.post(f"/leads/{lead_id}/move/signed", data={"happened_on": str(today())})
    assert shown.status_code == 422
    for item in errors:
        assert item["message"] in shown.text, item


def test_status(officer: Program) -> None:
    lead_id = lead(officer)
    wrong = officer.post(f"/leads/{lead_id}/status", {"status": "withdrawn", "happened_on": str(today()), "reason": "重复"})
    assert wrong.status_code == 422
    good = {"status": "paused", "happened_on": str(today()), "reason": "企业资金调整"}
    assert officer.post(f"/leads/{lead_id}/status", good).status_code == 200
    assert officer.get(f"/leads/{lead_id}").get_json()["status"] == "paused"


def test_contracts_and_money(officer: Program) -> None:
    lead_id = lead(officer)
    contract = {
        "kind": "formal", "signed_on": "2026-05-01", "amount_wan": 5000, "counterpart": "西昌市人民政府",
        "agreed_start_on": "2026-09-01", "agreed_completion_on": "2027-09-01", "agreed_production_on": "2027-12-01",
        "yearly_plan": {"2026": 2000, "2027": 3000},
    }  # fmt: skip
    made = officer.post(f"/leads/{lead_id}/contracts", contract)
    assert made.status_code == 201, made.text
    (row,) = officer.get(f"/leads/{lead_id}/contracts").get_json()["items"]
    assert (row["amount_wan"], row["yearly_plan"]) == (5000, {"2026": 2000, "2027": 3000})
    assert row["recorded_by"] == "officer员 · 测试程序"
    money = {"paid_on": "2026-05-20", "amount_wan": 800.5, "kind": next(iter(PAID_IN_KINDS)), "voucher_no": "记-12"}
    answer = officer.post(f"/leads/{lead_id}/paid-in", money)
    assert answer.status_code == 201, answer.text
    assert officer.get(f"/leads/{lead_id}/paid-in").get_json()["items"][0]["amount_wan"] == 800.5
    made_id = made.get_json()["id"]
    assert officer.post(f"/contracts/{made_id}/void", {"reason": ""}).status_code == 422
    assert officer.post(f"/contracts/{made_id}/void", {"reason": "录错"}).status_code == 200
    assert officer.post(f"/contracts/{made_id}/void", {"reason": "录错"}).status_code == 409
    assert officer.get(f"/leads/{lead_id}/contracts").get_json()["items"][0]["void_reason"] == "录错"


def test_money_counts_after_two_offices_looked_at_its_voucher(
    officer: Program, client: FlaskClient, cast: Cast, tmp_path: Path
) -> None:
    keep_files_in(tmp_path)
    lead_id = lead(officer)
    contract = {"kind": "formal", "signed_on": "2026-05-01", "amount_wan": 5000, "counterpart": "西昌市人民政府"}
    assert officer.post(f"/leads/{lead_id}/contracts", contract).status_code == 201
    money = {"paid_on": "2026-05-20", "amount_wan": 800, "kind": next(iter(PAID_IN_KINDS)), "outside_percent": 100}
    made = officer.post(f"/leads/{lead_id}/paid-in", money)
    assert made.status_code == 201, made.text
    entry = f"/paid-in/{made.get_json()['id']}"
    voucher = officer.call("POST", f"{entry}/voucher", data={"file": (BytesIO(picture()), "记-12.png")})
    assert voucher.status_code == 201, voucher.text
    twice = officer.call("POST", f"{entry}/voucher", data={"file": (BytesIO(picture()), "记-13.png")})
    assert "paid_in.has_voucher" in codes(twice)
    own = officer.post(f"{entry}/checks", {"verdict": "confirmed"})
    assert own.status_code == 422
    answers = []
    for login, office in (("money", "finance"), ("count", "statistics"), ("invite", "investment")):
        unit = add_unit(login, f"{login}局", office, by=SYSTEM, at=now())
        person = add_person(login, login, PASSWORD, unit_id=unit, role_names=("verifier",), by=SYSTEM, at=now(),
                            must_change=False)  # fmt: skip
        by = Actor(person, login, frozenset({"verifier"}), unit)
        token = make_token(login, ["capital.check"], today() + timedelta(days=9), by=by, at=now())[1]
        answers.append(Program(client, token).post(f"{entry}/checks", {"verdict": "confirmed"}))
    told = [(answer.status_code, answer.get_json()) for answer in answers]
    assert told == [(200, {"counts": False}), (200, {"counts": False}), (200, {"counts": True})]
    assert officer.get(f"/leads/{lead_id}/paid-in").get_json()["items"][0]["recognised_at"] is not None


ENTITY = {
    "kind": "legal", "name": "西昌榴光食品有限公司", "uscc": "91513401MA62B00G1P", "address": "西昌市北工业园区1号",
    "registrar": "西昌市市场监督管理局", "registered_on": "2026-05-20", "tax_office": "西昌市税务局",
    "taxpayer_status": "general", "taxed_on": "2026-05-25", "accounting": "yes", "books_kept_at": "西昌市北工业园区1号",
    "statistics_relation": "西昌市统计局",
}  # fmt: skip


def test_landing_goes_through_the_same_eyes_and_the_same_gate(
    officer: Program, manager: Program, client: FlaskClient, cast: Cast, app: Flask, tmp_path: Path
) -> None:
    keep_files_in(tmp_path)
    lead_id = lead(officer)
    wrong = officer.call("PUT", f"/leads/{lead_id}/entity", json={**ENTITY, "uscc": "91513401MA62B00G1X"})
    assert wrong.status_code == 422
    assert any(code.startswith("uscc.") for code in codes(wrong))
    assert officer.call("PUT", f"/leads/{lead_id}/entity", json=ENTITY).status_code == 200
    again = {**ENTITY, "books_kept_at": "西昌市北工业园区2号"}
    assert officer.call("PUT", f"/leads/{lead_id}/entity", json=again).status_code == 428
    stale = officer.call("PUT", f"/leads/{lead_id}/entity", json=again, headers={"If-Match": '"v7"'})
    assert stale.status_code == 412
    fresh = officer.call("PUT", f"/leads/{lead_id}/entity", json=again, headers={"If-Match": '"v1"'})
    assert fresh.status_code == 200
    path = f"/leads/{lead_id}/evidence/taxed"
    assert codes(officer.call("POST", path, data={"kind": "tax_certificate"}, content_type="multipart/form-data")) == ["file.none"]
    bad = officer.call("POST", path, data={"kind": "tax_certificate", "file": (BytesIO(b"MZ virus"), "a.exe")})
    assert codes(bad) == ["file.kind"]
    odd = officer.call("POST", path, data={"kind": "tax_certificate", "colour": "red", "file": (BytesIO(picture()), "a.png")})
    assert codes(odd) == ["field.unknown"]
    paper = {"kind": "tax_certificate", "valid_until": "2098-01-01", "file": (BytesIO(picture()), "完税证明.png")}
    good = officer.call("POST", path, data=paper)
    assert good.status_code == 201, good.text
    evidence_id = good.get_json()["id"]
    # The cast's verifier is of the owner's unit: the four eyes refuse by every door.
    near = Program(client, token_for(cast, "verifier"))
    assert any(code.startswith("eyes.") for code in codes(near.post(f"/evidence/{evidence_id}/verification")))
    assert near.post(f"/evidence/{evidence_id}/rejection", {"reason": ""}).status_code == 422
    tax = add_unit("tax", "税务局", "tax", by=SYSTEM, at=now())
    cast.people["far"] = add_person(
        "far.one", "远", PASSWORD, unit_id=tax, role_names=("verifier",), by=SYSTEM, at=now(), must_change=False
    )
    by = Actor(cast.people["far"], "远", frozenset({"verifier"}), tax)
    far = Program(client, make_token("税务系统", ["landing.decide", "leads.read"], today() + timedelta(days=9), by=by, at=now())[1])
    verified = far.post(f"/evidence/{evidence_id}/verification")
    assert verified.status_code == 200, verified.text
    landing = officer.get(f"/leads/{lead_id}/landing").get_json()
    assert landing["state"] == "not_yet"
    assert landing["entity"]["uscc"] == ENTITY["uscc"]
    assert {leg["leg"]: leg["stands"] for leg in landing["legs"]}["taxed"] is True
    assert landing["evidence"][0]["decided_by"] == "远 · 税务系统"
    assert landing["evidence"][0]["valid_until"] == "2098-01-01"
    refused = manager.post(f"/leads/{lead_id}/recognition")
    assert refused.status_code == 422
    assert set(codes(refused)) == {item["code"] for item in landing["gaps"]}
    entry: Any = AuditEntry.select().where(AuditEntry.action == "landing.recognise").get()
    assert (entry.outcome, entry.door) == ("refused", "api")
    page = app.test_client()
    sign_in(page, "manager")
    shown = page.post(f"/leads/{lead_id}/recognise")
    for item in refused.get_json()["errors"]:
        assert item["message"] in shown.text
    assert manager.post(f"/leads/{lead_id}/recognition/end", {"kind": "ended", "ended_on": str(today()), "reason": "x"}).status_code in (404, 409, 422)


def test_the_same_file_for_another_project_is_told(officer: Program, tmp_path: Path) -> None:
    keep_files_in(tmp_path)
    warnings = []
    for name, uscc in (("甲项目", ENTITY["uscc"]), ("乙项目", "91513401MA62B00H0M")):
        lead_id = lead(officer, name=name)
        officer.call("PUT", f"/leads/{lead_id}/entity", json={**ENTITY, "uscc": uscc})
        paper = {"kind": "tax_certificate", "file": (BytesIO(picture()), "a.png")}
        made = officer.call("POST", f"/leads/{lead_id}/evidence/taxed", data=paper).get_json()
        warnings.append([item["code"] for item in made["warnings"]])
    assert warnings == [[], ["evidence.same_file"]]


def test_what_comes_after_landing_asks_for_a_recognition(manager: Program, client: FlaskClient, cast: Cast) -> None:
    lead_id = lead(manager, unit_id=cast.unit)
    for path in ("suspension", "resumption"):
        assert manager.post(f"/leads/{lead_id}/recognition/{path}", {"reason": "复核有疑"}).status_code in (404, 409, 422)
    verifier = Program(client, token_for(cast, "verifier"))
    answer = verifier.post(f"/leads/{lead_id}/recognition/recheck", {"result": "confirmed", "reason": "x"})
    assert answer.status_code in (404, 409, 422)
    assert codes(answer)


def test_a_workbook_is_ordered_watched_and_fetched(officer: Program, manager: Program) -> None:
    lead(officer)
    ordered = officer.post("/exports", {"book": "pipeline"})
    assert ordered.status_code == 202, ordered.text
    path = ordered.headers["Location"].removeprefix("/api/v1")
    assert officer.get(path).get_json()["state"] == "queued"
    assert officer.get(f"{path}/file").status_code == 404
    drain()
    done = officer.get(path).get_json()
    assert (done["state"], done["done"]) == ("done", 1)
    file = officer.get(f"{path}/file")
    assert file.data[:2] == b"PK"
    assert "attachment" in file.headers["Content-Disposition"]
    assert manager.get(path).status_code == 404
    assert manager.get(f"{path}/file").status_code == 404
    assert [row["id"] for row in officer.get("/jobs").get_json()["items"]] == [done["id"]]
    entry: Any = AuditEntry.select().where(AuditEntry.action == "report.export").get()
    assert entry.door == "api"


def test_orders_are_checked_and_can_be_stopped(officer: Program, manager: Program) -> None:
    assert codes(officer.post("/exports", {"book": "novel"})) == ["book.invalid"]
    assert officer.post("/exports", {"book": "evaluation"}).status_code == 403
    assert manager.post("/exports", {"book": "evaluation", "period": "someday"}).status_code == 422
    ordered = manager.post("/exports", {"book": "evaluation", "period": "2026H1"})
    path = ordered.headers["Location"].removeprefix("/api/v1")
    assert manager.post(f"{path}/cancel").get_json() == {"done": True}
    assert manager.get(path).get_json()["state"] == "cancelled"
    assert officer.post(f"{path}/cancel").status_code == 404


def test_cadres_see_their_own_postings(client: FlaskClient, manager: Program, cast: Cast) -> None:
    (row,) = manager.get("/cadres/postings").get_json()["items"]
    assert row["host_place"] == "双流区"
    cadre = Program(client, token_for(cast, "cadre"))
    assert len(cadre.get("/cadres/postings").get_json()["items"]) == 1


def test_a_cadres_own_report_counts_for_the_cadre(client: FlaskClient, cast: Cast) -> None:
    cadre = Program(client, token_for(cast, "cadre"))
    lead_id = lead(cadre)
    (row,) = cadre.get(f"/leads/{lead_id}/shares").get_json()["items"]
    assert (row["cadre_id"], row["share_percent"]) == (cast.people["cadre"], 100)
