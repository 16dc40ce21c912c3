"""Which part of a mixed project is the main one: stated sizes, kin, what stands beside it."""

from __future__ import annotations

import pytest

from crm.core.rulebook import BrokenRules
from crm.scoring.rules_fit import ProjectText, assess
from crm.scoring.rules_lexicon import current, read

TEXT = current().text

CASES = {
    "flats take up eight tenths": ("川滇物流港城", "商铺、公寓占八成建筑面积，另设两栋仓库。", "", "C6"),
    "seven tenths are for sale": ("温泉小镇", "七成为可售洋房，配小型温泉馆。", "", "C6"),
    "a share in per cent": ("安宁文旅城", "住宅占总建筑面积的75%，其余为游乐园。", "", "C6"),
    "homes are larger than the fair": ("会展中心综合开发", "会展中心4万平方米，另有100万平方米居住区。", "", "C6"),
    "money says it too": ("新区酒店", "酒店投资1.5亿元，商品房投资6亿元。", "", "C6"),
    "most of the stated whole": ("欢乐小镇", "总建筑面积46万平方米，其中洋房33万平方米，另有儿童乐园和酒店。", "", "C6"),
    "a cold store counts by its tonnes": ("冷链物流城", "沿街商铺12万平方米、公寓8万平方米，二期建1万吨冷库。", "", "C6"),
    "a large cold store stays one": ("冷链物流城", "冷库10万吨，配套公寓5000平方米。", "T5", "C5"),
    "power takes up little": ("大棚蔬菜园", "1200亩大棚种番茄，棚顶光伏占投资两成。", "", ""),
    "money for land does not outweigh processing": ("中药材加工", "药材种植投资8000万元，饮片加工厂500万元。", "T4", "C4"),
    "near sizes decide nothing": ("温泉度假酒店及住宅", "度假酒店5万平方米，住宅6万平方米。", "T3", "C6"),
    "kin speak together": ("农产品冷链物流园", "农产品交易、干库冷库、蔬菜加工车间、配送棚。", "T5", "C5"),
    "a second trade needs a reason": ("苦荞酒庄", "年酿苦荞酒2000千升，配酒窖参观和12间民宿。", "T4", "C4"),
    "vanadium and its batteries are usual": ("钒电池项目", "年产五氧化二钒3000吨、钒电池电堆200兆瓦。", "T1;T2", "C1;C3"),
    "clothes with rare earths are clothes": ("保暖服饰园", "以掺稀土纤维面料裁制保暖内衣。", "", ""),
    "ferrous goods with vanadium are iron": ("耐磨材料", "铸造含钒钛耐磨件10万吨。", "", ""),
    "pellets for the furnace are iron": ("氧化球团", "铁精矿与钒钛铁精矿混合造球，供高炉炼铁。", "", ""),
    "a farm market is a hub of goods": ("农副产品批发交易中心", "交易大棚、肉类区、检测结算中心。", "T5", "C5"),
    "a city of shops is real estate": ("五金建材市场", "批发商铺800间。", "", "C6"),
    "beds are care, not leisure": ("长坡康养中心", "护理区、医疗门诊，床位300张。", "", ""),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_the_main_part_decides(case: str) -> None:
    name, content, themes, clusters = CASES[case]
    fit = assess(ProjectText(name, content))
    got = ";".join(sorted(fit.themes)), ";".join(sorted(fit.clusters))
    assert got == (themes, clusters), str(fit.why())


def test_what_a_size_did_is_said_among_the_reasons() -> None:
    fit = assess(ProjectText("物流港城", "商铺、公寓占八成建筑面积，另设两栋仓库。"))
    said = {reason.context for reason in fit.reasons}
    assert {"size_main", "size_minor"} <= said
    assert set(current().sizes.labels) == {"size_main", "size_minor"}


def test_a_lexicon_kept_from_before_sizes_and_kin_still_reads_and_compares_none() -> None:
    sizes = TEXT.index("[sizes]")
    before = TEXT[:sizes] + TEXT[TEXT.index("[[trade]]", sizes) :]
    older = read("".join(line for line in before.splitlines(keepends=True) if not line.startswith("kin = ")))
    fit = assess(ProjectText("物流港城", "商铺、公寓占八成建筑面积，另设两栋仓库。"), older)
    assert fit.clusters == ("C5",)
    assert not {reason.context for reason in fit.reasons} & current().sizes.labels.keys()


@pytest.mark.parametrize("share", ["80%", "八成", "百分之八十", "三分之二", "大部分"])
def test_shares_are_read_in_every_writing(share: str) -> None:
    assert assess(ProjectText("温泉城", f"住宅占建筑面积{share}，其余为温泉乐园。")).clusters == ("C6",)


@pytest.mark.parametrize("share", ["10%", "一成", "百分之二十", "三分之一", "小部分"])
def test_a_little_share_leaves_the_name_its_say(share: str) -> None:
    assert assess(ProjectText("温泉度假区", f"温泉乐园、度假酒店，住宅占建筑面积{share}。")).themes == ("T3",)


@pytest.mark.parametrize(
    ("old", "new", "word"),
    [
        ('[sizes]\ntrades = ["tourism"', '[sizes]\ntrades = ["nonsense"', "nonsense"),
        ("times = 2.0 ", 'times = "twice" ', "times"),
        ('beside = ["storage_equip"]', 'beside = ["nonsense"]', "nonsense"),
        ("kin = 0.08 ", "kin = 800 ", "kin"),
    ],
)
def test_a_broken_part_of_the_lexicon_is_refused_by_its_line(old: str, new: str, word: str) -> None:
    assert old in TEXT
    with pytest.raises(BrokenRules, match=word) as refused:
        read(TEXT.replace(old, new, 1))
    assert refused.value.line
