"""Pages of rule versions: what is in force, the draft with its differences, dry run, review, and coming into force."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import Blueprint, redirect, request, url_for

from crm.accounts.rules import may
from crm.core.clock import now, today
from crm.core.errors import Refusal, refuse, say
from crm.core.forms import check
from crm.core.web import actor, flash_refusal, needs, page, refuse_into, render, say_done
from crm.core.words import gettext as _
from crm.core.words import render as words_of
from crm.jobs.operations import submit
from crm.jobs.queries import job, jobs_page
from crm.profile.rules import labels
from crm.scoring.forms import InForceForm
from crm.scoring.operations_versions import drop_draft, put_into_force, save_draft, start_draft
from crm.scoring.queries_versions import (
    DraftRow,
    VersionRow,
    counted,
    draft_of,
    in_force,
    rules_of,
    stale_leads,
    version_text,
    versions,
)
from crm.scoring.rules_scorecard import FULL, Scorecard, read, reweighted
from crm.scoring.rules_stored import unpack_text
from crm.scoring.rules_versions import KINDS, checked, compare, text_hash, version_in
from crm.scoring.views import review_words, reviewed

if TYPE_CHECKING:
    from collections.abc import Callable

blueprint = Blueprint("rules", __name__, url_prefix="/rules")
AROUND = 2
MOST_WEIGHT = 100
SHOWN_DIFF = 2000
VERSION = re.compile(r"(?m)^version\s*=.*$")
"""A draft carries its own number from the start; that alone is no change."""


@dataclass(frozen=True)
class Shown:
    """One version with what its reviews concluded and whether it is in force."""

    row: VersionRow
    state: str
    tone: str
    review: dict[str, Any]


def _known(kind: str) -> None:
    if kind not in KINDS:
        raise refuse("rules.kind", say("There are no such rules."), status=404)


def _named(kind: str, version: str) -> VersionRow:
    _known(kind)
    found = next((row for row in versions(kind) if row.version == version), None)
    if found is None:
        raise refuse("rules.version_unknown", say("There is no such version."), status=404)
    return found


def _shown(kind: str) -> list[Shown]:
    standing, rows = in_force(kind, today()), versions(kind)
    shown, counts = [], counted(kind, rows, today())
    for row in rows:
        state, tone = _("was in force"), "calm"
        if row.version == standing.version:
            state, tone = _("in force"), "good"
        elif row.in_force_from > today():
            state, tone = _("to come"), "act"
        elif row not in counts:
            state, tone = _("waits for its review"), "warn"
        shown.append(Shown(row, state, tone, review_words(kind, row.version)))
    return shown


@blueprint.get("")
@needs("rules.view")
def index() -> str:
    """Show both kinds of rules: what is in force, all versions, the draft, and how many results are stale."""
    stale = stale_leads(in_force("lexicon", today()).version)
    return render(
        "scoring/rules.html", kinds=[(kind, label, _shown(kind), draft_of(kind)) for kind, label in KINDS.items()],
        stale=stale,
    )  # fmt: skip


@blueprint.post("/reassess")
@needs("rules.reassess")
def reassess() -> Any:
    """Order that every lead judged by another version is judged anew."""
    version = in_force("lexicon", today()).version
    made = submit(
        "scoring.reassess", {}, by=actor(), at=now(),
        title=say("Assess anew by version %(version)s", version=version),
    )  # fmt: skip
    return redirect(url_for("jobs.show", job_id=made))


@blueprint.get("/<kind>/versions/<version>")
@needs("rules.view")
def version(kind: str, version: str) -> Any:
    """Show one version: its text, what it changed, what its review concluded; a draft has a page of its own."""
    _known(kind)
    drafted = draft_of(kind)
    if drafted and version_in(drafted.text) == version:
        return redirect(url_for(".draft", kind=kind))
    row = _named(kind, version)
    text = version_text(row)
    base = next((one for one in versions(kind) if one.version == row.based_on), None)
    rules = rules_of(row)
    return render(
        "scoring/rules_version.html", kind=kind, kind_label=KINDS[kind], row=row, text=text, base=base,
        diff=compare(version_text(base), text)[:SHOWN_DIFF] if base else [],
        review=reviewed(kind, row.version, text), may_hand_in=may(actor(), "rules.edit"),
        card=rules if isinstance(rules, Scorecard) else None,
    )  # fmt: skip


def _typed_weights() -> dict[str, int]:
    weights = {}
    for name, value in request.form.items():
        if name.startswith("w_") and value.isascii() and value.isdigit() and int(value) <= MOST_WEIGHT:
            weights[name.removeprefix("w_")] = int(value)
    return weights


@blueprint.post("/<kind>/draft/start")
@needs("rules.edit")
def start(kind: str) -> Any:
    """Begin a draft, of a scorecard perhaps with the weights that the what-if page sends."""
    _known(kind)
    try:
        start_draft(kind, weights=_typed_weights() or None, by=actor(), at=now())
    except Refusal as refusal:
        if refusal.status == 403:  # noqa: PLR2004 - not theirs to do
            raise
        flash_refusal(refusal)
        if draft_of(kind) is None:
            return redirect(url_for(".index"))
    return redirect(url_for(".draft", kind=kind))


def _excerpt(text: str, refusal: Refusal | None) -> list[tuple[int, str, bool]]:
    """Return the lines around the one that a refusal names."""
    line = next((item.text.params.get("line") for item in refusal.findings), None) if refusal else None
    if not isinstance(line, int) or not line:
        return []
    lines = text.splitlines()
    first = max(1, line - AROUND)
    return [(number, lines[number - 1], number == line) for number in range(first, min(len(lines), line + AROUND) + 1)]


def _typed_text(kind: str, row: DraftRow) -> str:
    """Return the text typed: the whole of it, or a scorecard's own with the weights typed beside its criteria."""
    if kind != "scorecard" or "text" in request.form:
        return request.form.get("text", "")
    card, weights = read(row.text), _typed_weights()
    if any(not weights.get(item.code) for item in card.criteria):
        raise refuse("rules.weights", say("Every weight must be a whole number from 1 to %(most)s.", most=MOST_WEIGHT))
    total = sum(weights[item.code] for item in card.criteria)
    if total != FULL:
        raise refuse("rules.weights", say("The weights add up to %(total)s; they must add up to %(full)s.",
                                          total=total, full=FULL))  # fmt: skip
    return reweighted(card, weights)


