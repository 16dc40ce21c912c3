"""Pages of disagreement between people and the fit rules, listed to improve the rules."""

from __future__ import annotations

from collections import Counter
from typing import Any

from flask import Blueprint, request, url_for

from crm.accounts.rules import may
from crm.core.clock import now, shanghai_date
from crm.core.web import XLSX, actor, needs, render, send_bytes
from crm.core.words import gettext as _
from crm.core.words import render as words_of
from crm.profile.rules import dictionary, label
from crm.scoring.operations_disagree import export_disagreements
from crm.scoring.queries_disagree import disagreements
from crm.scoring.rules_lexicon import current as lexicon

blueprint = Blueprint("disagreements", __name__, url_prefix="/rules/disagreements")
SHOWN_RULES = 12


def _asked() -> tuple[str, str]:
    """Read the filters of the address; what no dictionary has is left out."""
    code = request.args.get("code", "")
    known = {**dictionary("themes"), **dictionary("clusters")}
    return (code if code in known else ""), request.args.get("rule", "")[:60]


def _named(codes: tuple[str, ...], kind: str) -> str:
    return "、".join(words_of(label(kind, code)) for code in codes) or _("none")


@blueprint.get("")
@needs("rules.view")
def index() -> str:
    """List where people decided otherwise, with filters by theme, cluster and rule."""
    code, rule = _asked()
    rows = disagreements(actor(), code=code, rule=rule)
    everything = rows if not (code or rule) else disagreements(actor())
    counts: Counter[str] = Counter(one for row in everything for one in row.codes())
    spoke: Counter[str] = Counter(one for row in everything for one in row.rules)
    chips: list[dict[str, Any]] = [
        {"label": words_of(label(kind, one)), "count": counts[one], "on": one == code,
         "url": url_for(".index", code="" if one == code else one, rule=rule)}
        for kind in ("themes", "clusters") for one in dictionary(kind) if counts[one] or one == code
    ]  # fmt: skip
    trades = lexicon().trades
    names = {one: trades[trade].label for row in everything for one, trade in row.spoke if trade in trades}
    rules = [
        {"label": names.get(one, ""), "rule": one, "count": count, "on": one == rule,
         "url": url_for(".index", code=code, rule="" if one == rule else one)}
        for one, count in spoke.most_common(SHOWN_RULES)
    ]  # fmt: skip
    return render(
        "scoring/disagreements.html", rows=rows, chips=chips, rules=rules, named=_named, day=shanghai_date,
        export_url=url_for(".export", code=code, rule=rule) if rows and may(actor(), "report.export") else None,
    )  # fmt: skip


@blueprint.get("/export")
@needs("report.export")
def export() -> Any:
    """Export what is listed as a workbook; who exported, by which filter and how many rows is recorded."""
    code, rule = _asked()
    data = export_disagreements(code=code, rule=rule, by=actor(), at=now())
    return send_bytes(data, name=_("disagreements.xlsx"), media_type=XLSX)
