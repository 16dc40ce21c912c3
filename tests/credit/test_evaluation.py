"""Evaluation: drafts, objections, quota, closing; closed figures stay, later changes are corrections of the next."""

from __future__ import annotations

import hashlib
import re
import zipfile
from datetime import date, datetime, timedelta
from io import BytesIO
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from crm.core.errors import Refusal
from crm.credit import operations_false as false
from crm.credit.operations_evaluation import (
    answer_objection,
    object_to,
    open_period,
    set_base,
    write_form,
    write_summary,
)
from crm.credit.queries_evaluation import cases, frozen, objections, period
from crm.credit.rules_evaluation import grade_findings, month_tenths, per_month, period_findings, quota, ranked
from crm.pipeline.operations_credit import settle_due
from crm.reports.operations import evaluation_figures, export_evaluation, wanted_period
from crm.reports.operations_evaluation import change_template, close, export_annex, export_dossier
from crm.reports.queries_evaluation import figures
from tests.cast import AT, DAY, codes, trail
from tests.credit.story import colleague, credited, reach, sign, sums, turn

if TYPE_CHECKING:
    from tests.cast import Cast

AFTER = datetime(2027, 2, 1, 4)
"""When the objections of 2026 are over."""
YEAR = {"starts_on": date(2026, 1, 1), "ends_on": date(2026, 12, 31), "objections_until": date(2027, 1, 20)}


def year_2026(cast: Cast) -> int:
    return open_period("2026", **YEAR, by=cast.he, at=AT)


def year_2027(cast: Cast, at: datetime = AFTER) -> int:
    return open_period(
        "2027", starts_on=date(2027, 1, 1), ends_on=date(2027, 12, 31), objections_until=date(2028, 1, 20),
        by=cast.he, at=at,
    )  # fmt: skip


def person(period_name: str, cadre: int | None, at: datetime) -> dict[str, Any]:
    from crm.core.clock import shanghai_date
    from crm.credit.queries_evaluation import period_named

    found = figures(wanted_period(period_name), today=shanghai_date(at), opened=period_named(period_name))
    return next(one for one in found["people"] if one["cadre"] == cadre)


# --- rules


@pytest.mark.parametrize(("days", "tenths"), [(0, 0), (30, 10), (31, 10), (365, 120), (183, 60)])
def test_days_served_become_tenths_of_months(days: int, tenths: int) -> None:
    assert month_tenths(days) == tenths


def test_points_per_month_need_service() -> None:
    assert per_month(12_000, 120) == 1000
    assert per_month(12_000, 0) is None
    assert per_month(12_000, 9) is None


def test_equal_points_share_a_rank_and_none_has_none() -> None:
    assert ranked({1: 5, 2: 9, 3: 5, 4: None, 5: 1}) == {2: 1, 1: 2, 3: 2, 5: 4}


@pytest.mark.parametrize(
    ("staff", "grade", "false_report", "others", "base", "expected"),
    [
        ("civil", "", True, 9, None, []),
        ("civil", "excellent", False, 1, 10, []),
        ("civil", "excellent", False, 2, 10, ["grade.quota"]),
        ("civil", "excellent", False, 0, None, ["grade.base"]),
        ("civil", "excellent", True, 0, 10, ["grade.false"]),
        ("civil", "qualified", False, 0, 10, ["grade.unknown"]),
        ("other", "qualified", True, 0, None, []),
        ("", "competent", False, 0, 10, ["grade.unknown"]),
    ],
)
def test_grades_are_held_to_staff_quota_and_false_reports(
    staff: str, grade: str, false_report: bool, others: int, base: int | None, expected: list[str]  # noqa: FBT001
) -> None:
    found = grade_findings(staff, grade, false_report=false_report, others_excellent=others, base=base,
                           excellent_bps=2000)  # fmt: skip
    assert [finding.code for finding in found] == expected


