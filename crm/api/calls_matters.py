"""Calls about matters: requests, complaints, needs of talents, decisions; each with an owner, a deadline, an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crm.accounts.queries import units
from crm.api.calls_leads import page_mark
from crm.api.calls_moves import DONE
from crm.api.calls_reviews import CURSOR
from crm.api.endpoints import Call, Query, endpoint
from crm.api.forms_json import typed
from crm.api.operations import Answer
from crm.api.shapes import told
from crm.api.shapes_services import MATTER, MATTER_STEP
from crm.core.clock import shanghai_date
from crm.core.errors import refuse, say
from crm.core.forms import check
from crm.leads.queries_typed import with_lead
from crm.services.forms import (
    AnswerForm,
    AnyMatterForm,
    CloseForm,
    DeadlineForm,
    OwnerForm,
    ProgressForm,
    ReopenForm,
)
from crm.services.operations import answer, close, hand_on, move_deadline, raise_matter, reopen, tell_progress
from crm.services.queries import MatterAsk, MatterRow, board, matter_reached, steps_of
from crm.services.rules import CATEGORIES, due_warnings

if TYPE_CHECKING:
    from collections.abc import Mapping

SHOWN = ("open", "late", "answered", "closed")
FACTS: dict[str, Any] = {"scope": "services.write", "group": "matters", "gives": "Done"}


def _reached(call: Call) -> MatterRow:
    row = matter_reached(int(call.ids["matter_id"]), call.by)
    if row is None:
        raise refuse("matter.unknown", say("There is no such matter, or it is not yours."), status=404)
    return row


@endpoint("GET", "/matters", permission="matter.view", scope="services.read", many=True, gives="Matter",
          query=(Query("category", say("Category"), codes=CATEGORIES),
                 Query("show", say("Which ones"), codes=dict.fromkeys(SHOWN, "")),
                 Query("unit", say("Unit that answers"), number=(1, 10**17)), *CURSOR),
          summary=say("Matters in reach, the most urgent first"), group="matters")  # fmt: skip
def list_matters(call: Call) -> Answer:
    """Answer with one page of the board."""
    unit = call.asked.get("unit")
    ask = MatterAsk(
        call.asked.get("category", ""), call.asked.get("show", "open"), int(unit) if unit else None, page_mark(call, 2)
    )
    found = board(ask, call.by, shanghai_date(call.at))
    return Answer({"items": [MATTER.of(row) for row in found.rows], "next": found.next_cursor})


def _blank() -> Any:
    form = AnyMatterForm()
    form.offer_all([])
    return form


def _units() -> list[tuple[int, str]]:
    return [(unit.id, unit.name) for unit in units()]


def _raised(_call: Call, body: Mapping[str, Any]) -> Any:
    form = AnyMatterForm(typed(_blank(), body))
    form.offer_all(_units())
    return form


@endpoint("POST", "/matters", permission="matter.record", form=_blank, read=_raised, status=201,
          summary=say("Raise a matter"), **{**FACTS, "gives": "Made"})  # fmt: skip
def raise_one(call: Call) -> Answer:
    """Raise a matter, as the page does."""
    values = with_lead(check(call.form), call.by)
    for name in ("about_unit_id", "owner_unit_id"):
        values[name] = int(values[name]) if values[name] else None
    made = raise_matter(values, by=call.by, at=call.at)
    warnings = told(due_warnings(values["category"], values["raised_on"], values["due_on"]))
    return Answer({"id": made, "warnings": warnings}, 201)


@endpoint("GET", "/matters/<int:matter_id>", permission="matter.view", scope="services.read", gives="Matter",
          summary=say("One matter"), group="matters")  # fmt: skip
def show_matter(call: Call) -> Answer:
    """Answer with one matter."""
    return Answer(MATTER.of(_reached(call)))


@endpoint("GET", "/matters/<int:matter_id>/steps", permission="matter.view", scope="services.read", many=True,
          gives="MatterStep", summary=say("What happened to a matter, the latest first"), group="matters")  # fmt: skip
def list_steps(call: Call) -> Answer:
    """Answer with what happened."""
    return Answer({"items": [MATTER_STEP.of(row) for row in steps_of(_reached(call).id)], "next": None})


@endpoint("POST", "/matters/<int:matter_id>/answer", permission="matter.answer", form=AnswerForm,
          summary=say("Answer a matter"), **FACTS)  # fmt: skip
def answer_matter(call: Call) -> Answer:
    """Answer a matter; nobody of the unit complained of does."""
    answer(int(call.ids["matter_id"]), check(call.form)["answer"], by=call.by, at=call.at)
    return Answer(DONE)


@endpoint("POST", "/matters/<int:matter_id>/progress", permission="matter.answer", form=ProgressForm,
          summary=say("Tell how far a matter is"), **FACTS)  # fmt: skip
def progress_matter(call: Call) -> Answer:
    """Tell the progress."""
    tell_progress(int(call.ids["matter_id"]), check(call.form)["text"], by=call.by, at=call.at)
    return Answer(DONE)


def _owner_form() -> Any:
    form = OwnerForm()
    form.offer([])
    return form


def _owner(_call: Call, body: Mapping[str, Any]) -> Any:
    form = OwnerForm(typed(_owner_form(), body))
    form.offer(_units())
    return form


@endpoint("POST", "/matters/<int:matter_id>/hand-on", permission="matter.answer", form=_owner_form, read=_owner,
          summary=say("Hand a matter on to another unit"), **FACTS)  # fmt: skip
def hand_on_matter(call: Call) -> Answer:
    """Hand a matter on."""
    values = check(call.form)
    hand_on(int(call.ids["matter_id"]), int(values["owner_unit_id"]), None, values["reason"], by=call.by, at=call.at)
    return Answer(DONE)


@endpoint("POST", "/matters/<int:matter_id>/deadline", permission="matter.close", form=DeadlineForm,
          summary=say("Move a matter's deadline"), **FACTS)  # fmt: skip
def deadline_matter(call: Call) -> Answer:
    """Move the deadline."""
    values = check(call.form)
    move_deadline(int(call.ids["matter_id"]), values["due_on"], values["reason"], by=call.by, at=call.at)
    return Answer(DONE)


@endpoint("POST", "/matters/<int:matter_id>/close", permission="matter.close", form=CloseForm,
          summary=say("Close a matter with what whoever raised it says"), **FACTS)  # fmt: skip
def close_matter(call: Call) -> Answer:
    """Close a matter; who answered does not."""
    values = check(call.form)
    close(int(call.ids["matter_id"]), values["rating"], values["note"] or "", by=call.by, at=call.at)
    return Answer(DONE)


@endpoint("POST", "/matters/<int:matter_id>/reopen", permission="matter.close", form=ReopenForm,
          summary=say("Open a matter again"), **FACTS)  # fmt: skip
def reopen_matter(call: Call) -> Answer:
    """Open a matter again."""
    values = check(call.form)
    reopen(int(call.ids["matter_id"]), values["due_on"], values["reason"], by=call.by, at=call.at)
    return Answer(DONE)
