"""Pages of disputes over credit: the list, one dispute, an objection, answer, decision, appeal and last word."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from flask import redirect, request, url_for

from crm.accounts.queries import people, units
from crm.accounts.rules import may, scope
from crm.cadres.routes import blueprint
from crm.core.clock import now, shanghai_date, today
from crm.core.errors import Refusal, refuse, say
from crm.core.forms import check
from crm.core.money import show_hundredths
from crm.core.web import actor, flash_refusal, needs, page, refuse_into, say_done
from crm.core.words import gettext as _
from crm.core.words import render
from crm.leads.forms_report import PARTS, DecideForm, ObjectionForm, PartyForm, SpeakForm
from crm.leads.operations_claims import (
    answer_case,
    appeal_case,
    close_case,
    decide_case,
    open_case,
    record_party,
)
from crm.leads.queries import claims_of, lead_row
from crm.leads.queries_claims import cases, lead_reports, look_alikes
from crm.leads.routes import read_shares
from crm.leads.rules_claims import CASE_KINDS, DECISIONS, PROTECTION_WORDS, STEP_WORDS, claim_rules

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crm.leads.queries_claims import CaseRow


def _mine() -> int | None:
    return actor().person_id if scope(actor(), "credit.cases") == "own" else None


@blueprint.get("/disputes")
@needs("credit.cases")
def disputes() -> tuple[str, int]:
    """Show the disputes: those that wait first; a cadre sees the own ones."""
    rows = cases(cadre_id=_mine())
    return page("cadres/disputes.html", rows=[told_case(row) for row in rows], own=_mine() is not None)


def told_case(row: CaseRow) -> dict[str, Any]:
    """Return a dispute as lists show it; the project's name only to those who may open it."""
    step = row.step(today())
    open_to_me = lead_row(row.lead_id, actor()) is not None
    return {
        "row": row, "step": step, "step_text": render(STEP_WORDS[step]), "kind": render(CASE_KINDS[row.kind]),
        "url": url_for("cadres.dispute", case_id=row.id), "name": row.lead_name if _sees(open_to_me) else "",
        "result": _result(row),
    }  # fmt: skip


def _sees(open_to_me: bool) -> bool:  # noqa: FBT001 - one answer from two
    return open_to_me or may(actor(), "credit.decide")


def _result(row: CaseRow) -> str:
    last = row.outcome or row.decision
    return render(DECISIONS[last]) if last else ""


def _dispute(case_id: int) -> CaseRow:
    found = cases(case_id=case_id)
    mine = _mine()
    if not found or (mine is not None and mine not in {found[0].cadre_id, found[0].other_id}):
        raise refuse("case.unknown", say("There is no such dispute."), status=404)
    return found[0]


@blueprint.get("/disputes/<int:case_id>")
@needs("credit.cases")
def dispute(case_id: int) -> tuple[str, int]:
    """Show one dispute with everything that was said, and what may be done now."""
    return _page(_dispute(case_id), DecideForm(data=_proposed(case_id)), SpeakForm(), 200)


def _proposed(case_id: int) -> dict[str, Any]:
    row = _dispute(case_id)
    standing = claims_of(row.lead_id)
    first = min((claim.reported_at for claim in standing), default=None)
    return {"counts_from": None if first is None else shanghai_date(first)}


def _page(row: CaseRow, form: Any, speak: Any, status: int) -> tuple[str, int]:
    by, step = actor(), row.step(today())
    told = told_case(row)
    party = by.person_id in {row.cadre_id, row.other_id}
    decides = may(by, "credit.decide") and not party
    first = step == "open" and decides
    last = step == "appealed" and decides and by.person_id != row.decided_by_id
    reports = lead_reports(lead_id=row.lead_id) if told["name"] else []
    names = {person.id: person.name for person in people()}
    return page(
        "cadres/dispute.html", status, case=told, row=row, form=form, speak=speak, reports=reports,
        claims=claims_of(row.lead_id) if told["name"] else [],
        lead_url=url_for("lead.show", lead_id=row.lead_id) if lead_row(row.lead_id, by) else "",
        protection=render(PROTECTION_WORDS[row.protection]) if row.protection else "",
        asked=show_hundredths(row.asked_bps) if row.asked_bps else "",
        decision_shares=_named(row.decision_shares, names), outcome_shares=_named(row.outcome_shares, names),
        decisions={code: render(text) for code, text in DECISIONS.items()}, appeal_days=claim_rules().appeal_days,
        may_answer=step == "open" and by.person_id == row.other_id and may(by, "credit.object"),
        may_appeal=step == "decided" and party and may(by, "credit.object"),
        decide_url=url_for("cadres.decide" if first else "cadres.last_word", case_id=row.id) if first or last else "",
        same_person=step == "appealed" and decides and by.person_id == row.decided_by_id, parts=range(PARTS),
        chosen=_typed(row),
        cadres=[(person.id, person.name) for person in people() if "cadre" in person.roles] if first or last else [],
        hours=claim_rules().same_company_hours,
    )  # fmt: skip


