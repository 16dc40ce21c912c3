"""The words that the workbooks themselves bring along, once in Chinese and once in English."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from exports.shapes import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Words:
    """Every word of a workbook that does not come from its caller; the defaults are Chinese."""

    lang: str = "zh-CN"
    # sheets
    ledger: str = "台账"
    summary: str = "汇总"
    charts: str = "图表"
    notes: str = "说明"
    overview: str = "总表"
    details: str = "项目明细"
    long_texts: str = "长文"
    # line under the title
    unit_line_yi: str = "单位：亿元"
    unit_line: str = "单位：万元"
    as_of: str = "截至 {day}"
    known_on: str = "按 {day} 已知数据"
    filters: str = "筛选：{text}"
    order: str = "排序：{text}"
    period: str = "考核期：{text}（{start} 至 {end}）"
    sample: str = "演示数据，均为虚构"
    shown: str = "当前显示 {count} 个项目"
    shown_cadres: str = "当前显示 {count} 人"
    shown_shares: str = "当前显示 {count} 条"
    headline: str = "{header} {amount} {unit}"
    joint: str = "　"
    list_joint: str = "，"
    # table
    number: str = "序号"
    total: str = "合计"
    empty: str = "没有符合条件的项目"
    empty_cadres: str = "本期没有挂职干部"
    empty_shares: str = "本期没有归属项目"
    yes: str = "是"
    no: str = "否"
    dash: str = "—"
    some_long: str = "部分长文另见“长文”表"
    see_long: str = "…（全文见“长文”表）"
    units: Mapping[Kind, str] = field(
        default_factory=lambda: {Kind.MONEY_YI: "亿元", Kind.MONEY_WAN: "万元", Kind.MONEY: "元", Kind.MU: "亩"},
    )
    in_unit: str = "{header}\n（{unit}）"
    in_unit_line: str = "{header}（{unit}）"
    # summaries
    count: str = "项目数"
    share_of_count: str = "占项目数"
    investment: str = "总投资"
    share_of_investment: str = "占总投资"
    contracted: str = "合同资金"
    paid_in: str = "到位资金"
    paid_rate: str = "到位率"
    unknown_investment: str = "投资额未知"
    summary_title: str = "{title}·汇总"
    each_once: str = "一个项目可列入多行；合计按项目只算一次。"
    check_title: str = "与台账核对"
    check_line: str = "与台账合计之差"
    check_note: str = "各表合计与台账合计之差；0 为一致。"
    verdict: str = "结果"
    check_ok: str = "一致"
    check_off: str = "不一致"
    # charts
    charts_title: str = "{title}·图表"
    chart_count: str = "{title}：项目数（个）"
    chart_money: str = "{title}：资金（{unit}）"
    chart_data: str = "图表数据（取自“{sheet}”）"
    chart_data_unit: str = "资金单位：{unit}"
    billion: str = "亿元"
    wan: str = "万元"
    no_data: str = "暂无数据"
    # notes
    notes_title: str = "{title}·说明"
    about: str = "基本情况"
    about_title: str = "名称"
    about_bureau: str = "单位"
    about_as_of: str = "截止日期"
    about_known: str = "数据口径日"
    about_period: str = "考核期"
    about_filters: str = "筛选条件"
    about_order: str = "排列顺序"
    about_rows: str = "数据行数"
    about_by: str = "导出人"
    about_at: str = "导出时间"
    about_sample: str = "数据性质"
    reading: str = "阅读说明"
    reading_lines: tuple[str, ...] = (
        "金额单位为万元，按分记账，单元格保存精确值；显示的小数位随数据而定。",
        "数字栏的灰底空格表示“未知”，不是 0，也不计入合计；文字、日期栏以“—”表示未填。",
        "合计行和标题下的数字随筛选变化，只计当前显示的行；“汇总”“图表”不随筛选变化。",
        "右侧隐藏的“系统编号”“版本号”两类栏目用于修改后重新导入，请勿改动。",
        "以 = + - @ 开头的文字按文本保存，不会作为公式执行。",
    )
    reading_lines_report: tuple[str, ...] = (
        "金额按分记账，单元格保存精确值，只是显示到所标单位；合计行和标题下的数字随筛选变化，只计当前显示的行。",
        "数字栏的灰底空格表示“未知”，不是 0，也不计入合计；文字、日期栏以“—”表示未填。",
        "“图表”直接引用各表单元格；同一数字在系统页面上可以点开看到背后的项目。",
        "以 = + - @ 开头的文字按文本保存，不会作为公式执行。",
    )
    reading_lines_evaluation: tuple[str, ...] = (
        "金额单位为万元，按分记账，单元格保存精确值；“折算”金额为项目金额乘以该干部所占份额。",
        "数字栏的灰底空格表示“未知”，不是 0，也不计入合计；文字、日期栏以“—”表示未填。",
        "合计行和标题下的数字随筛选变化，只计当前显示的行；图表不随筛选变化。",
        "一个项目由多名干部共同引进时，在“项目明细”中每人一行，项目数会重复，折算金额不重复。",
        "本表只列事实，不含积分；考核等次由组织部门评定。",
    )
    columns_title: str = "栏目说明"
    columns_heads: tuple[str, str] = ("栏目", "含义")
    definitions_title: str = "指标口径"
    definitions_heads: tuple[str, str, str] = ("指标", "口径", "依据")
    # long texts
    long_title: str = "台账中显示不下的长文（全文）"
    long_heads: tuple[str, str, str, str] = ("序号", "项目", "栏目", "全文")
    # evaluation
    cadre: str = "姓名"
    home_unit: str = "派出单位"
    host_place: str = "挂职地"
    host_unit: str = "挂职单位"
    posted_from: str = "挂职开始"
    posted_to: str = "挂职结束"
    months: str = "本期服务月数"
    projects: str = "归属项目数"
    landed: str = "已认定落地"
    not_landed: str = "未认定落地"
    weighted_investment: str = "折算总投资"
    weighted_contracted: str = "折算合同资金"
    weighted_paid_in: str = "折算到位资金"
    lead_number: str = "项目编号"
    project: str = "项目名称"
    investor: str = "投资方"
    share: str = "份额"
    stage: str = "进展阶段"
    status: str = "状态"
    is_landed: str = "落地认定"
    landed_on: str = "认定日期"
    first_reported_on: str = "首报日期"
    remark: str = "备注"
    group_person: str = "干部与挂职"
    group_stages: str = "按进展阶段（个）"
    group_landed: str = "落地认定（个）"
    group_weighted: str = "按份额折算资金"
    group_project: str = "项目"
    group_progress: str = "进展与落地"
    group_money: str = "项目资金（全额）"
    overview_title: str = "{title}·总表"
    details_title: str = "{title}·项目明细"
    chart_cadre_stages: str = "各干部归属项目（个，按进展阶段）"
    chart_cadre_investment: str = "各干部折算总投资（{unit}）"
    chart_cadre_money: str = "各干部折算合同资金、到位资金（{unit}）"
    chart_cadre_landed: str = "各干部项目落地认定情况（个）"
    chart_first: str = "按总表顺序列前 {count} 人"
    # print
    page: str = "第 &P 页，共 &N 页"
    signature: str = "制表：　　　　　　　　　　审核：　　　　　　　　　　签发："


ZH = Words()

EN = Words(
    lang="en",
    ledger="Ledger",
    summary="Summary",
    charts="Charts",
    notes="Notes",
    overview="Overview",
    details="Projects",
    long_texts="Long texts",
    unit_line="Unit: 10,000 yuan (万元)",
    unit_line_yi="Unit: 100 million yuan",
    as_of="As of {day}",
    known_on="As known on {day}",
    filters="Filter: {text}",
    order="Order: {text}",
    period="Evaluation period: {text} ({start} to {end})",
    sample="Sample data, all invented",
    shown="{count} projects shown",
    shown_cadres="{count} cadres shown",
    shown_shares="{count} lines shown",
    headline="{header} {amount} {unit}",
    joint="   ",
    list_joint=", ",
    number="No.",
    total="Total",
    empty="No project meets the filter",
    empty_cadres="No seconded cadre in this period",
    empty_shares="No project with a share in this period",
    yes="yes",
    no="no",
    some_long="Some long texts: see the sheet “Long texts”",
    see_long="… (full text on the sheet “Long texts”)",
    units={Kind.MONEY_YI: "100m yuan", Kind.MONEY_WAN: "万元", Kind.MONEY: "yuan", Kind.MU: "mu"},
    in_unit="{header}\n({unit})",
    in_unit_line="{header} ({unit})",
    count="Projects",
    share_of_count="% of projects",
    investment="Investment",
    share_of_investment="% of amount",
    contracted="Contracted",
    paid_in="Paid in",
    paid_rate="Paid-in rate",
    unknown_investment="Amount unknown",
    summary_title="{title}: summary",
    each_once="A project may stand in several rows; the total counts it once.",
    check_title="Checked against the ledger",
    check_line="Difference to the ledger",
    check_note="Each table's total less the ledger's total; 0 means they agree.",
    verdict="Result",
    check_ok="agrees",
    check_off="differs",
    charts_title="{title}: charts",
    chart_count="{title}: projects",
    chart_money="{title}: capital ({unit})",
    chart_data="Chart data (from “{sheet}”)",
    chart_data_unit="Capital in {unit}",
    billion="100 million yuan",
    wan="10,000 yuan",
    no_data="No data yet",
    notes_title="{title}: notes",
    about="About this workbook",
    about_title="Title",
    about_bureau="Bureau",
    about_as_of="As of",
    about_known="As known on",
    about_period="Evaluation period",
    about_filters="Filter",
    about_order="Order",
    about_rows="Rows",
    about_by="Exported by",
    about_at="Exported at",
    about_sample="Kind of data",
    reading="How to read it",
    reading_lines=(
        "Amounts are in 10,000 yuan (万元), exact to the fen; decimals shown follow the data.",
        "A grey empty number cell is “unknown”, not 0, and in no total; unknown text shows “—”.",
        "The total row and the line under the title follow the filter; summary and charts do not.",
        "Hidden columns (system id, version) serve a later re-import; please leave them alone.",
        "Text that starts with = + - @ is kept as text and never runs as a formula.",
    ),
    reading_lines_report=(
        "Amounts are kept to the fen; cells show the unit named. Totals follow the filter and count what is shown.",
        "An empty grey number is unknown, not zero, and is not added up; a dash is a text or date not entered.",
        "The charts refer to the cells of the tables; on the pages every figure opens the projects behind it.",
        "Text that begins with = + - @ is kept as text and never run as a formula.",
    ),
    reading_lines_evaluation=(
        "Amounts are in 10,000 yuan (万元), exact to the fen; weighted means times the share.",
        "A grey empty number cell is “unknown”, not 0, and in no total; unknown text shows “—”.",
        "The total row and the line under the title follow the filter; the charts do not.",
        "A project brought in by several cadres has one line each: projects repeat, weighted amounts do not.",
        "This workbook states facts and has no points; the organisation department decides the grade.",
    ),
    columns_title="Columns",
    columns_heads=("Column", "Meaning"),
    definitions_title="Definitions",
    definitions_heads=("Figure", "Definition", "Basis"),
    long_title="Full text of what the ledger's cells cannot show",
    long_heads=("No.", "Project", "Column", "Full text"),
    cadre="Name",
    home_unit="Home unit",
    host_place="Host place",
    host_unit="Host unit",
    posted_from="Posted from",
    posted_to="Posted to",
    months="Months served in period",
    projects="Projects",
    landed="Landed",
    not_landed="Not landed",
    weighted_investment="Weighted investment",
    weighted_contracted="Weighted contracted",
    weighted_paid_in="Weighted paid in",
    lead_number="Lead",
    project="Project",
    investor="Investor",
    share="Share",
    stage="Stage",
    status="Status",
    is_landed="Landed",
    landed_on="Recognised on",
    first_reported_on="First reported on",
    remark="Note",
    group_person="Cadre and posting",
    group_stages="Projects by stage",
    group_landed="Recognised as landed",
    group_weighted="Capital weighted by share",
    group_project="Project",
    group_progress="Progress and landing",
    group_money="The project's capital in full",
    overview_title="{title}: overview",
    details_title="{title}: projects",
    chart_cadre_stages="Projects of each cadre, by stage",
    chart_cadre_investment="Weighted investment of each cadre ({unit})",
    chart_cadre_money="Weighted contracted and paid-in capital of each cadre ({unit})",
    chart_cadre_landed="Projects of each cadre: landed or not",
    chart_first="The first {count} in the overview's order",
    page="Page &P of &N",
    signature="Prepared by:                    Checked by:                    Approved by:",
)
