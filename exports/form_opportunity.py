"""One page about a planned project of the opportunity book, to hand to investors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from exports.word import Form
from exports.word_shapes import facts, heading, line, sheet, title

if TYPE_CHECKING:
    from docx.document import Document

NOTICE = "本页介绍项目机会，不构成任何政策、税收或价格承诺；支持事项以经公平竞争审查的公开文件为准。"


def build() -> Document:
    """Lay the page out on A4."""
    document = sheet(header="{{ bureau }}　招商项目机会", footer=NOTICE)
    title(document, "{{ title }}", "{{ chain }} · {{ link }}")
    facts(
        document,
        (
            ("产业链 · 环节", "{{ chain }} · {{ link }}"),
            ("计划投资", "{{ investment }}"),
            ("拟用地", "{{ land }}"),
            ("拟落地园区", "{{ park }}"),
            ("选址", "{{ site }}"),
            ("联系单位", "{{ contact }}"),
        ),
    )
    heading(document, "建设内容")
    line(document, "{{ brief }}", after=8)
    heading(document, "为什么在这里")
    line(document, "{{ market }}", after=8)
    heading(document, "要素条件")
    line(document, "{{ conditions }}", after=8)
    line(document, "{{ bureau }}　{{ printed }}", align="right", before=16)
    return document


FORM = Form(
    "opportunity",
    "招商项目机会",
    {
        "bureau": "示例投资促进局", "title": "钒铝合金项目", "chain": "钒钛", "link": "钒合金",
        "brief": "建设年产1000吨钒铝合金生产线。", "market": "本地有氧化钒原料，下游为航空钛合金。",
        "park": "经久工业园区", "site": "二期地块", "land": "60 亩", "investment": "12,000 万元",
        "conditions": "110千伏变电站距地块2公里；供水、道路已通。", "contact": "投资促进局产业科 0834-0000000",
        "printed": "2026-03-06",
    },
    build,
)  # fmt: skip