def _weights(kind: str, row: DraftRow, base: VersionRow) -> list[dict[str, Any]]:
    """Return the criteria of a scorecard's draft with the weight typed or kept and the one that it had before."""
    if kind != "scorecard":
        return []
    before = {item.code: item.most for item in read(version_text(base)).criteria}
    return [
        {"code": item.code, "label": _(item.label), "now": item.most, "before": before.get(item.code),
         "typed": request.form.get(f"w_{item.code}", item.most)}
        for item in read(row.text).criteria
    ]  # fmt: skip


@blueprint.route("/<kind>/draft", methods=["GET", "POST"])
@needs("rules.view")
def draft(kind: str) -> Any:
    """Edit the draft, as text or by weights; what cannot be read is refused by line, and what was typed stays."""
    _known(kind)
    row = draft_of(kind)
    if row is None:
        return redirect(url_for(".index"))
    text, refused, status = row.text, None, 200
    if request.method == "POST":
        text = request.form.get("text", row.text)
        edition = request.form.get("edition", "")
        try:
            text = _typed_text(kind, row)
            save_draft(kind, text, edition=int(edition) if edition.isdigit() else 0, by=actor(), at=now())
        except Refusal as refusal:
            if refusal.status in (403, 404):
                raise
            refused, status = refusal, refusal.status
        else:
            say_done(_("The draft is kept. Try it before it comes into force."))
            return redirect(url_for(".draft", kind=kind))
    base = next((one for one in versions(kind) if one.version == row.based_on), None) or in_force(kind, today())
    by = actor()
    mine = [one for one in jobs_page(by.person_id or 0, None).rows if one.kind == "scoring.trial"]
    trials = [one for one in mine if one.arguments.get("kind") == kind and one.state == "done"]
    return page(
        "scoring/rules_draft.html", status=status, kind=kind, kind_label=KINDS[kind], row=row, text=text,
        changed=VERSION.sub("", version_text(base)) != VERSION.sub("", row.text),
        refused=refused, excerpt=_excerpt(text, refused), diff=compare(version_text(base), row.text)[:SHOWN_DIFF],
        base=base, review=reviewed(kind, checked(kind, row.text).version, row.text),
        editor=may(by, "rules.edit"), may_hand_in=may(by, "rules.edit"), weights=_weights(kind, row, base),
        trial=trials[0] if trials else None,
        trial_fresh=bool(trials) and trials[0].result and trials[0].result["text_hash"] == text_hash(row.text),
    )  # fmt: skip


