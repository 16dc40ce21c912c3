"""What a parcel and a quota must say, and when a milestone is late."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from crm.core.errors import Finding, Text, say
from crm.core.rulebook import BrokenRules, Rulebook, beside
from crm.profile.rules import dictionary

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

GROUPS: Mapping[str, Text] = {
    "acquisition": say("Acquisition and demolition (township)"),
    "approval": say("Approval of land"),
}
YEARS = range(2000, 2100)


@dataclass(frozen=True)
class Milestone:
    """One milestone that every parcel has."""

    code: str
    group: str
    label: str
    days: int
    position: int


@lru_cache
def book() -> Rulebook:
    """Load the milestones and refuse a broken file."""
    found = beside(__file__, "land.toml")
    check_book(found)
    return found


def check_book(found: Rulebook) -> None:
    """Refuse a file with a code twice, an unknown group, no label, or days below 1."""
    seen: set[str] = set()
    for step in found.tables.get("step", ()):
        code, days = step.get("code"), step.get("days")
        sound = code and code not in seen and step.get("group") in GROUPS and step.get("label")
        if not sound or not isinstance(days, int) or days < 1:
            message = f"{found.name}: step {code or '?'}: code once, group of {', '.join(GROUPS)}, label, days from 1"
            raise BrokenRules(message)
        seen.add(code)


def milestones() -> list[Milestone]:
    """Return the milestones in their order."""
    return [
        Milestone(step["code"], step["group"], step["label"], step["days"], place)
        for place, step in enumerate(book().tables["step"])
    ]


def planned(asked_on: date) -> list[tuple[Milestone, date]]:
    """Return when each milestone of a parcel is planned when nobody says otherwise."""
    return [(one, asked_on + timedelta(days=one.days)) for one in milestones()]


def remind_days() -> int:
    """Return how many days before its day a milestone turns yellow."""
    return int(book().tables["remind_days"])


def light(due_on: date, done_on: date | None, today: date) -> str:
    """Return the light of a milestone: none when done, red past its day, yellow shortly before, else green."""
    if done_on is not None:
        return "none"
    if today > due_on:
        return "red"
    return "yellow" if (due_on - today).days <= remind_days() else "green"


def quota_findings(park: str, year: int | None, area_cmu: int | None, basis: str) -> list[Finding]:
    """Return what is wrong with a quota."""
    found = []
    if park not in dictionary("parks"):
        found.append(Finding("park.unknown", say("Choose a park."), "park"))
    if year not in YEARS:
        found.append(Finding("quota.year", say("Give the year, like 2026."), "year"))
    if area_cmu is None:
        found.append(Finding("quota.area", say("Give the quota in mu."), "area_cmu"))
    if not basis.strip():
        found.append(Finding("basis.missing", say("Name the document that this rests on."), "basis"))
    return found


def parcel_findings(values: Mapping[str, Any], today: date) -> list[Finding]:
    """Return what is wrong with a parcel."""
    found = []
    if values.get("park") not in dictionary("parks"):
        found.append(Finding("park.unknown", say("Choose a park."), "park"))
    found += [
        Finding(f"parcel.{name}", say("Fill in this field."), name)
        for name in ("name", "township")
        if not str(values.get(name) or "").strip()
    ]
    if values.get("year") not in YEARS:
        found.append(Finding("quota.year", say("Give the year, like 2026."), "year"))
    if not values.get("asked_cmu"):
        found.append(Finding("parcel.area", say("Give the area that is asked for, in mu."), "asked_cmu"))
    asked_on = values.get("asked_on")
    if asked_on is None or asked_on > today:
        text = say("Give the day on which it was asked for, today at the latest.")
        found.append(Finding("parcel.day", text, "asked_on"))
    return found


def grant_findings(
    granted_cmu: int | None, granted_on: date | None, document: str, *, asked_on: date, today: date
) -> list[Finding]:
    """Return what is wrong with a grant."""
    found = []
    if not granted_cmu:
        found.append(Finding("grant.area", say("Give the area that was granted, in mu."), "granted_cmu"))
    if granted_on is None or not asked_on <= granted_on <= today:
        text = say("Give a day between %(first)s and today.", first=asked_on)
        found.append(Finding("grant.day", text, "granted_on"))
    if not document.strip():
        found.append(Finding("grant.document", say("Name the document that this rests on."), "document"))
    return found


def over_quota(quota_cmu: int | None, granted_cmu: int, more_cmu: int, reason: str) -> list[Finding]:
    """Ask about a grant beyond the park's quota of the year: it needs a reason, and it shows as such."""
    if quota_cmu is None or granted_cmu + more_cmu <= quota_cmu or reason.strip():
        return []
    left = max(quota_cmu - granted_cmu, 0)
    text = say("Only %(left)s mu of the park's quota are left; say why more is granted.", left=f"{left / 100:g}")
    return [Finding("grant.over_quota", text, "over_reason")]


@dataclass(frozen=True)
class ParkYear:
    """A park's land of a year in hundredths of a mu: quota, asked for by parcels, granted; needs without a parcel."""

    park: str
    quota: int | None
    basis: str
    asked: int
    granted: int
    parcels: int
    unlisted: int
    unlisted_leads: int

    @property
    def left(self) -> int | None:
        """Return what is left of the quota; negative when more was granted; None without a quota."""
        return None if self.quota is None else self.quota - self.granted

    @property
    def lacking(self) -> int | None:
        """Return how much more is asked for than the quota holds; None without a quota, 0 when it suffices."""
        return None if self.quota is None else max(self.asked - self.quota, 0)
