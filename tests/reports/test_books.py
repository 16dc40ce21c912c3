"""Every workbook: whole and opening clean in two readers, figures to the fen, rights, days, code names, the trail."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from crm.core.errors import Refusal
from crm.leads.queries_list import Ask
from crm.reports.rules_books import KINDS, BookOrder
from tests import cast as story
from tests.cast import AT, DAY

CODES = [kind.code for kind in KINDS if kind.code != "evaluation"]
AMOUNTS = (1, 123_456_789, 5_000_000_000)


@pytest.fixture
def cast(db: Any) -> story.Cast:
    """Give the cast with three signed projects of odd amounts, contracts and money, one of them at the gate."""
    from crm.capital.operations import record_contract, record_paid_in
    from crm.leads.operations import create_lead
    from tests.pipeline.test_refusals import MONEY

    people = story.assemble()
    for n, fen in enumerate(AMOUNTS):
        lead_id = story.lead(people, name=f"第{n}厂", investor=f"第{n}投资有限公司", investment_fen=fen, stage="signed", park="P1", leader="市长 某")
        record_contract(lead_id, story.contract(amount_fen=fen), by=people.zhang, at=AT)
        record_paid_in(lead_id, {**MONEY, "kind": "cash", "amount_fen": 700_001 + n, "voucher_no": f"V{n}", "excess_reason": "合同外追加"}, by=people.zhang, at=AT)
    create_lead(story.facts(people, name="园区自己的项目", unit_id=people.li.unit_id, owner_id=people.li.person_id), by=people.li, at=AT)
    story.ready(people, name="已证项目", investor="已证投资有限公司")
    return people


def made(code: str, by: Any, **others: Any) -> Any:
    """Make a workbook."""
    from crm.reports.operations_books import export_book

    return export_book(BookOrder(code, **others), by=by, at=AT)


def opened(book: Any) -> Any:
    """Open a workbook with the results of its formulas."""
    return openpyxl.load_workbook(BytesIO(book.data), data_only=True)


def column(sheet: Any, heading: str) -> list[Any]:
    """Return a table's values under a heading, without the totals row."""
    for row in sheet.iter_rows(min_row=1, max_row=8):
        for cell in row if row[0].value == "序号" else ():
            if str(cell.value or "").replace("\n", "").startswith(heading):
                found = [line[cell.column - 1] for line in sheet.iter_rows(min_row=cell.row + 1, values_only=True) if isinstance(line[0], int)]
                assert found
                return found
    raise LookupError(heading)


def fen(value: Any, scale: int = 1_000_000) -> int:
    """Return a cell's amount in fen."""
    return 0 if value is None else round(value * scale)


def rows_of(by: Any, **others: Any) -> list[dict[str, Any]]:
    """Return what the list shows."""
    from crm.reports.queries import pipeline_rows

    return pipeline_rows(Ask(), by, **others)


@pytest.mark.parametrize("code", CODES)
def test_each_workbook_is_titled_printed_on_a3_and_opens_in_two_readers(cast: story.Cast, code: str) -> None:
    book = made(code, cast.chen)
    assert book.file_name.endswith(f"_{DAY.isoformat()}.xlsx")
    whole = openpyxl.load_workbook(BytesIO(book.data))
    first = whole.worksheets[0]
    assert first["A1"].value
    assert DAY.isoformat() in str(first["A2"].value)
    for sheet in whole.worksheets:
        assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (8, "landscape")
        footer: Any = sheet.oddFooter
        assert "&P" in str(footer.center.text)
    assert first.freeze_panes
    assert first.auto_filter.ref
    assert any("制表：" in str(cell.value) for sheet in whole.worksheets for row in sheet.iter_rows() for cell in row)
    assert "说明" in whole.sheetnames
    read = CalamineWorkbook.from_filelike(BytesIO(book.data))
    assert read.sheet_names == whole.sheetnames
    errors = [cell for sheet in opened(book).worksheets for row in sheet.iter_rows(values_only=True) for cell in row if str(cell).startswith("#")]
    assert not errors