@pytest.mark.parametrize(("base", "allowed"), [(0, 0), (4, 0), (5, 1), (14, 2), (100, 20)])
def test_the_quota_is_a_fifth_of_the_base_in_whole_people(base: int, allowed: int) -> None:
    assert quota(base, 2000) == allowed


def test_a_period_has_a_name_an_order_and_no_neighbour_within() -> None:
    known = [("2026", date(2026, 1, 1), date(2026, 12, 31))]
    found = period_findings("2026", date(2026, 7, 1), date(2026, 6, 1), date(2026, 1, 1), known)
    assert {one.code for one in found} == {"period.order", "period.objections", "period.taken"}
    late = period_findings("H2", date(2026, 12, 31), date(2027, 6, 1), date(2027, 7, 1), known)
    assert [one.code for one in late] == ["period.overlap"]
    assert period_findings("2027", date(2027, 1, 1), date(2027, 6, 1), date(2027, 7, 1), known) == []


# --- a period's life


def test_a_period_closes_after_objections_and_stays_as_it_was_a_year_later(cast: Cast) -> None:
    lead_id = credited(cast)
    reach(lead_id, "qualified", DAY - timedelta(days=60), cast.zhang)
    sign(lead_id, cast)
    settle_due(at=AT)
    first = year_2026(cast)
    assert person("2026", cast.sun.person_id, AT)["total"] == 2500
    asked = object_to(first, "五月的来访没有计入", by=cast.sun, at=AT)
    with pytest.raises(Refusal) as refused:
        close(first, by=cast.he, at=AT)
    assert codes(refused) == {"period.running", "period.objections", "period.unanswered"}
    answer_objection(asked, "来访记录的日期在任期之外", upheld=False, by=cast.he, at=AFTER)
    assert close(first, by=cast.he, at=AFTER)
    sealed = period(first)
    assert sealed is not None
    assert not sealed.open
    before = export_evaluation(wanted_period("2026"), by=cast.he, at=AFTER)
    form = export_annex(wanted_period("2026"), cast.sun.person_id or 0, by=cast.he, at=AFTER)
    kept = frozen(first)
    assert kept is not None
    # A year later much has changed: terminated, started, another cadre; the closed figures have not.
    turn(lead_id, "terminated", date(2027, 6, 1), cast.zhang, at=datetime(2027, 6, 2, 4))
    settle_due(at=datetime(2027, 6, 2, 4))
    later = AFTER + timedelta(days=365)
    again = export_evaluation(wanted_period("2026"), by=cast.he, at=later)
    assert parts(again.data) == parts(before.data)
    assert raw_sheets(again.data) == raw_sheets(before.data)
    assert words(export_annex(wanted_period("2026"), cast.sun.person_id or 0, by=cast.he, at=later).data) == words(
        form.data
    )
    assert frozen(first) == kept
    assert sealed.sha256 == getattr(period(first), "sha256", None)
    assert sealed.sha256 == hashlib.sha256(frozen_text(first).encode()).hexdigest()
    # The frozen figures are no photograph alone: the ledger, read up to the closing, still comes to the same points.
    assert points_again(sealed) == [
        (one["cadre"], one["items"], one["earned"], one["total"], one["lines"]) for one in kept["people"]
    ]
    for change in (
        lambda: object_to(first, "再议", by=cast.sun, at=AFTER),
        lambda: write_form(first, cast.sun.person_id or 0, {"staff": "civil"}, by=cast.he, at=AFTER),
        lambda: set_base(first, "civil", 10, note="", by=cast.he, at=AFTER),
        lambda: close(first, by=cast.he, at=AFTER),
    ):
        with pytest.raises(Refusal) as refused:
            change()
        assert "period.closed" in codes(refused)


def raw_sheets(data: bytes) -> dict[str, bytes]:
    """Return the bytes of the sheets that hold figures, as they lie in the workbook (the footer says who took it)."""
    with zipfile.ZipFile(BytesIO(data)) as book:
        names = [f"xl/worksheets/sheet{at}.xml" for at in range(1, 5)]
        return {name: re.sub(rb"<headerFooter>.*?</headerFooter>", b"", book.read(name)) for name in names}


