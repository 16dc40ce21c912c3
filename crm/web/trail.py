"""The trail in the words of every room: what a changed fact is called, and how its value reads."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from crm.accounts.rules import roles
from crm.audit.rules_words import FIELDS
from crm.cooperation.rules import VERDICTS, cooperation
from crm.core.errors import Text, say
from crm.core.money import show_hundredths, show_wan
from crm.core.words import gettext as _
from crm.core.words import render
from crm.credit.rules_evaluation import STAFF
from crm.intake.rules_partner import STATES as HINT_STATES
from crm.land.rules import milestones
from crm.leads.rules import BY_NAME, HISTORY_LABELS
from crm.leads.rules_claims import DECISIONS
from crm.pipeline.routes_show_history import CODES as LEAD_CODES
from crm.pipeline.routes_show_history import NAMES as LEAD_NAMES
from crm.profile.rules import dictionary, label, labels
from crm.scoring.rules_chain import current as chains
from crm.scoring.rules_versions import KINDS as RULE_KINDS
from crm.services.rules import CATEGORIES
from crm.statistics.rules import INDICATORS, MEASURES
from crm.support.rules import KINDS as SUPPORT_KINDS
from crm.support.rules import STATES as SUPPORT_STATES
from crm.support.rules_measures import STEPS, Measure, book, read_measures
from crm.support.rules_old import STATES as CLAUSE_STATES
from crm.support.rules_review import CONCLUSIONS
from crm.web.words import basis

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

UNTOLD = frozenset({"sha256", "contract.yearly_plan", "paid_in.file_id", "version"})
"""What the trail keeps for the machine and nobody reads: seals, ids of files, and numbers of a row's edition."""
OWN: dict[str, Text] = {
    "amount_fen": say("Amount"),
    "answer": say("Answer"),
    "cadre": say("Cadre"),
    "case": say("Case"),
    "code_name": say("Code name"),
    "columns": say("Columns"),
    "completed": say("Completed"),
    "conclusion": say("Conclusion"),
    "corrected": say("Corrected"),
    "create": say("New"),
    "duplicate": say("Duplicates"),
    "enterprise": say("Enterprise"),
    "entered_on": say("Entered the park on"),
    "evidence": say("What shows it"),
    "explanation": say("Explanation"),
    "head": say("Person in charge"),
    "host_opinion": say("Opinion of the host unit"),
    "industry_code": say("Industry"),
    "lead": say("Project"),
    "lead_id": say("Project"),
    "left_on": say("Left the park on"),
    "link": say("Link of the chain"),
    "matter": say("What the city's leaders are to decide"),
    "month": say("Month"),
    "new": say("New"),
    "not_data": say("No data"),
    "note": say("Note"),
    "offline": say("Off the network"),
    "ours_bps": say("Our share"),
    "ours_fen": say("Our part"),
    "percent": say("Progress (%)"),
    "projects": say("Projects"),
    "quota": say("Base of the quota"),
    "read": say("Rows read"),
    "refused": say("Refused"),
    "report": say("Report"),
    "scale_on": say("Above size since"),
    "shared": say("Shared"),
    "staff": say("Group"),
    "statistician": say("Statistician"),
    "statistician_phone": say("Statistician's phone"),
    "summary": say("Own summary"),
    "theirs_fen": say("The partner's part"),
    "total_fen": say("Total investment"),
    "unchanged": say("Unchanged"),
    "unit": say("Unit"),
    "update": say("Changed"),
    "uscc": say("Unified social credit code"),
    "verdict": say("How far"),
    "weekly": say("Every week"),
    "land.asked_on": say("Asked for on"),
    "land.park": say("Park"),
    "power.handed_on": say("Handed down on"),
    "power.park": say("Park"),
    "power.procedure_code": say("Procedure"),
    "power.seal": say("A seal seen is a seal given"),
}
NAMES: dict[str, Text] = {
    **{fact.name: fact.label for fact in BY_NAME.values()},
    **HISTORY_LABELS,
    **{measure.name: measure.label for measure in MEASURES},
    **LEAD_NAMES,
    **OWN,
    **FIELDS,
}
CODES: dict[str, Mapping[str, Text]] = {
    **LEAD_CODES,
    "clause.state": CLAUSE_STATES,
    "conclusion": CONCLUSIONS,
    "decision": {**DECISIONS, **HINT_STATES},
    "matter.category": CATEGORIES,
    "staff": STAFF,
    "support.kind": SUPPORT_KINDS,
    "support.state": SUPPORT_STATES,
    "support.step": STEPS,
    "verdict": VERDICTS,
}
LONGEST = 200


