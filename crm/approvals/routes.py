"""Pages of approvals: the board, a project's list, one case and what is done to it, the page for the enterprise."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, redirect, request, url_for

from crm.accounts.rules import may
from crm.approvals.forms import AcceptForm, DropForm, EndCaseForm, GoOnForm, ListForm, StopForm
from crm.approvals.operations import accept, drop, end, go_on, list_procedures, stop
from crm.approvals.queries import (
    BoardAsk,
    board,
    board_counts,
    case_reached,
    cases_of,
    catalogue,
    units_waiting,
)
from crm.approvals.routes_shown import told
from crm.approvals.rules import OPEN
from crm.core.clock import now, today
from crm.core.errors import Refusal, refuse, say
from crm.core.forms import check
from crm.core.web import actor, flash_refusal, needs, page, refuse_into, render, say_done
from crm.core.words import gettext as _
from crm.core.words import render as words_of
from crm.leads.queries import lead_row
from crm.profile.rules import dictionary, label

if TYPE_CHECKING:
    from collections.abc import Callable

    from crm.approvals.queries import Case

blueprint = Blueprint("approvals", __name__, url_prefix="/approvals")
SHOWN = ("late", "running", "stopped", "planned", "all")


@blueprint.get("/")
@needs("approval.view")
def index() -> str:
    """Show the board: what is late, what runs, with whom; the most urgent first."""
    by, day = actor(), today()
    show = request.args.get("show", "running")
    unit, park = request.args.get("unit", ""), request.args.get("park", "")
    ask = BoardAsk(
        show if show in SHOWN else "running", int(unit) if unit.isascii() and unit.isdigit() else None,
        park if park in dictionary("parks") else "", request.args.get("cursor"),
    )  # fmt: skip
    rows = board(ask, by, day)
    counts = board_counts(by, day)
    counts["all"] = sum(counts[state] for state in OPEN)
    kept: dict[str, Any] = {"unit": unit or None, "park": ask.park or None, "show": ask.show}
    lists = _Addresses("approvals.project", "lead_id")
    cases = _Addresses("approvals.case", "case_id")
    return render(
        "approvals/index.html",
        rows=[{**told(case, cases.of(case.id)), "lead_url": lists.of(case.lead_id) if case.lead_open else None}
              for case in rows.rows],
        chips=[(_shown_words(code), url_for("approvals.index", **{**kept, "show": code}), code == ask.show,
                counts[code]) for code in SHOWN],
        units=[(name, url_for("approvals.index", **{**kept, "unit": key}), key == ask.unit_id)
               for key, name in units_waiting(by)],
        all_units=url_for("approvals.index", **{**kept, "unit": None}), unit_chosen=ask.unit_id is not None,
        parks=[(words_of(label("parks", code)), url_for("approvals.index", **{**kept, "park": code}),
                code == ask.park) for code in dictionary("parks")],
        all_parks=url_for("approvals.index", **{**kept, "park": None}), park_chosen=bool(ask.park),
        next_url=url_for("approvals.index", **{**kept, "cursor": rows.next_cursor}) if rows.next_cursor else None,
        may_manage=may(by, "approval.manage"),
    )  # fmt: skip


class _Addresses:
    """Addresses that differ in one number only: made once, filled in for every row."""

    def __init__(self, endpoint: str, name: str) -> None:
        values: dict[str, Any] = {name: 0}
        self.pattern = url_for(endpoint, **values)

    def of(self, number: int) -> str:
        head, _zero, tail = self.pattern.rpartition("0")
        return f"{head}{number}{tail}"


def _shown_words(code: str) -> str:
    return {"late": _("Past its day"), "running": _("Being handled"), "stopped": _("Clock stands still"),
            "planned": _("Not handed in yet"), "all": _("All open")}[code]  # fmt: skip


def _list_address(case: Case) -> str:
    return url_for("approvals.project", lead_id=case.lead_id)


def _lead(lead_id: int, permission: str = "approval.view") -> dict[str, Any]:
    row = lead_row(lead_id, actor(), permission)
    if row is None:
        raise refuse("lead.unknown", say("There is no such lead, or it is not yours to open."), status=404)
    return row


@blueprint.route("/projects/<int:lead_id>", methods=["GET", "POST"])
@needs("approval.view")
def project(lead_id: int) -> Any:
    """Show a project's procedures; put more of the catalogue on its list."""
    lead, cases = _lead(lead_id), cases_of(lead_id)
    standing = {case.code for case in cases if case.state in OPEN}
    form = ListForm(request.form)
    offered = [step for step in catalogue() if step.code not in standing]
    form.offer(offered)
    status = 200
    if request.method == "POST":
        try:
            added = list_procedures(lead_id, check(form)["codes"], by=actor(), at=now())
        except Refusal as refusal:
            refuse_into(form, refusal)
            status = refusal.status
        else:
            say_done(_("%(n)s procedures are on the list now.", n=added))
            return redirect(url_for("approvals.project", lead_id=lead_id))
    return page(
        "approvals/project.html", status, lead=lead, rows=[told(case) for case in cases], form=form, offered=offered,
        may_record=_may_record(lead_id), open_lead=may(actor(), "lead.view"),
    )  # fmt: skip


