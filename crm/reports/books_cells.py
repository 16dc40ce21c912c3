"""From blocks of raw columns to the cells of a ledger: each column says what it needs and turns it in one go."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from crm.capital.rules import CONTRACT_KINDS
from crm.core.clock import shanghai_date
from crm.core.errors import say
from crm.core.money import show_wan
from crm.core.words import render
from crm.leads.rules import STAGE_LABELS, STATUS_LABELS, light, per_mu
from crm.leads.views import LIGHT_LABELS
from crm.profile.rules import label, labels
from crm.reports.rules_columns import BY_KEY
from crm.reports.rules_phones import mask
from exports.source import day_number

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    Raw = Mapping[str, Sequence[Any]]
    """Some leads, column by column, as the database has them."""

DIRECT = {
    **{key: key for key in (
        "number", "name", "investor", "investor_place", "investor_profile", "content", "products", "jobs", "site",
        "industry", "recommender", "leader", "progress", "problems", "requests", "next_steps", "remark", "entity_name",
        "uscc", "code_name", "matter")},
    "contracted": "contracted_fen", "paid_in": "paid_in_fen", "paid_in_recorded": "paid_in_recorded_fen",
    "fixed_assets": "fixed_assets_fen", "annual_output": "annual_output_fen", "annual_tax": "annual_tax_fen",
    "land": "land_cmu", "energy": "energy_tce", "unit": "unit_name", "legs": "legs_verified",
    "lead_id": "id", "lead_version": "version", "contract_amount": "contract_fen",
}  # fmt: skip
"""Columns whose cells are the raw values."""
DAYS = ("stage_since", "first_contact_on", "last_contact_on", "statistics_on", "landed_on", "signed_on",
        "agreed_start_on", "agreed_production_on", "registered_on", "started_on", "producing_on")  # fmt: skip
LOOKED_UP = {
    "shares": ("shares",),
    "contract": ("signed_on", "contract_kind", "contract_fen", "agreed_start_on", "agreed_production_on"),
    "entity": ("entity_name", "uscc", "registered_on"),
    "moves": ("started_on", "producing_on"),
    "meeting": ("code_name", "matter"),
}
"""What does not stand in a lead's own row, by the question that brings it."""


class Memo(dict[Any, Any]):
    """Answers of a function, each worked out once."""

    def __init__(self, function: Callable[[Any], Any]) -> None:
        """Keep the function."""
        super().__init__()
        self.function = function

    def __missing__(self, key: Any) -> Any:
        """Work an answer out and keep it."""
        found = self[key] = self.function(key)
        return found


@dataclass(frozen=True)
class Cell:
    """One column in the making: the raw columns it needs, and how they become cells."""

    needs: tuple[str, ...]
    make: Callable[..., Sequence[Any]]


def foreign(currency: str, cents: int | None) -> bool:
    """Tell whether an amount is one of foreign money, which is never converted."""
    return currency != "CNY" and cents is not None


def day_cell(value: Any) -> Any:
    """Return a day (as any database gives it) as a cell keeps it."""
    if not value:
        return None
    if isinstance(value, str):
        value = date.fromisoformat(value[:10])
    return day_number(value)


def as_day(value: Any) -> date | None:
    """Return a day as any database gives it."""
    if not value:
        return None
    if isinstance(value, datetime):
        return shanghai_date(value)
    if isinstance(value, date):
        return value
    text = str(value)
    return date.fromisoformat(text) if len(text) == len("2026-01-01") else shanghai_date(datetime.fromisoformat(text))


def cells(keys: Iterable[str], *, phones: bool, today: date, secret: bool = False) -> list[Cell]:
    """Return how each wanted column is made, in the language in force; `secret` hides names behind code names."""
    made = _all(phones=phones, today=today)
    if secret:
        made |= _secret()
    return [made[key] for key in keys]


def _secret() -> dict[str, Cell]:
    def named(names: Sequence[str], codes: Sequence[str]) -> list[str]:
        return [code or name for name, code in zip(names, codes, strict=True)]

    hidden = render(say("withheld"))

    def withheld(values: Sequence[Any], codes: Sequence[str]) -> list[Any]:
        return [hidden if code and value else value for value, code in zip(values, codes, strict=True)]

    return {
        "name": Cell(("name", "code_name"), named),
        **{key: Cell((DIRECT[key], "code_name"), withheld)
           for key in ("investor", "investor_place", "investor_profile", "content", "products", "site", "entity_name",
                       "uscc", "recommender", "progress", "problems", "requests", "next_steps", "remark")},
        "contact_name": Cell(("contact_name", "code_name"), withheld),
        "contact_phone": Cell(("contact_phone", "code_name"), withheld),
    }  # fmt: skip