def name_of(name: str) -> Text:
    """Return what a changed fact is called; one that carries its own name in it shows that."""
    if name in NAMES:
        return NAMES[name]
    room, _dot, rest = name.rpartition(".")
    if room == "support.fact":
        return next((fact.label for one in _measures() for fact in one.facts if fact.code == rest), Text(rest))
    if room == "land.step":
        return next((Text(step.label) for step in milestones() if step.code == rest), Text(rest))
    return Text(rest or name)


def value_of(name: str, value: Any, known: Mapping[str, Mapping[str, str]]) -> str:
    """Return how the value of a fact reads; `known` turns ids into names."""
    if value is None or value == "":
        return "—"
    if isinstance(value, bool):
        return render(say("yes") if value else say("no"))
    if name.endswith("basis"):
        value = basis(str(value))
    text = _coded(name, str(value), known) or _measured(name, value) or str(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def thing_of(kind: str, shown: str) -> str:
    """Return what was changed, in words where the trail keeps a code."""
    if kind == "rules" and shown in RULE_KINDS:
        return render(RULE_KINDS[shown])
    if kind == "cooperation" and shown in cooperation().standards:
        return render(cooperation().standards[shown].label)
    if kind == "report" and shown.startswith("layout-"):
        return _("Layout %(number)s", number=shown.removeprefix("layout-"))
    if kind == "park":
        return _park(shown)
    if kind == "chain":
        return _link(shown)
    first, _blank, rest = shown.partition(" ")
    return f"{render(INDICATORS[rest])} {first}" if kind == "city_total" and rest in INDICATORS else shown


def _coded(name: str, value: str, known: Mapping[str, Mapping[str, str]]) -> str:
    """Return the word of a code, or nothing."""
    if name in CODES and value in CODES[name]:
        return render(CODES[name][value])
    if name in known:
        return known[name].get(value, value)
    if name in ("themes", "clusters"):
        return render(labels(name, value))
    if name == "shares":
        return _shares(value, known)
    if name in READERS:
        return READERS[name](value)
    fact = BY_NAME.get(name)
    return render(label(fact.dictionary, value)) if fact and fact.dictionary else ""


def _measured(name: str, value: Any) -> str:
    """Return an amount, an area or a share with its unit, or nothing."""
    if not isinstance(value, int):
        return ""
    kind = next((fact.type for one in _measures() for fact in one.facts if name == f"support.fact.{fact.code}"), "")
    if name.endswith("_fen") or kind == "wan":
        return f"{show_wan(value)} {_('10k yuan')}"
    if name.endswith("_cmu"):
        return f"{show_hundredths(value)} {_('mu')}"
    if name.endswith("_cents"):
        return show_hundredths(value)
    return f"{show_hundredths(value)} %" if name.endswith("_bps") or kind == "percent" else f"{value:,}"


def _shares(value: str, known: Mapping[str, Mapping[str, str]]) -> str:
    people = known.get("owner_id", {})
    told = []
    for one in value.replace(";", ",").split(","):
        who, _colon, share = one.strip().partition(":")
        told.append(f"{people.get(who, who)} {show_hundredths(int(share))} %" if share.isdigit() else one)
    return "、".join(told)


def _park(code: str) -> str:
    return render(label("parks", code)) if code in dictionary("parks") else code


def _link(code: str) -> str:
    found = chains().link(code)
    return render(Text(found.label)) if found else code


def _roles(value: str) -> str:
    held = roles()
    return "、".join(render(Text(held.get(one.strip(), one.strip()))) for one in value.split(","))


def _measure(code: str) -> str:
    return next((render(one.label) for one in _measures() if one.code == code), code)


@lru_cache
def _measures() -> tuple[Measure, ...]:
    return tuple(read_measures(book()).values())


READERS: Mapping[str, Callable[[str], str]] = {
    "park": _park,
    "land.park": _park,
    "power.park": _park,
    "role": _roles,
    "roles": _roles,
    "link": _link,
    "support.measure": _measure,
}
"""Facts whose code is read by a table of their own."""
