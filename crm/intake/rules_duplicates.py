"""Finds the projects a row may repeat, in the file and among those known, without comparing all pairs."""

from __future__ import annotations

from bisect import bisect_left, insort
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from rapidfuzz import fuzz, process

from crm.core.errors import Text, say
from crm.intake.rules_cells import Remark
from crm.leads.rules_names import (
    ALIKE,
    SHORTEST,
    alike,
    company_key,
    industry_key,
    investor_core,
    name_key,
    phase_of,
    same_investor,
    site_key,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

AMOUNT_SPREAD = 0.2
FEN_PER_WAN = 1_000_000
CANDIDATES = 20


@dataclass(frozen=True)
class Known:
    """A project that the database has already, by the keys that it is compared by."""

    id: int
    number: str
    name_key: str
    investor_key: str = ""
    investment_fen: int | None = None
    phones: tuple[str, ...] = ()
    uscc: str = ""
    industry_key: str = ""
    site_key: str = ""


class Keys(NamedTuple):
    """What one project is compared by."""

    name: str
    investor: str = ""
    investment_fen: int | None = None
    phones: tuple[str, ...] = ()
    uscc: str = ""
    industry: str = ""
    site: str = ""


class Place(NamedTuple):
    """Where a project stands: a row of a sheet, or a project known already."""

    sheet: str
    row: int
    keys: Keys
    known: Known | None = None

    def words(self) -> Text:
        """Name the place."""
        if self.known:
            return say("project %(number)s", number=self.known.number)
        return say("row %(row)s of sheet %(sheet)s", row=self.row, sheet=self.sheet)


class Match(NamedTuple):
    """A project that a row repeats, and whether name and investor are the same."""

    place: Place
    exact: bool


def keys_of(values: Mapping[str, object]) -> Keys:
    """Make the keys of a row from its values."""
    wan = values.get("investment_wan")
    phones = values.get("phones")
    return Keys(
        name_key(str(values["name"])),
        company_key(str(values["investor"])) if values["investor"] else "",
        round(float(wan) * FEN_PER_WAN) if isinstance(wan, int | float) else None,
        tuple(phones) if isinstance(phones, list) else (),
        str(values.get("uscc") or ""),
        industry_key(str(values["industry"])) if values.get("industry") else "",
        site_key(str(values["site"])) if values.get("site") else "",
    )


def keys_of_known(known: Known) -> Keys:
    """Make the keys of a known project."""
    return Keys(
        known.name_key,
        known.investor_key,
        known.investment_fen,
        known.phones,
        known.uscc,
        known.industry_key,
        known.site_key,
    )


class Likeness:
    """An index of projects by everything that they may have in common."""

    def __init__(self, known: Iterable[Known] = ()) -> None:
        """Begin with the projects that are known already."""
        self._by_name: dict[str, Place] = {}
        self._by_investor: dict[tuple[str, str], tuple[list[str], list[Place]]] = {}
        self._by_mark: dict[tuple[str, str], Place] = {}
        self._by_amount: dict[tuple[str, str], list[tuple[int, int]]] = {}
        self._places: list[Place] = []
        for project in known:
            self.add(Place("", 0, keys_of_known(project), project))

    def add(self, place: Place) -> None:
        """Take a project into the index; the first one of a kind stays the one pointed at."""
        keys = place.keys
        if keys.name:
            self._by_name.setdefault(keys.name, place)
            phase = phase_of(keys.name)
            for core in _cores(keys.investor):
                names, places = self._by_investor.setdefault((core, phase), ([], []))
                names.append(keys.name)
                places.append(place)
        for mark in _marks(keys):
            self._by_mark.setdefault(mark, place)
        if keys.investment_fen and keys.industry:
            self._places.append(place)
            for core in _cores(keys.investor):
                insort(
                    self._by_amount.setdefault((core, keys.industry), []),
                    (keys.investment_fen, len(self._places) - 1),
                )

    def repeats(self, keys: Keys) -> Match | None:
        """Find the project that a row repeats: the same name, or a name alike with the same investor."""
        if not keys.name:
            return None
        same = self._by_name.get(keys.name)
        if same:
            return Match(
                same,
                same_investor(keys.investor, same.keys.investor) or keys.investor == same.keys.investor,
            )
        phase = phase_of(keys.name)
        for core in _cores(keys.investor):
            names, places = self._by_investor.get((core, phase), ((), ()))
            if not names:
                continue
            best = process.extractOne(keys.name, names, scorer=fuzz.ratio, score_cutoff=ALIKE)
            if best is None:
                continue
            if alike(keys.name, best[0]) and same_investor(keys.investor, places[best[2]].keys.investor):
                return Match(places[best[2]], exact=False)
            others = process.extract(
                keys.name,
                names,
                scorer=fuzz.ratio,
                score_cutoff=ALIKE,
                limit=CANDIDATES,
            )
            for name, _, at in others:
                if alike(keys.name, name) and same_investor(keys.investor, places[at].keys.investor):
                    return Match(places[at], exact=False)
        return None

    def resembles(self, keys: Keys) -> list[Remark]:
        """List what a row has in common with another project without repeating it."""
        remarks = []
        for mark in _marks(keys):
            place = self._by_mark.get(mark)
            if place:
                remarks.append(Remark(f"duplicate.{mark[0]}", _resemblance(mark[0], place), value=mark[1]))
        if keys.investment_fen and keys.industry and (place := self._near_amount(keys)):
            remarks.append(Remark("duplicate.investment", _resemblance("investment", place)))
        return remarks

    def _near_amount(self, keys: Keys) -> Place | None:
        """Find a project of the same investor and industry whose amount is within 20 %."""
        amount = keys.investment_fen or 0
        low, high = round(amount * (1 - AMOUNT_SPREAD)), round(amount * (1 + AMOUNT_SPREAD))
        for core in _cores(keys.investor):
            amounts = self._by_amount.get((core, keys.industry), [])
            for fen, at in amounts[bisect_left(amounts, (low, 0)) :][:CANDIDATES]:
                if fen > high:
                    break
                if same_investor(keys.investor, self._places[at].keys.investor):
                    return self._places[at]
        return None


def _cores(investor: str) -> list[str]:
    """Give the keys that an investor is filed under: one for each partner, regions left out."""
    if not investor:
        return []
    return [core if len(core := investor_core(part)) >= SHORTEST else part for part in investor.split("|")]


def _marks(keys: Keys) -> list[tuple[str, str]]:
    """List the marks that two different projects should not share."""
    marks = [("phone", phone) for phone in keys.phones if len(phone.replace("0", "")) > 4]  # noqa: PLR2004 - no 0834-0000000
    if keys.uscc:
        marks.append(("uscc", keys.uscc))
    if keys.site:
        marks.append(("site", keys.site))
    return marks


def _resemblance(mark: str, place: Place) -> Text:
    """Say what is shared with whom."""
    where = place.words()
    if mark == "phone":
        return say("The same telephone number stands at %(where)s", where=where)
    if mark == "uscc":
        return say("The same credit code stands at %(where)s", where=where)
    if mark == "site":
        return say("The same address stands at %(where)s", where=where)
    return say("The same investor has a project of this industry and size at %(where)s", where=where)
