"""The register as a workbook: every line with its conclusion, text that stays text, frozen, A3 landscape."""

from __future__ import annotations

from typing import Any

import pytest

from tests import cast as story
from tests.cast import AT, DAY
from tests.exports.reading import calamine, opened
from tests.support import cast as support


@pytest.fixture
def people(db: Any) -> story.Cast:
    return story.assemble()


def sheet_rows(data: bytes) -> tuple[list[str], list[list[Any]]]:
    rows = calamine(data).get_sheet_by_index(0).to_python()
    head = next(at for at, row in enumerate(rows) if "台账号" in row)
    return [str(cell) for cell in rows[head]], rows[head + 1 :]


def test_the_register_tells_of_every_item_what_was_concluded_and_by_whom(people: story.Cast) -> None:
    from crm.reports.operations_register import export_register
    from crm.support.operations import reword

    lead_id, bai = story.lead(people), support.reviewer()
    fine = support.sent(people, lead_id, title="=1+1 专人代办", amount_fen=300 * 1_000_000)
    support.concluded(fine, bai, opinion="可以出台。" * 200)
    exception = support.sent(people, lead_id, title="节能补助")
    support.concluded(exception, bai, **support.EXCEPTION)
    void = support.sent(people, lead_id, title="已改", condition=support.TEN_YEARS)
    support.concluded(void, bai)
    reword(void, support.texts(title="已改"), edition=1, reason="改", by=people.zhang, at=AT)
    support.proposed(people, lead_id, title="未送审")
    made = export_register(by=bai, at=AT)
    heads, rows = sheet_rows(made.data)
    told = {row[heads.index("措施")]: row for row in rows if row[heads.index("台账号")]}
    assert set(told) == {"=1+1 专人代办", "节能补助", "已改", "未送审"}

    def cell(title: str, head: str) -> Any:
        return told[title][heads.index(head)]

    assert cell("=1+1 专人代办", "结论") == "可以出台"
    assert cell("=1+1 专人代办", "起草单位") == "投资促进局"
    assert "市食品行业协会" in cell("=1+1 专人代办", "听取意见")
    assert cell("=1+1 专人代办", "审查人").startswith("白审查")
    assert cell("节能补助", "例外截止日") == support.EXCEPTION["exception_until"]
    assert "第十二条第三项" in cell("节能补助", "例外情形与终止条件")
    assert "作废" in cell("已改", "修改稿确认")
    assert cell("未送审", "结论") in ("", "—")
    assert len(made.rows) == 4
    assert story.trail("done")[-1] == "report.register"


def test_the_workbook_is_frozen_filtered_and_printed_on_a3_landscape(people: story.Cast) -> None:
    from crm.reports.operations_register import export_register

    lead_id, bai = story.lead(people), support.reviewer()
    support.concluded(support.sent(people, lead_id), bai)
    for made in (export_register(by=bai, at=AT), export_register(subject="rule", by=bai, at=AT)):
        book = opened(made.data)
        sheet = book.worksheets[0]
        assert (sheet.page_setup.orientation, str(sheet.page_setup.paperSize)) == ("landscape", "8")
        assert sheet.freeze_panes
        assert sheet.auto_filter.ref
        assert "公平竞争审查台账" in str(sheet["A1"].value)
        assert [one.title for one in book.worksheets][:2] == ["审查台账", "说明"]
        assert "review_register" in book.defined_names


def test_each_sees_the_register_of_what_they_may_see(people: story.Cast) -> None:
    from crm.core.errors import Refusal
    from crm.reports.operations_register import export_register

    lead_id, bai = story.lead(people), support.reviewer()
    support.concluded(support.sent(people, lead_id), bai)
    assert [len(export_register(by=by, at=AT).rows) for by in (bai, people.chen, people.zhang, people.li)] == [1, 1, 1, 0]
    assert len(export_register(since=DAY, until=DAY, by=bai, at=AT).rows) == 1
    with pytest.raises(Refusal) as refused:
        export_register(since=DAY, until=DAY.replace(year=2025), by=bai, at=AT)
    assert story.codes(refused) == {"date.order"}
    with pytest.raises(Refusal) as refused:
        export_register(by=people.wang, at=AT)
    assert story.codes(refused) == {"permission.missing"}
