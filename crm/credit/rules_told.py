"""What a version of the tariff says, in words that a reviewer reads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crm.core.errors import Text, say
from crm.core.words import render
from crm.credit.rules import show_points
from crm.credit.rules_tariff import COEFFICIENTS, DEDUCTIONS, FEN_PER_WAN, ITEMS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crm.credit.rules_tariff import Item, Tariff


def tariff_texts(tariff: Tariff) -> dict[str, Any]:
    """Return what is handed in for review: title, basis, whom it touches, and the words of the version."""
    lines = [render(one) for one in _lines(tariff)]
    lines.append(render(say("Mark of the exact text (SHA-256): %(mark)s", mark=tariff.sha256)))
    return {
        "title": render(say("%(rule)s, version %(version)s", rule=say("Tariff of points"), version=tariff.version)),
        "legal_basis": render(say("%(basis)s; Regulation on Fair Competition Review, art. 2", basis=tariff.basis)),
        "beneficiary": render(say("Seconded cadres; enterprises receive nothing by it.")),
        "condition": "\n".join(lines),
    }  # fmt: skip


def _lines(tariff: Tariff) -> Iterator[Text]:
    yield say("Points of seconded cadres for the annual assessment, from %(day)s:", day=tariff.in_force_from)
    for code, item in tariff.items.items():
        yield say("%(item)s: %(points)s; cap %(cap)s", item=ITEMS[code], points=_points(item),
                  cap=show_points(item.cap) if item.cap is not None else say("none"))  # fmt: skip
    for code, item in tariff.deductions.items():
        yield say("%(item)s: −%(points)s", item=DEDUCTIONS[code], points=show_points(item.points))
    for one in tariff.coefficients:
        yield say("Coefficient of %(kind)s: %(value)s", kind=COEFFICIENTS[one.code], value=show_points(one.value))
    yield say("Events count up to %(n)s months after a posting for projects reported during it.", n=tariff.tail_months)
    yield say("Where a company is registered, moves or pays tax earns nothing before works have started.")


def _points(item: Item) -> Any:
    if item.bands:
        return "，".join(f"≥{start // FEN_PER_WAN} 万元 {show_points(points)}" for start, points in item.bands)
    if item.step_fen:
        return say(
            "%(points)s from %(first)s, then %(more)s for each further %(step)s (10,000 yuan)",
            points=show_points(item.points), first=item.first_fen // FEN_PER_WAN, more=show_points(item.step_points),
            step=item.step_fen // FEN_PER_WAN,
        )  # fmt: skip
    if item.points_after_review is not None:
        return say("%(points)s until this version's review, then %(after)s", points=show_points(item.points),
                   after=show_points(item.points_after_review))  # fmt: skip
    return show_points(item.points)
