"""No sequence of deeds lands a project unproved, on both databases; and the search finds it when a rule is missing."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from crm.landing import operations, operations_gate, queries
from crm.landing.rules import GateVerdict, gate
from tests.landing.conspiracy import Conspiracy


def searched(examples: int, steps: int = 20) -> None:
    """Search with so many sequences of deeds; a way in is told as found, not made short first."""
    quiet = settings(
        max_examples=examples, stateful_step_count=steps, deadline=None, derandomize=True, database=None,
        phases=[Phase.generate], report_multiple_bugs=False, suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    run_state_machine_as_test(Conspiracy, settings=quiet)


@pytest.mark.slow
def test_no_sequence_of_deeds_lands_a_project_unproved(db: Any) -> None:
    before = Conspiracy.landings
    searched(40)
    assert Conspiracy.landings > before, "the search has to reach landed, or it proves nothing"


def _without_legs(facts: Any) -> GateVerdict:
    judged = gate(facts)
    return judged if judged.gaps or judged.landed_on else GateVerdict("ready", judged.legs, ())


BROKEN: dict[str, list[tuple[Any, str, Any]]] = {
    "nobody's eyes are asked": [
        (operations, "verifier_findings", lambda _facts: []),
        (queries, "involved_since", lambda _lead, _verified: frozenset()),
    ],
    "the gate forgets the legs": [(operations_gate, "gate", _without_legs)],
}
"""Rules taken away: where, and what is put in their place."""


@pytest.mark.slow
@pytest.mark.parametrize("shared_database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("missing", BROKEN)
def test_the_search_finds_a_way_in_when_a_rule_is_missing(
    db: Any, missing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for where, name, instead in BROKEN[missing]:
        monkeypatch.setattr(where, name, instead)
    with pytest.raises(AssertionError):
        searched(120)
