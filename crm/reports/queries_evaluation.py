"""The figures of an evaluation: every cadre with postings, projects, points and corrections, as plain values."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from crm.accounts.queries import people
from crm.cadres.queries import postings_within
from crm.core.actor import SYSTEM
from crm.core.clock import shanghai_date
from crm.credit.operations_evaluation import tariff_of
from crm.credit.queries import entries
from crm.credit.queries_evaluation import bases, forms, frozen, periods, proven_false
from crm.credit.rules_evaluation import (
    by_cadre,
    corrections,
    month_tenths,
    per_month,
    quota,
    ranked,
    sum_of,
    within,
)
from crm.credit.rules_standing import tally, total
from crm.leads.models import Lead, LeadFact
from crm.reports.books import plain_investment
from crm.reports.queries import BATCH, claims_reported_by
from crm.reports.rules_asof import Entry, overlay, state_on

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from crm.accounts.queries import PersonRow
    from crm.cadres.queries import PostingRow
    from crm.credit.queries import EntryRow
    from crm.credit.queries_evaluation import PeriodRow
    from crm.credit.rules_tariff import Tariff
    from crm.reports.rules_period import Period

Figures = dict[str, Any]
FACTS = ("stage", "status", "landed", "legs", "contracted", "paid_in", "investor", "investment_fen",
         "investment_max_fen")  # fmt: skip
WRITTEN = ("summary", "host_opinion", "home_opinion", "department_opinion", "staff", "grade")
"""What people write into a cadre's form."""


def figures(period: Period, *, today: date, until: int | None = None, opened: PeriodRow | None = None,
            only: int | None = None) -> Figures:  # fmt: skip
    """Return all figures of a period as the ledger stands (up to a line), in values that a file keeps exactly.

    `only` reckons one cadre alone: the same figures without ranks, for the own page that must not wait for everybody.
    """
    last = min(period.ends_on, today)
    start, end = period.starts_on.isoformat(), period.ends_on.isoformat()
    tariff = tariff_of(period.ends_on)
    known = [line_of(row) for row in entries(cadre_id=only, start=period.starts_on, end=period.ends_on,
                                            until=until)]  # fmt: skip
    lines = by_cadre(within(known, start, end))
    carried = _carried(period, until, only)
    claims: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for claim in claims_reported_by(last, SYSTEM, cadre=only):
        claims[claim["cadre"]].append(claim)
    postings: dict[int, list[PostingRow]] = defaultdict(list)
    for posting in postings_within(period.starts_on, period.ends_on, cadre_id=only):
        postings[posting.cadre_id].append(posting)
    cadres = {*postings, *lines, *carried, *claims}
    wanted = {line["lead"] for rows in lines.values() for line in rows if line["lead"]}
    leads = leads_on(wanted | {claim["lead"] for rows in claims.values() for claim in rows}, last)
    written, false = forms(opened.id) if opened else {}, proven_false(period.starts_on, period.ends_on)
    told = {row.id: row for row in people(person_id=only)}
    persons = [
        _person(
            told[key], postings[key], lines.get(key, []), claims.get(key, []), leads, carried.get(key, []), tariff,
            period,
        )
        for key in cadres
    ]  # fmt: skip
    _rank(persons, alone=only is not None)
    for person in persons:
        form = written.get(person["cadre"])
        person["false"] = person["cadre"] in false
        person["form"] = {name: getattr(form, name) if form else "" for name in WRITTEN}
    return {
        "period": period.name, "starts_on": start, "ends_on": end, "as_of": last.isoformat(),
        "tariff": tariff.version, "tariff_sha256": tariff.sha256, "tariff_basis": tariff.basis, "until": until or 0,
        "people": sorted(persons, key=lambda one: (one["rank"] or 0, one["pinyin"], one["cadre"])),
        "quota": _quota(persons, bases(opened.id) if opened else {}, tariff.excellent_bps),
    }  # fmt: skip


