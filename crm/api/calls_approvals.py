"""Calls about approvals: the board, a project's list, one case and what is done to it, catalogue and powers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crm.api.calls_leads import opened, page_mark
from crm.api.calls_moves import DONE
from crm.api.calls_reviews import CURSOR
from crm.api.endpoints import Call, Query, endpoint
from crm.api.forms_json import typed
from crm.api.operations import Answer
from crm.api.shapes_services import CASE, POWER, PROCEDURE, STRETCH
from crm.approvals.forms import AcceptForm, DropForm, EndCaseForm, GoOnForm, ListForm, StopForm
from crm.approvals.operations import accept, drop, end, go_on, list_procedures, stop
from crm.approvals.queries import BoardAsk, Case, board, case_reached, cases_of, catalogue, powers
from crm.approvals.rules import usual
from crm.core.clock import shanghai_date
from crm.core.errors import refuse, say
from crm.core.forms import check
from crm.profile.rules import dictionary

if TYPE_CHECKING:
    from collections.abc import Mapping

SHOWN = ("late", "running", "stopped", "planned", "all")
FACTS: dict[str, Any] = {"permission": "approval.record", "scope": "services.write", "group": "approvals"}


def _shown(case: Case) -> dict[str, Any]:
    return CASE.of({**vars(case), "stops": [STRETCH.of(one) for one in case.stops]})


def _case(call: Call) -> int:
    """Return a case in reach; the deed itself asks whether it may be changed."""
    return int(call.ids["case_id"])


@endpoint("GET", "/approvals", permission="approval.view", scope="services.read", many=True, gives="ApprovalCase",
          query=(Query("show", say("Which open ones"), codes=dict.fromkeys(SHOWN, "")),
                 Query("unit", say("Responsible unit"), number=(1, 10**17)),
                 Query("park", say("Park"), codes=dictionary("parks")), *CURSOR),
          summary=say("Open procedures, the most urgent first"), group="approvals")  # fmt: skip
def list_cases(call: Call) -> Answer:
    """Answer with one page of the board."""
    unit = call.asked.get("unit")
    ask = BoardAsk(
        call.asked.get("show", "all"), int(unit) if unit else None, call.asked.get("park", ""), page_mark(call, 2)
    )
    found = board(ask, call.by, shanghai_date(call.at))
    return Answer({"items": [_shown(row) for row in found.rows], "next": found.next_cursor})


@endpoint("GET", "/approvals/catalogue", permission="approval.view", scope="services.read", many=True,
          gives="Procedure", summary=say("The catalogue of procedures"), group="approvals")  # fmt: skip
def list_catalogue(call: Call) -> Answer:
    """Answer with the procedures in force."""
    del call
    return Answer({"items": [PROCEDURE.of(row) for row in catalogue()], "next": None})


@endpoint("GET", "/approvals/powers", permission="approval.view", scope="services.read", many=True,
          gives="HandedPower", summary=say("Powers handed down to parks"), group="approvals")  # fmt: skip
def list_powers(call: Call) -> Answer:
    """Answer with the powers, those in force first."""
    del call
    return Answer({"items": [POWER.of(row) for row in powers()], "next": None})


@endpoint("GET", "/leads/<int:lead_id>/approvals", permission="approval.view", scope="services.read", many=True,
          gives="ApprovalCase", summary=say("Procedures of a project"), group="approvals")  # fmt: skip
def list_approvals(call: Call) -> Answer:
    """Answer with a project's procedures."""
    row = opened(call, "approval.view")
    return Answer({"items": [_shown(case) for case in cases_of(row["id"])], "next": None})


def _catalogue_form() -> Any:
    form = ListForm()
    form.offer(usual())
    return form


def _listed(_call: Call, body: Mapping[str, Any]) -> Any:
    form = ListForm(typed(_catalogue_form(), body))
    form.offer(catalogue())
    return form


@endpoint("POST", "/leads/<int:lead_id>/approvals", form=_catalogue_form, read=_listed, gives="Done",
          summary=say("Put procedures on a project's list"), **FACTS)  # fmt: skip
def add_approvals(call: Call) -> Answer:
    """List procedures of the catalogue."""
    list_procedures(int(call.ids["lead_id"]), check(call.form)["codes"] or [], by=call.by, at=call.at)
    return Answer(DONE)


@endpoint("GET", "/approvals/<int:case_id>", permission="approval.view", scope="services.read", gives="ApprovalCase",
          summary=say("One procedure of a project"), group="approvals")  # fmt: skip
def show_case(call: Call) -> Answer:
    """Answer with one case."""
    found = case_reached(_case(call), call.by, "approval.view")
    if found is None:
        raise refuse("approval.missing", say("There is no such procedure, or it is not yours."), status=404)
    return Answer(_shown(found))


@endpoint("POST", "/approvals/<int:case_id>/accept", form=AcceptForm, gives="Done",
          summary=say("The papers are accepted: the clock starts"), **FACTS)  # fmt: skip
def accept_case(call: Call) -> Answer:
    """Start a case's clock."""
    values = check(call.form)
    accept(_case(call), values["day"], promised=values["promised_days"], estimate_ok=values["estimate_ok"], by=call.by,
           at=call.at)  # fmt: skip
    return Answer(DONE)


@endpoint("POST", "/approvals/<int:case_id>/stop", form=StopForm, gives="Done",
          summary=say("The clock stands still"), **FACTS)  # fmt: skip
def stop_case(call: Call) -> Answer:
    """Stop a case's clock."""
    values = check(call.form)
    stop(_case(call), values["day"], values["reason"] or "", by=call.by, at=call.at)
    return Answer(DONE)


@endpoint("POST", "/approvals/<int:case_id>/go-on", form=GoOnForm, gives="Done",
          summary=say("The clock runs on"), **FACTS)  # fmt: skip
def go_on_case(call: Call) -> Answer:
    """Let a case's clock run on."""
    values = check(call.form)
    go_on(_case(call), values["day"], estimate_ok=values["estimate_ok"], by=call.by, at=call.at)
    return Answer(DONE)


@endpoint("POST", "/approvals/<int:case_id>/end", form=EndCaseForm, gives="Done",
          summary=say("The procedure ended, with its document"), **FACTS)  # fmt: skip
def end_case(call: Call) -> Answer:
    """End a case."""
    values = check(call.form)
    end(_case(call), values["day"], values["outcome"], values["document"] or "", by=call.by, at=call.at)
    return Answer(DONE)


@endpoint("POST", "/approvals/<int:case_id>/drop", form=DropForm, gives="Done",
          summary=say("The project does not need this procedure"), **FACTS)  # fmt: skip
def drop_case(call: Call) -> Answer:
    """Take a case off the list."""
    drop(_case(call), check(call.form)["reason"] or "", by=call.by, at=call.at)
    return Answer(DONE)
