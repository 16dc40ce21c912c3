"""Pages of the acceptance score: one assessor decides, or a committee marks and its chair decides; minutes printed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, redirect, request, url_for

from crm.accounts.rules import may
from crm.core.clock import now, shanghai_date, shanghai_time, today
from crm.core.errors import Finding, Refusal, refuse, say
from crm.core.forms import check
from crm.core.web import actor, needs, page, refuse_into, render, say_done, send_bytes
from crm.core.words import gettext as _
from crm.leads.queries import lead_row
from crm.profile.queries import bureau
from crm.scoring.forms import MARK, CommitteeForm, ReasonForm, marks_form, marks_of
from crm.scoring.operations_acceptance import decide_acceptance
from crm.scoring.operations_committee import convene, decide_committee, dissolve, hand_in
from crm.scoring.queries import acceptances_of, open_vetoes
from crm.scoring.queries_committee import CommitteeRow, assessors, committee, open_committee
from crm.scoring.queries_facts import facts_of
from crm.scoring.queries_versions import scorecard_in_force, scorecard_named
from crm.scoring.routes_lines import kept_lines, lines_shown, raises_shown
from crm.scoring.rules_acceptance import acceptance
from crm.scoring.rules_stored import proposed, spread
from exports.word import fill

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Response

    from crm.scoring.queries import AcceptanceRow
    from crm.scoring.rules_scorecard import Scorecard

blueprint = Blueprint("acceptance", __name__)
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def _lead(lead_id: int, permission: str) -> dict[str, Any]:
    row = lead_row(lead_id, actor(), permission)
    if row is None:
        raise refuse("lead.unknown", say("There is no such lead, or it is not yours to open."), status=404)
    return row


def _into_marks(form: Any, refusal: Refusal) -> None:
    """Put findings about criteria beside the marks they are about."""
    moved = [
        Finding(item.code, item.text, f"{MARK}{item.field}" if f"{MARK}{item.field}" in form else item.field)
        for item in refusal.findings
    ]
    refuse_into(form, Refusal(moved, refusal.status))


def _marked(form: Any, act: Callable[[], None], done: str, back: str) -> tuple[Any, int]:
    """Do what a marks form asks; returns where to go, or None and the status of the refused form."""
    if request.method != "POST":
        return None, 200
    try:
        act()
    except Refusal as refusal:
        if refusal.status in (403, 404):
            raise
        _into_marks(form, refusal)
        return None, refusal.status
    say_done(done)
    return redirect(back), 302


def _marks_page(lead: dict[str, Any], form: Any, card: Scorecard, status: int, **others: Any) -> Any:
    facts = facts_of(lead["id"])
    typed = {code: mark for code, mark in marks_of(form.data).items() if _within(card, code, mark)}
    result = acceptance(facts, typed, card)
    values = {
        "lead": lead, "form": form, "card": card, "result": result, "lines": lines_shown(result, facts, card),
        "raises": raises_shown(result, card, lead["id"]), "sitting": None, "mark": MARK, "proposals": {}, "seats": [],
        **others,
    }  # fmt: skip
    return page("scoring/marks.html", status=status, **values)


def _within(card: Scorecard, code: str, mark: int) -> bool:
    criterion = card.criterion(code)
    return criterion is not None and 0 <= mark <= criterion.most


@blueprint.route("/leads/<int:lead_id>/acceptance", methods=["GET", "POST"])
@needs("acceptance.decide")
def decide(lead_id: int) -> Any:
    """Decide the score as the one assessor: what is known scores by itself, the rest is marked."""
    lead = _lead(lead_id, "acceptance.decide")
    card = scorecard_in_force(today())
    last = next((row for row in acceptances_of(lead_id) if row.superseded_at is None), None)
    before = {f"{MARK}{line['code']}": line["low"] for line in last.lines if line["judged"]} if last else {}
    form: Any = marks_form(card)(request.form, data=before)
    back = url_for("lead.show", lead_id=lead_id) + "#acceptance"

    def act() -> None:
        values = check(form)
        decide_acceptance(lead_id, marks_of(values), note=values["note"] or "", by=actor(), at=now())

    answer, status = _marked(form, act, _("The score is recorded."), back)
    if answer:
        return answer
    sitting = open_committee(lead_id, actor())
    return _marks_page(lead, form, card, status, sitting=sitting, title=_("Decide the acceptance score"), back=back)


@blueprint.route("/leads/<int:lead_id>/committee", methods=["GET", "POST"])
@needs("acceptance.chair")
def gather(lead_id: int) -> Any:
    """Convene a committee over a lead."""
    lead = _lead(lead_id, "acceptance.chair")
    form: Any = CommitteeForm(request.form)
    own = actor().person_id
    offered = [(key, f"{name}（{unit}）" if unit else name) for key, name, unit in assessors()]
    form.people.choices = [choice for choice in offered if choice[0] != own]
    back = url_for("lead.show", lead_id=lead_id) + "#acceptance"
    status = 200
    if request.method == "POST":
        try:
            values = check(form)
            made = convene(lead_id, values["people"] or [], question=values["question"] or "", by=actor(), at=now())
        except Refusal as refusal:
            refuse_into(form, refusal)
            status = refusal.status
        else:
            say_done(_("The committee is convened; its assessors find it on this page and in their to-do list."))
            return redirect(url_for("acceptance.sit", committee_id=made))
    return page(
        "_form_page.html", status=status, title=_("Convene a committee"), form=form, save=_("Convene"), back_url=back,
        note=_("Each assessor marks alone and sees the others' marks only after handing in; you decide at the end."),
        fields=[("people", "", 12), ("question", "", 12)], crumb=lead["number"], files=False,
    )  # fmt: skip


def _sitting(committee_id: int) -> CommitteeRow:
    """Return a committee that this person sits in, chairs, or may read (leaders, auditors)."""
    by = actor()
    found = committee(committee_id, by)
    reader = found is not None and (
        found.mine is not None or found.chair_id == by.person_id or lead_row(found.lead_id, by) is not None
    )
    if found is None or not reader:
        text = say("There is no such committee, or you do not sit in it.")
        raise refuse("committee.unknown", text, status=404)
    return found


@blueprint.route("/committees/<int:committee_id>", methods=["GET", "POST"])
@needs("self")
def sit(committee_id: int) -> Any:
    """Mark as an assessor, decide as the chair, or look on."""
    row = _sitting(committee_id)
    by = actor()
    card = scorecard_named(row.version, shanghai_date(row.opened_at))
    chair = row.chair_id == by.person_id and row.ended_at is None and row.open_marks
    marking = row.mine is not None and row.mine.handed_in_at is None and row.ended_at is None
    label = say("Minutes: what was weighed, what decided") if chair else None
    medians = {item.code: proposed(_given(row, item.code)) for item in card.judged}
    data = {f"{MARK}{code}": mark for code, mark in medians.items()} if chair else {}
    form: Any = marks_form(card, label)(request.form, data=data)

    def act() -> None:
        values = check(form)
        note = values["note"] or ""
        if chair:
            decide_committee(committee_id, marks_of(values), minutes=note, by=by, at=now())
        else:
            hand_in(committee_id, marks_of(values), note=note, by=by, at=now())

    done = _("The committee's decision is recorded.") if chair else _("Your marks are handed in.")
    answer, status = _marked(form, act, done, url_for("acceptance.sit", committee_id=committee_id))
    if answer:
        return answer
    lead = {"id": row.lead_id, "number": row.lead_number, "name": row.lead_name}
    proposals = {item.code: spread(_given(row, item.code)) for item in card.judged} if row.open_marks else {}
    decided = next((item for item in acceptances_of(row.lead_id) if item.committee_id == committee_id), None)
    return _marks_page(
        lead, form, card, status, sitting=row, title=_("Committee on the acceptance score"), chair=chair,
        marking=marking, proposals=proposals, seats=row.seats, decided=decided,
        back=url_for("lead.show", lead_id=row.lead_id) + "#acceptance" if lead_row(row.lead_id, by) else "",
    )  # fmt: skip


def _given(row: CommitteeRow, code: str) -> list[int]:
    return [seat.marks[code] for seat in row.seats if seat.marks and code in seat.marks]


@blueprint.route("/committees/<int:committee_id>/dissolve", methods=["GET", "POST"])
@needs("acceptance.chair")
def end(committee_id: int) -> Any:
    """Dissolve a committee with a reason."""
    row = _sitting(committee_id)
    form = ReasonForm(request.form)
    back = url_for("acceptance.sit", committee_id=committee_id)
    status = 200
    if request.method == "POST":
        try:
            dissolve(committee_id, reason=check(form)["reason"], by=actor(), at=now())
        except Refusal as refusal:
            refuse_into(form, refusal)
            status = refusal.status
        else:
            say_done(_("The committee is dissolved; its marks stay on record."))
            return redirect(back)
    return page(
        "_form_page.html", status=status, title=_("Dissolve the committee"), form=form, save=_("Dissolve"),
        back_url=back, note=row.lead_name, fields=[("reason", "", 12)], crumb=row.lead_number, files=False,
    )  # fmt: skip


def _decision(lead_id: int, acceptance_id: int) -> tuple[dict[str, Any], AcceptanceRow]:
    lead = _lead(lead_id, "lead.view")
    found = next((row for row in acceptances_of(lead_id) if row.id == acceptance_id), None)
    if found is None:
        raise refuse("acceptance.unknown", say("There is no such decision."), status=404)
    return lead, found


def minutes(lead: dict[str, Any], row: AcceptanceRow) -> dict[str, Any]:
    """Return what the minutes of a decision say, for the print page and the Word form alike."""
    card = scorecard_named(row.version, shanghai_date(row.at))
    chair = next((one for one in row.marks if one.get("chair")), None)
    voices = [one for one in row.marks if not one.get("chair")]
    lines = kept_lines(row.lines, card)
    for line in lines:
        given = [(one["name"], one["marks"].get(line["code"])) for one in voices] if line["judged"] else []
        line["marks"] = "　".join(f"{name} {'—' if mark is None else mark}" for name, mark in given)
        known = [mark for _name, mark in given if mark is not None]
        line["spread"] = f"{min(known)}–{max(known)}" if len(known) > 1 else ""
        line["rests_on"] = "　".join(part for part in (line["facts"], line["band"]) if part)
        line["voices"] = f"{line['marks']}（{line['spread']}）" if line["spread"] else line["marks"]
    held = [item.text for item in open_vetoes(lead["id"])]
    return {
        "bureau": (bureau() or _Nobody()).name,
        "number": lead["number"],
        "lead": lead["name"],
        "investor": lead["investor"] or "—",
        "version": row.version,
        "score": str(row.score) if row.score == row.high else f"{row.score}–{row.high}",
        "decided_on": shanghai_date(row.at).isoformat(),
        "manner": _("Committee") if chair else _("One assessor"),
        "decider": row.by_name,
        "assessors": "、".join(
            one["name"] if one["marks"] else _("%(name)s (no marks)", name=one["name"]) for one in voices
        ),
        "lines": lines,
        "voices": "\n".join(
            _("%(name)s: %(note)s", name=one["name"], note=one["note"]) for one in voices if one["note"]
        ),
        "minutes": row.note,
        "vetoes": "\n".join(held) or _("none"),
        "state": _("in force") if row.superseded_at is None else _("superseded by a later decision"),
        "printed": shanghai_time(now()).strftime("%Y-%m-%d %H:%M"),
    }


class _Nobody:
    name = "—"


@blueprint.get("/leads/<int:lead_id>/acceptance/<int:acceptance_id>")
@needs("lead.view")
def paper(lead_id: int, acceptance_id: int) -> str:
    """Show the minutes of a decision, made for printing."""
    lead, row = _decision(lead_id, acceptance_id)
    return render(
        "scoring/minutes.html", minutes=minutes(lead, row), lead=lead, row=row,
        word_url=url_for(".word", lead_id=lead_id, acceptance_id=acceptance_id),
        again_url=url_for(".decide", lead_id=lead_id) if may(actor(), "acceptance.decide") else None,
    )  # fmt: skip


@blueprint.get("/leads/<int:lead_id>/acceptance/<int:acceptance_id>/word")
@needs("lead.view")
def word(lead_id: int, acceptance_id: int) -> Response:
    """Give the minutes as a Word document."""
    lead, row = _decision(lead_id, acceptance_id)
    data = fill("acceptance", minutes(lead, row), stamp=row.at)
    return send_bytes(data, name=f"准入评分_{lead['number']}.docx", media_type=WORD)
