"""What the figures ask: read in one statement, computed by pure rules, answered where somebody has explained."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from peewee import fn

from crm.accounts.models import Unit
from crm.core.clock import end_of_day
from crm.statistics.models import Enterprise, Explanation, MonthlyReturn
from crm.statistics.queries import reached
from crm.statistics.queries_targets import standing
from crm.statistics.rules import last_over, months_between, shift, statistics_rules
from crm.statistics.rules_checks import Line, Question, Values, questions

if TYPE_CHECKING:
    from datetime import date, datetime

    from crm.core.actor import Actor

KEPT = 4
_kept: OrderedDict[Any, list[Question]] = OrderedDict()
"""What was computed last, by a stamp of everything it was computed from."""


@dataclass(frozen=True)
class Answer:
    """What was said about a question, by whom, when, and the figures it was said about."""

    text: str
    by_name: str
    at: datetime
    about: str


@dataclass(frozen=True)
class Asked:
    """A question with the enterprise it goes to and what was answered; an answer to other figures is none."""

    question: Question
    name: str
    park: str
    unit_name: str
    industry: str
    statistician: str
    answers: tuple[Answer, ...]

    @property
    def open(self) -> bool:
        """Tell whether nobody has explained these very figures."""
        return not any(answer.about == self.question.about for answer in self.answers)


def asked_months(today: date) -> list[str]:
    """Return the months that questions are asked about, the oldest first."""
    last = last_over(today)
    return list(months_between(shift(last, 1 - statistics_rules().question_months), last))


def read_from(today: date) -> str:
    """Return the first month whose figures the questions look at."""
    rules = statistics_rules()
    widest = max(pair.months for pair in rules.pairs)
    return shift(last_over(today), 1 - rules.question_months - rules.review.history_months - widest)


def lines(today: date, known: date | None = None, since: str = "") -> list[Line]:
    """Return every enterprise with its months as the checks see them; one statement."""
    columns: list[Any] = []
    for pair in statistics_rules().pairs:
        columns += [getattr(MonthlyReturn, pair.over), getattr(MonthlyReturn, pair.under)]
    query: Any = (
        MonthlyReturn.select(MonthlyReturn.enterprise, Enterprise.industry_code, MonthlyReturn.month, *columns)
        .join(Enterprise, on=(MonthlyReturn.enterprise == Enterprise.id))
        .where((MonthlyReturn.month >= (since or read_from(today))) & standing(MonthlyReturn, known))
        .order_by(MonthlyReturn.enterprise, MonthlyReturn.month)
    )
    found: dict[int, tuple[str, dict[str, Values]]] = {}
    for id_, industry, month, *values in query.tuples():
        found.setdefault(id_, (industry, {}))[1][month] = tuple(values)
    return [Line(id_, industry, months) for id_, (industry, months) in found.items()]


def all_questions(today: date) -> list[Question]:
    """Return what the figures of the latest months ask, of the whole register.

    Comparing within industries needs everybody's figures, so the whole is computed once and kept until a figure,
    an industry, the rules or the day's last month change: the stamp holds sums of all that is looked at.
    """
    stamp = (_stamp(today), last_over(today), repr(statistics_rules()))
    known = _kept.get(stamp)
    if known is None:
        known = questions(lines(today), asked_months(today), statistics_rules())
        _kept[stamp] = known
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
    return known


def _stamp(today: date) -> Any:
    columns: list[Any] = []
    for pair in statistics_rules().pairs:
        columns += [fn.SUM(getattr(MonthlyReturn, pair.over)), fn.SUM(getattr(MonthlyReturn, pair.under))]
    query: Any = (
        MonthlyReturn.select(
            fn.COUNT(MonthlyReturn.id), fn.SUM(MonthlyReturn.id), fn.MAX(MonthlyReturn.recorded_at),
            fn.MAX(Enterprise.updated_at), fn.SUM(Enterprise.version), *columns,
        )
        .join(Enterprise, on=(MonthlyReturn.enterprise == Enterprise.id))
        .where((MonthlyReturn.month >= read_from(today)) & MonthlyReturn.superseded_at.is_null())
    )  # fmt: skip
    return tuple(str(value) for value in next(iter(query.tuples())))


def asked(actor: Actor, today: date, permission: str = "statistics.view", enterprise_id: int | None = None,
          known: date | None = None) -> list[Asked]:  # fmt: skip
    """Return the questions in an actor's reach with their answers, the furthest from usual first.

    With `known`, those that the figures asked as they were known on that day, with the answers given by then.
    """
    query: Any = (
        Enterprise.select(
            Enterprise.id, Enterprise.name, Enterprise.park, Unit.name, Enterprise.industry_code,
            Enterprise.statistician,
        )
        .join(Unit, on=(Enterprise.unit == Unit.id))
        .where(reached(actor, permission))
    )  # fmt: skip
    if enterprise_id is not None:
        query = query.where(Enterprise.id == enterprise_id)
    who = {row[0]: row[1:] for row in query.tuples()}
    asking = all_questions(today) if known is None else questions_known(known, today)
    found = [one for one in asking if one.enterprise_id in who]
    said = answers([pair.code for pair in statistics_rules().pairs], shift(last_over(today), -24), known)
    told = []
    for one in found:
        name, park, unit, industry, statistician = who[one.enterprise_id]
        given = tuple(said.get((one.kind, one.enterprise_id, one.key[2]), ()))
        told.append(Asked(one, name, park, unit, industry, statistician, given))
    return told


def answers(
    kinds: list[str], since: str = "", known: date | None = None
) -> dict[tuple[str, int | None, str], list[Answer]]:
    """Return what was said about questions of some kinds, by kind, enterprise (or project) and month."""
    query: Any = (
        Explanation.select(
            Explanation.kind, fn.COALESCE(Explanation.enterprise, Explanation.lead), Explanation.month,
            Explanation.text, Explanation.by_name, Explanation.at, Explanation.about,
        )
        .where(Explanation.kind.in_(kinds) & ((Explanation.month == "") | (Explanation.month >= since[:4])))
        .order_by(Explanation.id)
    )  # fmt: skip
    if known is not None:
        query = query.where(Explanation.at < end_of_day(known))
    found: dict[tuple[str, int | None, str], list[Answer]] = {}
    for kind, id_, month, *rest in query.tuples():
        found.setdefault((kind, id_, month), []).append(Answer(*rest))
    return found


def questions_known(known: date, today: date) -> list[Question]:
    """Return what the figures asked as they were known on a past day (workbooks as known on)."""
    return questions(lines(today, known), asked_months(today), statistics_rules())
