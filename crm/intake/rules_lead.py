"""From a row's values to a lead's facts: codes for words, days for dates; what fits nowhere is kept as typed."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

MONEY = {
    "investment_wan": "investment_fen",
    "investment_max_wan": "investment_max_fen",
    "fixed_assets_wan": "fixed_assets_fen",
    "annual_output_wan": "annual_output_fen",
    "annual_tax_wan": "annual_tax_fen",
}
SAME = ("name", "investor", "investor_place", "investor_profile", "content", "products", "industry", "site",
        "recommender", "leader", "progress", "problems", "requests", "next_steps", "remark")  # fmt: skip
PLAIN = {"contact": "contact_name", "land_mu": "land_cmu", "jobs": "jobs", "energy_tce": "energy_tce"}
DAYS = ("first_contact_on", "statistics_on")
PARKS = {"北": "P1", "经久": "P2", "太和": "P3"}
NATURES = {"新建": "new", "扩建": "expansion", "改扩建": "expansion", "技改": "upgrade", "改建": "upgrade"}
SETTLED = frozenset({"serial", "currency", "foreign_amount_wan", "date_iso", "date_precision", "stage", "stage_code",
                     "status_code", "phone", "phones", "responsible_unit", "extra", "park", "source", "build_nature",
                     "unit_chosen", "park_code", "source_code", "lead_id", "lead_version",
                     *MONEY, *SAME, *PLAIN})  # fmt: skip
UNMARKED = frozenset({"serial", "stage_code", "status_code", "unit_chosen", "park_code", "source_code"})
LONG_DAY = 10
STAGE_DAYS = {"started": "started_on", "producing": "produced_on", "at_capacity": "produced_on"}


@dataclass
class Draft:
    """What a row makes of a lead: the form's input, the opening stage and status, and what is kept as typed."""

    form: dict[str, object] = field(default_factory=dict)
    stage: str = "lead"
    status: str = "active"
    since: date | None = None
    unit_name: str = ""
    owner_name: str = ""
    extra: dict[str, str] = field(default_factory=dict)


def fingerprint(values: Mapping[str, Any]) -> str:
    """Return the hash of a row's values without its serial number: the same row in a file saved anew is the same."""
    kept = {key: value for key, value in values.items() if key not in UNMARKED and value not in (None, "", [])}
    return hashlib.sha256(json.dumps(kept, ensure_ascii=False, sort_keys=True, default=str).encode()).hexdigest()


def fingerprints(rows: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return the hash of each row of a file; of rows that are the same in everything each has a hash of its own."""
    seen: Counter[str] = Counter()
    found = []
    for values in rows:
        mark = fingerprint(values)
        seen[mark] += 1
        found.append(mark if seen[mark] == 1 else hashlib.sha256(f"{mark}#{seen[mark]}".encode()).hexdigest())
    return found


def draft(values: Mapping[str, Any]) -> Draft:
    """Turn a row's values into a draft of a lead; nothing of the row is lost, what has no place stays in `extra`."""
    unit = values.get("unit_chosen") or values.get("responsible_unit") or ""
    made = Draft(unit_name=unit, owner_name=str(values.get("owner") or ""))
    form: dict[str, object] = {key: values.get(key) or "" for key in SAME}
    for key, name in {**MONEY, **PLAIN}.items():
        value = values.get(key)
        form[name] = "" if value is None else str(value)
    form["contact_phone"] = "；".join(str(phone) for phone in values.get("phones") or [])
    form["currency"] = values.get("currency") or "CNY"
    if values.get("foreign_amount_wan") is not None:
        form["foreign_amount_cents"] = str(values["foreign_amount_wan"])
    for key in DAYS:
        text = str(values.get(key) or "")
        form[key] = text if len(text) == LONG_DAY else ""
    form["park"] = values.get("park_code") or park_of(str(values.get("park") or ""))
    form["build_nature"] = NATURES.get(str(values.get("build_nature") or "").strip(), "")
    said = source_of(str(values.get("source") or ""), str(values.get("cadre") or ""))
    form["source"] = values.get("source_code") or said
    made.form = form
    made.stage = str(values.get("stage_code") or "lead")
    made.status = str(values.get("status_code") or "active")
    made.since = opening_day(values, made.stage)
    made.extra = _kept(values, form)
    return made


def park_of(text: str) -> str:
    """Return the park's code of the words in a ledger, or nothing."""
    return next((code for word, code in PARKS.items() if word in text), "")


def source_of(text: str, cadre: str) -> str:
    """Return the source's code of the words in a ledger; what says nothing else is another source."""
    if any(word in text for word in ("成凉", "双流", "成都")):
        return "chengdu_liangshan"
    return "seconded_cadre" if cadre or "挂职" in text else "other"


def opening_day(values: Mapping[str, Any], stage: str) -> date | None:
    """Return the day an opening entry's stage dates from: the stage's own day, else the signing day, if fully known."""
    for key in (STAGE_DAYS.get(stage, ""), "date_iso"):
        text = str(values.get(key) or "") if key else ""
        if len(text) == LONG_DAY and stage not in ("lead", "qualified", "negotiating"):
            return date.fromisoformat(text)
    return None


def _kept(values: Mapping[str, Any], form: Mapping[str, object]) -> dict[str, str]:
    kept = {key: str(value) for key, value in (values.get("extra") or {}).items()}
    for key, value in values.items():
        if key in SETTLED or value in (None, "", []):
            continue
        if key in DAYS and form.get(key):
            continue
        kept[key] = str(value)
    for key in ("stage", "date_iso", "responsible_unit"):
        if values.get(key):
            kept[key] = str(values[key])
    for key in ("park", "source", "build_nature"):
        if values.get(key):
            kept[key] = str(values[key])
    return kept
