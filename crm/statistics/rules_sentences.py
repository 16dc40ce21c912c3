"""What figures ask, in a sentence that ends with a question mark, with the numbers it rests on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crm.core.errors import Text, say
from crm.core.money import show_hundredths, show_wan
from crm.statistics.rules import MEASURE, shift, statistics_rules
from crm.statistics.rules_checks import ALONE, INDUSTRY, NORMAL

if TYPE_CHECKING:
    from crm.statistics.rules import Pair, StatisticsRules
    from crm.statistics.rules_checks import Question

BASES = {
    "alone": say("one without the other"),
    "history": say("against its own history"),
    "industry": say("against its industry"),
}
PER_YUAN = {"electricity": say("yuan of output per kWh"), "gravel": say("yuan of investment per tonne")}
DIGITS = 3
LARGE = 1000


def show_measure(name: str, value: int | None) -> str:
    """Show a figure in its unit; unknown is a dash, zero is 0."""
    if value is None:
        return "—"
    kind = MEASURE[name].kind
    if kind == "money":
        return show_wan(value)
    return show_hundredths(value) if kind == "hundredths" else f"{value:,}"


def show_ratio(pair: Pair, ratio: float) -> str:
    """Show a ratio of fen to the other figure's unit as yuan per unit, in three digits."""
    hundredths = MEASURE[pair.under].kind == "hundredths"
    return short(ratio if hundredths else ratio / 100)


def short(value: float) -> str:
    """Show a number in three digits, without an exponent."""
    return f"{value:,.0f}" if abs(value) >= LARGE else f"{float(f'{value:.{DIGITS}g}'):g}"


def pair_of(code: str) -> Pair | None:
    """Return a pair of the table, or None for one it no longer has."""
    return next((pair for pair in statistics_rules().pairs if pair.code == code), None)


def span(pair: Pair, month: str) -> str:
    """Say which months a question sums."""
    return month if pair.months == 1 else f"{shift(month, 1 - pair.months)} – {month}"


def sentence(question: Question) -> Text:
    """Return a question in words."""
    pair = pair_of(question.kind)
    if pair is None:
        return say("%(code)s", code=question.kind)
    over, under = MEASURE[pair.over], MEASURE[pair.under]
    facts = {
        "month": span(pair, question.month), "over": over.label, "over_value": show_measure(pair.over, question.over),
        "over_unit": over.unit, "under": under.label, "under_value": show_measure(pair.under, question.under),
        "under_unit": under.unit,
    }  # fmt: skip
    if question.basis == ALONE:
        return say(
            "%(month)s: %(over)s %(over_value)s %(over_unit)s, %(under)s %(under_value)s %(under_unit)s. How do they "
            "go together, or is one of them missing?", **facts,
        )  # fmt: skip
    facts |= {
        "ratio": show_ratio(pair, question.over / question.under), "unit": PER_YUAN.get(pair.code, say("to one")),
        "usual": show_ratio(pair, question.usual_ratio or 0), "times": short(question.times or 0), "n": question.n,
    }  # fmt: skip
    if question.basis == INDUSTRY:
        return say(
            "%(month)s: %(ratio)s %(unit)s, %(times)s times what is usual in the industry here (%(usual)s, the median "
            "of %(n)s others). What makes it different?", **facts,
        )  # fmt: skip
    return say(
        "%(month)s: %(ratio)s %(unit)s, %(times)s times what is usual for it (%(usual)s, the median of %(n)s earlier "
        "months). How does it come?", **facts,
    )  # fmt: skip


def definitions(rules: StatisticsRules) -> list[Text]:
    """Return how it is counted, for the page that shows the questions."""
    review = rules.review
    return [
        say("Ratio: the first figure divided by the second, over one month for output and electricity, over three for "
            "investment and sand and gravel. A month in which one of them is unknown is left out."),
        say("Usual: the median of the enterprise's own ratios of the %(n)s months before; the spread is the median "
            "distance from it (MAD) × %(normal)s, on logarithms, at least %(least)s %%.",
            n=review.history_months, normal=NORMAL, least=review.least_spread_percent),
        say("Asked about: at least %(deviations)s spreads away and at least %(times)s times the median, or below one "
            "%(times)sth of it.", deviations=review.deviations, times=review.times),
        say("Industry: the medians of the others of the same division (two digits of GB/T 4754), each enterprise once; "
            "asked once a year, and only when the enterprise's own median is far away too."),
        say("Small samples: below %(history)s months or %(industry)s others nothing is compared; below %(months)s "
            "months or %(others)s others the question says so.", history=review.history_least,
            industry=review.industry_least, months=review.history_small, others=review.industry_small),
    ]  # fmt: skip