@blueprint.post("/<kind>/draft/drop")
@needs("rules.edit")
def drop(kind: str) -> Any:
    """Drop the draft."""
    drop_draft(kind, by=actor(), at=now())
    say_done(_("The draft is dropped; what is in force stays in force."))
    return redirect(url_for(".index"))


@blueprint.post("/<kind>/draft/trial")
@needs("rules.edit")
def try_out(kind: str) -> Any:
    """Order a dry run of the draft over all leads."""
    row = draft_of(kind)
    if row is None:
        raise refuse("rules.no_draft", say("There is no draft; begin one first."), status=404)
    title = say("Dry run: %(kind)s", kind=KINDS[kind])
    made = submit("scoring.trial", {"kind": kind}, by=actor(), at=now(), title=title)
    return redirect(url_for("jobs.show", job_id=made))


@blueprint.get("/<kind>/trial/<int:job_id>")
@needs("rules.edit")
def trial(kind: str, job_id: int) -> str:
    """Show who would move by a draft and why."""
    _known(kind)
    row = job(job_id)
    if row is None or row.kind != "scoring.trial" or row.arguments.get("kind") != kind or not row.result:
        raise refuse("rules.trial_unknown", say("There is no such dry run."), status=404)
    now_draft = draft_of(kind)
    fresh = now_draft is not None and text_hash(now_draft.text) == row.result["text_hash"]
    movers = [_mover(kind, item) for item in row.result["rows"]]
    return render(
        "scoring/rules_trial.html", kind=kind, kind_label=KINDS[kind], result=row.result, movers=movers, fresh=fresh,
        ended_at=row.ended_at,
    )  # fmt: skip


def _mover(kind: str, item: dict[str, Any]) -> dict[str, Any]:
    if kind == "lexicon":
        old, new = (
            words_of([*labels("themes", one[0]), *labels("clusters", one[1])]) for one in (item["old"], item["new"])
        )
        why = [words_of(unpack_text(item["why"]))]
        return {**item, "old_text": old or _("none"), "new_text": new or _("none"), "why_text": why}
    old, new = (f"{one[0]}–{one[1]}" if one[0] != one[1] else str(one[0]) for one in (item["old"], item["new"]))
    why = [
        _("%(label)s: %(old)s → %(new)s", label=_(label), old=_span(before), new=_span(after))
        for label, before, after in item["lines"]
    ]
    return {**item, "old_text": old, "new_text": new, "why_text": why}


def _span(ends: list[int] | None) -> str:
    if ends is None:
        return "—"
    return str(ends[0]) if ends[0] == ends[1] else f"{ends[0]}–{ends[1]}"


def _entry(kind: str, form: Any, act: Callable[[dict[str, Any]], None], done: str, **page_values: Any) -> Any:
    back = url_for(".draft", kind=kind) if draft_of(kind) else url_for(".index")
    status = 200
    if request.method == "POST":
        try:
            act(check(form))
        except Refusal as refusal:
            if refusal.status in (403, 404):
                raise
            refuse_into(form, refusal)
            status = refusal.status
        else:
            say_done(done)
            return redirect(url_for(".index"))
    return page(
        "_form_page.html", status=status, form=form, back_url=back, crumb=words_of(KINDS[kind]), files=False,
        **page_values,
    )  # fmt: skip


@blueprint.route("/<kind>/draft/force", methods=["GET", "POST"])
@needs("rules.edit")
def force(kind: str) -> Any:
    """Put the draft into force from a day."""
    _known(kind)
    row = draft_of(kind)
    if row is None:
        raise refuse("rules.no_draft", say("There is no draft; begin one first."), status=404)
    form = InForceForm(request.form, data={"in_force_from": today()})

    def act(values: dict[str, Any]) -> None:
        put_into_force(
            kind, values["in_force_from"], reason=values["reason"], edition=row.edition, by=actor(), at=now()
        )  # fmt: skip

    note = _("Results keep the version that made them; they show as stale from that day until they are assessed anew.")
    waits = [words_of(one.text) for one in reviewed(kind, checked(kind, row.text).version, row.text).against]
    return _entry(
        kind, form, act, _("The rules come into force on the day given."), title=_("Put into force"), note=note,
        fields=[("in_force_from", "", 4), ("reason", "", 12)], save=_("Put into force"), warn=" ".join(waits),
    )  # fmt: skip


@blueprint.app_context_processor
def _in_force() -> dict[str, Callable[[], str]]:
    """Let lists ask by which version of the fit rules a result would be fresh, without knowing this room."""
    return {"fit_version_in_force": lambda: in_force("lexicon", today()).version}
