"""The pipeline ledger's columns in the order offices know (domain.md §7), as message ids."""

from __future__ import annotations

from dataclasses import dataclass

from crm.core.errors import Text, say


@dataclass(frozen=True)
class Column:
    """One column: its key in a row, its header, its kind of value, and the group it stands under."""

    key: str
    header: Text
    kind: str = "text"
    group: Text | None = None
    note: Text | None = None
    total: bool = False
    headline: bool = False
    measure: str = ""
    hidden: bool = False


WHAT = say("Project")
BY = say("Investor and content")
MONEY = say("Investment")
WHERE = say("Place and industry")
WHO = say("People")
HOW = say("Progress")
LANDING = say("Landing")

COLUMNS: tuple[Column, ...] = (
    Column("number", say("Number"), "code", WHAT),
    Column("name", say("Project name"), "text", WHAT),
    Column("investor", say("Investor"), "text", BY),
    Column("investor_place", say("Investor's place"), "text", BY),
    Column("investor_profile", say("About the investor"), "long", BY),
    Column("content", say("What is built"), "long", BY),
    Column("products", say("Products and capacity"), "long", BY),
    Column("build_nature", say("Kind of construction"), "word", BY),
    Column("investment", say("Total investment"), "money_wan", MONEY, total=True, headline=True, measure="investment",
           note=say("A range or a foreign amount stays text and is not added up.")),
    Column("contracted", say("Contracted capital"), "money_wan", MONEY, total=True, headline=True, measure="contracted",
           note=say("Sum of formal and supplementary contracts; framework agreements never count.")),
    Column("paid_in", say("Paid-in capital"), "money_wan", MONEY, total=True, headline=True, measure="paid_in",
           note=say("Sum of the paid-in entries that two offices have checked (recognised); others do not count.")),
    Column("paid_in_recorded", say("Paid-in capital as recorded"), "money_wan", MONEY, total=True,
           note=say("Sum of all paid-in entries, checked or not.")),
    Column("fixed_assets", say("Fixed-asset investment"), "money_wan", MONEY, total=True),
    Column("annual_output", say("Yearly output"), "money_wan", MONEY, total=True),
    Column("annual_tax", say("Yearly tax"), "money_wan", MONEY, total=True),
    Column("land", say("Land"), "mu", MONEY, total=True),
    Column("investment_per_mu", say("Investment per mu"), "money_wan", MONEY, note=say("Computed: investment ÷ land.")),
    Column("tax_per_mu", say("Tax per mu"), "money_wan", MONEY, note=say("Computed: yearly tax ÷ land.")),
    Column("jobs", say("Jobs"), "int", MONEY, total=True),
    Column("energy", say("Yearly energy use (tce)"), "int", MONEY, total=True),
    Column("park", say("Park"), "text", WHERE),
    Column("site", say("Site"), "text", WHERE),
    Column("industry", say("Industry"), "text", WHERE),
    Column("themes", say("Headquarters-economy themes"), "text", WHERE),
    Column("clusters", say("Industry clusters"), "text", WHERE),
    Column("source", say("Source"), "word", WHERE),
    Column("recommender", say("Recommended by"), "text", WHO),
    Column("unit", say("Responsible unit"), "text", WHO),
    Column("owner", say("Officer in charge"), "word", WHO),
    Column("leader", say("City leader in charge"), "word", WHO),
    Column("contact_name", say("Contact person"), "word", WHO),
    Column("contact_phone", say("Phone"), "code", WHO),
    Column("cadres", say("Credited cadres and shares"), "text", WHO),
    Column("stage", say("Stage"), "word", HOW),
    Column("stage_since", say("Stage since"), "date", HOW),
    Column("evidence_state", say("Entry"), "word", HOW,
           note=say("Opening entries come from a ledger and are not proved yet.")),
    Column("status", say("Status"), "word", HOW),
    Column("first_contact_on", say("First contact"), "date", HOW),
    Column("last_contact_on", say("Last contact"), "date", HOW),
    Column("statistics_on", say("Entered statistics on"), "date", HOW),
    Column("progress", say("Progress"), "long", HOW),
    Column("problems", say("Problems"), "long", HOW),
    Column("requests", say("What the enterprise asks for"), "long", HOW),
    Column("next_steps", say("Next steps"), "long", HOW),
    Column("remark", say("Remark"), "long", HOW),
    Column("legs", say("Verified legs (of 3)"), "int", LANDING),
    Column("landed", say("Landed"), "word", LANDING),
    Column("landed_on", say("Recognised on"), "date", LANDING),
    Column("landed_amount", say("Counted as landed"), "money_wan", LANDING, total=True,
           note=say("The investment that the recognition counts; of an expansion only the increment.")),
    Column("lead_id", say("Id"), "int", hidden=True),
    Column("lead_version", say("Version"), "int", hidden=True),
)  # fmt: skip

DETAILS: tuple[Column, ...] = (
    Column("light", say("Lamp"), "word", HOW, note=say("By the clock of its stage: no update for too long is red.")),
    Column("stage_days", say("Days in stage"), "int", HOW),
    Column("contract_kind", say("Kind of contract"), "word", MONEY),
    Column("signed_on", say("Signed on"), "date", MONEY),
    Column("contract_amount", say("Amount of the papers"), "money_wan", MONEY, total=True),
    Column("agreed_start_on", say("Agreed start"), "date", HOW),
    Column("started_on", say("Works began on"), "date", HOW),
    Column("agreed_production_on", say("Agreed production"), "date", HOW),
    Column("producing_on", say("In production since"), "date", HOW),
    Column("entity_name", say("Registered name"), "text", LANDING),
    Column("uscc", say("Unified social credit code"), "code", LANDING),
    Column("registered_on", say("Registered on"), "date", LANDING),
    Column("code_name", say("Code name"), "text", WHAT),
    Column("matter", say("To be decided by the city's leaders"), "long", HOW),
)  # fmt: skip
"""Further columns that layouts of one's own may take; the standard ledger goes without them."""
BY_KEY = {column.key: column for column in (*COLUMNS, *DETAILS)}
KEPT = ("lead_id", "lead_version")
"""Hidden columns of every ledger: by them it is known again when it comes back."""

SPEECH = say("the source speech")
LANDING_RULE = say("the source speech, local registration; Regulation on Fair Competition Review")
PRACTICE = say("published practice of other bureaus")
OWN = say("this product's own rule")

DEFINITIONS: tuple[tuple[Text, Text, Text], ...] = (
    (say("Landed"),
     say("A recognition given at or after signing when registration, tax and accounting in Xichang are each proved by "
                        "evidence that somebody else verified; it serves internal statistics only."), LANDING_RULE),
    (say("Contracted capital"),
     say("Formal and supplementary contracts by their date; framework agreements never count."), PRACTICE),
    (say("Paid-in capital"), say("Dated entries as recorded up to the day asked for."), LANDING_RULE),
    (say("Theme and cluster"),
     say("The main one counts in summaries, so that each project counts once; the ledger shows all."), SPEECH),
    (say("Unknown"), say("An empty amount is unknown, not zero; 0 is zero."), PRACTICE),
    (say("As of"), say("What had happened by 24:00 Shanghai time of that day, as known now."), OWN),
)  # fmt: skip
