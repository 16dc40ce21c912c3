"""Whether the sample bureau is consistent: everything wrong at once, as findings; no finding is good."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from crm.accounts.rules import roles
from crm.core.errors import Finding, say
from crm.leads.rules import CONTACT_KINDS, STAGES, STATUSES
from crm.profile.rules import dictionary
from crm.sample.stories_check_events import event_findings
from crm.sample.stories_check_gate import gate_findings
from crm.sample.stories_shapes import ContactEvent, OpeningEvent, StageEvent, StatusEvent

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from crm.sample.stories_shapes import SampleLead, SamplePosting, Story

PHONE = re.compile(r"138000\d{5}")
WHOLE = 10_000


def check(story: Story) -> tuple[Finding, ...]:
    """Return everything that is inconsistent in the sample bureau."""
    return (
        *_people(story),
        *_postings(story),
        *(finding for lead in story.leads for finding in _facts(lead, story)),
        *(finding for lead in story.leads for finding in _codes(lead)),
        *(finding for lead in story.leads for finding in _claims(lead, story)),
        *(finding for lead in story.leads for finding in event_findings(lead, story)),
        *gate_findings(story),
    )


def _twice(names: Iterable[str], what: str) -> Iterator[Finding]:
    """Find names that are given twice."""
    for name, count in Counter(names).items():
        if count > 1:
            yield Finding("sample.twice", say("%(what)s “%(name)s” exists twice", what=what, name=name), what)


def _unknown(where: str, field: str, value: str) -> Finding:
    """Say that a value is not in its dictionary."""
    text = say("%(where)s: “%(value)s” is unknown as %(field)s", where=where, value=value, field=field)
    return Finding("sample.unknown", text, field)


def _people(story: Story) -> Iterator[Finding]:
    """Check units and people: unique, in a known unit, with known roles, each role printed exactly once."""
    yield from _twice((unit.code for unit in story.units), "unit")
    yield from _twice((person.login for person in story.people), "person")
    yield from _twice((lead.key for lead in story.leads), "lead")
    units = {unit.code for unit in story.units}
    for person in story.people:
        if person.unit not in units:
            yield _unknown(person.login, "unit", person.unit)
        yield from (_unknown(person.login, "role", role) for role in person.roles if role not in roles())
    shown = Counter(role for person in story.people if person.show for role in person.roles)
    for role in roles():
        if shown[role] != 1:
            text = say("The role “%(role)s” has %(count)s printed accounts", role=role, count=shown[role])
            yield Finding("sample.show", text, "show")


def _postings(story: Story) -> Iterator[Finding]:
    """Check postings: a cadre from a home unit, start before end, no two at the same time."""
    cadres = {person.login: person.unit for person in story.people if "cadre" in person.roles}
    for posting in story.postings:
        if cadres.get(posting.cadre) != posting.home_unit:
            yield _unknown(posting.cadre, "home_unit", posting.home_unit)
        if (
            posting.from_days_ago <= posting.end_days_ago
            or sum(_overlap(posting, o) for o in story.postings) > 1
        ):
            text = say("%(where)s: the posting's period is impossible", where=posting.cadre)
            yield Finding("sample.posting", text, "from_days_ago")


def _overlap(one: SamplePosting, other: SamplePosting) -> bool:
    """Tell whether two postings of one cadre touch (each touches itself)."""
    return (
        one.cadre == other.cadre
        and one.from_days_ago >= other.end_days_ago
        and other.from_days_ago >= one.end_days_ago
    )


def _facts(lead: SampleLead, story: Story) -> Iterator[Finding]:
    """Check who stands behind a lead, its phone and its amounts."""
    people = {person.login: person for person in story.people}
    owner = people.get(lead.owner)
    if owner is None or "officer" not in owner.roles or owner.unit != lead.unit:
        yield _unknown(lead.key, "owner", lead.owner)
    if lead.reporter not in people:
        yield _unknown(lead.key, "reporter", lead.reporter)
    if not PHONE.fullmatch(lead.contact_phone):
        yield _unknown(lead.key, "contact_phone", lead.contact_phone)
    low, high, fixed = lead.investment_wan, lead.investment_max_wan, lead.fixed_assets_wan
    top = high or low
    if (high and (low is None or high <= low)) or (top and fixed and fixed > top):
        text = say("%(where)s: the amounts do not fit each other", where=lead.key)
        yield Finding("sample.amounts", text, "investment_wan")
    if (lead.currency == "CNY") == (lead.foreign_amount_wan is not None):
        yield _unknown(lead.key, "currency", lead.currency)


def _codes(lead: SampleLead) -> Iterator[Finding]:
    """Check every code of a lead against the dictionaries of the product."""
    values = [
        *(("themes", code, dictionary("themes")) for code in lead.themes),
        *(("clusters", code, dictionary("clusters")) for code in lead.clusters),
        *(("park", code, dictionary("parks")) for code in (lead.park,) if code),
        ("source", lead.source, dictionary("sources")),
        ("build_nature", lead.build_nature, dictionary("build_natures")),
        *(("contact", event.kind, CONTACT_KINDS) for event in lead.of(ContactEvent)),
        *(("stage", event.to, STAGES) for event in lead.of(StageEvent)),
        *(("stage", event.to, STAGES) for event in lead.of(OpeningEvent)),
        *(("status", event.to, STATUSES) for event in lead.of(StatusEvent)),
    ]
    for field, code, known in values:
        if code not in known:
            yield _unknown(lead.key, field, code)


def _claims(lead: SampleLead, story: Story) -> Iterator[Finding]:
    """Check credit: accepted shares sum to the whole, reported during a posting, a dispute says why."""
    if lead.source == "seconded_cadre" and not lead.claims:
        yield _unknown(lead.key, "claims", "")
    shares = sum(claim.share_bps for claim in lead.claims if claim.standing == "accepted")
    if lead.claims and shares != WHOLE:
        text = say("%(where)s: the shares sum to %(sum)s instead of 10000", where=lead.key, sum=shares)
        yield Finding("sample.shares", text, "claims")
    for claim in lead.claims:
        posted = any(row.cadre == claim.cadre and row.covers(claim.days_ago) for row in story.postings)
        if not posted or claim.days_ago > lead.created_days_ago:
            text = say("%(where)s: %(who)s was not posted when claiming", where=lead.key, who=claim.cadre)
            yield Finding("sample.claim", text, "claims")
        if claim.standing not in {"accepted", "disputed", "rejected"} or (
            claim.standing != "accepted" and not claim.reason
        ):
            yield _unknown(lead.key, "standing", claim.standing)
