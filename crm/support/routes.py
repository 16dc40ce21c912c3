"""Pages of support items: the list, one item whole, and what its drafting unit does to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, redirect, request, url_for

from crm.accounts.rules import may
from crm.core.clock import now, today
from crm.core.errors import Refusal, refuse, say
from crm.core.forms import check
from crm.core.web import actor, needs, page, refuse_into, say_done
from crm.core.words import gettext as _
from crm.leads.queries import lead_row
from crm.support.forms import EndForm, FulfilForm, ItemForm, ParkItemForm, RewordForm, StepForm, facts_form
from crm.support.operations import EDIT, end, fulfil, propose, reword, save_facts, take_step
from crm.support.queries import item
from crm.support.queries_list import Ask, counts, events_of, hearings_of, items_page, reviews_of, texts_of
from crm.support.queries_parks import enterprises_of
from crm.support.routes_card import review_card
from crm.support.rules import EDITABLE, KEY_LIST, KINDS, RULE, STATES, SUPPORT
from crm.support.rules_city import DRAFTED, rule_end_findings
from crm.support.rules_measures import NEXT, STEPS, measures
from crm.support.rules_review import CONCLUSION_TONES, CONCLUSIONS, GROUNDS
from crm.support.views import facts_shown, facts_typed, marked, shown, timeline

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from crm.core.actor import Actor
    from crm.support.queries import ItemRow

blueprint = Blueprint("support", __name__)
Fields = list[tuple[str, str, int]]
ITEM_FIELDS: Fields = [
    ("kind", "", 4), ("measure", "", 4), ("amount_fen", "wan", 4), ("title", "", 12), ("legal_basis", "", 12),
    ("beneficiary", "", 12), ("condition", "", 12), ("starts_on", "", 4), ("ends_on", "", 4),
]  # fmt: skip
UNITS = {"wan": say("10k yuan")}


def opened(item_id: int, permission: str = "support.view") -> ItemRow:
    """Return an item that the actor's permission reaches, else answer as if it did not exist."""
    row = item(item_id, actor(), permission)
    if row is None:
        raise refuse("support.unknown", say("There is no such support item, or it is not yours to open."), status=404)
    return row


def form_page(form: Any, act: Callable[[dict[str, Any]], str], *, fields: Fields, title: str, save: str, done: str,
              back: str, crumb: str, note: str = "", files: bool = False) -> Any:  # fmt: skip
    """Show a form, or do what it says and go on to the address that `act` returns."""
    status = 200
    if request.method == "POST":
        try:
            target = act(check(form))
        except Refusal as refusal:
            if refusal.status in (403, 404):
                raise
            refuse_into(form, Refusal([one for one in refusal.findings if one.field not in form.errors]))
            status = refusal.status
        else:
            say_done(done)
            return redirect(target)
    return page(
        "_form_page.html", status=status, form=form, title=title, save=save, back_url=back, crumb=crumb, note=note,
        files=files, fields=[(name, _(UNITS[unit].msgid) if unit in UNITS else unit, width)
                             for name, unit, width in fields],
    )  # fmt: skip


def here(item_id: int, anchor: str = "") -> str:
    """Return the address of an item's page."""
    return url_for("support.show", item_id=item_id) + anchor


@blueprint.get("/support")
@needs("support.view")
def index() -> Any:
    """Show the support items that the actor may see."""
    ask, by = Ask.of(request.args), actor()
    rows = items_page(ask, by, request.args.get("cursor"))
    return page(
        "support/index.html", rows=[shown(row) for row in rows.rows], ask=ask, counts=counts(ask, by), states=STATES,
        kinds=KINDS, measures=measures(), opens_leads=may(by, "lead.view"),
        next_url=url_for(".index", **ask.address(cursor=rows.next_cursor)) if rows.next_cursor else None,
    )  # fmt: skip


