"""The difficult neighbours: what a project makes or does decides, whatever words stand beside it."""

from __future__ import annotations

import pytest

from crm.scoring.rules_fit import ProjectText, assess

CASES = {
    "vanadium flow battery works": (
        "钒储能装备厂", "制备高纯钒电解液，装配全钒液流电池电堆与储能系统。", "T1;T2", "C1;C3", "P2",
    ),
    "vanadium battery power station": ("储能站", "建设100MW/400MWh全钒液流电池储能电站。", "T2", "C3", None),
    "titanium dioxide": ("白色颜料扩产", "年产10万吨硫酸法钛白粉，联产硫酸亚铁。", "T1", "C1", "P2"),
    "plasterboard from titanium gypsum": ("石膏板厂", "利用钛石膏生产纸面石膏板。", "", "", "P1"),
    "solar power station": ("高山光伏", "建设30万千瓦农光互补光伏电站及220千伏升压站。", "T2", "C3", None),
    "solar module works": ("光伏基地", "年产5GW光伏组件和电池片。", "T2", "", "P1"),
    "garment works with a solar roof": ("服装厂", "校服缝制车间三栋，屋顶安装光伏板自用。", "", "", "P1"),
    "cold chain": ("冷链园", "建设5万吨冷库、分拣配送中心和冷藏车队。", "T5", "C5", None),
    "processing with a cold store": ("果品加工", "苹果脆片、浓缩汁生产线，配套3000吨冷库。", "T4", "C4", "P1"),
    "hotel": ("湖畔酒店", "建设五星级度假酒店和会议中心。", "T3", "", None),
    "flats": ("湖畔花园", "高层住宅1200套及底商。", "", "C6", None),
    "hotel beside villas for sale": ("温泉度假酒店及别墅", "温泉度假酒店，另建别墅300套对外销售。", "T3", "C6", None),
    "herbs grown": ("药谷", "附子、重楼规范化种植8000亩。", "", "", None),
    "herbs made into medicine": ("制药基地", "中成药片剂、颗粒剂和口服液生产线。", "", "C4", "P1"),
    "iron and steel": ("轧钢改造", "年产热轧带钢200万吨。", "", "", "P3"),
    "vanadium drawn from steel slag": ("钢渣提钒", "从含钒钢渣中提钒，产五氧化二钒。", "T1", "C1", "P2"),
    "scrap steel": ("废钢基地", "年破碎分选废钢50万吨。", "", "", "P3"),
    "waste water": ("污水厂", "日处理城市污水5万吨。", "", "", None),
    "logistics park in name only": ("天天物流城", "名为物流城，实为住宅、商铺和写字楼。", "", "C6", None),
    "siding for ore": ("铁路专用线", "新建专用线和站台，运输钛精矿、铁精矿。", "T5", "C5", None),
    "school": ("职业学院新校区", "教学楼、实训楼和学生宿舍。", "", "", None),
    "data centre of a steel company": ("云中心", "利用原炼钢厂地块建设大数据中心。", "", "", None),
    "clothing": ("制衣厂", "年产针织服装800万件。", "", "", "P1"),
    "cathode material": ("正极材料", "年产磷酸铁锂正极材料5万吨。", "", "", "P2"),
    "copper mine": ("铜矿", "日采选铜矿石5000吨。", "T1", "C2", None),
    "mining machinery": ("重机厂", "破碎机、球磨机，供钒钛矿山使用。", "", "", "P1"),
    "pig farm": ("猪场", "年出栏生猪10万头。", "", "", None),
    "biomass heat and power": ("农林生物质热电联产", "生物质锅炉和抽凝机组，消纳秸秆、林业剩余物。", "T2", "C3", None),
    "canteen of a vanadium park": ("钒钛产业园员工食堂", "新建食堂一座。", "", "", None),
    "road of a vanadium park": ("钒钛产业园道路工程", "主干道3公里。", "", "", None),
    "cutting tools of hard metal": ("刀具厂", "硬质合金铣刀、钻头加工。", "", "", "P1"),
    "visitor centre": ("游客集散中心", "票务、旅游大巴停车、土特产寄递。", "T3", "", None),
    "slaughter with cold chain sales": ("肉牛全产业链", "肉牛养殖、屠宰分割、冷链销售。", "T4", "C4", "P1"),
    "grid": ("输变电", "新建500千伏变电站和线路。", "", "C3", None),
    "coal power": ("热电厂", "2×350MW超临界燃煤机组。", "", "C3", None),
    "vanadium office tower": ("钒钛科技大厦", "甲级写字楼和人才公寓，不含冶炼加工。", "", "C6", None),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_neighbours_are_told_apart(case: str) -> None:
    name, content, themes, clusters, park = CASES[case]
    fit = assess(ProjectText(name, content))
    assert (set(fit.themes), set(fit.clusters), fit.park) == (
        set(filter(None, themes.split(";"))),
        set(filter(None, clusters.split(";"))),
        park,
    ), [(reason.phrase, reason.trade, reason.weight) for reason in fit.reasons]


@pytest.mark.parametrize(
    ("name", "content", "investor"),
    [
        ("云顶钛业集团总部", "建设职工学校一所。", "云顶钛业集团"),
        ("东川铜业员工小学", "教学楼两栋。", "东川铜业有限公司"),
        ("铜陵路小学", "新建小学教学楼。", ""),
        ("盐源县中学", "由四川某某水电开发有限公司捐建教学楼。", ""),
    ],
)
def test_words_in_names_of_owners_and_places_do_not_count(name: str, content: str, investor: str) -> None:
    assert assess(ProjectText(name, content, investor=investor)).themes == ()


@pytest.mark.parametrize("content", ["", "   ", "。。。；；", "\n\t", "12345", "🙂🙂", "…"])
def test_nothing_said_is_nothing_found(content: str) -> None:
    fit = assess(ProjectText(content, content))
    assert (fit.themes, fit.clusters, fit.park) == ((), (), None)
    assert str(fit.why())


def test_main_product_comes_first() -> None:
    fit = assess(ProjectText("综合基地", "年产钒铁5000吨，并年产铝锭8万吨、铜杆3万吨。"))
    assert fit.clusters[0] in {"C1", "C2"}
    assert fit.themes == ("T1",)


def test_traditional_full_width_and_capital_letters_are_folded() -> None:
    plain = assess(ProjectText("", "年产钛合金棒材2000吨，铝箔1万吨，LED灯具"))
    other = assess(ProjectText("", "年產鈦合金棒材２０００噸，鋁箔１萬噸，ＬＥＤ燈具"))
    assert (plain.scores, plain.themes, plain.clusters) == (other.scores, other.themes, other.clusters)


@pytest.mark.parametrize(
    ("content", "themes"),
    [
        ("Ferrovanadium and vanadium pentoxide plant.", ("T1",)),
        ("A 300 MW wind farm with battery energy storage.", ("T2",)),
        ("Resort hotel with hot springs and a conference centre.", ("T3",)),
        ("Potato processing: frozen fries and starch.", ("T4",)),
        ("Cold chain warehouse and distribution centre.", ("T5",)),
        ("Sewing workshops for school uniforms.", ()),
        ("Old steel mill turned into nothing but flats, no titanium.", ()),
    ],
)
def test_english_descriptions_are_read(content: str, themes: tuple[str, ...]) -> None:
    assert assess(ProjectText("Project", content)).themes == themes


def test_mixed_script_is_read() -> None:
    fit = assess(ProjectText("Solar 光伏基地", "5GW photovoltaic module 组件工厂 and 电池片 lines"))
    assert fit.themes == ("T2",)
    assert fit.park == "P1"


def test_a_declared_industry_code_helps_where_words_are_silent() -> None:
    assert assess(ProjectText("一号项目", "建设厂房。")).themes == ()
    assert assess(ProjectText("一号项目", "建设厂房。", industry_code="C3212")).themes == ("T1",)
    assert assess(ProjectText("一号项目", "建设职业学院。", industry_code="9999")).themes == ()


def test_a_very_long_text_is_read_in_time() -> None:
    words = "年产苦荞茶三千吨，建设酒店，采选钒钛磁铁矿，不含冶炼。"
    fit = assess(ProjectText("长文", words * 800))
    assert fit.themes


def test_products_count_like_the_description() -> None:
    assert assess(ProjectText("一号项目", "新建厂房两栋。", products="海绵钛")).clusters == ("C1",)


def test_a_declared_code_supports_clear_words_but_does_not_add_a_trade_beside_them() -> None:
    hotel = ProjectText("湖畔酒店", "客房200间。", industry_code="3212")
    assert assess(hotel).themes == ("T3",)
    plain, coded = (assess(ProjectText("", "锌冶炼。", industry_code=code)).scores["T1"] for code in ("", "3212"))
    assert coded >= plain
