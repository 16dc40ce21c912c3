"""From an evaluation's figures to the shapes of the workbook and the words of the forms."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from crm.cadres.rules import DIRECTIONS, POST_KINDS
from crm.core.errors import Text, say
from crm.core.words import gettext as _
from crm.core.words import render
from crm.credit.rules import MILLI, WHOLE_BPS, show_points
from crm.credit.rules_tariff import LABELS
from crm.leads.rules import STAGE_LABELS, STAGES, STATUS_LABELS
from crm.reports.books import definitions
from exports import shapes

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


REASONS = {
    "terminated": say("contract terminated: reversed"),
    "withdrawn": say("project withdrawn: reversed"),
    "moved_back": say("project moved back: reversed"),
    "false": say("proven false report: reversed"),
    "gone": say("what it rested on no longer stands: reversed"),
    "corrected": say("corrected: reversed"),
}
PARTS = {"signing": say("half at signing"), "start": say("half at the start of works")}
EVIDENCE = {
    "fact": say("stage entry"),
    "contract": say("formal contract"),
    "paid_in": say("recognised voucher"),
    "milestone": say("dated document"),
    "recognition": say("recognition as landed"),
    "contact": say("record of the visit"),
    "honour": say("list of the 500 largest"),
    "false": say("case of false report"),
    "report": say("monthly report"),
}


def reason_words(line: Mapping[str, Any]) -> str:
    """Say why a line stands there: which half it is, or what it reverses."""
    parts: list[Text] = []
    if line["part"] in PARTS:
        parts.append(PARTS[line["part"]])
    if line["reverses"]:
        parts.append(REASONS.get(line["reason"], REASONS["corrected"]))
    return render(parts)


def evidence_words(evidence: Iterable[Any]) -> str:
    """Say what proves a line: its kind, its number in the system, and its own name."""
    kind, number, label = evidence
    if kind not in EVIDENCE:
        return ""
    unit = f" {_('10k yuan')}" if kind == "contract" and label else ""
    return render(EVIDENCE[kind]) + (f" #{number}" if number else "") + (f" {label}" if label else "") + unit


def item_words(code: str) -> str:
    """Name an item of the tariff."""
    return render(LABELS[code]) if code in LABELS else code


def kind_words(kind: str) -> str:
    """Name the kind of post that a cadre is compared with: direction, and the kind of work where it is known."""
    direction, _, work = kind.partition("/")
    named = [DIRECTIONS.get(direction), POST_KINDS.get(work)]
    return " · ".join(render(one if isinstance(one, Text) else Text(one)) for one in named if one) or "—"


def capped_words(items: Iterable[list[Any]]) -> str:
    """Say which caps cut how much; empty when none did."""
    cut = [(code, abs(raw - counted)) for code, raw, _cap, counted in items if raw != counted]
    return "；".join(f"{item_words(code)} −{show_points(points)}" for code, points in cut)


def decimal(milli: int | None) -> Decimal | None:
    """Return thousandths as the exact number of points."""
    return None if milli is None else Decimal(milli) / MILLI


def _exact(milli: int) -> Decimal:
    return Decimal(milli) / MILLI


def weighted(projects: Iterable[Mapping[str, Any]], column: str) -> int | None:
    """Add up a column of projects by the shares in them; unknown amounts stay out, and all unknown is unknown."""
    parts = [one[column] * one["share"] for one in projects if one[column] is not None and one["share"]]
    return round(Decimal(sum(parts)) / WHOLE_BPS) if parts else None


def evaluation_shapes(figures: Mapping[str, Any], imprint: shapes.Imprint) -> shapes.EvaluationBook:
    """Return the workbook's content; nothing but the figures and the imprint goes into it."""
    people = figures["people"]
    items = people[0]["items"] if people else []
    tariff = f"{figures['tariff']}（SHA-256 {figures['tariff_sha256'][:12]}…）{figures['tariff_basis']}"
    return shapes.EvaluationBook(
        title=render(say("Projects brought in by seconded cadres")), period=figures["period"],
        starts_on=date.fromisoformat(figures["starts_on"]), ends_on=date.fromisoformat(figures["ends_on"]),
        imprint=imprint, stages=[render(STAGE_LABELS[code]) for code in STAGES],
        cadres=[_cadre(one) for one in people],
        shares=[_share(person, one) for person in people for one in person["projects"]],
        definitions=definitions(),
        items=[
            (item_words(code), render(say("capped at %(n)s points", n=show_points(cap))) if cap is not None else "")
            for code, _raw, cap, _counted in items
        ] or [(item_words(code), "") for code in LABELS],
        points=[_points(one) for one in people],
        ledger=[row for person in people for row in _lines(person)],
        tariff=tariff,
    )  # fmt: skip


