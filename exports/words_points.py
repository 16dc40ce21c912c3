"""Words of the sheets about points, beside those that every workbook shares."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class PointWords:
    """Every word of the points' sheets; the defaults are Chinese."""

    points: str = "积分排名"
    ledger: str = "积分依据"
    points_title: str = "{title}·积分排名"
    ledger_title: str = "{title}·积分依据"
    rank: str = "名次"
    rank_month: str = "月均名次"
    rank_kind: str = "同类名次"
    kind_of_post: str = "挂职类别"
    group_rank: str = "名次"
    group_items: str = "各项积分（已按封顶计）"
    capped: str = "封顶扣减"
    corrections: str = "往期更正"
    total: str = "合计积分"
    per_month: str = "月均积分"
    group_total: str = "合计"
    entry: str = "台账行号"
    item: str = "计分事项"
    counted_on: str = "计入日"
    base: str = "基础分"
    coefficient: str = "系数"
    earned: str = "积分"
    why: str = "说明"
    evidence: str = "佐证"
    tariff: str = "标准版本"
    earlier: str = "所属往期"
    group_entry: str = "计分"
    shown_lines: str = "当前显示 {count} 行"
    empty_lines: str = "本期没有积分记录"
    chart_points: str = "各干部积分（按事项）"
    chart_per_month: str = "各干部月均积分"
    about_tariff: str = "积分标准"
    no_grade: str = "积分按标准计算，供考核参考；考核等次由组织部门评定，不由积分换算。"


ZH_POINTS = PointWords()
EN_POINTS = PointWords(
    points="Points",
    ledger="Entries",
    points_title="{title}: points",
    ledger_title="{title}: entries of the ledger",
    rank="Rank",
    rank_month="Rank per month",
    rank_kind="Rank among its kind",
    kind_of_post="Kind of post",
    group_rank="Ranks",
    group_items="Points by item (within caps)",
    capped="Cut by caps",
    corrections="Corrections",
    total="Total points",
    per_month="Points per month",
    group_total="Total",
    entry="Line",
    item="Item",
    counted_on="Counted on",
    base="Base",
    coefficient="Coefficient",
    earned="Points",
    why="Why",
    evidence="Evidence",
    tariff="Tariff",
    earlier="Earlier period",
    group_entry="Reckoning",
    shown_lines="{count} lines shown",
    empty_lines="No points in this period",
    chart_points="Points of each cadre, by item",
    chart_per_month="Points per month served",
    about_tariff="Tariff",
    no_grade="Points follow the tariff and inform; the organisation department decides grades, never from points.",
)


def point_words(lang: str) -> PointWords:
    """Return the words in the language of the workbook."""
    return ZH_POINTS if lang.startswith("zh") else EN_POINTS
