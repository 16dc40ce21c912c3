"""The page of our own workbook come back, long ledgers on it, and the desk of doubtful rows, on both databases."""

from __future__ import annotations

import re
from io import BytesIO
from typing import TYPE_CHECKING, Any

from tests.cast import entered
from tests.intake.test_roundtrip import Sheet, cast, edit, exported, lead_of, two_leads

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask

    from tests.cast import Cast

__all__ = ["cast"]


def upload(client: Any, content: bytes, name: str = "back.xlsx") -> str:
    """Upload a file and return the address of its reading."""
    answer = client.post("/import", data={"file": (BytesIO(content), name)})
    return str(answer.headers["Location"])


def test_three_sides_are_shown_chosen_and_applied_on_one_page(app: Flask, cast: Cast, tmp_path: Path) -> None:
    one, _ = two_leads(cast)
    sheet, number = Sheet(exported(cast.chen)), lead_of(one).number
    sheet.write(number, "下步打算", "周五签约")
    sheet.write(number, "总投资", 6_000)
    edit(one, cast.zhang, next_steps="下周回访")
    client = entered(app, cast.chen)
    address = upload(client, sheet.saved(tmp_path / "back.xlsx").read_bytes())
    shown = client.get(address).text
    assert "下周回访" in shown
    assert "周五签约" in shown
    assert "海绵钛技改" not in shown
    assert "海绵钛技改" in client.get(f"{address}?show=").text
    key = re.search(r'name="(answer:\d+:next_steps)"', shown)
    assert key is not None
    client.post(f"{address}/cells", data={key[1]: "theirs"})
    client.post(address)
    row = lead_of(one)
    assert (row.next_steps, row.investment_fen) == ("周五签约", 6_000 * 1_000_000)


def test_a_long_ledger_shows_its_first_rows_and_says_so(app: Flask, cast: Cast) -> None:
    lines = ["项目名称,投资方,总投资（万元）", *(f"项目{n}号,公司{n},{n + 100}" for n in range(1_100)), "坏行,坏公司,很多"]
    client = entered(app, cast.chen)
    address = upload(client, "\n".join(lines).encode(), "long.csv")
    whole = client.get(address)
    assert whole.status_code == 200
    assert "坏行" not in whole.text
    assert "坏行" in client.get(f"{address}?show=refuse").text
    assert client.get(f"{address}?show=nonsense").status_code == 200


def test_a_waiting_row_is_decided_at_the_desk_and_asked_no_more(app: Flask, cast: Cast) -> None:
    two_leads(cast)
    client = entered(app, cast.zhang)
    ledger = "项目名称,投资方,总投资（万元）\n石榴精深加工,成都榴光食品,5000\n"
    client.post(upload(client, ledger.encode(), "old.csv"))
    desk = client.get("/duplicates").text
    assert "石榴精深加工" in desk
    row = re.search(r'action="(/import/rows/\d+)"', desk)
    assert row is not None
    answer = client.post(row[1], data={"verdict": "same", "back": "/duplicates"})
    assert answer.location == "/duplicates"
    assert row[1] not in client.get("/duplicates").text
