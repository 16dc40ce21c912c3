"""One change for the projects chosen in the list: looked at first, asked once, answered row by row."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from flask import redirect, request, url_for

from crm.accounts.queries import people
from crm.accounts.rules import may, scope
from crm.core.clock import now, today
from crm.core.errors import Refusal, refuse, say
from crm.core.forms import check
from crm.core.web import actor, needs, offered, page, say_done
from crm.core.words import gettext as _
from crm.core.words import render
from crm.leads.rules import STAGE_LABELS, STATUS_LABELS
from crm.pipeline.forms import NextForm, OwnerForm, RecogniseForm, StageForm, StatusForm
from crm.pipeline.operations_bulk import change_many, look
from crm.pipeline.queries_bulk import chosen_leads
from crm.pipeline.routes_blueprint import blueprint
from crm.pipeline.routes_opened import gap_links
from crm.pipeline.rules_bulk import KINDS, MOST, PERMISSIONS, chosen, versions

if TYPE_CHECKING:
    from crm.core.actor import Actor
    from crm.pipeline.operations_bulk import Verdict
    from crm.pipeline.queries_bulk import ChosenRow

FIELDS = {
    "owner": [("owner_id", 6)],
    "next": [("next_steps", 12)],
    "stage": [("to", 6), ("happened_on", 6), ("reason", 12)],
    "status": [("status", 6), ("happened_on", 6), ("lost_to", 12), ("reason", 12)],
    "landed": [],
}
FORMS: dict[str, Any] = {
    "owner": OwnerForm, "next": NextForm, "stage": StageForm, "status": StatusForm, "landed": RecogniseForm,
}  # fmt: skip
WHOLE_NUMBERS = frozenset({"owner_id"})


@blueprint.route("/leads/bulk", methods=["GET", "POST"])
@needs("lead.edit")
def bulk() -> Any:
    """Change one thing of several projects: the first sending shows what each would answer, the second does it."""
    by = actor()
    kinds = [kind for kind in KINDS if may(by, PERMISSIONS[kind])]
    kind = request.values.get("kind", "") or kinds[0]
    if kind not in kinds:
        raise refuse("bulk.kind", say("Your role may not do this. Ask an administrator if it should."), status=403)
    lead_ids = chosen(request.values.getlist("lead"))
    rows = chosen_leads(lead_ids[:MOST], by)
    if not rows:
        say_done(_("Tick the projects to change in the list first."))
        return redirect(url_for("leads.index"))
    form = _form(kind, by)
    state: dict[str, Any] = {"verdicts": {}, "done": False, "looked": ""}
    status = 200
    if request.method == "POST":
        try:
            status = _answer(kind, form, rows, state)
        except Refusal:
            status = 422
    return page("leads/bulk.html", status, **_shown(kind, kinds, form, rows, state, len(lead_ids)))


def _form(kind: str, by: Actor) -> Any:
    form = FORMS[kind](request.form, data={"happened_on": today()})
    if kind == "owner":
        wide = scope(by, "lead.edit") == "all"
        form.owner_id.choices = [("", say("—")), *(
            (str(person.id), f"{person.name} · {person.unit_name}")
            for person in people(active_only=True)
            if "officer" in person.roles and (wide or person.unit_id == by.unit_id)
        )]  # fmt: skip
    if kind == "status":
        codes = [code for code in STATUS_LABELS if code != "withdrawn" or may(by, "status.withdraw")]
        form.status.choices = offered({code: STATUS_LABELS[code] for code in codes})
    return form


def _answer(kind: str, form: Any, rows: list[ChosenRow], state: dict[str, Any]) -> int:
    """Look, or do what was looked at; what was typed anew since the look is looked at again."""
    values = check(form)
    values = {name: int(value) if name in WHOLE_NUMBERS else value for name, value in values.items()}
    ids = [row.id for row in rows]
    looked = json.dumps({name: str(value) for name, value in sorted(values.items())}, ensure_ascii=False)
    state["looked"] = looked
    if request.form.get("do") != "yes" or request.form.get("looked", "") != looked:
        state["verdicts"] = {item.lead_id: item for item in look(ids, kind, values, by=actor(), at=now())}
        return 200
    seen = versions(request.form.getlist("seen"))
    state["verdicts"] = {item.lead_id: item for item in change_many(ids, kind, values, seen=seen, by=actor(), at=now())}
    state["done"] = True
    return 200


def _shown(kind: str, kinds: list[str], form: Any, rows: list[ChosenRow], state: dict[str, Any],
           asked: int) -> dict[str, Any]:  # fmt: skip
    verdicts: dict[int, Verdict] = state["verdicts"]
    fresh = {row.id: row for row in chosen_leads([row.id for row in rows], actor())} if state["done"] else {}
    joined = ",".join(str(row.id) for row in rows)
    left = [row.id for row in rows if row.id in verdicts and not verdicts[row.id].fine]
    return {
        "kind": kind, "form": form, "fields": FIELDS[kind], "joined": joined, "looked": state["looked"],
        "done": state["done"], "judged": bool(verdicts), "fine": len(verdicts) - len(left), "left": len(left),
        "missing": asked - len(rows),
        "kinds": [(render(KINDS[code]), url_for(".bulk", kind=code, lead=joined), code == kind) for code in kinds],
        "rows": [_row(fresh.get(row.id, row), verdicts.get(row.id)) for row in rows],
        "back_url": url_for("leads.index"),
        "left_url": url_for(".bulk", kind=kind, lead=",".join(map(str, left))) if left else None,
    }  # fmt: skip


def _row(row: ChosenRow, verdict: Verdict | None) -> dict[str, Any]:
    return {
        "row": row, "url": url_for(".show", lead_id=row.id), "stage": render(STAGE_LABELS[row.stage]),
        "status": render(STATUS_LABELS[row.status]), "judged": verdict is not None,
        "fine": verdict is not None and verdict.fine,
        "gaps": gap_links(row.id, list(verdict.findings)) if verdict else [],
    }  # fmt: skip