def _cadre(person: Mapping[str, Any]) -> shapes.CadreRow:
    own = [one for one in person["projects"] if one["share"]]
    posting = person["postings"][0] if person["postings"] else None
    return shapes.CadreRow(
        name=person["name"], home_unit=person["home_unit"], host_place=person["host_place"],
        host_unit=person["host_unit"], posted_from=date.fromisoformat(posting[0]) if posting else None,
        posted_to=date.fromisoformat(posting[1]) if posting else None,
        months=Decimal(person["month_tenths"]) / 10 if posting else None, projects=len(own),
        stages=[sum(1 for one in own if one["stage"] == code) for code in STAGES],
        landed=sum(1 for one in own if one["landed_on"]), investment=weighted(own, "investment_fen"),
        contracted=weighted(own, "contracted_fen"), paid_in=weighted(own, "paid_in_fen"),
        note="" if posting else render(say("No posting within the period")),
    )  # fmt: skip


def _share(person: Mapping[str, Any], one: Mapping[str, Any]) -> shapes.ShareRow:
    return shapes.ShareRow(
        cadre=person["name"], home_unit=person["home_unit"], host_place=person["host_place"], number=one["number"],
        project=one["name"], investor=one["investor"], share=one["share"], stage=render(STAGE_LABELS[one["stage"]]),
        status=render(STATUS_LABELS[one["status"]]), landed=bool(one["landed_on"]),
        landed_on=date.fromisoformat(one["landed_on"]) if one["landed_on"] else None,
        investment=one["investment_fen"], contracted=one["contracted_fen"], paid_in=one["paid_in_fen"],
        first_reported_on=date.fromisoformat(one["reported_on"]) if one["reported_on"] else None,
        note=render(say("points before caps: %(n)s", n=show_points(sum(one["points"].values())))),
    )  # fmt: skip


def _points(person: Mapping[str, Any]) -> shapes.PointsRow:
    return shapes.PointsRow(
        name=person["name"], home_unit=person["home_unit"], host_place=person["host_place"],
        host_unit=person["host_unit"], kind=kind_words(person["kind"]),
        months=Decimal(person["month_tenths"]) / 10 if person["month_tenths"] else None, rank=person["rank"],
        rank_month=person["rank_month"], rank_kind=person["rank_kind"],
        items=[_exact(counted) for _code, _raw, _cap, counted in person["items"]],
        capped=capped_words(person["items"]),
        corrections=_exact(sum(one["points"] for one in person["corrections"])), total=_exact(person["total"]),
        per_month=decimal(person["per_month"]),
    )  # fmt: skip


def _lines(person: Mapping[str, Any]) -> list[shapes.LedgerRow]:
    found = [
        shapes.LedgerRow(
            line=line["id"], cadre=person["name"], number=line["number"], project=line["project"],
            item=item_words(line["item"]), counted_on=date.fromisoformat(line["counted_on"]),
            base=_exact(line["base"]), coefficient=_exact(line["coefficient"]), share=line["share"],
            points=_exact(line["points"]), why=reason_words(line), evidence=evidence_words(line["evidence"]),
            tariff=line["tariff"],
        )
        for line in person["lines"]
    ]  # fmt: skip
    for one in person["corrections"]:
        text = render(say("correction of a closed period (lines %(lines)s)", lines=[str(at) for at in one["lines"]]))
        found.append(
            shapes.LedgerRow(
                line=0, cadre=person["name"], number="", project="", item=render(say("Correction")), counted_on=None,
                base=_exact(one["points"]), coefficient=Decimal(1), share=WHOLE_BPS, points=_exact(one["points"]),
                why=text, evidence="", tariff="", period=one["period"],
            )
        )  # fmt: skip
    return found
