"""Calls about land: the parks' year, parcels with their milestones, and what is done to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crm.api.calls_moves import DONE
from crm.api.endpoints import Call, Query, endpoint
from crm.api.forms_json import typed
from crm.api.operations import Answer
from crm.api.shapes_services import MILESTONE, PARCEL, PARK_YEAR
from crm.core.clock import shanghai_date
from crm.core.errors import refuse, say
from crm.core.forms import check
from crm.land.forms import GiveUpForm, GrantForm, ParcelForm, PlanForm, QuotaForm, StepForm
from crm.land.operations import enter_parcel, finish_step, give_up, grant, plan_step, set_quota
from crm.land.queries import ParcelRow, parcel, parcels, park_years
from crm.land.rules import YEARS, light, milestones
from crm.leads.queries_typed import with_lead
from crm.profile.rules import dictionary

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

FACTS: dict[str, Any] = {"permission": "land.record", "scope": "services.write", "group": "land"}
YEAR = Query("year", say("Year"), number=(YEARS[0], YEARS[-1]))


def _year(call: Call) -> int:
    return call.number("year", shanghai_date(call.at).year)


def _shown(row: ParcelRow, call: Call) -> dict[str, Any]:
    known, day = {one.code: one for one in milestones()}, shanghai_date(call.at)
    steps = [
        MILESTONE.of({**vars(step), "group": known[step.code].group, "label": say(known[step.code].label),
                      "light": light(step.due_on, step.done_on, day)})
        for step in row.steps if step.code in known
    ]  # fmt: skip
    return PARCEL.of({**vars(row), "milestones": steps})


@endpoint("GET", "/land/parks", permission="land.view", scope="services.read", many=True, gives="ParkYear",
          query=(YEAR,), summary=say("Each park's quota of a year against what is asked for and granted"),
          group="land")  # fmt: skip
def list_park_years(call: Call) -> Answer:
    """Answer with the parks' year (this year unless said otherwise)."""
    return Answer({"items": [PARK_YEAR.of(row) for row in park_years(_year(call))], "next": None})


@endpoint("GET", "/land/parcels", permission="land.view", scope="services.read", many=True, gives="Parcel",
          query=(YEAR, Query("park", say("Park"), codes=dictionary("parks"))),
          summary=say("Parcels of a year with their milestones"), group="land")  # fmt: skip
def list_parcels(call: Call) -> Answer:
    """Answer with the parcels of a year."""
    rows = parcels(_year(call), call.asked.get("park", ""))
    return Answer({"items": [_shown(row, call) for row in rows], "next": None})


@endpoint("GET", "/land/parcels/<int:parcel_id>", permission="land.view", scope="services.read", gives="Parcel",
          summary=say("One parcel with its milestones"), group="land")  # fmt: skip
def show_parcel(call: Call) -> Answer:
    """Answer with one parcel."""
    row = parcel(int(call.ids["parcel_id"]))
    if row is None:
        raise refuse("parcel.unknown", say("There is no such parcel, or it is not yours."), status=404)
    return Answer(_shown(row, call))


def _offered(maker: type[Any]) -> tuple[Callable[[], Any], Callable[[Call, Mapping[str, Any]], Any]]:
    """Return how a form is made with its choices, for the description and for one call."""

    def offer(form: Any) -> Any:
        if hasattr(form, "offer"):
            form.offer()
        else:
            # Any milestone may be named here; that it is still open is judged where the page's list is made, too.
            form.code.choices = [(one.code, say(one.label)) for one in milestones()]
        return form

    return lambda: offer(maker()), lambda _call, body: offer(maker(typed(offer(maker()), body)))


QUOTA, NEW, STEP, PLAN = (_offered(maker) for maker in (QuotaForm, ParcelForm, StepForm, PlanForm))


@endpoint("POST", "/land/quotas", form=QUOTA[0], read=QUOTA[1], gives="Done",
          summary=say("Set a park's quota of a year"), **{**FACTS, "permission": "land.quota"})  # fmt: skip
def add_quota(call: Call) -> Answer:
    """Set a quota."""
    values = check(call.form)
    set_quota(values["park"], values["year"], values["area_cmu"], values["basis"] or "", by=call.by, at=call.at)
    return Answer(DONE)


@endpoint("POST", "/land/parcels", form=NEW[0], read=NEW[1], gives="Made", status=201,
          summary=say("Enter a parcel that is asked for"), **FACTS)  # fmt: skip
def add_parcel(call: Call) -> Answer:
    """Enter a parcel; its milestones are planned at once."""
    made = enter_parcel(with_lead(check(call.form), call.by), by=call.by, at=call.at)
    return Answer({"id": made, "warnings": []}, 201)


@endpoint("POST", "/land/parcels/<int:parcel_id>/done", form=STEP[0], read=STEP[1], gives="Done",
          summary=say("A milestone was done"), **FACTS)  # fmt: skip
def done_milestone(call: Call) -> Answer:
    """Say on which day a milestone was done."""
    values = check(call.form)
    finish_step(int(call.ids["parcel_id"]), values["code"], values["day"], values["document"] or "", by=call.by,
                at=call.at)  # fmt: skip
    return Answer(DONE)


@endpoint("POST", "/land/parcels/<int:parcel_id>/plan", form=PLAN[0], read=PLAN[1], gives="Done",
          summary=say("Plan a milestone for another day"), **FACTS)  # fmt: skip
def plan_milestone(call: Call) -> Answer:
    """Move the planned day of a milestone."""
    values = check(call.form)
    plan_step(int(call.ids["parcel_id"]), values["code"], values["due_on"], values["reason"] or "", by=call.by,
              at=call.at)  # fmt: skip
    return Answer(DONE)


@endpoint("POST", "/land/parcels/<int:parcel_id>/grant", form=GrantForm, gives="Done",
          summary=say("Land was granted"), **FACTS)  # fmt: skip
def grant_parcel(call: Call) -> Answer:
    """Record what was granted; beyond the quota it needs a reason."""
    grant(int(call.ids["parcel_id"]), check(call.form), by=call.by, at=call.at)
    return Answer(DONE)


@endpoint("POST", "/land/parcels/<int:parcel_id>/give-up", form=GiveUpForm, gives="Done",
          summary=say("Give a parcel up"), **FACTS)  # fmt: skip
def give_up_parcel(call: Call) -> Answer:
    """Give a parcel up."""
    give_up(int(call.ids["parcel_id"]), check(call.form)["reason"] or "", by=call.by, at=call.at)
    return Answer(DONE)