def _typed(row: CaseRow) -> list[tuple[Any, str]]:
    """Return the shares as they were typed, so that a refusal loses nothing; at first the two people stand there."""
    typed = list(zip(request.form.getlist("cadre_id"), request.form.getlist("percent"), strict=False))
    return typed or [(cadre, "") for cadre in (row.cadre_id, row.other_id) if cadre]


def _named(shares: Sequence[tuple[int, int]], names: dict[int, str]) -> list[str]:
    return [f"{names.get(cadre, '—')} {show_hundredths(bps)} %" for cadre, bps in shares]


@blueprint.route("/objections/<int:lead_id>", methods=["GET", "POST"])
@needs("credit.object")
def objection(lead_id: int) -> Any:
    """Object to a project's credit; who cannot open it says by which name they know it."""
    by = actor()
    form: Any = ObjectionForm(
        request.form, data={"known_by": request.args.get("known", ""), "client_key": str(uuid.uuid4())}
    )
    seen = lead_row(lead_id, by)
    alike = [] if seen else look_alikes(form.known_by.data or "", form.known_by.data or "", by, day=today())
    number = seen["number"] if seen else next((row.number for row in alike if row.id == lead_id), "")
    if not number:
        raise refuse("lead.unknown", say("There is no such lead, or it is not yours to open."), status=404)
    status = 200
    if request.method == "POST":
        try:
            check(form)
            case_id = open_case(
                lead_id, known_by=form.known_by.data or "", asked_bps=form.asked.data, grounds=form.grounds.data or "",
                by=by, at=now(), client_key=form.client_key.data,
            )  # fmt: skip
        except Refusal as refusal:
            if refusal.status in (403, 404):
                raise
            refuse_into(form, refusal)
            status = refusal.status
        else:
            say_done(_("Your objection is on record; the bureau decides in writing."))
            return redirect(url_for("cadres.dispute", case_id=case_id))
    return page("cadres/objection.html", status, form=form, number=number, name=seen["name"] if seen else "")


def _said(case_id: int, do: Any, done: str) -> Any:
    row, form = _dispute(case_id), SpeakForm(request.form)
    try:
        check(form)
        do(case_id, form.text.data or "", by=actor(), at=now())
    except Refusal as refusal:
        if refusal.status in (403, 404):
            raise
        refuse_into(form, refusal)
        return _page(row, DecideForm(), form, refusal.status)
    say_done(done)
    return redirect(url_for("cadres.dispute", case_id=case_id))


@blueprint.post("/disputes/<int:case_id>/answer")
@needs("credit.object")
def answer(case_id: int) -> Any:
    """Answer an objection."""
    return _said(case_id, answer_case, _("Your answer is on record."))


@blueprint.post("/disputes/<int:case_id>/appeal")
@needs("credit.object")
def appeal(case_id: int) -> Any:
    """Appeal a decision, once."""
    return _said(case_id, appeal_case, _("Your appeal is on record; somebody else has the last word."))


@blueprint.post("/disputes/<int:case_id>/decide")
@needs("credit.decide")
def decide(case_id: int) -> Any:
    """Decide a dispute."""
    return _decided(case_id, decide_case, _("The decision is on record."))


@blueprint.post("/disputes/<int:case_id>/last-word")
@needs("credit.decide")
def last_word(case_id: int) -> Any:
    """Decide an appeal."""
    return _decided(case_id, close_case, _("The last word is on record."))


def _decided(case_id: int, do: Any, done: str) -> Any:
    row, form = _dispute(case_id), DecideForm(request.form)
    try:
        check(form)
        shares = read_shares() if form.decision.data == "upheld" else []
        do(case_id, form.decision.data, shares, form.reason.data or "", by=actor(), at=now(),
           counts_from=form.counts_from.data)  # fmt: skip
    except Refusal as refusal:
        if refusal.status in (403, 404):
            raise
        refuse_into(form, refusal)
        return _page(row, form, SpeakForm(), refusal.status)
    say_done(done)
    return redirect(url_for("cadres.dispute", case_id=case_id))


@blueprint.post("/leads/<int:lead_id>/party")
@needs("credit.share")
def party(lead_id: int) -> Any:
    """Record who introduced a lead, or which unit negotiated first."""
    form: Any = PartyForm(request.form)
    form.offer((unit.id, unit.name) for unit in units())
    try:
        check(form)
        unit_id = int(form.unit_id.data) if form.unit_id.data else None
        record_party(
            lead_id, form.role.data, unit_id=unit_id, person_id=None, name=form.party_name.data or "",
            happened_on=form.happened_on.data, reason=form.party_reason.data or "", by=actor(), at=now(),
        )  # fmt: skip
        say_done(_("Recorded."))
    except Refusal as refusal:
        if refusal.status in (403, 404):
            raise
        flash_refusal(refusal)
    return redirect(url_for("lead.show", lead_id=lead_id) + "#credit")