def _quota(persons: list[dict[str, Any]], base: Mapping[str, int], excellent_bps: int) -> list[dict[str, Any]]:
    """Return for each kind of staff how many may be excellent, and how many are."""
    forms_ = [one["form"] for one in persons]
    return [
        {"staff": staff, "base": value, "allowed": quota(value, excellent_bps),
         "excellent": sum(one["staff"] == staff and one["grade"] == "excellent" for one in forms_)}
        for staff, value in sorted(base.items())
    ]  # fmt: skip


def line_of(row: EntryRow) -> dict[str, Any]:
    """Return a line of the ledger as plain values."""
    return {
        "id": row.id, "cadre": row.cadre_id, "lead": row.lead_id, "number": row.number, "project": row.project,
        "item": row.item, "part": row.part, "points": row.points, "base": row.base, "coefficient": row.coefficient,
        "share": row.share_bps, "counted_on": row.counted_on.isoformat(), "happened_on": row.happened_on.isoformat(),
        "tariff": row.tariff, "reverses": row.reverses, "reason": row.reason, "event": row.event_key,
        "evidence": list(row.evidence),
    }  # fmt: skip


def _carried(period: Period, until: int | None, only: int | None) -> dict[int, list[dict[str, Any]]]:
    """Return the corrections that closed periods hand on to this one: to the first that is not closed after them."""
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    earlier = sorted((row for row in periods() if row.ends_on < period.starts_on), key=lambda row: row.starts_on)
    while earlier and any(row.open for row in earlier):
        # An earlier period that is still open takes the corrections of those before it; here only later ones count.
        at = next(at for at, row in enumerate(earlier) if row.open)
        earlier = earlier[at + 1 :]
    books = {row.id: _book(row.id, only) for row in earlier}
    for row in earlier:
        book = books[row.id]
        handed: dict[int, int] = defaultdict(int)
        for later in earlier:
            for person in books[later.id]["people"] if later.starts_on > row.starts_on else ():
                handed[person["cadre"]] += sum(
                    one["points"] for one in person["corrections"] if one["period"] == row.name
                )
        lines = [line_of(entry) for entry in entries(cadre_id=only, start=row.starts_on, end=row.ends_on,
                                                until=until)]  # fmt: skip
        due = corrections(
            book, lines, tariff_of(row.ends_on), until=period.ends_on.isoformat(), carried=handed
        )
        for cadre, one in due.items():
            found[cadre].append(one)
    return found


def _book(period_id: int, only: int | None) -> dict[str, Any]:
    book = frozen(period_id) or {"people": []}
    return book if only is None else {**book, "people": [one for one in book["people"] if one["cadre"] == only]}


def _person(
    who: PersonRow, postings: list[PostingRow], lines: list[Mapping[str, Any]], claims: list[dict[str, Any]],
    leads: Mapping[int, dict[str, Any]], carried: list[dict[str, Any]], tariff: Tariff, period: Period,
) -> dict[str, Any]:  # fmt: skip
    last = postings[0] if postings else None
    days = sum(period.days_of(posting.starts_on, posting.ends_on) for posting in postings)
    items = tally(((line["item"], line["points"]) for line in lines), tariff)
    earned, due = total(items), sum(one["points"] for one in carried)
    tenths = month_tenths(days)
    return {
        "cadre": who.id, "name": who.name, "title": who.title, "pinyin": who.login,
        "home_unit": last.home_unit if last else who.unit_name, "host_place": last.host_place if last else "",
        "host_unit": last.host_unit if last else "", "post": last.post if last else "",
        "direction": last.direction if last else "", "post_kind": last.post_kind if last else "",
        "postings": [[one.starts_on.isoformat(), one.ends_on.isoformat(), one.host_place, one.host_unit, one.post]
                     for one in postings],
        "days": days, "month_tenths": tenths,
        "items": [[item.code, item.raw, item.cap, item.counted] for item in items],
        "earned": earned, "corrections": carried, "total": earned + due,
        "per_month": per_month(earned + due, tenths), "lines": lines,
        "projects": _projects(lines, claims, leads, tariff),
    }  # fmt: skip


