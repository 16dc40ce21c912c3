"""What answers look like: one table per thing says where each value comes from and of what kind it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from crm.api.rules import outside
from crm.core.money import FEN_PER_WAN
from crm.core.words import render
from crm.leads.rules import FACTS, STAGES, STATUSES
from crm.support.rules import STATES as SUPPORT_STATES

if TYPE_CHECKING:
    from collections.abc import Mapping

UNITS = {"wan": FEN_PER_WAN, "hundredths": 100}
MAYBE: dict[str, dict[str, Any]] = {
    "id": {"type": "integer"},
    "count": {"type": "integer"},
    "text": {"type": "string"},
    "bool": {"type": "boolean"},
    "wan": {"type": "number", "description": "万元"},
    "hundredths": {"type": "number"},
    "day": {"type": "string", "format": "date"},
    "moment": {"type": "string", "format": "date-time"},
    "texts": {"type": "array", "items": {"type": "string"}},
    "plan": {"type": "object", "additionalProperties": {"type": "number"}},
    "any": {},
}


@dataclass(frozen=True)
class Shape:
    """One thing as answers show it: outside name → (inside name, kind; a kind with `?` may be unknown).

    The kind `rows:Name` is a list of another thing, which the caller has made JSON of already.
    """

    name: str
    fields: Mapping[str, tuple[str, str]]
    codes: Mapping[str, tuple[str, ...]] | None = None

    def of(self, row: Any) -> dict[str, Any]:
        """Return a row (a dataclass or a mapping) as JSON."""
        get = row.get if isinstance(row, dict) else lambda name: getattr(row, name)
        return {name: value_of(get(inside), kind) for name, (inside, kind) in self.fields.items()}

    def schema(self) -> dict[str, Any]:
        """Return the thing as JSON Schema; a value that is unknown is null, never left out."""
        properties = {name: _schema(kind) for name, (_inside, kind) in self.fields.items()}
        for name, codes in (self.codes or {}).items():
            properties[name] = {"type": "string", "enum": list(codes)}
        needed = list(self.fields)
        return {"type": "object", "properties": properties, "required": needed, "additionalProperties": False}


def _schema(kind: str) -> dict[str, Any]:
    if kind.startswith("rows:"):
        return {"type": "array", "items": {"$ref": f"#/components/schemas/{kind.removeprefix('rows:')}"}}
    plain = dict(MAYBE[kind.rstrip("?")])
    if kind.endswith("?"):
        plain["type"] = [plain["type"], "null"]
    return plain


def number(value: int, unit: int) -> int | float:
    """Return a stored whole number in its outside unit, without idle decimals."""
    return value // unit if value % unit == 0 else value / unit


def value_of(value: Any, kind: str) -> Any:
    """Return one value as JSON."""
    if value is None:
        return None
    plain = kind.rstrip("?")
    if plain in UNITS:
        return number(int(value), UNITS[plain])
    if plain == "plan":
        return {str(year): number(fen, FEN_PER_WAN) for year, fen in value.items()}
    if plain == "texts":
        return value.split(";") if isinstance(value, str) and value else list(value or ())
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds") + "Z"
    if isinstance(value, date):
        return value.isoformat()
    if plain == "text":
        return render(value)
    return value


KINDS = {"money": "wan?", "mu": "hundredths?", "count": "count?", "date": "day?", "unit": "id", "person": "id?"}
HEAD = {
    "id": ("id", "id"), "number": ("number", "text"), "version": ("version", "count"), "stage": ("stage", "text"),
    "stage_since": ("stage_since", "day"), "opening": ("opening", "bool"), "status": ("status", "text"),
}  # fmt: skip
LEAD_CODES = {"stage": STAGES, "status": STATUSES}
LEAD = Shape(
    "Lead",
    {
        **HEAD,
        **{outside(fact.name): (fact.name, KINDS.get(fact.kind, "text?")) for fact in FACTS},
        "unit_name": ("unit_name", "text"), "owner_name": ("owner_name", "text?"),
        "themes": ("themes", "texts"), "clusters": ("clusters", "texts"),
        "contracted_wan": ("contracted_fen", "wan?"), "paid_in_wan": ("paid_in_fen", "wan?"),
        "paid_in_recorded_wan": ("paid_in_recorded_fen", "wan?"),
        "legs_verified": ("legs_verified", "count"), "landed_on": ("landed_on", "day?"),
        "last_contact_on": ("last_contact_on", "day?"), "created_at": ("created_at", "moment"),
        "updated_at": ("updated_at", "moment"),
    },
    LEAD_CODES,
)  # fmt: skip
LEAD_IN_LIST = Shape(
    "LeadInList",
    {
        **{name: pair for name, pair in HEAD.items() if name != "version"},
        "name": ("name", "text"), "investor": ("investor", "text?"), "investment_wan": ("investment_fen", "wan?"),
        "investment_max_wan": ("investment_max_fen", "wan?"), "theme": ("theme", "text"),
        "cluster": ("cluster", "text"), "park": ("park", "text?"), "source": ("source", "text?"),
        "legs_verified": ("legs_verified", "count"), "landed_on": ("landed_on", "day?"),
        "last_contact_on": ("last_contact_on", "day?"), "unit_name": ("unit_name", "text"),
        "owner_name": ("owner_name", "text?"), "created_at": ("created_at", "moment"),
        "updated_at": ("updated_at", "moment"),
    },
    LEAD_CODES,
)  # fmt: skip
CONTACT = Shape(
    "Contact",
    {
        "id": ("id", "id"), "happened_on": ("happened_on", "day"), "kind": ("kind", "text"),
        "two_way": ("two_way", "bool"), "text": ("text", "text"), "next_step": ("next_step", "text"),
        "next_on": ("next_on", "day?"), "by_name": ("by_name", "text"), "recorded_at": ("recorded_at", "moment"),
    },
)  # fmt: skip
ENTRY = {
    "note": ("note", "text"), "recorded_by": ("recorded_by", "text"), "recorded_at": ("recorded_at", "moment"),
    "voided_at": ("voided_at", "moment?"), "void_reason": ("void_reason", "text"),
}  # fmt: skip
CONTRACT = Shape(
    "Contract",
    {
        "id": ("id", "id"), "kind": ("kind", "text"), "signed_on": ("signed_on", "day"),
        "amount_wan": ("amount_fen", "wan"), "counterpart": ("counterpart", "text"),
        "agreed_start_on": ("agreed_start_on", "day?"), "agreed_completion_on": ("agreed_completion_on", "day?"),
        "agreed_production_on": ("agreed_production_on", "day?"), "yearly_plan": ("yearly_plan", "plan"), **ENTRY,
    },
)  # fmt: skip
PAID_IN = Shape(
    "PaidIn",
    {
        "id": ("id", "id"), "paid_on": ("paid_on", "day"), "amount_wan": ("amount_fen", "wan"),
        "kind": ("kind", "text"), "outside_percent": ("outside_bps", "hundredths?"),
        "voucher_no": ("voucher_no", "text"), "excess_reason": ("excess_reason", "text"),
        "reverses": ("reverses_id", "id?"), "recognised_at": ("recognised_at", "moment?"), **ENTRY,
    },
)  # fmt: skip
ENTITY = Shape(
    "Entity",
    {
        "version": ("version", "count"), "kind": ("kind", "text"), "name": ("name", "text"), "uscc": ("uscc", "text"),
        "address": ("address", "text"), "registrar": ("registrar", "text"), "registered_on": ("registered_on", "day?"),
        "capital_wan": ("capital_fen", "wan?"), "tax_office": ("tax_office", "text"),
        "taxpayer_status": ("taxpayer_status", "text"), "taxed_on": ("taxed_on", "day?"),
        "accounting": ("accounting", "bool?"), "books_kept_at": ("books_kept_at", "text"),
        "statistics_relation": ("statistics_relation", "text"), "increment_wan": ("increment_fen", "wan?"),
        "note": ("note", "text"),
    },
)  # fmt: skip
EVIDENCE = Shape(
    "Evidence",
    {
        "id": ("id", "id"), "leg": ("leg", "text"), "version": ("version", "count"), "kind": ("kind", "text"),
        "file_name": ("file_name", "text"), "sha256": ("sha256", "text"), "note": ("note", "text"),
        "valid_until": ("valid_until", "day?"),
        "state": ("state", "text"), "submitted_by": ("submitted_by", "text"),
        "submitted_at": ("submitted_at", "moment"), "decided_by": ("decided_by", "text"),
        "decided_at": ("decided_at", "moment?"), "reason": ("reason", "text"),
    },
)  # fmt: skip
SHARE = Shape(
    "Share",
    {
        "cadre_id": ("cadre_id", "id"), "cadre_name": ("cadre_name", "text"),
        "share_percent": ("share_bps", "hundredths"), "reported_at": ("reported_at", "moment"),
        "reason": ("reason", "text"),
    },
)  # fmt: skip
POSTING = Shape(
    "Posting",
    {
        "id": ("id", "id"), "cadre_id": ("cadre_id", "id"), "cadre_name": ("cadre_name", "text"),
        "home_unit": ("home_unit", "text"), "host_place": ("host_place", "text"), "host_unit": ("host_unit", "text"),
        "post": ("post", "text"), "direction": ("direction", "text"), "starts_on": ("starts_on", "day"),
        "ends_on": ("ends_on", "day"),
    },
)  # fmt: skip
JOB = Shape(
    "Job",
    {
        "id": ("id", "id"), "kind": ("kind", "text"), "title": ("title", "text"), "state": ("state", "text"),
        "done": ("done", "count"), "total": ("total", "count?"), "errors": ("errors", "count"),
        "file_name": ("file_name", "text"), "created_at": ("created_at", "moment"),
        "started_at": ("started_at", "moment?"), "ended_at": ("ended_at", "moment?"),
    },
    {"state": ("queued", "running", "done", "failed", "cancelled")},
)  # fmt: skip
FINDING: dict[str, Any] = {
    "type": "object",
    "properties": {
        "code": {"type": "string"},
        "field": {"type": ["string", "null"]},
        "message": {"type": "string"},
    },
    "required": ["code", "field", "message"],
    "additionalProperties": False,
}
MADE: dict[str, Any] = {
    "type": "object",
    "properties": {"id": {"type": "integer"}, "warnings": {"type": "array", "items": FINDING}},
    "required": ["id", "warnings"],
    "additionalProperties": False,
}
DONE: dict[str, Any] = {
    "type": "object",
    "properties": {"done": {"const": True}},
    "required": ["done"],
    "additionalProperties": False,
}
CHECKED: dict[str, Any] = {
    "type": "object",
    "properties": {"counts": {"type": "boolean"}},
    "required": ["counts"],
    "additionalProperties": False,
}
GAPS: dict[str, Any] = {
    "type": "object",
    "properties": {"gaps": {"type": "array", "items": FINDING}},
    "required": ["gaps"],
    "additionalProperties": False,
}
LANDING: dict[str, Any] = {
    "type": "object",
    "properties": {
        "state": {"type": "string", "enum": ["landed", "ready", "not_yet"]},
        "landed_on": {"type": ["string", "null"], "format": "date"},
        "legs": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "leg": {"type": "string"}, "state": {"type": "string"}, "who": {"type": ["string", "null"]},
                    "stands": {"type": "boolean"},
                },
                "required": ["leg", "state", "who", "stands"],
                "additionalProperties": False,
            },
        },
        "gaps": {"type": "array", "items": FINDING},
        "entity": {"anyOf": [{"$ref": "#/components/schemas/Entity"}, {"type": "null"}]},
        "evidence": {"type": "array", "items": {"$ref": "#/components/schemas/Evidence"}},
    },
    "required": ["state", "landed_on", "legs", "gaps", "entity", "evidence"],
    "additionalProperties": False,
}  # fmt: skip
ME: dict[str, Any] = {
    "type": "object",
    "properties": {
        "person_id": {"type": "integer"}, "name": {"type": "string"}, "roles": MAYBE["texts"],
        "unit_id": {"type": ["integer", "null"]}, "scopes": MAYBE["texts"], "expires_on": MAYBE["day"],
    },
    "required": ["person_id", "name", "roles", "unit_id", "scopes", "expires_on"],
    "additionalProperties": False,
}  # fmt: skip
CHOICE: dict[str, Any] = {
    "type": "object",
    "properties": {"code": {"type": ["string", "integer"]}, "words": {"type": "string"}},
    "required": ["code", "words"],
    "additionalProperties": False,
}
CHOICES: dict[str, Any] = {"type": "object", "additionalProperties": {"type": "array", "items": CHOICE}}
SUPPORT_ITEM = Shape(
    "SupportItem",
    {
        "id": ("id", "id"), "lead_id": ("lead_id", "id?"), "kind": ("kind", "text"), "measure": ("measure", "text"),
        "title": ("title", "text"), "legal_basis": ("legal_basis", "text"), "beneficiary": ("beneficiary", "text"),
        "condition": ("condition", "text"), "amount_wan": ("amount_fen", "wan?"), "starts_on": ("starts_on", "day?"),
        "ends_on": ("ends_on", "day?"), "state": ("state", "text"), "edition": ("edition", "count"),
        "conclusion": ("conclusion", "text"), "may_be_signed": ("cleared", "bool"),
        "exception_until": ("cleared_until", "day?"), "contract_id": ("contract_id", "id?"), "step": ("step", "text"),
        "facts": ("facts", "any"),
    },
    {"state": tuple(SUPPORT_STATES)},
)  # fmt: skip
SHAPES = (LEAD, LEAD_IN_LIST, CONTACT, CONTRACT, PAID_IN, ENTITY, EVIDENCE, SHARE, POSTING, JOB, SUPPORT_ITEM)
PLAIN = {"Made": MADE, "Done": DONE, "Checked": CHECKED, "Gaps": GAPS, "Landing": LANDING, "Me": ME, "Choices": CHOICES}


def told(findings: Any) -> list[dict[str, Any]]:
    """Return findings as answers show them."""
    return [
        {"code": item.code, "field": outside(item.field) if item.field else None, "message": render(item.text)}
        for item in findings
    ]
