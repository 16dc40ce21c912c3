"""The bulletin on one page: three sentences that somebody may have mended, figures with their change, signatures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from exports.word import Form
from exports.word_shapes import QUIET, heading, line, repeated, sheet, title

if TYPE_CHECKING:
    from docx.document import Document

NOTICE = "数据来自招商引资项目台账，截至日期以正文为准；仅供内部工作使用。"


def build() -> Document:
    """Lay the bulletin out on one A4 page."""
    document = sheet(header="{{ bureau }}　招商引资简报", footer=NOTICE)
    title(document, "招商引资{{ kind }}", "{{ period }}　截至 {{ as_of }}　{{ sample }}")
    for label, field in (("一、总体情况", "first"), ("二、本期变动", "second"), ("三、需要协调", "third")):
        heading(document, label)
        line(document, f"{{{{ {field} }}}}", size=12, after=4)
    heading(document, "四、主要指标")
    repeated(
        document, "row in figures",
        (("指标", "{{ row.label }}", 54), ("单位", "{{ row.unit }}", 22), ("本期末", "{{ row.now }}", 32),
         ("上期末", "{{ row.then }}", 32), ("增减", "{{ row.change }}", 26)),
        size=10, align=("left", "center", "right", "right", "right"),
    )  # fmt: skip
    line(document, "其他说明：{{ note }}", before=6, size=10.5)
    line(document, "编制：{{ by }}　　　　　　审核：　　　　　　　　　签发：", before=12)
    line(document, "打印：{{ printed }}", size=8.5, color=QUIET)
    return document


EXAMPLE_ROW = {"label": "到位资金", "unit": "万元", "now": "54,400", "then": "52,100", "change": "+2,300"}
FORM = Form(
    "bulletin",
    "招商引资简报",
    {
        "bureau": "示例投资促进局", "kind": "周报", "period": "2026-03-02 至 2026-03-06", "as_of": "2026-03-06",
        "sample": "—", "first": "截至 2026-03-06，在库项目 120 个，已签约 49 个。",
        "second": "本期有变动的项目 6 个。", "third": "红灯 3 个，请市领导协调。", "figures": [EXAMPLE_ROW] * 6,
        "note": "—", "by": "张示例", "printed": "2026-03-06 17:00",
    },
    build,
)  # fmt: skip