def _projects(lines: Iterable[Mapping[str, Any]], claims: Iterable[Mapping[str, Any]],
              leads: Mapping[int, dict[str, Any]], tariff: Tariff) -> list[dict[str, Any]]:  # fmt: skip
    own: dict[int, list[Mapping[str, Any]]] = defaultdict(list)
    for line in lines:
        if line["lead"]:
            own[line["lead"]].append(line)
    held = {claim["lead"]: claim for claim in claims}
    found = []
    for lead_id in sorted({*own, *held} & {*leads}):
        lead, claim = leads[lead_id], held.get(lead_id)
        sums: dict[str, int] = defaultdict(int)
        for line in own[lead_id]:
            sums[line["item"]] += line["points"]
        found.append({
            "lead": lead_id, "number": lead["number"], "name": lead["name"], "investor": lead["investor"] or "",
            "share": claim["share_bps"] if claim else 0,
            "reported_on": shanghai_date(claim["reported_at"]).isoformat() if claim else None,
            "stage": lead["stage"], "status": lead["status"],
            "landed_on": lead["landed_on"].isoformat() if lead["landed_on"] else None,
            "investment_fen": plain_investment(lead), "contracted_fen": lead["contracted_fen"],
            "paid_in_fen": lead["paid_in_fen"], "points": {item: value for item, value in sums.items() if value},
            "before_caps": sum_of(own[lead_id], tariff) if own[lead_id] else 0,
        })  # fmt: skip
    return found


def _rank(persons: list[dict[str, Any]], *, alone: bool) -> None:
    if alone:
        for one in persons:
            one |= {"kind": kind_of_post(one), "rank": None, "rank_month": None, "rank_kind": None}
        return
    overall = ranked({one["cadre"]: one["total"] for one in persons})
    monthly = ranked({one["cadre"]: one["per_month"] for one in persons})
    among: dict[str, dict[int, int | None]] = defaultdict(dict)
    for one in persons:
        among[kind_of_post(one)][one["cadre"]] = one["total"]
    within_kind = {kind: ranked(values) for kind, values in among.items()}
    for one in persons:
        one["kind"] = kind_of_post(one)
        one["rank"] = overall[one["cadre"]]
        one["rank_month"] = monthly.get(one["cadre"])
        one["rank_kind"] = within_kind[kind_of_post(one)][one["cadre"]]


def kind_of_post(person: Mapping[str, Any]) -> str:
    """Return the kind of post that a person is compared with: direction of the exchange, and kind of work there."""
    return f"{person['direction']}/{person['post_kind']}"


def leads_on(ids: Iterable[int], day: date) -> dict[int, dict[str, Any]]:
    """Return some leads as they stood on a day, as known now; those that had no stage yet are left out."""
    listed, found = sorted(ids), {}
    for at in range(0, len(listed), BATCH):
        part = listed[at : at + BATCH]
        history: dict[int, list[Entry]] = defaultdict(list)
        query: Any = (
            LeadFact.select(LeadFact.lead, LeadFact.fact, LeadFact.value, LeadFact.happened_on, LeadFact.opening)
            .where(LeadFact.lead.in_(part) & LeadFact.fact.in_(FACTS))
            .order_by(LeadFact.id)
        )
        for lead_id, fact, value, happened_on, opening in query.tuples():
            history[lead_id].append(Entry(fact, value, happened_on, opening))
        rows: Any = Lead.select(
            Lead.id, Lead.number, Lead.name, Lead.currency, Lead.foreign_amount_cents
        ).where(Lead.id.in_(part))  # fmt: skip
        for row in rows.dicts():
            state = state_on(history[row["id"]], day)
            if state is not None:
                found[row["id"]] = overlay(row, state)
    return found
