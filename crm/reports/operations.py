"""Producing a workbook: the rows of a question with the asker's rights, the bytes, and one entry in the trail."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from crm.accounts.queries import people, units
from crm.accounts.rules import may, require
from crm.audit.operations import deed
from crm.cadres.queries import PostingRow, postings_within
from crm.core.clock import shanghai_date
from crm.core.errors import refuse, say
from crm.core.words import DEFAULT, locale, render
from crm.leads.operations_facts import WHOLE_BPS
from crm.leads.queries_list import Ask
from crm.leads.rules import STAGE_LABELS, STAGES, STATUS_LABELS
from crm.profile.queries import bureau
from crm.reports.books import (
    columns,
    definitions,
    filter_sentence,
    local,
    plain_investment,
    row_values,
    summaries,
)
from crm.reports.queries import claims_reported_by, pipeline_rows, shares_of
from exports import shapes
from exports.evaluation_book import evaluation_workbook
from exports.pipeline_book import pipeline_workbook
from exports.words import EN, ZH

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from crm.core.actor import Actor
    from crm.reports.rules_period import Period

ORDERS = {
    "updated": say("latest update first"),
    "amount": say("largest investment first"),
    "stage": say("longest in its stage first"),
    "name": say("by name"),
}


@dataclass(frozen=True)
class Produced:
    """A finished workbook and what it holds."""

    data: bytes
    file_name: str
    rows: list[dict[str, Any]]
    filters: str
    as_of: date


def export_pipeline(
    ask: Ask, *, by: Actor, at: datetime, as_of: date | None = None, known: date | None = None
) -> Produced:
    """Make the pipeline workbook: the list's filter, order and rights; the export is logged with its row count."""
    with deed("report.export", by=by, at=at, kind="report", label="pipeline") as doing:
        require(by, "report.export")
        today = shanghai_date(at)
        for name, day in (("as_of", as_of), ("known", known)):
            if day is not None and day > today:
                raise refuse(f"{name}.future", say("The day %(day)s has not come yet.", day=day), name)
        if as_of is None and known is not None:
            as_of = today
        rows = pipeline_rows(ask, by, as_of=as_of, known=known)
        shares = shares_of([row["id"] for row in rows], as_of)
        phones = may(by, "lead.phone")
        values = [row_values(row, shares.get(row["id"], ()), phones=phones) for row in rows]
        wanted = columns()
        sentence = filter_sentence(ask, _names(ask))
        book = shapes.PipelineBook(
            title=render(say("%(bureau)s: ledger of investment projects", bureau=_bureau_name())),
            imprint=_imprint(by, at, as_of or today, sentence, render(ORDERS[ask.sort]), known),
            columns=wanted,
            rows=[[value[column.key] for column in wanted] for value in values],
            summaries=summaries(rows),
            definitions=definitions(),
        )
        doing.change("rows", None, len(rows))
        doing.change("filter", None, sentence)
        doing.change("as_of", None, as_of)
        doing.change("known", None, known)
        data = pipeline_workbook(book, _words())
        name = f"{render(say('Pipeline ledger'))}_{(as_of or today).isoformat()}.xlsx"
        return Produced(data, name, rows, sentence, as_of or today)


def _words() -> Any:
    return ZH if locale() == DEFAULT else EN


def _bureau_name() -> str:
    found = bureau()
    return found.name if found else render(say("Investment promotion bureau"))


def _imprint(by: Actor, at: datetime, as_of: date, sentence: str, order: str, known: date | None) -> shapes.Imprint:
    found = bureau()
    return shapes.Imprint(
        bureau=_bureau_name(), produced_by=by.name, produced_at=local(at), as_of=as_of, filters=sentence, order=order,
        known_on=known, sample=bool(found and found.sample),
    )  # fmt: skip


def _names(ask: Ask) -> dict[str, str]:
    found: dict[str, str] = {}
    if "unit" in ask.filters:
        found["unit"] = next((row.name for row in units(active_only=False) if str(row.id) == ask.filters["unit"]), "—")
    for key in ("owner", "cadre"):
        if key in ask.filters:
            found[key] = next((row.name for row in people() if str(row.id) == ask.filters[key]), "—")
    return found


