"""A closed month: frozen once with its hash, late entries as differences with their reasons."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from crm.core.errors import Refusal
from tests import cast as story
from tests.reports.overview_cast import FEN, at_noon, bureau

if TYPE_CHECKING:
    from pathlib import Path

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


def damage(how: str) -> None:
    """Do to the closed June what nobody may do."""
    from crm.reports.models import MonthClose
    from crm.reports.rules_closes import sealed

    june = MonthClose.get(MonthClose.month == "2025-06")
    changed = june.figures.replace("signed", "Signed", 1)
    if how == "missing":
        june.delete_instance()
    elif how == "figures":
        MonthClose.update(figures=changed).where(MonthClose.id == june.id).execute()
    else:
        MonthClose.update(figures=changed, sha256=sealed(changed)).where(MonthClose.id == june.id).execute()


@pytest.mark.parametrize(
    ("how", "words"), [("missing", "2025-06 已经月结，月结的数字却不见了"), ("figures", "2025-06 的数字与月结时的校验值"), ("hash", "2025-06 的数字连同校验值被改写过")]
)
def test_the_doctor_finds_a_closed_month_that_is_not_as_it_was_closed(
    cast: story.Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str], how: str, words: str
) -> None:
    from config import Settings
    from crm.cli import doctor

    close(cast, "2025-05")
    close(cast)
    settings = Settings.from_env({"CRM_INSTANCE": str(tmp_path)})
    doctor.run(settings)
    assert "✓ 月结" in capsys.readouterr().out
    damage(how)
    assert doctor.run(settings) == 1
    said = capsys.readouterr().out
    assert "✗ 月结" in said
    assert words in said
    assert "2025-05" not in said


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
