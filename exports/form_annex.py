"""The annex to the annual assessment: what one seconded cadre brought in, points with evidence, opinions, grade."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docx.shared import Mm

from exports.word import Form
from exports.word_shapes import QUIET, fit, heading, line, repeated, row, sheet, table, title

if TYPE_CHECKING:
    from docx.document import Document

NOTICE = "本表为年度考核附件。积分按标准计算，供参考；等次由组织部门评定，不由积分换算。"
WIDE = (25, 60, 25, 60)
OPINION_MM = 30


def build() -> Document:
    """Lay the annex out on A4 pages."""
    document = sheet(header="{{ bureau }}　挂职干部引进项目实绩表　{{ period }}", footer=NOTICE, margin_mm=20)
    title(document, "挂职干部引进项目实绩表", "考核期 {{ period }}（{{ starts_on }} 至 {{ ends_on }}）　{{ state }}")
    person = table(document, WIDE)
    for texts in (
        ("姓名", "{{ name }}", "现任职务", "{{ position }}"),
        ("派出单位", "{{ home_unit }}", "挂职类别", "{{ kind }}"),
        ("挂职地", "{{ host_place }}", "挂职单位", "{{ host_unit }}"),
        ("合计积分", "{{ total }}", "月均积分", "{{ per_month }}（本期服务 {{ months }} 个月）"),
    ):
        row(person, texts, head=(0, 2))
    line(document, "挂职经历：{{ postings }}", before=6)
    heading(document, "一、各项积分")
    repeated(
        document, "item in items",
        (("事项", "{{ item.label }}", 50), ("应计", "{{ item.raw }}", 30), ("封顶", "{{ item.cap }}", 30),
         ("计入", "{{ item.counted }}", 30), ("项目数", "{{ item.projects }}", 30)),
        align=("left", "right", "right", "right", "right"),
    )  # fmt: skip
    line(document, "往期更正：{{ corrections }}", before=4)
    heading(document, "二、引进项目及佐证")
    repeated(
        document, "one in projects",
        (("项目", "{{ one.name }}\n{{ one.number }}", 36), ("投资方", "{{ one.investor }}", 30),
         ("份额", "{{ one.share }}", 14), ("进展", "{{ one.stage }}", 14), ("积分", "{{ one.points }}", 14),
         ("计分事项与佐证", "{{ one.evidence }}", 62)),
        size=8.5, align=("left", "left", "right", "center", "right", "left"),
    )  # fmt: skip
    _opinions(document)
    line(document, "积分标准：{{ tariff }}", size=8.5, color=QUIET, before=8)
    line(document, "数据校验：{{ fingerprint }}　打印：{{ printed }}", size=8.5, color=QUIET)
    return document


def _opinions(document: Document) -> None:
    """Lay out the own summary, and room for what three offices write and seal by hand."""
    heading(document, "三、本人总结")
    line(document, "{{ summary }}")
    line(document, "本人签名：　　　　　　　　　　日期：", align="right", before=8)
    heading(document, "四、意见与等次")
    views = table(document, (34, 136))
    for label, text in (
        ("挂职单位意见", "{{ host_opinion }}"),
        ("派出单位意见", "{{ home_opinion }}"),
        ("组织部门意见", "{{ department_opinion }}"),
    ):
        added = row(views, (label, ""), head=(0,))
        fit(added.cells[1], text)
        line(added.cells[1], "（盖章）　　　　　　　　　　年　　月　　日", align="right", before=10, size=9.5)
        # Room to write by hand, and all opinions on one page with the grade that follows from them.
        added.height = Mm(OPINION_MM)
        for cell in added.cells:
            for paragraph in cell.paragraphs:
                paragraph.paragraph_format.keep_with_next = True
    row(views, ("考核等次", "{{ grade }}（{{ staff }}；由组织部门评定）"), head=(0,))


EXAMPLE_ITEM = {"label": "正式签约", "raw": "14", "cap": "20", "counted": "14", "projects": "2"}
EXAMPLE_PROJECT = {
    "name": "示例新材料项目", "number": "LD-2026-0001", "investor": "示例集团有限公司", "share": "60%",
    "stage": "在建", "points": "4.8", "evidence": "正式签约 2026-03-02 +3（正式合同 #12）",
}  # fmt: skip
FORM = Form(
    "annex",
    "挂职干部引进项目实绩表",
    {
        "bureau": "示例投资促进局", "period": "2026", "starts_on": "2026-01-01", "ends_on": "2026-12-31",
        "state": "草稿", "name": "孙示例", "position": "副科长", "home_unit": "示例市商务局", "kind": "派出",
        "host_place": "示例区", "host_unit": "示例区投促局", "months": "12", "total": "23.5", "per_month": "1.96",
        "postings": "2026-01-01 至 2026-12-31 示例区投促局", "items": [EXAMPLE_ITEM] * 3, "corrections": "无",
        "projects": [EXAMPLE_PROJECT] * 2, "summary": "示例总结。", "host_opinion": "—", "home_opinion": "—",
        "department_opinion": "—", "grade": "—", "staff": "—", "tariff": "2026.1", "fingerprint": "0" * 16,
        "printed": "2027-01-20 09:00",
    },
    build,
)  # fmt: skip