def _may_record(lead_id: int) -> bool:
    return may(actor(), "approval.record") and lead_row(lead_id, actor(), "approval.record") is not None


@blueprint.get("/projects/<int:lead_id>/print")
@needs("approval.view")
def for_enterprise(lead_id: int) -> str:
    """Show the one page for the enterprise: what it waits for, with whom, until when."""
    lead = _lead(lead_id)
    rows = [told(case) for case in cases_of(lead_id) if case.state != "dropped"]
    return render("approvals/print.html", lead=lead, open_rows=[row for row in rows if row["open"]],
                  ended=[row for row in rows if not row["open"]])  # fmt: skip


FIRST_DEEDS = {"planned": ("accept", "drop"), "running": ("end", "stop", "drop"), "stopped": ("go_on", "drop")}


@blueprint.get("/cases/<int:case_id>")
@needs("approval.view")
def case(case_id: int) -> tuple[str, int]:
    """Show one case with what can be done to it."""
    return _case_page(case_id, {})


def _case_page(case_id: int, refused: dict[str, Any], status: int = 200) -> tuple[str, int]:
    found = case_reached(case_id, actor(), "approval.view")
    if found is None:
        raise refuse("approval.missing", say("There is no such procedure, or it is not yours."), status=404)
    forms = {}
    if case_reached(case_id, actor(), "approval.record") is not None:
        forms = {deed: refused.get(deed) or _fresh(deed, found) for deed in FIRST_DEEDS.get(found.state, ())}
    return page("approvals/case.html", status, **told(found), forms=forms,
                lead_url=_list_address(found) if found.lead_open else None)  # fmt: skip


def _fresh(deed: str, found: Case) -> Any:
    if deed == "accept":
        return AcceptForm(data={"day": today(), "promised_days": found.promised_days})
    makers: dict[str, Callable[[], Any]] = {
        "end": lambda: EndCaseForm(data={"day": today(), "outcome": "granted"}),
        "stop": lambda: StopForm(data={"day": today()}),
        "go_on": lambda: GoOnForm(data={"day": today()}),
        "drop": DropForm,
    }
    return makers[deed]()


@blueprint.post("/cases/<int:case_id>/<deed>")
@needs("approval.record")
def act(case_id: int, deed: str) -> Any:
    """Do one thing to a case: accept, stop, go on, end, drop."""
    deeds: dict[str, tuple[Any, Callable[[dict[str, Any], dict[str, Any]], None]]] = {
        "accept": (AcceptForm, lambda values, who: accept(
            case_id, values["day"], promised=values["promised_days"], estimate_ok=values["estimate_ok"], **who)),
        "stop": (StopForm, lambda values, who: stop(case_id, values["day"], values["reason"] or "", **who)),
        "go_on": (GoOnForm, lambda values, who: go_on(
            case_id, values["day"], estimate_ok=values["estimate_ok"], **who)),
        "end": (EndCaseForm, lambda values, who: end(
            case_id, values["day"], values["outcome"], values["document"] or "", **who)),
        "drop": (DropForm, lambda values, who: drop(case_id, values["reason"] or "", **who)),
    }  # fmt: skip
    if deed not in deeds:
        raise refuse("approval.deed", say("There is no such page."), status=404)
    maker, do = deeds[deed]
    form = maker(request.form)
    try:
        do(check(form), {"by": actor(), "at": now()})
    except Refusal as refusal:
        if refusal.status == 409:  # noqa: PLR2004 - somebody else was faster: show what stands now
            flash_refusal(refusal)
            return redirect(url_for("approvals.case", case_id=case_id))
        if refusal.status in (403, 404):
            raise
        refuse_into(form, refusal)
        return _case_page(case_id, {deed: form}, refusal.status)
    say_done(_("It is recorded."))
    return redirect(url_for("approvals.case", case_id=case_id))
