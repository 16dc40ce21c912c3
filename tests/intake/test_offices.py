"""Ledgers as other offices keep them: every row told apart, every cell as its expected answer says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.intake import books, offices

if TYPE_CHECKING:
    from pathlib import Path


def differences(ledger: dict[str, Any], found: dict[str, Any]) -> list[str]:
    """List where the reading and the expected answer part."""
    read = {(row["sheet"], row["row"]): row for row in found["rows"] if row["kind"] != "blank"}
    wanted = {(row.sheet, row.row): row for row in offices.expected(ledger)}
    wrong = [f"{place}: read as {read[place]['kind']}, is blank" for place in read.keys() - wanted.keys()]
    for place, row in wanted.items():
        got = read.get(place)
        kind = got["kind"] if got else "blank"
        if kind != row.kind:
            wrong.append(f"{place}: read as {kind}, is {row.kind}")
        if got and kind == row.kind == "data":
            wrong += [f"{place} {problem}" for problem in _cells(row.values, got)]
    return wrong


def _cells(values: dict[str, Any], got: dict[str, Any]) -> list[str]:
    """Compare the values of one project: what is not named must be empty."""
    amount = values.get("investment_wan") is not None
    wrong = []
    for field in offices.FIELDS:
        want = values.get(field, "CNY" if field == "currency" and amount else None)
        if (got["values"].get(field) or None) != (want or None):
            wrong.append(f"{field}: {got['values'].get(field)!r} instead of {want!r}")
    first = got["duplicate_of"]
    if values.get("dup") != ([first["sheet"], first["row"]] if first else None):
        wrong.append(f"repeats {first}, should repeat {values.get('dup')}")
    refused = [error["code"] for error in got["errors"]]
    if refused != values.get("errors", []):
        wrong.append(f"errors: {refused}")
    return wrong


@pytest.mark.parametrize("name", offices.ledgers())
def test_a_ledger_of_another_office(tmp_path: Path, name: str) -> None:
    ledger = offices.load(name)
    assert differences(ledger, books.as_json(offices.build(ledger, tmp_path))) == []
