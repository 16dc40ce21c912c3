"""The certificate of recognition: legs, verifiers, dates, hashes, and what it is not good for."""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING

from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Mm

from exports.word import Form, Picture
from exports.word_shapes import QUIET, facts, fit, heading, line, row, sheet, table, title, write

if TYPE_CHECKING:
    from docx.document import Document

NOTICE = "仅供内部统计，不作为享受政策、审批、用地、资金的条件。"


def build() -> Document:
    """Lay the certificate out on one A4 page."""
    document = sheet(header="{{ bureau }}　落地认定书　{{ number }}", footer=NOTICE)
    title(document, "落地认定书", "{{ serial }}　认定日期 {{ recognised_on }}　{{ state }}")
    facts(
        document,
        (
            ("项目", "{{ number }}　{{ lead }}"),
            ("投资方", "{{ investor }}"),
            ("本地经营主体", "{{ entity }}（{{ entity_kind }}）"),
            ("统一社会信用代码", "{{ uscc }}"),
            ("登记机关 · 日期", "{{ registrar }}　{{ registered_on }}"),
            ("注册地址", "{{ address }}"),
            ("计入投资额", "{{ counted }}"),
        ),
    )
    heading(document, "三项要件：本地注册 · 本地纳税 · 本地核算")
    legs = table(document, (22, 50, 50, 44))
    row(legs, ("要件", "核验的事实", "证据", "提交 · 核验"), head=True, align="center", size=9.5, repeat=True)
    row(legs, ("{%tr for leg in legs %}", "", "", ""), size=9)
    added = row(legs, ("{{ leg.label }}", "{{ leg.facts }}", "", "{{ leg.eyes }}"), size=9)
    fit(added.cells[2], "{{ leg.paper }}", size=9)
    hashes = added.cells[2].add_paragraph()
    hashes.paragraph_format.space_after = Mm(1)
    write(hashes, "SHA-256 {{ leg.sha256 }}", size=6.5, color=QUIET)
    row(legs, ("{%tr endfor %}", "", "", ""), size=9)
    heading(document, "认定")
    foot = table(document, (128, 38))
    added = row(foot, ("", ""))
    fit(added.cells[0], "认定人：{{ recognised_by }}")
    line(added.cells[0], "年度复核：{{ recheck }}", after=2)
    line(added.cells[0], "{{ history }}", after=2)
    line(added.cells[0], f"说明：{NOTICE}", after=2, size=10.5)
    line(added.cells[0], "核验记录与文件以系统内为准；扫描二维码打开该项目（内网）。", size=9, color=QUIET)
    picture = added.cells[1].paragraphs[0]
    picture.alignment = WD_ALIGN_PARAGRAPH.CENTER
    write(picture, "{{ code }}")
    line(added.cells[1], "{{ address_text }}", size=6.5, align="center", color=QUIET)
    line(document, "单位（盖章）：{{ bureau }}　　　　　　打印：{{ printed }}", align="right", before=14)
    return document


def _grey_square() -> bytes:
    """Return a small picture for the example, made without a library for pictures."""
    side = 8
    rows = b"".join(b"\x00" + b"\x80" * side for _ in range(side))
    head = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    body = b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in parts
    )
    return b"\x89PNG\r\n\x1a\n" + body


EXAMPLE_LEG = {
    "label": "注册",
    "facts": "西昌示例新材料有限公司\n513401",
    "paper": "营业执照（第 1 版）",
    "sha256": "0" * 64,
    "eyes": "张专员 2026-03-01 提交\n王核验 2026-03-02 核验",
}
FORM = Form(
    "certificate",
    "落地认定书",
    {
        "bureau": "示例投资促进局", "number": "LD-2026-0001", "lead": "示例项目", "serial": "落地认定第 1 号",
        "state": "有效", "investor": "示例集团", "entity": "西昌示例新材料有限公司", "entity_kind": "法人",
        "uscc": "91513401MA62B00J79", "registrar": "西昌市市场监督管理局", "registered_on": "2026-01-05",
        "address": "西昌市示例路 1 号", "counted": "12,000 万元", "recognised_on": "2026-03-05",
        "legs": [EXAMPLE_LEG] * 3, "recognised_by": "陈局长", "recheck": "2027-03-05 前", "history": "—",
        "code": Picture(_grey_square(), 26), "address_text": "http://crm.example/leads/1",
        "printed": "2026-03-06 09:00",
    },
    build,
)  # fmt: skip
