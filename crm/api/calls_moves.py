"""Calls that move a lead: stages, statuses, dated proofs; and the money beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crm.accounts.rules import may
from crm.api.calls_leads import opened
from crm.api.endpoints import Call, endpoint
from crm.api.forms_json import typed
from crm.api.operations import Answer
from crm.api.shapes import CONTRACT, PAID_IN, told
from crm.capital.forms import ContractForm, PaidInForm, VoidForm
from crm.capital.operations import record_contract, record_paid_in, void_contract, void_paid_in
from crm.capital.queries import contracts_of, paid_in_of
from crm.core.errors import refuse, say
from crm.core.forms import check
from crm.leads.rules import STAGES, STATUS_LABELS
from crm.pipeline.forms import MilestoneForm, MoveForm, StatusForm
from crm.pipeline.operations import advance_gaps, change_status, move, record_milestone
from crm.pipeline.rules import NEXT_STATUSES

if TYPE_CHECKING:
    from collections.abc import Mapping

DONE = {"done": True}


def _stage(call: Call, row: dict[str, Any]) -> str:
    to = str(call.ids["to"])
    if to not in STAGES or to == row["stage"]:
        raise refuse("stage.unknown", say("Choose another stage than the present one."), status=404)
    return to


@endpoint("GET", "/leads/<int:lead_id>/stages/<to>/gaps", permission="stage.move", scope="leads.read", gives="Gaps",
          summary=say("Everything missing for a move to a stage"), group="moves")  # fmt: skip
def stage_gaps(call: Call) -> Answer:
    """Answer with the gaps of a move."""
    row = opened(call, "stage.move")
    return Answer({"gaps": told(advance_gaps(row["id"], _stage(call, row)))})


@endpoint("POST", "/leads/<int:lead_id>/stages/<to>", permission="stage.move", scope="leads.write", gives="Done",
          form=MoveForm, group="moves",
          summary=say("Move a project to a stage; every gap is told at once"))  # fmt: skip
def move_lead(call: Call) -> Answer:
    """Move a lead through the pipeline's one door."""
    row = opened(call, "stage.move")
    to = _stage(call, row)
    values = check(call.form)
    move(row["id"], to, happened_on=values["happened_on"], note=values["reason"] or "", by=call.by, at=call.at)
    return Answer(DONE)


def _any_status() -> Any:
    form = StatusForm()
    form.status.choices = list(STATUS_LABELS.items())
    return form


def _status_form(call: Call, body: Mapping[str, Any]) -> Any:
    row = opened(call, "status.change")
    form = StatusForm(typed(_any_status(), body))
    codes = [code for code in NEXT_STATUSES[row["status"]] if code != "withdrawn" or may(call.by, "status.withdraw")]
    form.status.choices = [(code, STATUS_LABELS[code]) for code in codes]
    return form


@endpoint("POST", "/leads/<int:lead_id>/status", permission="status.change", scope="leads.write", gives="Done",
          form=_any_status, read=_status_form, group="moves",
          summary=say("Pause, lose, terminate, withdraw or resume a project"))  # fmt: skip
def set_status(call: Call) -> Answer:
    """Change a lead's status."""
    values = check(call.form)
    change_status(
        call.ids["lead_id"], values["status"], reason=values["reason"], lost_to=values["lost_to"] or "",
        happened_on=values["happened_on"], by=call.by, at=call.at,
    )  # fmt: skip
    return Answer(DONE)


@endpoint("POST", "/leads/<int:lead_id>/milestones", permission="stage.move", scope="leads.write", gives="Made",
          form=MilestoneForm, status=201, summary=say("Record a dated proof"), group="moves")  # fmt: skip
def add_milestone(call: Call) -> Answer:
    """Record a dated proof of works."""
    values = check(call.form)
    made = record_milestone(
        call.ids["lead_id"], values["kind"], happened_on=values["happened_on"], document_no=values["document_no"],
        note=values["note"] or "", by=call.by, at=call.at,
    )  # fmt: skip
    return Answer({"id": made, "warnings": []}, 201)


# --- money


@endpoint("GET", "/leads/<int:lead_id>/contracts", permission="lead.view", scope="leads.read", many=True,
          gives="Contract", summary=say("Contracts of a project, voided ones among them"), group="capital")  # fmt: skip
def list_contracts(call: Call) -> Answer:
    """Answer with the contracts."""
    row = opened(call)
    return Answer({"items": [CONTRACT.of(item) for item in contracts_of(row["id"])], "next": None})


@endpoint("POST", "/leads/<int:lead_id>/contracts", permission="capital.record", scope="capital.write", gives="Made",
          form=ContractForm, status=201, summary=say("Record a contract"), group="capital")  # fmt: skip
def add_contract(call: Call) -> Answer:
    """Record a contract."""
    made = record_contract(call.ids["lead_id"], check(call.form), by=call.by, at=call.at)
    return Answer({"id": made.id, "warnings": told(made.warnings)}, 201)


@endpoint("GET", "/leads/<int:lead_id>/paid-in", permission="lead.view", scope="leads.read", many=True, gives="PaidIn",
          summary=say("Paid-in entries of a project, voided ones among them"), group="capital")  # fmt: skip
def list_paid_in(call: Call) -> Answer:
    """Answer with the paid-in entries."""
    row = opened(call)
    return Answer({"items": [PAID_IN.of(item) for item in paid_in_of(row["id"])], "next": None})


@endpoint("POST", "/leads/<int:lead_id>/paid-in", permission="capital.record", scope="capital.write", gives="Made",
          form=PaidInForm, status=201, summary=say("Record paid-in capital"), group="capital")  # fmt: skip
def add_paid_in(call: Call) -> Answer:
    """Record money that came in."""
    made = record_paid_in(call.ids["lead_id"], check(call.form), by=call.by, at=call.at)
    return Answer({"id": made.id, "warnings": told(made.warnings)}, 201)


@endpoint("POST", "/contracts/<int:entry_id>/void", permission="capital.record", scope="capital.write", gives="Done",
          form=VoidForm, summary=say("Void a contract"), group="capital")  # fmt: skip
def void_one_contract(call: Call) -> Answer:
    """Void a contract with a reason."""
    void_contract(call.ids["entry_id"], reason=check(call.form)["reason"], by=call.by, at=call.at)
    return Answer(DONE)


@endpoint("POST", "/paid-in/<int:entry_id>/void", permission="capital.record", scope="capital.write", gives="Done",
          form=VoidForm, summary=say("Void a paid-in entry"), group="capital")  # fmt: skip
def void_one_paid_in(call: Call) -> Answer:
    """Void a paid-in entry with a reason."""
    void_paid_in(call.ids["entry_id"], reason=check(call.form)["reason"], by=call.by, at=call.at)
    return Answer(DONE)