def frozen_text(period_id: int) -> str:
    from crm.credit.models import EvaluationPeriod

    return str(EvaluationPeriod.get_by_id(period_id).frozen)


def points_again(sealed: Any) -> list[tuple[Any, ...]]:
    """Reckon a closed period's points anew from the ledger as it stood at the closing."""
    found = figures(wanted_period("2026"), today=AFTER.date(), until=sealed.last_entry, opened=sealed)
    return [(one["cadre"], one["items"], one["earned"], one["total"], one["lines"]) for one in found["people"]]


def parts(data: bytes) -> dict[str, list[list[Any]]]:
    """Return every cell of the sheets of figures (not the notes and footers, which say who took it when)."""
    book = openpyxl.load_workbook(BytesIO(data))
    assert book.sheetnames == ["总表", "项目明细", "积分排名", "积分依据", "图表", "说明"]
    return {name: [list(row) for row in book[name].iter_rows(values_only=True)] for name in book.sheetnames[:4]}


def words(data: bytes) -> list[str]:
    from docx import Document

    document = Document(BytesIO(data))
    lines = [line.text for line in document.paragraphs if "打印：" not in line.text]
    return lines + [cell.text for table in document.tables for row in table.rows for cell in row.cells]


def test_what_changes_after_the_closing_comes_as_a_correction_of_the_next_period(cast: Cast) -> None:
    lead_id = credited(cast)
    sign(lead_id, cast)
    settle_due(at=AT)
    first = year_2026(cast)
    close(first, by=cast.he, at=AFTER)
    year_2027(cast)
    assert person("2027", cast.sun.person_id, AFTER)["corrections"] == []
    turn(lead_id, "terminated", date(2027, 3, 1), cast.zhang, at=datetime(2027, 3, 2, 4))
    settle_due(at=datetime(2027, 3, 2, 4))
    found = person("2027", cast.sun.person_id, datetime(2027, 3, 3, 4))
    assert [(one["period"], one["points"]) for one in found["corrections"]] == [("2026", -2000)]
    # January's report of 2027 was missed as well, by the tariff one point.
    assert (found["earned"], found["total"]) == (-1000, -3000)
    assert "signed" not in sums(cast.sun.person_id)


def test_one_cadre_alone_has_the_same_figures_as_among_all_but_no_rank(cast: Cast) -> None:
    other = colleague(cast)
    leads = [
        credited(cast, (share or 0, 10_000), investor=f"投资方{share}", site=f"地块{share}")
        for share in (cast.sun.person_id, other.person_id)
    ]
    for lead_id in leads:
        sign(lead_id, cast)
    settle_due(at=AT)
    first = year_2026(cast)
    close(first, by=cast.he, at=AFTER)
    year_2027(cast)
    later = datetime(2027, 3, 3, 4)
    turn(leads[0], "terminated", date(2027, 3, 1), cast.zhang, at=datetime(2027, 3, 2, 4))
    settle_due(at=datetime(2027, 3, 2, 4))
    ranks = {"rank": None, "rank_month": None, "rank_kind": None}
    for who in (cast.sun.person_id, other.person_id):
        alone, _ = evaluation_figures(wanted_period("2027"), at=later, only=who)
        among, _ = evaluation_figures(wanted_period("2027"), at=later)
        (one,) = alone["people"]
        assert one == {**next(row for row in among["people"] if row["cadre"] == who), **ranks}
        assert {**alone, "people": []} == {**among, "people": []}