@blueprint.get("/support/<int:item_id>")
@needs("support.view")
def show(item_id: int) -> Any:
    """Show one item: its text with marks, what its review says, what may be done next."""
    row, by = opened(item_id), actor()
    editor = item(item_id, by, EDIT) is not None
    texts = texts_of(item_id)
    lead = lead_row(row.lead_id, by) if row.lead_id and may(by, "lead.view") else None
    return page(
        "support/show.html", one=shown(row), text=marked(row.condition), hearings=hearings_of(item_id),
        reviews=reviews_of(item_id), conclusions=CONCLUSIONS, conclusion_tones=CONCLUSION_TONES, grounds=GROUNDS,
        history=timeline(events_of(item_id), texts), facts=facts_shown(row), lead=lead,
        acts=_acts(row) if editor else [], card=review_card(row, by, editor=editor),
        enterprises=enterprises_of(item_id, row.edition) if row.subject == KEY_LIST else (),
        is_rule=row.subject == RULE, rule_url=_rule_url(row, by),
        facts_url=url_for(".facts", item_id=item_id) if editor and row.measure else None,
        step_url=url_for(".step", item_id=item_id) if editor and row.measure and NEXT[row.step] else None,
    )  # fmt: skip


def _rule_url(row: ItemRow, by: Actor) -> str | None:
    """Return where the exact text of a rule stands, when there is such a page for the reader."""
    kind, _blank, version = row.rule_version.partition(" ")
    if kind in DRAFTED and may(by, "rules.view"):
        return url_for("rules.version", kind=kind, version=version)
    return url_for("evaluation.tariff") if kind == "tariff" and may(by, "tariff.view") else None


def _acts(row: ItemRow) -> list[dict[str, str]]:
    found: list[dict[str, str]] = []
    counts = bool(rule_end_findings(row.subject, row.state))

    def add(label: str, endpoint: str, icon: str, tone: str = "plain") -> None:
        found.append({"label": label, "href": url_for(endpoint, item_id=row.id), "icon": icon, "tone": tone})

    if row.state in EDITABLE and row.subject != RULE:
        add(_("Word anew"), "support.list_edit" if row.subject == KEY_LIST else "support.edit", "pencil")
    if row.subject == KEY_LIST and row.state == "reviewed" and row.cleared:
        add(_("Let it take effect"), "support.list_force", "check", "primary")
    if row.state == "agreed":
        add(_("Fulfilled"), "support.kept", "circle-check", "primary")
    if row.state in ("proposed", "reviewed", "stopped") and not counts:
        add(_("Withdraw"), "support.close", "ban", "ghost")
    if row.state in ("agreed", "in_force") and not counts:
        add(_("End"), "support.close", "ban", "ghost")
    return found


# --- proposing and wording


@blueprint.route("/leads/<int:lead_id>/support/new", methods=["GET", "POST"])
@needs("support.edit")
def new(lead_id: int) -> Any:
    """Propose a support item for a project."""
    lead = lead_row(lead_id, actor(), EDIT)
    if lead is None:
        raise refuse("lead.unknown", say("There is no such lead, or it is not yours to open."), status=404)

    def act(values: dict[str, Any]) -> str:
        return here(propose(values, lead_id=lead_id, by=actor(), at=now()))

    return form_page(
        ItemForm(request.form), act, fields=ITEM_FIELDS, title=_("Propose a support item"), save=_("Propose"),
        done=_("The item is proposed. No contract carries it before its review."), note=lead["name"],
        back=url_for("lead.show", lead_id=lead_id) + "#support", crumb=lead["number"],
    )  # fmt: skip


@blueprint.route("/support/new", methods=["GET", "POST"])
@needs("support.edit")
def new_of_park() -> Any:
    """Propose a support item for a park."""

    def act(values: dict[str, Any]) -> str:
        return here(propose(values, by=actor(), at=now()))

    return form_page(
        ParkItemForm(request.form), act, fields=[("park", "", 4), *ITEM_FIELDS], title=_("Propose a support item"),
        save=_("Propose"), done=_("The item is proposed. No contract carries it before its review."),
        note=_("For a park. What is meant for one project is proposed on the project's page."), back=url_for(".index"),
        crumb=_("Support"),
    )  # fmt: skip


def typed_edition(values: Mapping[str, Any]) -> int:
    """Return the edition that a form had shown; a mangled one is none."""
    text = str(values.get("edition") or "")
    return int(text) if text.isdigit() and len(text) < 9 else 0  # noqa: PLR2004 - no item has so many editions