def export_evaluation(period: Period, *, by: Actor, at: datetime) -> Produced:
    """Make the workbook of one evaluation period: each cadre, posting, projects, shares, stage, landed or not."""
    with deed("report.evaluation", by=by, at=at, kind="report", label=period.name) as doing:
        require(by, "evaluation.export")
        end = min(period.ends_on, shanghai_date(at))
        if period.starts_on > end:
            raise refuse("period.future", say("The day %(day)s has not come yet.", day=period.starts_on), "period")
        claims = claims_reported_by(end, by)
        leads = {row["id"]: row for row in pipeline_rows(Ask(), by, as_of=end)}
        names = {row.id: row for row in people()}
        postings: dict[int, list[PostingRow]] = defaultdict(list)
        for posting in postings_within(period.starts_on, period.ends_on):
            postings[posting.cadre_id].append(posting)
        held = [claim for claim in claims if claim["lead"] in leads]
        cadres = sorted({*postings, *(claim["cadre"] for claim in held)}, key=lambda key: names[key].name)
        book = shapes.EvaluationBook(
            title=render(say("Projects brought in by seconded cadres")),
            period=period.name, starts_on=period.starts_on, ends_on=period.ends_on,
            imprint=_imprint(by, at, end, render(say("all seconded cadres")), render(say("by name")), None),
            stages=[render(STAGE_LABELS[code]) for code in STAGES],
            cadres=[_cadre(names[key].name, postings[key], [c for c in held if c["cadre"] == key], leads, period)
                    for key in cadres],
            shares=[_share(claim, leads[claim["lead"]], names[claim["cadre"]].name, postings[claim["cadre"]])
                    for claim in held],
            definitions=definitions(),
        )  # fmt: skip
        doing.change("rows", None, len(cadres))
        data = evaluation_workbook(book, _words())
        name = f"{render(say('Evaluation of seconded cadres'))}_{period.name}.xlsx"
        return Produced(data, name, held, period.name, end)


def _weighted(claims: list[dict[str, Any]], leads: Mapping[int, dict[str, Any]], column: str) -> int | None:
    """Add up a column by the shares in it; what is not one plain amount is unknown here as in the ledger's sums."""
    known = [(leads[claim["lead"]], claim["share_bps"]) for claim in claims]
    amounts = [
        (plain_investment(lead) if column == "investment_fen" else lead[column], bps) for lead, bps in known
    ]
    parts = [value * bps for value, bps in amounts if value is not None]
    return round(Decimal(sum(parts)) / WHOLE_BPS) if parts else None


def _cadre(name: str, postings: list[PostingRow], claims: list[dict[str, Any]],
           leads: Mapping[int, dict[str, Any]], period: Period) -> shapes.CadreRow:  # fmt: skip
    last = postings[0] if postings else None
    days = sum(period.days_of(posting.starts_on, posting.ends_on) for posting in postings)
    stages = [sum(1 for claim in claims if leads[claim["lead"]]["stage"] == code) for code in STAGES]
    return shapes.CadreRow(
        name=name, home_unit=last.home_unit if last else "", host_place=last.host_place if last else "",
        host_unit=last.host_unit if last else "", posted_from=last.starts_on if last else None,
        posted_to=last.ends_on if last else None,
        months=(Decimal(days) / Decimal("30.4375")).quantize(Decimal("0.1")) if postings else None,
        projects=len(claims), stages=stages, landed=sum(1 for claim in claims if leads[claim["lead"]]["landed_on"]),
        investment=_weighted(claims, leads, "investment_fen"), contracted=_weighted(claims, leads, "contracted_fen"),
        paid_in=_weighted(claims, leads, "paid_in_fen"),
        note="" if last else render(say("No posting within the period")),
    )  # fmt: skip


def _share(claim: dict[str, Any], lead: dict[str, Any], cadre: str, postings: list[PostingRow]) -> shapes.ShareRow:
    last = postings[0] if postings else None
    values = row_values(lead, (), phones=False)
    return shapes.ShareRow(
        cadre=cadre, home_unit=last.home_unit if last else "", host_place=last.host_place if last else "",
        number=lead["number"], project=lead["name"], investor=lead["investor"], share=claim["share_bps"],
        stage=render(STAGE_LABELS[lead["stage"]]), status=render(STATUS_LABELS[lead["status"]]),
        landed=bool(lead["landed_on"]), landed_on=values["landed_on"], investment=plain_investment(lead),
        contracted=lead["contracted_fen"], paid_in=lead["paid_in_fen"],
        first_reported_on=shanghai_date(claim["reported_at"]),
    )  # fmt: skip