def test_every_book_adds_up_to_what_the_list_shows_to_the_fen(cast: story.Cast) -> None:
    rows = rows_of(cast.chen)
    contracted, paid = (sum(row[name] or 0 for row in rows) for name in ("contracted_fen", "paid_in_fen"))
    recorded = sum(row["paid_in_recorded_fen"] or 0 for row in rows)
    investment = sum(row["investment_fen"] or 0 for row in rows)
    assert contracted > sum(AMOUNTS)
    for code in ("pipeline", "pipeline-brief"):
        sheet = opened(made(code, cast.chen)).worksheets[0]
        assert sum(map(fen, column(sheet, "总投资"))) == investment
        assert sum(map(fen, column(sheet, "合同资金"))) == contracted
    capital = opened(made("capital", cast.chen))
    assert sum(map(fen, column(capital.worksheets[0], "合同资金"))) == contracted
    assert sum(map(fen, column(capital.worksheets[1], "金额"))) == recorded
    parks = opened(made("parks", cast.chen)).worksheets[0]
    assert sum(map(fen, column(parks, "合同资金"))) == contracted
    assert sum(map(fen, column(parks, "到位资金"))) == paid
    units = opened(made("weekly", cast.chen)).worksheets[1]
    assert sum(map(fen, column(units, "总投资"))) == investment
    assert sum(map(fen, column(units, "合同资金"))) == contracted
    meeting = opened(made("meeting", cast.chen, money="yi")).worksheets[0]
    signed = [row for row in rows if row["stage"] in ("negotiating", "signed")]
    assert sum(fen(value, 10_000_000_000) for value in column(meeting, "合同资金")) == sum(row["contracted_fen"] or 0 for row in signed)


def test_the_total_beside_a_formula_is_the_exact_one(cast: story.Cast) -> None:
    book = made("pipeline", cast.chen)
    results, formulas = opened(book).worksheets[0], openpyxl.load_workbook(BytesIO(book.data)).worksheets[0]
    row = next(row for row in range(6, results.max_row + 1) if results.cell(row, 1).value == "合计")
    totals = {formulas.cell(row, at).value: results.cell(row, at).value for at in range(1, formulas.max_column + 1) if formulas.cell(row, at).value}
    whole = sum(found["contracted_fen"] or 0 for found in rows_of(cast.chen))
    assert whole in {fen(value) for formula, value in totals.items() if str(formula).startswith("=SUBTOTAL")}


@pytest.mark.parametrize("code", CODES)
def test_an_officer_takes_the_own_unit_only_and_the_trail_says_how_many(cast: story.Cast, code: str) -> None:
    from crm.audit.queries import trail

    book = made(code, cast.li)
    words = {str(cell) for sheet in opened(book).worksheets for row in sheet.iter_rows(values_only=True) for cell in row}
    assert not any("第0厂" in word for word in words)
    (entry,) = trail(action="report.export").rows
    assert {"name": "rows", "old": None, "new": book.count} in entry.changes or book.count == 0


@pytest.mark.parametrize("role", ["wang", "sun", "ma"])
def test_who_may_not_export_is_refused_once_for_each_book(cast: story.Cast, role: str) -> None:
    for code in CODES:
        with pytest.raises(Refusal) as refused:
            made(code, getattr(cast, role))
        assert refused.value.status == 403
    assert story.trail("refused") == ["report.export"] * len(CODES)


def test_phones_are_masked_by_role_in_the_ledger(cast: story.Cast) -> None:
    shown = {role: column(opened(made("pipeline", by)).worksheets[0], "联系电话") for role, by in (("liaison", cast.liu), ("manager", cast.chen))}
    assert "13800000000" not in shown["liaison"]
    assert "13800000000" in shown["manager"]


