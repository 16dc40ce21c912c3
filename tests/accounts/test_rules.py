"""Permissions and passwords as pure rules."""

from __future__ import annotations

import pytest

from crm.accounts.rules import check_matrix, matrix, may, password_findings, roles, scope
from crm.core.actor import CLI, Actor
from crm.core.rulebook import BrokenRules, parse

HEAD = 'version = "1"\nin_force_from = 2026-01-01\nbasis = "ours"\n'


def actor(*held: str, posted: bool = False) -> Actor:
    return Actor(1, "某人", frozenset(held), 7, posted=posted)


def test_the_written_matrix_loads_and_names_its_version() -> None:
    assert matrix().version
    assert set(roles()) == {
        "officer", "cadre", "manager", "liaison", "verifier", "reviewer", "organiser", "auditor", "admin",
    }  # fmt: skip


@pytest.mark.parametrize("line", ['boss = "all"', 'officer = "everywhere"'])
def test_a_broken_matrix_is_refused(line: str) -> None:
    text = f'{HEAD}[roles]\nofficer = "Officer"\n[permissions."lead.view"]\n{line}\n'
    with pytest.raises(BrokenRules):
        check_matrix(parse(text, "permissions.toml"))


def test_with_several_roles_the_widest_reach_counts() -> None:
    assert scope(actor("officer"), "lead.view") == "unit"
    assert scope(actor("officer", "manager"), "lead.view") == "all"
    assert scope(actor("reviewer"), "lead.view") == "none"


def test_a_cadre_has_access_only_while_posted() -> None:
    assert not may(actor("cadre"), "lead.view")
    assert may(actor("cadre", posted=True), "lead.view")
    assert may(actor("cadre"), "self")


def test_an_administrator_decides_nothing_about_projects() -> None:
    allowed = {name for name in matrix().tables["permissions"] if may(actor("admin"), name)}
    assert allowed == {"account.manage", "self"}


def test_an_auditor_changes_nothing() -> None:
    allowed = {name for name in matrix().tables["permissions"] if may(actor("auditor"), name)}
    changing = (
        ".create",
        ".edit",
        ".move",
        ".change",
        ".record",
        ".verify",
        ".recognise",
        ".submit",
        ".manage",
        ".import",
    )
    assert not [name for name in allowed if name.endswith(changing)]


def test_the_command_line_never_verifies_or_recognises() -> None:
    assert not may(CLI, "landing.verify")
    assert not may(CLI, "landing.recognise")


@pytest.mark.parametrize(
    ("password", "codes"),
    [
        ("a long sentence", []),
        ("short", ["password.length"]),
        ("x" * 129, ["password.length", "password.simple"]),
        ("aaaaaaaaaaaa", ["password.simple"]),
        ("my wangan password", ["password.login"]),
    ],
)
def test_a_password_says_everything_that_is_wrong_with_it(password: str, codes: list[str]) -> None:
    assert [finding.code for finding in password_findings(password, "wangan")] == codes
