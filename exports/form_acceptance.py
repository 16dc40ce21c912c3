"""The minutes of an acceptance score: every criterion with facts, band, marks and points, the decision, who decided."""

from __future__ import annotations

from typing import TYPE_CHECKING

from exports.word import Form
from exports.word_shapes import facts, heading, line, repeated, sheet, title

if TYPE_CHECKING:
    from docx.document import Document

NOTICE = "评分只用于本单位项目研判；注册地不是评分因素。"


def build() -> Document:
    """Lay the minutes out on A4."""
    document = sheet(header="{{ bureau }}　准入评分记录　{{ number }}", footer=NOTICE)
    title(document, "准入评分记录", "{{ number }}　{{ lead }}　{{ decided_on }}　{{ state }}")
    facts(
        document,
        (
            ("项目", "{{ number }}　{{ lead }}"),
            ("投资方", "{{ investor }}"),
            ("评分表版本", "{{ version }}"),
            ("评分结果", "{{ score }} 分（满分 100；区间表示尚有未知事实）"),
            ("方式 · 决定人", "{{ manner }}　{{ decider }}"),
            ("评委", "{{ assessors }}"),
            ("未解除的一票否决", "{{ vetoes }}"),
        ),
    )
    heading(document, "逐项评分")
    repeated(
        document,
        "line in lines",
        (
            ("指标", "{{ line.label }}", 30),
            ("得分", "{{ line.points }}", 15),
            ("满分", "{{ line.most }}", 13),
            ("事实与档次", "{{ line.rests_on }}", 44),
            ("评委打分（极差）", "{{ line.voices }}", 34),
            ("依据", "{{ line.source }}", 30),
        ),
        size=8.5,
        align=("left", "center", "center", "left", "left", "left"),
    )
    heading(document, "评委意见")
    line(document, "{{ voices }}", after=6)
    heading(document, "会议记录与决定")
    line(document, "{{ minutes }}", after=10)
    line(document, "主持人（签字）：　　　　　　　　　　评委（签字）：　　　　　　　　　　", before=14)
    line(document, "单位（盖章）：{{ bureau }}　　　　打印：{{ printed }}", align="right", before=14)
    return document


EXAMPLE_LINE = {
    "code": "intensity", "label": "亩均投资强度", "most": "15", "points": "11", "judged": "", "facts": "160 万元/亩",
    "band": "150–200 万元/亩", "marks": "", "spread": "", "source": "公开的准入评价表",
    "rests_on": "160 万元/亩　150–200 万元/亩", "voices": "",
}  # fmt: skip
FORM = Form(
    "acceptance",
    "准入评分记录",
    {
        "bureau": "示例投资促进局", "number": "LD-2026-0001", "lead": "示例项目", "investor": "示例集团",
        "version": "2026.1", "score": "72–80", "decided_on": "2026-03-05", "manner": "评审会", "decider": "陈局长",
        "assessors": "张专员、李专员", "lines": [EXAMPLE_LINE] * 3, "voices": "张专员：工艺成熟。",
        "minutes": "评审会讨论了环保与能耗，同意按中位数评定。", "vetoes": "无", "state": "有效",
        "printed": "2026-03-06 09:00",
    },
    build,
)  # fmt: skip