def _all(*, phones: bool, today: date) -> dict[str, Cell]:
    same: Callable[..., Sequence[Any]] = lambda values: values  # noqa: E731 - the shortest way to say: as it is
    made = {key: Cell((name,), same) for key, name in DIRECT.items()}
    day = Memo(day_cell)
    made |= {key: Cell((key,), _looked(day)) for key in DAYS}
    words: dict[str, Callable[[Any], Any]] = {
        "build_nature": _of("build_natures"), "park": _of("parks"), "source": _of("sources"),
        "themes": lambda packed: render(labels("themes", packed)),
        "clusters": lambda packed: render(labels("clusters", packed)),
        "stage": lambda code: render(STAGE_LABELS[code]), "status": lambda code: render(STATUS_LABELS[code]),
        "contract_kind": lambda code: render(CONTRACT_KINDS[code]) if code else "",
    }  # fmt: skip
    made |= {key: Cell((key,), _looked(Memo(word))) for key, word in words.items()}
    opening, inside = render(say("Opening entry")), render(say("In the system"))
    landed, not_landed = render(say("Landed")), render(say("Not landed"))
    hide: Callable[[Any], Any] = (lambda text: text) if phones else mask
    made |= {
        "owner": Cell(("owner_name",), lambda names: [name or "" for name in names]),
        "evidence_state": Cell(("opening",), lambda flags: [opening if flag else inside for flag in flags]),
        "landed": Cell(("landed_on",), lambda days: [landed if day else not_landed for day in days]),
        "landed_amount": Cell(("landed_fen", "landed_on"), _where),
        "contact_name": Cell(("contact_name",), lambda texts: [hide(text) for text in texts]),
        "contact_phone": Cell(("contact_phone",), lambda texts: [hide(text) for text in texts]),
        "investment": Cell(("investment_fen", "investment_max_fen", "currency", "foreign_amount_cents"), _investment),
        "investment_per_mu": Cell(("investment_fen", "land_cmu"), _per_mu),
        "tax_per_mu": Cell(("annual_tax_fen", "land_cmu"), _per_mu),
        "cadres": Cell(("shares",), lambda many: [_credited(one) for one in many]),
        "stage_days": Cell(("stage_since",), _looked(Memo(lambda day: _days_since(day, today)))),
        "light": Cell(("stage", "status", "stage_since", "last_contact_on", "updated_at"), _lights(today)),
    }  # fmt: skip
    return made


def _credited(shares: Sequence[tuple[str, int]] | None) -> str:
    return "；".join(f"{who} {bps / 100:g}%" for who, bps in shares or ())


def _days_since(day: Any, today: date) -> int | None:
    since = as_day(day)
    return (today - since).days if since else None


def _of(name: str) -> Callable[[Any], str]:
    return lambda code: render(label(name, code)) if code else ""


def _looked(known: Memo) -> Callable[[Sequence[Any]], list[Any]]:
    return lambda values: [known[value] for value in values]


def _where(amounts: Sequence[Any], flags: Sequence[Any]) -> list[Any]:
    return [amount if flag else None for amount, flag in zip(amounts, flags, strict=True)]


def _per_mu(amounts: Sequence[int | None], lands: Sequence[int | None]) -> list[int | None]:
    return [per_mu(amount, land) if land else None for amount, land in zip(amounts, lands, strict=True)]


def _investment(*columns: Sequence[Any]) -> list[Any]:
    return [
        low if high is None and (currency == "CNY" or cents is None) else _odd_amount(low, high, currency, cents)
        for low, high, currency, cents in zip(*columns, strict=True)
    ]


def _odd_amount(low: int | None, high: int | None, currency: str, cents: int | None) -> str:
    if foreign(currency, cents):
        return render(say("%(amount)s wan %(currency)s", amount=show_wan(cents), currency=currency))
    return f"{show_wan(low)}–{show_wan(high)}"


def _lights(today: date) -> Callable[..., list[str]]:
    words = {code: render(text) for code, text in LIGHT_LABELS.items()}
    day = Memo(as_day)

    def make(*columns: Sequence[Any]) -> list[str]:
        found = []
        for stage, status, since, contact, updated in zip(*columns, strict=True):
            sign = max(as_day(updated) or today, day[contact] or day[since] or today)
            found.append(words[light(stage, status, sign, today)])
        return found

    return make


def needed(made: Iterable[Cell]) -> set[str]:
    """Return the raw columns that some cells need."""
    return {name for cell in made for name in cell.needs}


def known_keys() -> set[str]:
    """Return the columns that can be made (all that the table of columns lists)."""
    return set(BY_KEY)
