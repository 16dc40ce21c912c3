"""Pages of the industry chains and the opportunity book."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, redirect, request, url_for

from crm.accounts.rules import may
from crm.core.clock import now, shanghai_time
from crm.core.errors import Refusal, refuse, say
from crm.core.forms import check
from crm.core.money import show_hundredths, show_wan
from crm.core.web import actor, flash_refusal, needs, offered, page, refuse_into, render, say_done, send_bytes
from crm.core.words import gettext as _
from crm.core.words import render as words_of
from crm.leads.rules import STAGE_LABELS
from crm.profile.queries import bureau
from crm.profile.rules import dictionary, label
from crm.scoring.forms import EnterpriseForm, OpportunityForm, ReasonForm
from crm.scoring.operations_chain import (
    answer,
    edit_plan,
    end_enterprise,
    enter_enterprise,
    plan,
    set_state,
    untie,
)
from crm.scoring.queries_chain import (
    LinkCount,
    OpportunityRow,
    answers_to,
    enterprises_in,
    lead_numbered,
    leads_in,
    link_counts,
    may_answer,
    opportunities,
    opportunity,
)
from crm.scoring.rules_chain import PLACES, TASKS, Chain, Link, current, task
from crm.scoring.rules_opportunity import STATES, promises
from exports.word import fill

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Response

blueprint = Blueprint("chains", __name__)
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
TONES = {"strengthen": "good", "coming": "act", "fill": "warn", "extend": "warn", "begin": "calm"}
EMPTY = frozenset({"fill", "extend", "begin"})


def _chain_shown(chain: Chain, counts: dict[str, LinkCount]) -> dict[str, Any]:
    """Return a chain with what each of its links asks for."""
    numbers = [counts.get(link.code, LinkCount()) for link in chain.links]
    standing, coming = [one.standing > 0 for one in numbers], [one.coming > 0 for one in numbers]
    links: list[dict[str, Any]] = []
    for at, (link, one) in enumerate(zip(chain.links, numbers, strict=True)):
        what = task(standing, coming, at)
        links.append({"link": link, "count": one, "task": what, "task_text": TASKS[what], "tone": TONES[what]})
    return {
        "chain": chain,
        "places": [(code, text, [one for one in links if one["link"].place == code]) for code, text in PLACES.items()],
        "unplaced": counts.get(chain.code, LinkCount()).coming,
        "empty": sum(one["task"] in EMPTY for one in links),
        "links": links,
    }


@blueprint.get("/chains")
@needs("chain.view")
def index() -> str:
    """Show every chain from upstream to downstream: which links stand, which are on the way, which are empty."""
    counts = link_counts()
    chains = [_chain_shown(chain, counts) for chain in current().chains]
    return render("scoring/chains.html", chains=chains, book=current(), editor=may(actor(), "opportunity.edit"))


def _chain(code: str) -> Chain:
    found = next((chain for chain in current().chains if chain.code == code), None)
    if found is None:
        raise refuse("chain.unknown", say("There is no such chain."), status=404)
    return found


def _link(code: str) -> tuple[Chain, Link]:
    chain, link = current().chain(code), current().link(code)
    if chain is None or link is None:
        raise refuse("chain.link", say("There is no such link."), status=404)
    return chain, link


@blueprint.get("/chains/<code>")
@needs("chain.view")
def show(code: str) -> str:
    """Show one chain: the projects and enterprises of each link, and what is planned for it."""
    chain = _chain(code)
    shown = _chain_shown(chain, link_counts())
    codes = [chain.code, *(link.code for link in chain.links)]
    return render(
        "scoring/chain.html", shown=shown, chain=chain, leads=_by_link(leads_in(codes, actor())),
        enterprises=_by_link(enterprises_in(codes)), plans=_by_link(opportunities(codes)), stages=STAGE_LABELS,
        states=STATES, editor=may(actor(), "opportunity.edit"), park=label("parks", chain.park) if chain.park else None,
    )  # fmt: skip


def _by_link(rows: list[Any]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for row in rows:
        found.setdefault(row.link, []).append(row)
    return found


def _form_page(form: Any, act: Callable[[dict[str, Any]], str], done: str, **values: Any) -> Any:
    status = 200
    if request.method == "POST":
        try:
            target = act(check(form))
        except Refusal as refusal:
            if refusal.status in (403, 404):
                raise
            refuse_into(form, refusal)
            status = refusal.status
        else:
            say_done(done)
            return redirect(target)
    return page("_form_page.html", status=status, form=form, files=False, **values)


@blueprint.route("/chains/links/<code>/enterprise", methods=["GET", "POST"])
@needs("opportunity.edit")
def enterprise(code: str) -> Any:
    """Enter an enterprise that stands in a link."""
    chain, link = _link(code)
    back = url_for(".show", code=chain.code) + f"#{code}"

    def act(values: dict[str, Any]) -> str:
        enter_enterprise(code, name=values["name"], source=values["source"], by=actor(), at=now())
        return back

    return _form_page(
        EnterpriseForm(request.form), act, _("The enterprise stands in the link."), title=_("Enter an enterprise"),
        note=_(link.label), fields=[("name", "", 6), ("source", "", 6)], save=_("Enter"), back_url=back,
        crumb=_(chain.label),
    )  # fmt: skip


@blueprint.route("/chains/enterprises/<int:enterprise_id>/end", methods=["GET", "POST"])
@needs("opportunity.edit")
def enterprise_end(enterprise_id: int) -> Any:
    """Take an enterprise out of its link."""
    back = url_for(".index")

    def act(values: dict[str, Any]) -> str:
        end_enterprise(enterprise_id, reason=values["reason"], by=actor(), at=now())
        return back

    return _form_page(
        ReasonForm(request.form), act, _("The enterprise no longer stands in the link."),
        title=_("Take the enterprise out of its link"), note="", fields=[("reason", "", 12)], save=_("Take out"),
        back_url=back, crumb=_("Industry chains"),
    )  # fmt: skip


# --- the opportunity book


def _plan(opportunity_id: int) -> OpportunityRow:
    row = opportunity(opportunity_id)
    if row is None:
        raise refuse("opportunity.unknown", say("There is no such planned project."), status=404)
    return row


@blueprint.get("/opportunities")
@needs("chain.view")
def book() -> str:
    """Show the opportunity book."""
    state = request.args.get("state", "")
    rows = opportunities(state=state if state in STATES else "")
    shown = [(row, *_words_of(row)) for row in rows]
    return render("scoring/opportunities.html", rows=shown, states=STATES, state=state,
                  editor=may(actor(), "opportunity.edit"))  # fmt: skip


def _words_of(row: OpportunityRow) -> tuple[str, str]:
    chain, link = current().chain(row.link), current().link(row.link)
    return (_(chain.label) if chain else row.link), (_(link.label) if link else row.link)


def _plan_form(data: dict[str, Any] | None = None) -> Any:
    form = OpportunityForm(request.form, data=data)
    form.park.choices = [("", "—"), *offered(dictionary("parks"))]
    return form


PLAN_FIELDS = (
    ("title", "", 12), ("brief", "", 12), ("market", "", 12), ("investment_fen", "wan", 4), ("land_cmu", "mu", 4),
    ("park", "", 4), ("site", "", 8), ("contact", "", 4), ("conditions", "", 12),
)  # fmt: skip


def _plan_fields() -> list[tuple[str, str, int]]:
    units = {"wan": _("10k yuan"), "mu": _("mu"), "": ""}
    return [(name, units[unit], columns) for name, unit, columns in PLAN_FIELDS]


@blueprint.route("/chains/links/<code>/plan", methods=["GET", "POST"])
@needs("opportunity.edit")
def new(code: str) -> Any:
    """Plan a project for a link."""
    chain, link = _link(code)

    def act(values: dict[str, Any]) -> str:
        return url_for(".opportunity_page", opportunity_id=plan(code, values, by=actor(), at=now()))

    return _form_page(
        _plan_form({"park": chain.park}), act, _("The planned project stands in the opportunity book."),
        title=_("Plan a project"), note=f"{_(chain.label)} · {_(link.label)}", fields=_plan_fields(),
        save=_("Keep"), back_url=url_for(".show", code=chain.code) + f"#{code}", crumb=_(chain.label),
    )  # fmt: skip


@blueprint.route("/opportunities/<int:opportunity_id>/edit", methods=["GET", "POST"])
@needs("opportunity.edit")
def edit(opportunity_id: int) -> Any:
    """Change a planned project."""
    row = _plan(opportunity_id)
    back = url_for(".opportunity_page", opportunity_id=opportunity_id)
    seen = request.form.get("edition", "") or request.args.get("edition", "")

    def act(values: dict[str, Any]) -> str:
        edition = int(seen) if seen.isdigit() else row.edition
        edit_plan(opportunity_id, values, edition=edition, by=actor(), at=now())
        return back

    data = {name: getattr(row, name) for name, _unit, _columns in PLAN_FIELDS}
    return _form_page(
        _plan_form(data), act, _("The planned project is changed."), title=_("Change the planned project"),
        note=row.title, fields=_plan_fields(), save=_("Keep"), back_url=back, crumb=row.title,
    )  # fmt: skip


@blueprint.get("/opportunities/<int:opportunity_id>")
@needs("chain.view")
def opportunity_page(opportunity_id: int) -> str:
    """Show a planned project with the leads that answer it."""
    row = _plan(opportunity_id)
    chain_text, link_text = _words_of(row)
    editor = may(actor(), "opportunity.edit")
    return render(
        "scoring/opportunity.html", row=row, chain_text=chain_text, link_text=link_text, states=STATES,
        chain=current().chain(row.link), park=label("parks", row.park) if row.park else None,
        answers=answers_to(opportunity_id, actor()), stages=STAGE_LABELS, editor=editor,
        offers=may_answer(row.link, opportunity_id, actor()) if editor and row.state != "closed" else [],
        promises=promises(row.title, row.brief, row.market, row.conditions),
    )  # fmt: skip


@blueprint.post("/opportunities/<int:opportunity_id>/answers")
@needs("opportunity.edit")
def tie(opportunity_id: int) -> Any:
    """Tie a lead, named by its number, to the planned project."""
    _plan(opportunity_id)
    lead_id = lead_numbered(request.form.get("number", ""), actor())

    def act() -> None:
        if lead_id is None:
            text = say("There is no lead of this number that you may edit.")
            raise refuse("lead.unknown", text, "number")
        answer(opportunity_id, lead_id, by=actor(), at=now())

    return _done(opportunity_id, act, _("The lead answers this planned project."))


@blueprint.post("/opportunities/<int:opportunity_id>/answers/<int:lead_id>/end")
@needs("opportunity.edit")
def let_go(opportunity_id: int, lead_id: int) -> Any:
    """End the tie of a lead."""
    return _done(
        opportunity_id, lambda: untie(opportunity_id, lead_id, by=actor(), at=now()), _("The tie is ended.")
    )  # fmt: skip


@blueprint.post("/opportunities/<int:opportunity_id>/state")
@needs("opportunity.edit")
def state(opportunity_id: int) -> Any:
    """Close a planned project or open it again."""
    wanted, reason = request.form.get("state", ""), request.form.get("reason", "")
    return _done(
        opportunity_id, lambda: set_state(opportunity_id, wanted, reason=reason, by=actor(), at=now()),
        _("It is recorded."),
    )  # fmt: skip


def _done(opportunity_id: int, act: Callable[[], None], sentence: str) -> Any:
    try:
        act()
        say_done(sentence)
    except Refusal as refusal:
        if refusal.status in (403, 404):
            raise
        flash_refusal(refusal)
    return redirect(url_for(".opportunity_page", opportunity_id=opportunity_id))


@blueprint.get("/opportunities/<int:opportunity_id>/word")
@needs("chain.view")
def word(opportunity_id: int) -> Response:
    """Give the planned project as one page to hand to investors."""
    row = _plan(opportunity_id)
    chain_text, link_text = _words_of(row)
    land = _("%(n)s mu", n=show_hundredths(row.land_cmu)) if row.land_cmu is not None else None
    amount = f"{show_wan(row.investment_fen)} {_('10k yuan')}" if row.investment_fen is not None else None
    values = {
        "bureau": (bureau() or _Nobody()).name, "title": row.title, "chain": chain_text, "link": link_text,
        "brief": row.brief, "market": row.market or None, "park": words_of(label("parks", row.park)),
        "site": row.site or None, "land": land, "investment": amount, "conditions": row.conditions or None,
        "contact": row.contact or None, "printed": shanghai_time(now()).strftime("%Y-%m-%d"),
    }  # fmt: skip
    return send_bytes(
        fill("opportunity", values, stamp=row.updated_at), name=f"{row.title[:40]}.docx", media_type=WORD
    )  # fmt: skip


class _Nobody:
    name = "—"
