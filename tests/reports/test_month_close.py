"""A closed month: frozen once with its hash, late entries as differences with their reasons."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from crm.core.errors import Refusal
from tests import cast as story
from tests.reports.overview_cast import FEN, at_noon, bureau

if TYPE_CHECKING:
    from flask import Flask

CLOSING = at_noon(date(2025, 7, 3))


@pytest.fixture
def cast(db: Any) -> story.Cast:
    """Give the cast with twelve projects, on both databases."""
    found = story.assemble()
    bureau(found)
    return found


def close(cast: story.Cast, month: str = "2025-06", **others: Any) -> int:
    """Close a month as the leader."""
    from crm.reports.operations_closes import close_month

    return close_month(month, **{"by": cast.chen, "at": CLOSING, **others})


def test_a_closed_month_keeps_its_figures_and_their_hash(cast: story.Cast) -> None:
    from crm.reports.models import MonthClose
    from crm.reports.queries_closes import closed_month
    from crm.reports.queries_standing import standing
    from crm.reports.rules_closes import unpacked

    close(cast)
    found = closed_month("2025-06")
    assert found is not None
    assert found.untouched
    then = standing(date(2026, 6, 1), as_of=date(2025, 6, 30), known=CLOSING)
    assert unpacked(found.figures)["signed"] == then.cube.cell("signed")
    MonthClose.update(figures=found.figures.replace("signed", "Signed", 1)).execute()
    changed = closed_month("2025-06")
    assert changed is not None
    assert not changed.untouched
    assert story.trail("done")[-1] == "month.close"


@pytest.mark.parametrize(
    ("month", "code"), [("2025-07", "month.running"), ("2025-13", "month.unreadable"), ("六月", "month.unreadable")]
)
def test_a_month_that_is_not_over_or_none_is_refused(cast: story.Cast, month: str, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        close(cast, month)
    assert story.codes(refused) == {code}
    assert story.trail("refused") == ["month.close"]


def test_a_month_is_closed_once_and_by_a_leader(cast: story.Cast) -> None:
    close(cast)
    with pytest.raises(Refusal) as refused:
        close(cast)
    assert story.codes(refused) == {"month.closed"}
    with pytest.raises(Refusal) as refused:
        close(cast, "2025-05", by=cast.liu)
    assert story.codes(refused) == {"permission.missing"}


def test_a_late_correction_shows_as_a_difference_with_its_reason(app: Flask, cast: story.Cast) -> None:
    from crm.leads.models import Lead
    from crm.leads.operations_facts import record_value

    close(cast)
    lead_id = Lead.select(Lead.id).where(Lead.stage == "signed").order_by(Lead.id).get().id
    client = story.entered(app, cast.liu)
    assert "补录银行回单" not in client.get("/overview/months/2025-06").get_data(as_text=True)
    record_value(lead_id, "paid_in_fen", 4321 * FEN, happened_on=date(2025, 6, 20), by=cast.zhang,
                 at=at_noon(date(2025, 8, 1)), reason="补录银行回单")  # fmt: skip
    page = client.get("/overview/months/2025-06").get_data(as_text=True)
    assert "补录银行回单" in page
    assert "4,321" in page
    assert client.get("/overview/months").status_code == 200
    assert client.get("/overview/months/2025-05").status_code == 404


def doctor() -> list[str]:
    """Return what the doctor says of the closed months."""
    from config import Settings
    from crm.cli.doctor import CHECKS

    return list(CHECKS["月结"](Settings.from_env()))


def test_the_doctor_is_content_with_months_that_nobody_touched(cast: story.Cast) -> None:
    assert doctor() == []
    close(cast)
    close(cast, "2025-05")
    assert doctor() == []


@pytest.mark.parametrize(
    ("change", "word"),
    [
        (lambda row: row.update({"figures": row["figures"].replace(":[", ":[1,", 1)}), "2025-06 的数字在月结之后被改动"),
        (lambda row: row.update({"figures": "{", "sha256": sealed_text("{")}), "2025-06 的数字在月结之后被改动"),
        (lambda row: row.update({"figures": row["figures"].replace(":[", ":[1,", 1), "sha256": ""}), "2025-06 的数字在月结之后被改动"),
        (lambda row: row.update(forged(row)), "指纹与操作记录中月结时的不一致"),
        (lambda row: row.update({"as_of": date(2025, 6, 29)}), "2025-06"),
    ],
)
def test_the_doctor_names_a_closed_month_that_was_changed(cast: story.Cast, change: Any, word: str) -> None:
    from crm.reports.models import MonthClose

    close(cast)
    row = MonthClose.select().dicts().get()
    change(row)
    MonthClose.update({key: row[key] for key in ("figures", "sha256", "as_of")}).execute()
    told = doctor()
    assert told
    assert any(word in sentence for sentence in told), told


def test_the_doctor_misses_a_closed_month_that_is_gone_and_knows_one_that_nobody_closed(cast: story.Cast) -> None:
    from crm.reports.models import MonthClose

    close(cast)
    MonthClose.update(month="2025-04", as_of=date(2025, 4, 30)).execute()
    told = doctor()
    assert [sentence[:7] for sentence in told] == ["2025-04", "2025-06"]
    assert "数字已不在" in told[-1]


def sealed_text(text: str) -> str:
    """Return the hash of a text."""
    from crm.reports.rules_closes import sealed

    return sealed(text)


def forged(row: dict[str, Any]) -> dict[str, Any]:
    """Change the figures and the hash beside them, as somebody with the database at hand could."""
    import json

    figures = json.loads(row["figures"])
    first = next(iter(figures["cells"]))
    figures["cells"][first][0] += 1
    text = json.dumps(figures, sort_keys=True, separators=(",", ":"))
    return {"figures": text, "sha256": sealed_text(text)}