def test_a_correction_takes_no_more_than_ever_counted_within_the_cap(cast: Cast) -> None:
    leads = [credited(cast, investor=f"投资方{at}公司", site=f"地块{at}") for at in range(4)]
    for lead_id in leads:
        sign(lead_id, cast, wan=60_000)
    for lead_id in leads:
        reach(lead_id, "started", DAY, cast.zhang)
    settle_due(at=AT)
    first = year_2026(cast)
    assert {one[0]: one[1:] for one in person("2026", cast.sun.person_id, AT)["items"]}["signed"] == [
        40_000, 20_000, 20_000,
    ]  # fmt: skip
    close(first, by=cast.he, at=AFTER)
    year_2027(cast)
    for number, expected in ((0, []), (1, []), (2, [-10_000])):
        turn(leads[number], "terminated", date(2027, 3, 1), cast.zhang, at=datetime(2027, 3, 2, 4))
        settle_due(at=datetime(2027, 3, 2, 4))
        found = person("2027", cast.sun.person_id, datetime(2027, 3, 3, 4))
        assert [one["points"] for one in found["corrections"]] == expected


def test_excellent_grades_are_held_to_the_entered_base(cast: Cast) -> None:
    wu = colleague(cast)
    first = year_2026(cast)
    graded = {"staff": "civil", "grade": "excellent", "host_opinion": "同意"}
    with pytest.raises(Refusal) as refused:
        write_form(first, cast.sun.person_id or 0, graded, by=cast.he, at=AT)
    assert codes(refused) == {"grade.base"}
    set_base(first, "civil", 5, note="参加考核的公务员", by=cast.he, at=AT)
    write_form(first, cast.sun.person_id or 0, graded, by=cast.he, at=AT)
    with pytest.raises(Refusal) as refused:
        write_form(first, wu.person_id or 0, graded, by=cast.he, at=AT)
    assert codes(refused) == {"grade.quota"}
    with pytest.raises(Refusal) as refused:
        set_base(first, "civil", 4, note="", by=cast.he, at=AT)
    assert codes(refused) == {"quota.exceeded"}
    write_summary(first, "引进项目一个", by=cast.sun, at=AT)
    form = person("2026", cast.sun.person_id, AT)["form"]
    assert (form["grade"], form["host_opinion"], form["summary"]) == ("excellent", "同意", "引进项目一个")
    assert trail("done")[-3:] == ["evaluation.quota", "evaluation.form", "evaluation.form"]


def test_only_the_organisation_department_opens_writes_and_closes(cast: Cast) -> None:
    first = year_2026(cast)
    for who in (cast.chen, cast.zhang, cast.sun, cast.ma):
        with pytest.raises(Refusal):
            open_period("x", **YEAR, by=who, at=AT)
        with pytest.raises(Refusal):
            write_form(first, cast.sun.person_id or 0, {"staff": "civil"}, by=who, at=AT)
        with pytest.raises(Refusal):
            close(first, by=who, at=AFTER)
    with pytest.raises(Refusal):
        export_annex(wanted_period("2026"), cast.sun.person_id or 0, by=cast.zhang, at=AT)
    wu = colleague(cast)
    with pytest.raises(Refusal):
        export_annex(wanted_period("2026"), cast.sun.person_id or 0, by=wu, at=AT)
    assert export_annex(wanted_period("2026"), wu.person_id or 0, by=wu, at=AT).data[:2] == b"PK"


def test_the_dossier_holds_the_form_and_an_index_of_evidence(cast: Cast) -> None:
    lead_id = credited(cast)
    sign(lead_id, cast)
    settle_due(at=AT)
    made = export_dossier(wanted_period("2026"), cast.sun.person_id or 0, by=cast.he, at=AT)
    with zipfile.ZipFile(BytesIO(made.data)) as archive:
        assert sorted(archive.namelist()) == ["佐证目录.xlsx", "挂职干部引进项目实绩表.docx"]
        sheet = openpyxl.load_workbook(BytesIO(archive.read("佐证目录.xlsx"))).worksheets[0]
        rows = list(sheet.iter_rows(values_only=True))
    assert len(rows) == 2
    assert "正式合同" in str(rows[1][7])