@pytest.mark.parametrize("name", ["as_of", "known", "since"])
@pytest.mark.parametrize(("day", "code"), [(date(9999, 12, 31), "future"), (date(1949, 10, 1), "early")])
def test_impossible_days_are_refused_and_nothing_is_made(cast: story.Cast, name: str, day: date, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        made("meeting", cast.chen, **{name: day})
    assert story.codes(refused) == {f"{name}.future" if code == "future" else "date.early"}


def test_a_last_meeting_after_the_day_of_the_figures_is_refused(cast: story.Cast) -> None:
    with pytest.raises(Refusal) as refused:
        made("meeting", cast.chen, as_of=DAY - timedelta(days=10), since=DAY - timedelta(days=5))
    assert story.codes(refused) == {"since.after"}


def test_a_past_day_is_written_as_it_was(cast: story.Cast) -> None:
    past = DAY - timedelta(days=100)
    assert made("pipeline", cast.chen, as_of=past).count == len(rows_of(cast.chen, as_of=past)) == 0
    earlier = DAY - timedelta(days=30)
    book = made("pipeline-signed", cast.chen, as_of=earlier)
    assert book.count == len([row for row in rows_of(cast.chen, as_of=earlier) if row["stage"] == "signed"])


def test_enterprises_above_size_are_listed_as_of_a_day_and_as_known_on_another(cast: story.Cast) -> None:
    from crm.statistics.operations import edit_enterprise
    from crm.statistics.queries import enterprise as one
    from crm.statistics.queries_uncounted import uncounted_enterprises
    from tests.statistics.figures import WAN, enterprise, report

    soon, later = AT + timedelta(days=10), AT + timedelta(days=40)
    id_ = enterprise(cast.zhang)
    report(id_, "2026-04", cast.zhang, revenue_fen=1_500 * WAN)
    report(id_, "2026-05", cast.zhang, at=soon, revenue_fen=900 * WAN)
    row = one(id_, cast.zhang)
    assert row is not None
    facts = {name: getattr(row, name) for name in ("name", "uscc", "park", "industry_code", "unit_id", "statistician", "statistician_phone", "note")}
    edit_enterprise(id_, {**facts, "scale_on": (later - timedelta(days=5)).date()}, version=row.version, by=cast.zhang, at=later)

    def listed(day: date, known: date | None = None) -> list[int]:
        return [found.id for found in uncounted_enterprises(cast.chen, day, known=known)]

    last = later.date()
    assert listed(last) == []
    assert listed(last - timedelta(days=6)) == [id_]
    assert listed(last, last - timedelta(days=1)) == [id_]
    assert listed(last - timedelta(days=6), soon.date() - timedelta(days=1)) == []


def test_a_confidential_project_goes_to_the_meeting_under_its_code_name(cast: story.Cast) -> None:
    from crm.reports.operations_layouts import keep_meeting_item

    lead = next(row for row in rows_of(cast.chen) if row["name"] == "第1厂")
    keep_meeting_item(lead["id"], {"code_name": "邛海一号", "matter": "请协调用地", "version": 0}, by=cast.chen, at=AT)
    words = " ".join(str(cell) for sheet in opened(made("meeting", cast.chen)).worksheets for row in sheet.iter_rows(values_only=True) for cell in row if cell)
    assert "邛海一号" in words
    assert "请协调用地" in words
    assert "第1厂" not in words
    assert "第1投资有限公司" not in words
    assert "第1厂" not in " ".join(str(cell) for row in opened(made("weekly", cast.chen)).worksheets[3].iter_rows(values_only=True) for cell in row if cell)
    with pytest.raises(Refusal) as stale:
        keep_meeting_item(lead["id"], {"code_name": "x", "matter": "", "version": 0}, by=cast.chen, at=AT)
    assert story.codes(stale) == {"meeting.changed"}
    with pytest.raises(Refusal) as foreign:
        keep_meeting_item(lead["id"], {"code_name": "x", "matter": "", "version": 1}, by=cast.li, at=AT)
    assert foreign.value.status == 404


def test_the_meeting_says_what_changed_since_last_time(cast: story.Cast) -> None:
    book = opened(made("meeting", cast.chen, since=DAY - timedelta(days=30))).worksheets[0]
    said = dict(zip(column(book, "项目名称"), column(book, "较上次变化"), strict=True))
    assert "合同资金+5,000万元" in str(said["第2厂"])


def test_the_register_shows_each_leg_with_its_verifier(cast: story.Cast) -> None:
    sheet = opened(made("landing", cast.chen)).worksheets[0]
    names = column(sheet, "项目名称")
    assert names == ["已证项目"]
    assert "王税务" in [cell for row in sheet.iter_rows(values_only=True) for cell in row]


def test_the_register_has_a_sheet_of_evidence_and_one_of_companies(cast: story.Cast) -> None:
    book = opened(made("landing", cast.chen))
    evidence, companies = book.worksheets[1], book.worksheets[2]
    assert column(evidence, "要件") == ["本地注册", "本地纳税", "本地核算"]
    assert column(evidence, "核验员") == ["王税务"] * 3
    assert column(companies, "统一社会信用代码") == column(book.worksheets[0], "统一社会信用代码")


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_every_report_prints_one_page_wide_with_legible_letters(cast: story.Cast, code: str, language: str) -> None:
    from crm.core.words import speaking

    with speaking(language):
        book = openpyxl.load_workbook(BytesIO(made(code, cast.chen).data))
    for sheet in book.worksheets:
        widths = sum(one.width for one in sheet.column_dimensions.values() if not one.hidden)
        if code in ("pipeline", "pipeline-signed") and sheet is book.worksheets[0]:
            continue  # the long ledgers are cut into pages at their groups, each with the project's name
        setup = sheet.sheet_properties.pageSetUpPr
        assert setup is not None
        assert setup.fitToPage, sheet.title
        assert sheet.page_setup.fitToWidth == 1
        assert "," not in str(sheet.print_area)
        assert widths <= 300, (sheet.title, widths)
    if code == "meeting":
        assert sum(one.width for one in book.worksheets[0].column_dimensions.values() if not one.hidden) <= 210


def test_every_book_of_projects_can_be_asked_as_it_was_known(cast: story.Cast) -> None:
    from crm.reports.rules_books import BY_CODE

    for code in CODES:
        assert {"as_of", "known"} <= set(BY_CODE[code].options), code
    before = DAY - timedelta(days=400)
    for code in ("landing", "capital", "crosscheck", "stuck"):
        book = opened(made(code, cast.chen, known=before))
        assert not [cell for row in book.worksheets[0].iter_rows(values_only=True) for cell in row if cell in ("第1厂", "已证项目")]
        assert before.isoformat() in str([cell.value for cell in book.worksheets[0][2]])


def test_the_register_knows_on_a_day_what_was_known_on_it(cast: story.Cast) -> None:
    from crm.landing.models import Entity, EntityChange, Evidence
    from crm.reports.queries_landing import entities, legs, recognitions

    lead_id = next(row["id"] for row in rows_of(cast.chen) if row["name"] == "已证项目")
    later = AT + timedelta(days=30)
    last = DAY + timedelta(days=60)
    entity = Entity.get(Entity.lead == lead_id)
    was = entity.name
    EntityChange.create(entity=entity.id, version=2, fact="name", old=was, new="西昌改名有限公司", at=later)
    EntityChange.create(entity=entity.id, version=2, fact="accounting", old="True", new="False", at=later)
    Entity.update(name="西昌改名有限公司", accounting=False).where(Entity.id == entity.id).execute()
    Evidence.update(state="void", voided_at=later).where(Evidence.leg == "taxed").execute()
    now_known, then = entities([lead_id], last)[lead_id], entities([lead_id], last, DAY)[lead_id]
    assert (now_known.name, now_known.accounting) == ("西昌改名有限公司", False)
    assert (then.name, then.accounting) == (was, True)
    assert entities([lead_id], last, date(2020, 1, 1)) == {}
    assert entities([lead_id], date(2000, 1, 1)) == {}
    assert legs([lead_id], last)[lead_id, "taxed"].state == "void"
    assert legs([lead_id], last, DAY)[lead_id, "taxed"].state == "verified"
    assert legs([lead_id], date(2020, 1, 1)) == {}
    assert recognitions([lead_id], last) == {}


def test_a_verdict_that_was_not_given_yet_is_not_shown(cast: story.Cast) -> None:
    from crm.landing.models import Evidence
    from crm.reports.queries_landing import legs

    lead_id = next(row["id"] for row in rows_of(cast.chen) if row["name"] == "已证项目")
    Evidence.update(decided_at=AT + timedelta(days=9)).where(Evidence.leg == "registered").execute()
    waiting = legs([lead_id], DAY)[lead_id, "registered"]
    assert (waiting.state, waiting.verifier, waiting.decided_at) == ("submitted", "", None)
    assert legs([lead_id], DAY + timedelta(days=10))[lead_id, "registered"].state == "verified"


def test_money_is_shown_as_it_was_known(cast: story.Cast) -> None:
    from crm.capital.models import PaidIn
    from crm.reports.queries_registers import vouchers

    ids = [row["id"] for row in rows_of(cast.chen)]
    first = PaidIn.select().order_by(PaidIn.id).get()
    PaidIn.update(recognised_at=AT + timedelta(days=5), voided_at=AT + timedelta(days=9)).where(PaidIn.id == first.id).execute()
    late = DAY + timedelta(days=30)
    assert first.id not in {one.id for one in vouchers(ids, late)}
    known = {one.id: one for one in vouchers(ids, late, DAY + timedelta(days=6))}
    assert known[first.id].recognised_at is not None
    assert {one.id: one.recognised_at for one in vouchers(ids, late, DAY)}[first.id] is None
    assert vouchers(ids, late, DAY - timedelta(days=40)) == []


def test_the_parks_book_says_what_their_enterprises_made_to_the_fen(cast: story.Cast) -> None:
    from crm.statistics.queries_targets import target_figures
    from tests.statistics import figures as register

    for park, made_fen in (("P1", 123_456_700), ("P2", 98_765_400)):
        mill = register.enterprise(cast.zhang, f"{park}厂有限公司", park=park)
        for year in (2025, 2026):
            register.fill(mill, cast.zhang, {f"{year}-03": {"revenue_fen": made_fen * (year - 2024), "output_fen": None}})
    sheet = opened(made("parks", cast.chen))["园区企业"]
    found = target_figures(DAY.year, as_of=DAY)
    assert [fen(one) for one in column(sheet, "企业营业收入")] == [one.revenue.fen or 0 for one in found.parks]
    assert sum(fen(one) for one in column(sheet, "企业营业收入")) == 2 * (123_456_700 + 98_765_400)
    assert [one for one in column(sheet, "营收增速") if one is not None] == [1, 1]


def test_the_bulletin_says_three_sentences_of_its_own_figures(cast: story.Cast) -> None:
    from crm.reports.books_common import Look, figures_of
    from crm.reports.books_letter import drafted

    look = Look(BookOrder("monthly"), Ask(), cast.chen, AT)
    (where, moved, stuck), figures, _period = drafted(look)
    now = figures_of(look.rows, look.day)
    assert f"在库项目 {now.projects} 个" in where
    assert f"已签约 {now.signed} 个" in where
    assert moved
    assert stuck
    assert {row["label"]: row["now"] for row in figures}["在库项目"] == str(now.projects)
