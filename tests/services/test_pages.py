"""Pages of matters: entered, answered, closed by page; refused input beside its field; who may look."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from crm.core.clock import today
from tests.cast import Cast, assemble, entered, lead

if TYPE_CHECKING:
    from flask import Flask


@pytest.fixture
def told(app: Flask) -> Cast:
    """Give the cast, entered into the application's database."""
    with app.app_context():
        return assemble()


def form(cast: Cast, **others: str) -> dict[str, str]:
    """Return a filled form."""
    return {
        "kind": "energy", "title": "供电不稳", "source": "榴光食品", "lead_number": "", "owner_unit_id": str(cast.li.unit_id),
        "raised_on": today().isoformat(), "due_on": "", "detail": "", "about_unit_id": "", **others,
    }  # fmt: skip


def test_a_matter_is_entered_answered_and_closed_by_page(app: Flask, told: Cast) -> None:
    lead(told)
    officer, park = entered(app, told.zhang), entered(app, told.li)
    made = officer.post("/services/new/request", data=form(told, lead_number="ld-2026-0001"))
    assert made.status_code == 302
    address = made.headers["Location"]
    assert "供电不稳" in park.get("/services/?show=open&category=request").text
    assert park.post(f"{address}/answer", data={"answer": ""}).status_code == 422
    assert park.post(f"{address}/answer", data={"answer": "换变压器"}).status_code == 302
    assert park.post(f"{address}/answer", data={"answer": "再答"}).status_code == 302
    shown = officer.get(address).text
    assert "换变压器" in shown
    assert "石榴精深加工项目" in shown
    assert officer.post(f"{address}/close", data={"rating": "solved", "note": ""}).status_code == 302
    assert "已解决" in officer.get(address).text
    assert officer.post(f"{address}/reopen", data={"due_on": "", "reason": "x"}).status_code == 422
    assert officer.post(f"{address}/nothing").status_code == 404


@pytest.mark.parametrize(
    ("category", "changed", "field"),
    [
        ("request", {"title": ""}, "title"),
        ("request", {"raised_on": "soon"}, "raised_on"),
        ("request", {"lead_number": "LD-2026-9999"}, "lead_number"),
        ("decision", {"kind": "project", "source": ""}, "source"),
        ("complaint", {"kind": "delay", "about_unit_id": ""}, "about_unit_id"),
    ],
)
def test_refused_input_stands_beside_its_field(
    app: Flask, told: Cast, category: str, changed: dict[str, str], field: str
) -> None:
    answer = entered(app, told.zhang).post(f"/services/new/{category}", data=form(told, **changed))
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text


@pytest.mark.parametrize(("role", "status"), [("zhang", 200), ("chen", 200), ("liu", 200), ("luo", 200), ("he", 403), ("wang", 403)])
def test_who_may_look(app: Flask, told: Cast, role: str, status: int) -> None:
    client: Any = entered(app, getattr(told, role))
    assert client.get("/services/?unit=3&cursor=zzz").status_code == status
    assert client.get("/services/new/talent").status_code == (200 if role in ("zhang", "chen") else 403)
    assert client.get("/services/new/other").status_code == (404 if role in ("zhang", "chen") else 403)