@blueprint.route("/support/<int:item_id>/edit", methods=["GET", "POST"])
@needs("support.edit")
def edit(item_id: int) -> Any:
    """Word an item anew; a review of the earlier text is void."""
    row = opened(item_id, EDIT)
    if row.subject != SUPPORT:
        raise refuse("support.unknown", say("There is no such support item, or it is not yours to open."), status=404)

    def act(values: dict[str, Any]) -> str:
        reword(item_id, values, edition=typed_edition(values), reason=values["reason"], by=actor(), at=now())
        return here(item_id)

    seen = {name: getattr(row, name) for name, _unit, _width in ITEM_FIELDS}
    return form_page(
        RewordForm(request.form, data={**seen, "edition": row.edition}), act,
        fields=[*ITEM_FIELDS, ("reason", "", 12), ("edition", "", 12)], title=_("Word anew"), save=_("Save"),
        done=_("The new text is kept; it is reviewed before a contract carries it."), back=here(item_id),
        crumb=row.title, note=_("Any change makes a new edition, and what was concluded about the old one is void."),
    )  # fmt: skip


@blueprint.route("/support/<int:item_id>/end", methods=["GET", "POST"])
@needs("support.edit")
def close(item_id: int) -> Any:
    """Withdraw a proposal or end what was agreed."""
    row = opened(item_id, EDIT)

    def act(values: dict[str, Any]) -> str:
        end(item_id, reason=values["reason"], ended_on=values["happened_on"], by=actor(), at=now())
        return here(item_id)

    before = row.state not in ("agreed", "in_force")
    return form_page(
        EndForm(request.form, data={"happened_on": today()}), act, fields=[("happened_on", "", 4), ("reason", "", 12)],
        title=_("Withdraw") if before else _("End"), save=_("Withdraw") if before else _("End"),
        done=_("The item is over; it stays on record."), back=here(item_id), crumb=row.title,
    )  # fmt: skip


@blueprint.route("/support/<int:item_id>/fulfilled", methods=["GET", "POST"])
@needs("support.edit")
def kept(item_id: int) -> Any:
    """Say that a promise was kept."""
    row = opened(item_id, EDIT)

    def act(values: dict[str, Any]) -> str:
        fulfil(item_id, note=values["note"], fulfilled_on=values["happened_on"], by=actor(), at=now())
        return here(item_id)

    return form_page(
        FulfilForm(request.form, data={"happened_on": today()}), act, fields=[("happened_on", "", 4), ("note", "", 12)],
        title=_("Fulfilled"), save=_("Record"), done=_("The promise is recorded as kept."), back=here(item_id),
        crumb=row.title,
    )  # fmt: skip


# --- power, funds, technical upgrades


@blueprint.route("/support/<int:item_id>/facts", methods=["GET", "POST"])
@needs("support.edit")
def facts(item_id: int) -> Any:
    """Enter the facts that this form of support has."""
    row = opened(item_id, EDIT)
    measure = measures().get(row.measure)
    if measure is None:
        raise refuse("support.no_facts", say("This form of support has no facts of its own."), status=404)

    def act(values: dict[str, Any]) -> str:
        save_facts(item_id, values, by=actor(), at=now())
        return here(item_id, "#facts")

    widths = {"long": 12, "line": 6}
    units = {"wan": "wan", "percent": "%"}
    return form_page(
        facts_form(measure)(request.form, data=facts_typed(row)), act, title=_("Facts of the application"),
        fields=[(fact.code, units.get(fact.type, ""), widths.get(fact.type, 4)) for fact in measure.facts],
        save=_("Save"), done=_("The facts are kept."), back=here(item_id), crumb=row.title, note=_(measure.label.msgid),
    )  # fmt: skip


@blueprint.route("/support/<int:item_id>/step", methods=["GET", "POST"])
@needs("support.edit")
def step(item_id: int) -> Any:
    """Say how far an application is."""
    row = opened(item_id, EDIT)
    form = StepForm(request.form, data={"happened_on": today()})
    form.to.choices = [(code, STEPS[code]) for code in NEXT[row.step]]

    def act(values: dict[str, Any]) -> str:
        take_step(item_id, values["to"], note=values["note"] or "", happened_on=values["happened_on"], by=actor(),
                  at=now())  # fmt: skip
        return here(item_id, "#facts")

    return form_page(
        form, act, fields=[("to", "", 4), ("happened_on", "", 4), ("note", "", 12)], title=_("Next step"),
        save=_("Record"), done=_("The step is recorded."), back=here(item_id), crumb=row.title,
    )  # fmt: skip
