"""Our own workbook taken back: each row compared three ways, only what was changed applied, stages by their gate."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from crm.accounts.queries import people
from crm.accounts.rules import scope
from crm.core.clock import shanghai_date
from crm.core.errors import Finding, Refusal, say
from crm.core.money import show_wan
from crm.core.words import render
from crm.intake.rules_cells import Remark
from crm.intake.rules_dates import read_date
from crm.intake.rules_duplicates import Known
from crm.intake.rules_roundtrip import (
    ELSEWHERE,
    GATE,
    SHUT,
    TAKE,
    Difference,
    alike_value,
    differences,
    facts_in,
    stage_codes,
    status_codes,
    unread,
)
from crm.leads.models import Lead
from crm.leads.queries import visible
from crm.leads.queries_changes import changed_since
from crm.leads.rules import BY_NAME, HISTORY_LABELS, STAGE_LABELS, STATUS_LABELS
from crm.pipeline.operations import edit_assessed, move, move_findings
from crm.profile.rules import dictionary

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from crm.core.actor import Actor
    from crm.intake.operations_desk import Desk
    from crm.intake.rules_reading import Reading
    from crm.intake.rules_sheet import RowReading

CODED = {"park": "parks", "source": "sources", "build_nature": "build_natures"}
BATCH = 400
NOTE = "台账回填：{file}"


class Returns:
    """The desk at which rows of our own workbook are compared; asked once for a file."""

    def __init__(self, reading: Reading, answers: Mapping[str, str], desk: Desk, *, at: datetime) -> None:
        """Find the rows that carry our hidden id, their leads, and what these were when the workbook left."""
        self.desk, self.by, self.at, self.answers = desk, desk.by, at, answers
        self.codes = {sheet.name: sheet.ours() for sheet in reading.sheets}
        self.rows = [row for row in reading.rows if row.kind == "data" and row.values.get("lead_id")
                     and self.codes.get(row.sheet)]  # fmt: skip
        ids = sorted({int(row.values["lead_id"]) for row in self.rows})
        self.leads = self._mine(ids)
        versions = {
            int(row.values["lead_id"]): int(row.values["lead_version"])
            for row in self.rows
            if row.values.get("lead_version") is not None
        }
        self.base = changed_since(versions)
        self.people = {person.id: person.name for person in people()}
        self.unit_names = {key: name for name, key in desk.units.items()}
        self.seen: Counter[int] = Counter()

    def _mine(self, ids: list[int]) -> dict[int, Any]:
        found: dict[int, Any] = {}
        for first in range(0, len(ids), BATCH):
            some = Lead.select().where(Lead.id.in_(ids[first : first + BATCH]) & visible(self.by, "lead.edit"))
            found |= {lead.id: lead for lead in some}
        return found

    def compare(self) -> None:
        """Compare every row and say what becomes of it."""
        for row in self.rows:
            lead = self.leads.get(int(row.values["lead_id"]))
            wrong = self._wrong(row, lead)
            if wrong or lead is None:
                row.action = "refuse"
                row.errors += [Remark(item.code, item.text, item.field or "") for item in wrong]
                continue
            row.target = Known(lead.id, lead.number, lead.name_key)
            row.changes, findings = self._changes(row, lead)
            row.warnings = [remark for remark in row.warnings if not remark.code.startswith("stage.")]
            row.action = "update" if any(one.verdict in (TAKE, GATE) for one in row.changes) else "unchanged"
            if findings or row.errors:
                row.action = "refuse"
                row.errors += [Remark(item.code, item.text, item.field or "") for item in findings]

    def _wrong(self, row: RowReading, lead: Any) -> list[Finding]:
        """Say what keeps a row from being compared at all."""
        version = row.values.get("lead_version")
        if lead is None:
            text = say("The hidden id %(id)s is of no project that you may edit.", id=row.values["lead_id"])
            return [Finding("return.unknown", text, "lead_id")]
        self.seen[lead.id] += 1
        found = []
        number = str(row.values.get("number") or lead.number)
        if number != lead.number:
            text = say(
                "The row says %(number)s, its hidden id is of %(ours)s: rows were sorted without the hidden columns.",
                number=number, ours=lead.number,
            )  # fmt: skip
            found.append(Finding("return.number", text, "number"))
        if self.seen[lead.id] > 1:
            text = say("%(number)s stands twice in this workbook: the first row counts.", number=lead.number)
            found.append(Finding("return.twice", text, "number"))
        if version is None:
            text = say("The row has no version: a workbook as of a past day is not brought back.")
            found.append(Finding("return.no_version", text, "lead_version"))
        elif int(version) > lead.version:
            text = say("The row's version is newer than ours: it comes from another database.")
            found.append(Finding("return.version", text, "lead_version"))
        return found

    def _changes(self, row: RowReading, lead: Any) -> tuple[list[Difference], list[Finding]]:
        names = facts_in(self.codes[row.sheet])
        answers = {
            key.partition(":")[2]: side for key, side in self.answers.items() if key.startswith(f"{lead.id}:")
        }
        base = self.base.get(lead.id, {})
        sent, findings = self._sent(row, lead, names)
        ours = {name: getattr(lead, name) for name in names}
        found = [self._assigned(self._worded(one)) for one in differences(names, ours, base, sent, answers)]
        touched = {one.fact for one in found if one.verdict == TAKE}
        findings = [item for item in findings if item.field in touched]
        return [*found, *self._moves(row, lead, base), *_elsewhere(row, lead, base)], findings

    def _sent(self, row: RowReading, lead: Any, names: Iterable[str]) -> tuple[dict[str, Any], list[Finding]]:
        """Read what the row says as the form reads it; words of our dictionaries by what they are called."""
        values = dict(row.values)
        made, facts, findings = self.desk.ready(values)
        findings = [item for item in findings if item.code != "unit.other"]
        for name, words in CODED.items():
            known = {word: code for code, text in dictionary(words).items() for word in (text, render(say(text)))}
            typed = str(values.get(name) or "")
            facts[name] = known.get(typed, facts.get(name)) if typed else ("other" if name == "source" else "")
        if "unit_id" in names:
            facts["unit_id"] = self.desk.units.get(made.unit_name, lead.unit_id)
            if made.unit_name and made.unit_name not in self.desk.units:
                text = say("There is no unit “%(unit)s”.", unit=made.unit_name)
                row.warnings.append(Remark("unit.unknown", text, "", made.unit_name))
        if "owner_id" in names:
            facts["owner_id"] = self._owner(row, made.owner_name, facts.get("unit_id") or lead.unit_id, lead)
        facts |= {name: getattr(lead, name) for name in unread(names, values, facts)}
        return facts, findings

    def _owner(self, row: RowReading, name: str, unit_id: int, lead: Any) -> int | None:
        if not name:
            return None
        found = self.desk.people.get((name, unit_id))
        if found is None and self.people.get(lead.owner_id) != name:
            text = say("“%(name)s” is nobody of that unit.", name=name)
            row.warnings.append(Remark("owner.unknown", text, "", name))
        return found if found is not None else lead.owner_id

    def _assigned(self, one: Difference) -> Difference:
        """Leave the unit to those who may hand a project to another one."""
        if one.fact != "unit_id" or scope(self.by, "lead.assign") == "all":
            return one
        return replace(one, verdict=ELSEWHERE, told=(say("Only a leader hands a lead to another unit."),))

    def _worded(self, one: Difference) -> Difference:
        """Put words to the sides of a difference whose values are codes or keys."""
        if one.fact in CODED:
            table = dictionary(CODED[one.fact])
            words = [render(say(table[code])) if code in table else "—" for code in (one.base, one.ours, one.theirs)]
        elif one.fact in ("unit_id", "owner_id"):
            names = self.unit_names if one.fact == "unit_id" else self.people
            words = [names.get(key, "—") for key in (one.base, one.ours, one.theirs)]
        else:
            return one
        return replace(one, words=(words[0], words[1], words[2]))

    def _moves(self, row: RowReading, lead: Any, base: Mapping[str, Any] | None) -> list[Difference]:
        """Say what a changed stage meets at its gate."""
        typed = str(row.values.get("stage") or "")
        to = stage_codes(render).get(typed)
        was = (base or {}).get("stage", lead.stage)
        if not typed or to in (lead.stage, was):
            return []
        if to is None:
            text = say("“%(word)s” is no stage of ours.", word=typed)
            words = (render(STAGE_LABELS[was]), render(STAGE_LABELS[lead.stage]), typed)
            return [Difference("stage", was, lead.stage, None, ELSEWHERE, HISTORY_LABELS["stage"], words, (text,))]
        day = stage_day(row, lead, base, shanghai_date(self.at))
        found = move_findings(lead, to, happened_on=day, note=NOTE, by=self.by, at=self.at)
        words = (render(STAGE_LABELS[was]), render(STAGE_LABELS[lead.stage]), f"{typed} · {day.isoformat()}")
        verdict = SHUT if found else GATE
        told = tuple(item.text for item in found)
        return [Difference("stage", was, lead.stage, to, verdict, HISTORY_LABELS["stage"], words, told)]


def stage_day(row: RowReading, lead: Any, base: Mapping[str, Any] | None, today: date) -> date:
    """Return the day a changed stage dates from: the column beside it where that was changed too, else today."""
    typed = str((row.values.get("extra") or {}).get(render(say("Stage since"))) or "")
    found = read_date(typed).iso if typed else None
    was = str((base or {}).get("stage_since") or lead.stage_since or "")
    if found and len(found) == len("2026-01-01") and found not in (was[:10], str(lead.stage_since)):
        return date.fromisoformat(found)
    return today


def _elsewhere(row: RowReading, lead: Any, base: Mapping[str, Any] | None) -> list[Difference]:
    """Name the cells that were changed though a workbook does not change them, and where it is done."""
    extra = row.values.get("extra") or {}
    found = []
    typed = str(extra.get(render(say("Status"))) or "")
    to = status_codes(render).get(typed)
    if to and to not in (lead.status, (base or {}).get("status", lead.status)):
        text = say("A status is changed on the project's page, where its reason is asked.")
        was = (base or {}).get("status", lead.status)
        words = (render(STATUS_LABELS[was]), render(STATUS_LABELS[lead.status]), typed)
        found.append(Difference("status", None, lead.status, to, ELSEWHERE, HISTORY_LABELS["status"], words, (text,)))
    landed = str(extra.get(render(say("Landed"))) or "")
    ours = render(say("Landed")) if lead.landed_on else render(say("Not landed"))
    if landed in (render(say("Landed")), render(say("Not landed"))) and landed != ours:
        text = say("Landing is recognised on the project's page, by its gate of three verified legs.")
        found.append(Difference("landed", None, None, None, ELSEWHERE, HISTORY_LABELS["landed"],
                                ("—", ours, landed), (text,)))  # fmt: skip
    for code, column, fact in (("contract_amount_wan", "contracted_fen", "contracted"),
                               ("paid_in_wan", "paid_in_fen", "paid_in")):  # fmt: skip
        sent, mine = row.values.get(code), getattr(lead, column)
        if sent is not None and round(float(sent) * 1_000_000) != (mine or 0):
            text = say("This figure comes from the contracts and vouchers on the project's page.")
            words = ("—", show_wan(mine) if mine is not None else "—", f"{sent:,}")
            found.append(Difference(fact, None, mine, sent, ELSEWHERE, HISTORY_LABELS[fact], words, (text,)))
    return found


def plan_of(row: RowReading) -> dict[str, Any]:
    """Return what a compared row will do, as its staged row keeps it."""
    facts = {one.fact: [one.ours, one.theirs] for one in row.changes if one.verdict == TAKE}
    stage = next((one for one in row.changes if one.verdict == GATE), None)
    plan: dict[str, Any] = {"facts": facts}
    if stage and stage.words:
        plan["stage"] = [stage.ours, stage.theirs, stage.words[2][-10:]]
    return plan


def apply_plan(lead_id: int, plan: dict[str, Any], *, file: str, by: Actor,
               at: datetime) -> tuple[dict[str, Any], dict[str, Any], list[Finding]]:  # fmt: skip
    """Do what a row planned; returns what was, what is, and what was refused because somebody was faster."""
    lead = Lead.get_by_id(lead_id)
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    refused: list[Finding] = []
    facts = plan.get("facts") or {}
    saw = {name: _typed(name, pair[0]) for name, pair in facts.items()}
    wanted = {name: _typed(name, pair[1]) for name, pair in facts.items()}
    if any(not alike_value(name, getattr(lead, name), value) for name, value in saw.items()):
        text = say("Somebody changed this project after the workbook was read: read it again.")
        return before, after, [Finding("return.raced", text)]
    try:
        if wanted:
            edit_assessed(lead_id, wanted, base=saw, version=lead.version, by=by, at=at)
            before, after = saw, wanted
        if plan.get("stage"):
            was, to, day = plan["stage"]
            move(lead_id, to, happened_on=date.fromisoformat(day), note=NOTE.format(file=file), by=by, at=at)
            before, after = {**before, "stage": was}, {**after, "stage": to}
    except Refusal as refusal:
        refused += refusal.findings
    return before, after, refused


def _typed(name: str, value: Any) -> Any:
    return getattr(Lead, name).python_value(value) if value is not None and name in BY_NAME else value

