"""Invented projects and cadres for the workbooks' tests, the same ones every time."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from decimal import Decimal

from exports.shapes import (
    CadreRow,
    Column,
    Definition,
    EvaluationBook,
    Imprint,
    Kind,
    Measure,
    PipelineBook,
    ShareRow,
    SummaryRow,
    SummaryTable,
    Tone,
    Value,
)

WAN = 1_000_000
STAGES = ("线索", "研判", "在谈", "签约", "开工", "投产", "达产")
THEMES = ("钒钛及有色金属", "清洁能源", "休闲度假旅游会议", "特色农副产品加工", "川滇物流")
CLUSTERS = ("钒钛", "有色金属", "电力能源", "食品医药", "现代物流", "房地产")
PARKS = ("北工业园区", "经久工业园区", "太和工业集中区", "园区外")
SOURCES = ("成凉合作", "外出挂职干部", "其他")
STATUSES = {"推进中": Tone.CALM, "搁置": Tone.MUTED, "流失": Tone.MUTED, "解约": Tone.BAD, "退库": Tone.MUTED}
LIGHTS = {"正常": Tone.GOOD, "黄灯": Tone.CAUTION, "红灯": Tone.BAD}

IMPRINT = Imprint(
    bureau="西昌市投资促进局（演示）",
    produced_by="沈知远",
    produced_at=datetime(2026, 4, 1, 9, 30),
    as_of=date(2026, 3, 31),
    filters="全部项目",
    order="最近更新在前",
    sample=True,
)

COLUMNS = (
    Column("code", "项目编号", Kind.CODE, "项目"),
    Column("name", "项目名称", Kind.TEXT, "项目"),
    Column("investor", "投资方", Kind.TEXT, "投资方与内容"),
    Column("investor_place", "投资方所在地", Kind.TEXT, "投资方与内容"),
    Column("profile", "企业简介", Kind.LONG, "投资方与内容"),
    Column("content", "建设内容", Kind.LONG, "投资方与内容"),
    Column("nature", "建设性质", Kind.WORD, "投资方与内容"),
    Column(
        "investment",
        "总投资",
        Kind.MONEY_WAN,
        "资金",
        total=True,
        headline=True,
        measure=Measure.INVESTMENT,
        note="项目计划总投资；区间取下限，外币不折算。",
    ),
    Column("fixed", "固定资产投资", Kind.MONEY_WAN, "资金", total=True),
    Column(
        "contracted",
        "合同资金",
        Kind.MONEY_WAN,
        "资金",
        total=True,
        headline=True,
        measure=Measure.CONTRACTED,
        note="正式合同约定金额，框架协议不计。",
    ),
    Column(
        "paid_in",
        "到位资金",
        Kind.MONEY_WAN,
        "资金",
        total=True,
        headline=True,
        measure=Measure.PAID_IN,
        note="已登记的到位资金，与合同资金分别统计。",
    ),
    Column("paid_year", "当年到位", Kind.MONEY_WAN, "资金", total=True),
    Column("output", "年产值", Kind.MONEY_WAN, "用地与效益"),
    Column("tax", "年税收", Kind.MONEY_WAN, "用地与效益"),
    Column("land", "用地", Kind.MU, "用地与效益", total=True),
    Column("per_mu", "投资强度（万元/亩）", Kind.NUMBER, "用地与效益", note="固定资产投资÷用地，计算得出。"),
    Column("jobs", "就业（人）", Kind.INT, "用地与效益"),
    Column("theme", "主题", Kind.TEXT, "产业与园区"),
    Column("cluster", "产业集群", Kind.WORD, "产业与园区"),
    Column("park", "落地园区", Kind.WORD, "产业与园区"),
    Column("source", "来源", Kind.WORD, "来源与责任"),
    Column("recommender", "推介单位", Kind.TEXT, "来源与责任"),
    Column("unit", "责任单位", Kind.TEXT, "来源与责任"),
    Column("owner", "责任人", Kind.WORD, "来源与责任"),
    Column("phone", "联系电话", Kind.CODE, "来源与责任"),
    Column("leader", "包联领导", Kind.WORD, "来源与责任"),
    Column("stage", "进展阶段", Kind.WORD, "进展"),
    Column("days", "本阶段天数", Kind.INT, "进展"),
    Column("status", "状态", Kind.WORD, "进展", tones=STATUSES),
    Column("light", "预警", Kind.WORD, "进展", tones=LIGHTS),
    Column("contract_kind", "协议类型", Kind.WORD, "进展"),
    Column("signed_on", "签约时间", Kind.DATE, "进展"),
    Column("started_on", "开工时间", Kind.DATE, "进展"),
    Column("produced_on", "投产时间", Kind.DATE, "进展"),
    Column("counted_on", "入统时间", Kind.DATE, "进展"),
    Column("entity", "注册公司名称", Kind.TEXT, "本地注册与落地"),
    Column("uscc", "统一社会信用代码", Kind.CODE, "本地注册与落地"),
    Column("registered_on", "注册时间", Kind.DATE, "本地注册与落地"),
    Column("legs", "核验（注册·纳税·核算）", Kind.WORD, "本地注册与落地"),
    Column("landed", "落地认定", Kind.WORD, "本地注册与落地", tones={"已认定": Tone.GOOD}),
    Column("problems", "存在问题", Kind.LONG, "推进"),
    Column("wishes", "企业诉求", Kind.LONG, "推进"),
    Column("next", "下步打算", Kind.LONG, "推进"),
    Column("updated", "最近更新", Kind.TIME, "推进"),
    Column("id", "系统编号", Kind.CODE, "系统", hidden=True),
    Column("version", "版本号", Kind.INT, "系统", hidden=True),
)

DEFINITIONS = (
    Definition("签约", "有正式合同并载明日期、金额；框架协议不计。", "行业通行做法"),
    Definition(
        "落地认定",
        "本地注册、纳税、核算三项均有证明并经核验；仅供内部统计，不作为享受政策、审批、用地、资金的条件。",
        "市委市政府讲话",
    ),
    Definition("资金到位率", "到位资金÷合同资金。", "行业通行做法"),
    Definition(
        "履约率",
        "（投产及以上＋在建＋筹建）÷已签约；筹建指已签约且至少有一项注明日期的前期手续（备案、用地、环评）。",
        "行业通行做法",
    ),
)

_NAMES = (
    "钒钛新材料精深加工",
    "高纯五氧化二钒制备",
    "光伏组件配套",
    "邛海湖畔会议中心",
    "苦荞食品加工",
    "冷链物流集散中心",
    "风电塔筒制造",
    "钛合金管材",
    "花椒油萃取",
    "新型储能电站",
    "中药材饮片加工",
    "智慧物流园",
)
_FIRMS = ("蓉禾", "锦川", "岷峰", "云岭", "沱江", "华瑞", "安宁", "青衣", "金沙", "凉山红", "航新", "博源")
_PLACES = ("四川成都双流", "四川德阳", "云南昆明", "浙江温州", "广东佛山", "江苏无锡")
_UNITS = (
    "市投资促进局",
    "市经济信息化和科技局",
    "市农业农村局",
    "北工业园区管委会",
    "市文化广播电视和旅游局",
    "市商务局",
)
_PEOPLE = ("罗启明", "吉克阿木", "何静怡", "杨敬之", "阿苏拉毕", "陈书远", "马晓岚")
_TEXTS = (
    "企业主营有色金属深加工，拥有发明专利12项，2025年营业收入约8.6亿元，产品供应航空、汽车零部件企业。",
    "新建标准厂房3.2万平方米、研发检测楼1栋，购置生产线4条，配套建设污水处理站、110千伏变电设施；一期建成后形成年产5000吨能力，二期视市场情况扩建至1.2万吨。",
    "用地报批尚在省级审查。",
    "希望协调直购电试点电价；解决员工子女入学6人。",
    "月内完成环评批复，下月初组织施工许可联合审查，同步启动进场道路。",
)


def ledger_row(number: int, dice: random.Random) -> tuple[Value, ...]:
    """Invent one project."""
    stage = dice.choices(range(7), (26, 20, 22, 14, 9, 6, 3))[0]
    signed, begun = stage >= 3, stage >= 4
    money = dice.choice((3_000, 5_200, 12_000, 28_000, 56_000, 120_000)) * WAN + dice.choice(
        (0, 0, 0, 500_000)
    )
    investment = None if dice.random() < 0.08 else money
    contracted = money * 8 // 10 if signed else None
    paid = money * dice.choice((10, 25, 60)) // 100 if begun else (0 if signed else None)
    land = dice.choice((None, 3_000, 8_550, 15_000)) if stage >= 2 else None
    firm = dice.choice(_FIRMS)
    name = f"{firm}{dice.choice(_NAMES)}项目" + ("（二期扩能技改）" if dice.random() < 0.2 else "")
    day = date(2024, 4, 1) + timedelta(days=dice.randrange(600))
    local = begun and dice.random() < 0.8
    per_mu = Decimal(round(money * 0.7 / WAN / (land / 100), 1)).quantize(Decimal("0.1")) if land else None
    return (
        f"LD-{2024 + number % 3}-{number:04d}",
        name,
        f"{dice.choice(_PLACES)[2:4]}{firm}科技有限公司",
        dice.choice(_PLACES),
        dice.choice((_TEXTS[0], _TEXTS[0], None)),
        _TEXTS[1] if dice.random() < 0.6 else "年处理原料2万吨生产线。",
        dice.choice(("新建", "扩建", "技改")),
        investment,
        money * 7 // 10,
        contracted,
        paid,
        paid // 2 if paid else paid,
        money * 14 // 10 if stage > 1 else None,
        money * 6 // 100 if stage > 1 else None,
        land,
        per_mu,
        dice.choice((None, 60, 220)),
        dice.choice(THEMES),
        dice.choice(CLUSTERS),
        dice.choice(PARKS),
        dice.choices(SOURCES, (3, 4, 3))[0],
        dice.choice(_UNITS),
        dice.choice(_UNITS),
        dice.choice(_PEOPLE),
        f"1390000{number % 10_000:04d}",
        dice.choice((*_PEOPLE, None)),
        STAGES[stage],
        dice.randrange(120),
        dice.choices(tuple(STATUSES), (12, 2, 1, 1, 1))[0],
        dice.choices(tuple(LIGHTS), (8, 2, 1))[0],
        "正式合同" if signed else None,
        day if signed else None,
        day + timedelta(days=150) if begun else None,
        day + timedelta(days=420) if stage >= 5 else None,
        day + timedelta(days=200) if begun and dice.random() < 0.5 else None,
        f"西昌{firm}新材料有限公司" if local else None,
        f"91513401MA6A{number:05d}X"[:18] if local else None,
        day + timedelta(days=30) if local else None,
        "3/3" if local else "0/3",
        "已认定" if local else "未认定",
        _TEXTS[2] if dice.random() < 0.4 else None,
        _TEXTS[3] if dice.random() < 0.4 else None,
        _TEXTS[4],
        datetime(2026, 3, 1 + number % 28, 10, number % 60),
        f"{number}",
        1 + number % 4,
    )


def ledger(count: int, seed: int = 7) -> list[tuple[Value, ...]]:
    """Invent so many projects."""
    dice = random.Random(seed)
    return [ledger_row(number, dice) for number in range(1, count + 1)]


def _whole(value: Value) -> int:
    return value if isinstance(value, int) else 0


def summary(
    key: str, title: str, label: str, labels: tuple[str, ...], rows: list[tuple[Value, ...]]
) -> SummaryTable:
    """Add the rows up by one column."""
    keys = [column.key for column in COLUMNS]
    at = keys.index(key)
    money = [keys.index(name) for name in ("investment", "contracted", "paid_in")]
    lines = []
    for word in labels:
        members = [row for row in rows if row[at] == word]
        investment, contracted, paid_in = (sum(_whole(row[column]) for row in members) for column in money)
        unknown = sum(row[money[0]] is None for row in members)
        lines.append(SummaryRow(word, len(members), investment, contracted, paid_in, unknown))
    return SummaryTable(key, title, label, tuple(lines))


def pipeline_book(count: int = 120, rows: list[tuple[Value, ...]] | None = None) -> PipelineBook:
    """Invent a whole pipeline."""
    rows = ledger(count) if rows is None else rows
    summaries = (
        summary("stage", "按进展阶段", "进展阶段", STAGES, rows),
        summary("theme", "按五大总部经济", "主题", THEMES, rows),
        summary("cluster", "按六大产业集群", "产业集群", CLUSTERS, rows),
        summary("park", "按园区", "园区", PARKS, rows),
        summary("source", "按来源", "来源", SOURCES, rows),
    )
    return PipelineBook("西昌市招商引资项目台账", IMPRINT, COLUMNS, rows, summaries, DEFINITIONS)


NAMES = tuple(
    f"{family}{given}" for family in "沈罗何杨陈马吉" for given in ("知远", "启明", "静怡", "书远", "晓岚")
)


def _money(value: Value) -> int | None:
    return None if value is None else _whole(value)


def share_row(number: int, name: str, dice: random.Random) -> ShareRow:
    """Invent one share of a cadre in a project."""
    project = dict(zip((column.key for column in COLUMNS), ledger_row(number, dice), strict=True))
    landed = project["landed"] == "已认定"
    return ShareRow(
        cadre=name,
        home_unit=_UNITS[NAMES.index(name) % len(_UNITS)],
        host_place=_PLACES[NAMES.index(name) % len(_PLACES)],
        number=str(project["code"]),
        project=str(project["name"]),
        investor=str(project["investor"]),
        share=dice.choice((10_000, 6_000, 4_000, 3_333)),
        stage=str(project["stage"]),
        status=str(project["status"]),
        landed=landed,
        landed_on=date(2026, 2, 3) if landed else None,
        investment=_money(project["investment"]),
        contracted=_money(project["contracted"]),
        paid_in=_money(project["paid_in"]),
        first_reported_on=date(2025, 8, 9) if number % 5 else None,
    )


def cadre_row(name: str, shares: list[ShareRow]) -> CadreRow:
    """Add up one cadre's shares."""
    own = [share for share in shares if share.cadre == name]
    weighted = [
        sum((amount or 0) * share.share // 10_000 for share, amount in zip(own, amounts, strict=True))
        for amounts in (
            [share.investment for share in own],
            [share.contracted for share in own],
            [share.paid_in for share in own],
        )
    ]
    return CadreRow(
        name=name,
        home_unit=_UNITS[NAMES.index(name) % len(_UNITS)],
        host_place=_PLACES[NAMES.index(name) % len(_PLACES)],
        host_unit="区投资促进局",
        posted_from=date(2025, 3, 1),
        posted_to=date(2027, 2, 28),
        months=Decimal("6.0"),
        projects=len(own),
        stages=tuple(sum(share.stage == stage for share in own) for stage in STAGES),
        landed=sum(share.landed for share in own),
        investment=weighted[0],
        contracted=weighted[1],
        paid_in=weighted[2],
    )


def evaluation_book(count: int = 9, lines: int = 26) -> EvaluationBook:
    """Invent an evaluation period."""
    dice = random.Random(11)
    names = NAMES[:count]
    shares = [share_row(number, dice.choice(names), dice) for number in range(1, lines + 1 if names else 1)]
    return EvaluationBook(
        title="外出挂职干部招商引资考核表",
        period="2025年下半年",
        starts_on=date(2025, 7, 1),
        ends_on=date(2025, 12, 31),
        imprint=IMPRINT,
        stages=STAGES,
        cadres=[cadre_row(name, shares) for name in names],
        shares=sorted(shares, key=lambda share: names.index(share.cadre)),
        definitions=DEFINITIONS[:2],
    )
