"""What descriptions of real length do to phrases: places, clients, endowments, functions of a park, words cut in two."""

from __future__ import annotations

import pytest

from crm.scoring.rules_fit import ProjectText, assess

CASES = {
    "a comma ends what equipment is for": ("饲料机械", "新建饲料机械，占地120亩。", "", ""),
    "what is made a year is no service": ("特种箱制造", "年产特种集装箱2万只。", "", ""),
    "public works of a park are no grid": (
        "东江新城标准化厂房及路网", "建设标准化厂房32万平方米、道路8公里、110千伏变电站、供水厂。", "", "",
    ),
    "waste water of a trade is not the trade": ("中水回用", "处理园区钛白粉、电镀企业废水2万吨/日。", "", ""),
    "what sugar is fermented to": ("生物基丁二酸", "以葡萄糖发酵生产丁二酸5万吨。", "", ""),
    "a works that lets visitors in": (
        "观光酱油厂", "年产酿造酱油8万吨，并开放工业旅游观光通道和品鉴馆。", "T4", "C4",
    ),
    "a mine made safe is no mining": ("金矿治理", "金矿采空区充填、尾矿库闭库和复绿。", "", ""),
    "medicine in a cold store is cargo": ("疫苗冷链仓储", "疫苗冷库、温控配送。", "T5", "C5"),
    "feed is processed farm produce": ("饲料厂", "年产配合饲料18万吨。", "T4", "C4"),
    "silk is no food": ("缫丝厂", "年缫丝400吨。", "T4", ""),
    "lithium salts are metals": ("碳酸锂", "锂精矿焙烧，年产碳酸锂2万吨。", "T1", "C2"),
    "wet recycling of batteries": ("废电池再生", "废旧三元电池浸出萃取，产硫酸镍、硫酸钴。", "T1", "C2"),
    "only a second life of batteries": ("废旧锂电池梯次利用", "退役电池检测分选、重组，供基站备电。", "", ""),
    "kin of trades side by side": (
        "净菜中央厨房与冷链配送", "净菜切配、盒饭线日产6万份，另建8000吨冷库和配送车队。", "T4;T5", "C4;C5",
    ),
    "a name that is only a name decides nothing": (
        "安宁钛材产业园一期", "虽名产业园，一期只建安置住宅900套和底商，没有厂房。", "", "C6",
    ),
    "a roof is not what stands below it": ("机床厂屋面光伏", "租用机床厂装配车间屋顶，安装12兆瓦光伏。", "T2", "C3"),
    "malt for liquor is food": ("酒厂制曲车间", "新建制曲车间，年产大曲8000吨。", "T4", "C4"),
    "ore of an aluminium works is no coal power": ("铝土矿采矿", "煤电铝一体化的配套矿山，年采铝土矿60万吨。", "T1", "C2"),
    "an area is no flour": ("蔬菜基地", "蔬菜面积3000亩，面向成都市场。", "", ""),
    "a frozen store is no frozen dish": ("果蔬冻库", "果蔬冻库3万吨。", "T5", "C5"),
    "storing capacity is no energy storage": ("冷链仓储中心", "新增仓储能力5万吨。", "T5", "C5"),
    "local industry is no real estate": ("钛材熔锻", "钛及钛合金熔炼与锻造，推动当地产业向精深加工转型。", "T1", "C1"),
    "lodgings of residents are no guest house": ("职工生活区", "居民宿舍、食堂。", "", ""),
    "a place in a bonded zone is no logistics": ("电子元件", "落户综合保税区，生产电阻电容。", "", ""),
    "a place beside a sight is no tourism": ("服装厂", "位于大凉山旅游景区旁，生产校服。", "", ""),
    "an endowment is no power station": (
        "高端铝型材", "利用丰富的水电资源，新建熔铸线4条、挤压线12条，产品用于光伏边框。", "T1", "C2",
    ),
    "clients are no trade": ("货架生产", "年产重型货架5万吨，客户覆盖冷链物流、电商仓储、医药流通等行业。", "", ""),
    "uses of a product are no trade": (
        "集成电路封测", "先进封装测试线10条，产品广泛应用于新能源汽车、光伏逆变器、储能系统等领域。", "", "",
    ),
    "another works' supply is no trade": (
        "镁合金压铸", "年产镁合金座椅骨架60万套，镁锭由本地海绵钛企业副产镁循环供应。", "T1", "C2",
    ),
    "what once was is no trade": ("稀土永磁材料", "当初规划为金属门窗生产，现投资建设稀土永磁材料项目。", "T1", "C2"),
    "what is taught is no trade": ("产教融合基地", "职业学院建设葡萄酒酿造实训车间、旅游管理实训酒店。", "", ""),
    "parts of a battery are no battery": ("动力电池铝壳", "年产动力电池铝壳8000万只。", "", ""),
    "goods for hotels are no hotel": ("酒店家具", "酒店固装家具。", "", ""),
    "a maker's own stores are no logistics": (
        "家居产业园", "生产实木家具、全屋定制、木门地板，建设展销中心、电商中心和物流仓储区。", "", "",
    ),
    "roads of a metals park are no metals": (
        "有色金属新材料产业园基础设施", "建设园区道路6公里、220千伏变电站、污水处理厂，为铜铝深加工企业提供配套。", "", "",
    ),
    "what is little gives way": ("阳光康养小镇（住宅开发）", "康养住宅980套，度假功能少，以销售住宅为主。", "", "C6"),
    "what is left out gives way": (
        "温泉康养度假区", "温泉度假酒店280间、房车营位120个。住宅部分另案报批，不在本项目内。", "T3", "",
    ),
    "something else is recovered": ("尾矿回收萤石", "从铅锌尾矿中回收萤石。", "", ""),
    "taken apart is not made": ("退役光伏组件回收", "拆解光伏组件，回收玻璃、铝框、硅。", "", ""),
    "equipment for a trade": ("饲料生产专用设备制造", "饲料生产专用设备制造。", "", ""),
    "two trades that a name puts side by side": (
        "农产品精深加工及冷链物流中心", "建设果蔬加工车间4万平方米、冷库6万吨、配送中心2万平方米。", "T4;T5", "C4;C5",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_traps_of_longer_descriptions(case: str) -> None:
    name, content, themes, clusters = CASES[case]
    fit = assess(ProjectText(name, content))
    assert (set(fit.themes), set(fit.clusters)) == (
        set(filter(None, themes.split(";"))), set(filter(None, clusters.split(";"))),
    ), fit.why()  # fmt: skip
