"""What answers about reviews, approvals, matters and land look like."""

from __future__ import annotations

from crm.api.shapes import Shape
from crm.approvals.rules import STATES as CASE_STATES
from crm.land.rules import GROUPS
from crm.services.rules import CATEGORIES
from crm.services.rules import STATES as MATTER_STATES
from crm.support.rules import STATES, SUBJECTS
from crm.support.rules_city import RULE_NAMES

HEARING = Shape(
    "Hearing",
    {
        "who": ("who", "text"), "heard_on": ("heard_on", "day"), "how": ("how", "text"), "said": ("said", "text"),
        "recorded_by": ("by_name", "text"),
    },
)  # fmt: skip
REVIEW = Shape(
    "Review",
    {
        "id": ("id", "id"), "item_id": ("item_id", "id"), "edition": ("edition", "count"),
        "drafting_unit": ("drafting_unit", "text"), "first_opinion": ("first_opinion", "text"),
        "heard": ("heard", "count"), "conclusion": ("conclusion", "text"), "opinion": ("opinion", "text"),
        "asked_change": ("asked_change", "text"), "document_no": ("document_no", "text"),
        "file_name": ("file_name", "text"), "concluded_on": ("concluded_on", "day"), "ground": ("ground", "text"),
        "no_milder": ("no_milder", "text"), "exception_until": ("exception_until", "day?"),
        "end_conditions": ("end_conditions", "text"), "reviewer": ("by_name", "text"),
        "reviewer_unit": ("unit_name", "text"), "entered_at": ("at", "moment"),
        "confirmed_edition": ("confirmed_edition", "count?"), "voided_at": ("voided_at", "moment?"),
    },
)  # fmt: skip
REGISTER_LINE = Shape(
    "RegisterLine",
    {
        "item_id": ("id", "id"), "subject": ("subject", "text"), "title": ("title", "text"),
        "lead_id": ("lead_id", "id?"), "park": ("park", "text"), "rule": ("rule_version", "text"),
        "drafting_unit": ("unit_name", "text"), "first_opinion": ("first_opinion", "text"), "heard": ("heard", "texts"),
        "state": ("state", "text"), "conclusion": ("conclusion", "text"), "may_count": ("cleared", "bool"),
        "reviews": ("reviews", "rows:Review"),
    },
    {"subject": tuple(SUBJECTS), "state": tuple(STATES)},
)  # fmt: skip
CITY_RULE = Shape(
    "CityRule",
    {
        "kind": ("kind", "text"), "name": ("name", "text"), "version": ("version", "text"),
        "in_force_from": ("since", "day?"), "stands": ("stands", "text"), "conclusion": ("conclusion", "text"),
        "document_no": ("document", "text"), "item_id": ("item_id", "id?"), "waits_for": ("waits", "text?"),
    },
    {"kind": tuple(RULE_NAMES), "stands": ("in_force", "to_come", "waits", "draft")},
)  # fmt: skip
STRETCH = Shape("Stretch", {"from_on": ("from_on", "day"), "to_on": ("to_on", "day?")})
CASE = Shape(
    "ApprovalCase",
    {
        "id": ("id", "id"), "lead_id": ("lead_id", "id"), "code": ("code", "text"), "name": ("name", "text"),
        "unit": ("unit_name", "text"), "unit_id": ("unit_id", "id?"), "by_park": ("by_park", "bool"),
        "promised_days": ("promised_days", "count"), "state": ("state", "text"), "accepted_on": ("accepted_on", "day?"),
        "due_on": ("due_on", "day?"), "estimated": ("estimated", "bool"), "ended_on": ("ended_on", "day?"),
        "used_days": ("used_days", "count?"), "document": ("document", "text"), "note": ("note", "text"),
        "stop_reason": ("stop_reason", "text"), "stops": ("stops", "rows:Stretch"),
    },
    {"state": tuple(CASE_STATES)},
)  # fmt: skip
PROCEDURE = Shape(
    "Procedure",
    {
        "code": ("code", "text"), "name": ("name", "text"), "unit_before": ("unit_before", "text"),
        "unit_after": ("unit_after", "text"), "promised_days": ("promised_days", "count"), "basis": ("basis", "text"),
    },
)  # fmt: skip
POWER = Shape(
    "HandedPower",
    {
        "id": ("id", "id"), "park": ("park", "text"), "name": ("name", "text"), "procedure": ("procedure_code", "text"),
        "from_unit": ("from_unit", "text"), "basis": ("basis", "text"), "seal": ("seal", "bool"),
        "handed_on": ("handed_on", "day"), "ended_on": ("ended_on", "day?"), "note": ("note", "text"),
    },
)  # fmt: skip
MATTER_STEP = Shape(
    "MatterStep",
    {
        "kind": ("kind", "text"), "text": ("text", "text"), "old": ("old", "text"), "new": ("new", "text"),
        "by_name": ("by_name", "text"), "at": ("at", "moment"),
    },
)  # fmt: skip
MATTER = Shape(
    "Matter",
    {
        "id": ("id", "id"), "category": ("category", "text"), "kind": ("kind", "text"), "title": ("title", "text"),
        "detail": ("detail", "text"), "source": ("source", "text"), "lead_id": ("lead_id", "id?"),
        "about_unit_id": ("about_unit_id", "id?"), "about_unit": ("about_unit", "text"),
        "owner_unit_id": ("owner_unit_id", "id"), "owner_unit": ("owner_unit", "text"), "owner": ("owner", "text"),
        "raised_on": ("raised_on", "day"), "due_on": ("due_on", "day"), "state": ("state", "text"),
        "answer": ("answer", "text"), "answered_on": ("answered_on", "day?"), "answered_by": ("answered_by", "text"),
        "closed_on": ("closed_on", "day?"), "rating": ("rating", "text"),
    },
    {"category": tuple(CATEGORIES), "state": tuple(MATTER_STATES)},
)  # fmt: skip
MILESTONE = Shape(
    "Milestone",
    {
        "code": ("code", "text"), "group": ("group", "text"), "label": ("label", "text"), "due_on": ("due_on", "day"),
        "done_on": ("done_on", "day?"), "document": ("document", "text"), "reason": ("reason", "text"),
        "light": ("light", "text"),
    },
    {"group": tuple(GROUPS), "light": ("none", "green", "yellow", "red")},
)  # fmt: skip
PARCEL = Shape(
    "Parcel",
    {
        "id": ("id", "id"), "name": ("name", "text"), "park": ("park", "text"), "township": ("township", "text"),
        "year": ("year", "count"), "lead_id": ("lead_id", "id?"), "lead_number": ("lead_number", "text"),
        "asked_mu": ("asked_cmu", "hundredths"), "asked_on": ("asked_on", "day"),
        "granted_mu": ("granted_cmu", "hundredths?"), "granted_on": ("granted_on", "day?"),
        "document": ("document", "text"), "over_reason": ("over_reason", "text"), "dropped_on": ("dropped_on", "day?"),
        "note": ("note", "text"), "milestones": ("milestones", "rows:Milestone"),
    },
)  # fmt: skip
PARK_YEAR = Shape(
    "ParkYear",
    {
        "park": ("park", "text"), "quota_mu": ("quota", "hundredths?"), "basis": ("basis", "text"),
        "asked_mu": ("asked", "hundredths"), "granted_mu": ("granted", "hundredths"), "parcels": ("parcels", "count"),
        "unlisted_mu": ("unlisted", "hundredths"), "unlisted_leads": ("unlisted_leads", "count"),
    },
)  # fmt: skip
MORE_SHAPES = (
    HEARING, REVIEW, REGISTER_LINE, CITY_RULE, STRETCH, CASE, PROCEDURE, POWER, MATTER_STEP, MATTER, MILESTONE, PARCEL,
    PARK_YEAR,
)  # fmt: skip
