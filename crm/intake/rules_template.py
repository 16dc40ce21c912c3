"""The ledger to fill in: which columns it has, what each heading's note says, and an example."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from crm.core.errors import Text, say

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class Wanted(NamedTuple):
    """A column of the ledger to fill in; its heading is one that the reading knows."""

    heading: str
    note: Text
    example: str | float | None
    choices: str = ""
    needed: bool = False
    width: float = 14
    number_format: str = "General"


TEXT = "@"
EXAMPLE = "示例"
"""What stands in the first cell of a row that is only an example; the reading takes it for a note."""
MAYBE = say("Leave it empty when it is not known yet: empty is unknown, 0 is nothing.")
DAY = say("The day as 2026-03-05; a month as 2026-03 is fine.")
PICK = say("Choose from the list; another word is asked about when the ledger is read.")
COLUMNS = (
    Wanted("序号", say("The number of the row; rows marked as an example are never read."), None, width=8),
    Wanted(
        "项目名称", say("Needed. The name by which the project is known."), "安宁河石榴深加工", needed=True, width=28
    ),
    Wanted(
        "投资方",
        say("The company that brings the money, with its full registered name."),
        "成都榴光食品有限公司",
        width=28,
    ),
    Wanted(
        "建设内容", say("What is built, how large, which products."), "年产石榴汁8000吨，冷链仓储3000平方米", width=36
    ),
    Wanted("总投资（万元）", MAYBE, 12000, width=14, number_format="#,##0.##"),
    Wanted("协议资金（万元）", MAYBE, 11000, width=14, number_format="#,##0.##"),
    Wanted("用地（亩）", MAYBE, 35, number_format="#,##0.##"),
    Wanted("进展阶段", PICK, "在谈", "stages"),
    Wanted("建设性质", PICK, "新建", "natures", width=11),
    Wanted("落地园区", PICK, "北工业园区", "parks", width=18),
    Wanted("来源", PICK, "成凉合作", "sources", width=18),
    Wanted("责任单位", PICK, "市经合局", "units", width=20),
    Wanted("联系人", say("The company's contact for work."), "李工", width=12),
    Wanted(
        "联系电话", say("One or several phones, separated by a semicolon."), "13800000000", width=16, number_format=TEXT
    ),
    Wanted("首次接洽时间", DAY, "2026-01-12", width=15, number_format=TEXT),
    Wanted("签约时间", DAY, None, width=13, number_format=TEXT),
    Wanted("统一社会信用代码", say("18 characters; typed as text."), None, width=23, number_format=TEXT),
    Wanted("进展情况", say("What has happened so far, in words."), "已实地考察两次，正谈用地", width=30),
    Wanted("备注", MAYBE, None, width=20),
)


def choices_of(column: Wanted, dictionaries: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """Return the words that a column is chosen from today."""
    return tuple(dictionaries.get(column.choices, ()))