def test_a_template_with_unknown_fields_is_refused_with_their_names(cast: Cast, tmp_path: Any) -> None:
    from docx import Document

    from crm.files.operations import keep_files_in
    from exports.word import FORMS

    keep_files_in(tmp_path)
    document = Document()
    document.add_paragraph("{{ name }} {{ salary }}")
    out = BytesIO()
    document.save(out)
    with pytest.raises(Refusal) as refused:
        change_template(out.getvalue(), "我的表.docx", by=cast.he, at=AT)
    assert codes(refused) == {"template.unknown"}
    assert "salary" in str(refused.value)
    with pytest.raises(Refusal) as refused:
        change_template(b"no document", "x.docx", by=cast.he, at=AT)
    assert codes(refused) == {"template.broken"}
    assert trail("refused") == ["evaluation.template", "evaluation.template"]
    document = Document()
    document.add_paragraph("本单位自己的表：{{ name }} {{ total }}")
    out = BytesIO()
    document.save(out)
    assert "summary" in change_template(out.getvalue(), "我的表.docx", by=cast.he, at=AT)
    made = export_annex(wanted_period("2026"), cast.sun.person_id or 0, by=cast.he, at=AT)
    assert "本单位自己的表：孙挂职 0" in words(made.data)
    assert (FORMS / "annex.docx").is_file()


def test_a_false_report_is_decided_by_people_and_takes_effect_at_the_end(cast: Cast) -> None:
    from tests import cast as story

    lead_id = credited(cast)
    sign(lead_id, cast)
    settle_due(at=AT)
    sun = cast.sun.person_id or 0
    case = false.open_case(lead_id, sun, "投资方否认见过该干部", by=cast.he, at=AT)
    with pytest.raises(Refusal) as refused:
        false.decide(case, "proven", "证据充分", by=cast.he, at=AT)
    assert codes(refused) == {"case.unheard"}
    false.state(case, "确有接洽", by=cast.sun, at=AT)
    false.decide(case, "proven", "证据充分", by=cast.he, at=AT)
    settle_due(at=AT)
    assert sums(sun) == {"signed": 2000}
    with pytest.raises(Refusal) as refused:
        false.close_case(case, "proven", "维持", by=cast.he, at=AT)
    assert codes(refused) == {"case.waiting"}
    false.appeal(case, "请复核照片", by=cast.sun, at=AT + timedelta(days=3))
    with pytest.raises(Refusal) as refused:
        false.close_case(case, "proven", "维持", by=cast.he, at=AT + timedelta(days=5))
    assert codes(refused) == {"case.same"}
    other = story.person("ren", "任组织", "organiser", cast.he.unit_id)
    false.close_case(case, "proven", "维持", by=other, at=AT + timedelta(days=5))
    settle_due(at=AT + timedelta(days=5))
    assert sums(sun) == {"false_report": -5000}
    assert cases(cadre_id=sun)[0].outcome == "proven"
    first = year_2026(cast)
    set_base(first, "civil", 50, note="", by=cast.he, at=AT)
    with pytest.raises(Refusal) as refused:
        write_form(first, sun, {"staff": "civil", "grade": "excellent"}, by=cast.he, at=AT)
    assert codes(refused) == {"grade.false"}
    assert objections(first) == []


def test_a_case_that_is_not_proven_changes_nothing(cast: Cast) -> None:
    lead_id = credited(cast)
    sign(lead_id, cast)
    case = false.open_case(lead_id, cast.sun.person_id or 0, "待核", by=cast.he, at=AT)
    false.state(case, "属实", by=cast.he, at=AT)
    false.decide(case, "unproven", "核实无误", by=cast.he, at=AT)
    settle_due(at=AT)
    assert sums(cast.sun.person_id) == {"signed": 2000}
    with pytest.raises(Refusal) as refused:
        false.appeal(case, "x", by=cast.sun, at=AT)
    assert codes(refused) == {"case.closed"}
