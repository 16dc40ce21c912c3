"""The pure rules of landing: credit codes, the gate's verdict, the four eyes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from crm.core.uscc import ALPHABET, read_uscc
from crm.landing.rules import LEG_FACTS, LEGS, EyesFacts, GateFacts, LegFacts, gate, leg_facts, verifier_findings
from crm.leads.rules import STAGES, STATUSES
from tests.cast import USCC, entity

PROVED = GateFacts(
    stage="signed", status="active", formal_contract=True, entity=True,
    legs={leg: LegFacts("verified") for leg in LEGS},
)  # fmt: skip
STATES = ("missing", "submitted", "verified", "rejected", "void")


@pytest.mark.parametrize("typed", [USCC, USCC.lower(), f" {USCC[:9]} {USCC[9:]}\u200b", f"'{USCC}"])
def test_a_credit_code_is_brought_into_shape(typed: str) -> None:
    read = read_uscc(typed)
    assert (read.code, read.findings) == (USCC, ())


@pytest.mark.parametrize(
    ("typed", "code", "hint"),
    [
        (USCC.replace("0", "O"), "uscc.letter", USCC),
        (USCC.replace("1", "I"), "uscc.letter", USCC),
        (USCC[:4] + USCC[5] + USCC[4] + USCC[6:], "uscc.check_digit", USCC),
        (USCC[:-1] + "0", "uscc.check_digit", "licence"),
        (USCC[:-1], "uscc.length", "17"),
        ("—" * 18, "uscc.character", "—"),
    ],
)
def test_what_is_wrong_with_a_credit_code_is_pointed_at(typed: str, code: str, hint: str) -> None:
    read = read_uscc(typed)
    (finding,) = read.findings
    assert finding.code == code
    assert hint in str(finding.text)
    assert not read.sound


def test_a_division_elsewhere_only_warns() -> None:
    read = read_uscc("91510100MA62B00J79")
    assert [finding.code for finding in read.findings] == ["uscc.division"]
    assert read.sound


@given(some.text(max_size=30))
def test_no_text_breaks_the_reading(text: str) -> None:
    read = read_uscc(text)
    assert read.findings or set(read.code) <= set(ALPHABET)


def test_everything_proved_is_ready() -> None:
    verdict = gate(PROVED)
    assert (verdict.state, verdict.findings, verdict.verified) == ("ready", (), 3)


@given(
    some.sampled_from(STAGES),
    some.sampled_from(STATUSES),
    some.booleans(),
    some.booleans(),
    some.tuples(*(some.sampled_from(STATES) for _ in LEGS)),
    some.booleans(),
)
def test_ready_means_nothing_at_all_is_missing(
    stage: str,
    status: str,
    contract: bool,  # noqa: FBT001 - drawn by hypothesis
    has_entity: bool,  # noqa: FBT001 - drawn by hypothesis
    states: tuple[str, ...],
    used: bool,  # noqa: FBT001 - drawn by hypothesis
) -> None:
    legs = {leg: LegFacts(state) for leg, state in zip(LEGS, states, strict=True)}
    verdict = gate(GateFacts(stage, status, contract, has_entity, legs, "LD-2026-0001" if used else ""))
    proved = set(states) == {"verified"} and contract and has_entity and not used
    late_enough = STAGES.index(stage) >= STAGES.index("signed") and status in ("active", "paused")
    assert (verdict.state == "ready") == (proved and late_enough)
    assert bool(verdict.findings) == (verdict.state != "ready")
    assert all(finding.link for finding in verdict.findings)
    assert all((leg.who is None) == (leg.gap is None) for leg in verdict.legs)


def test_an_expansion_may_share_the_entity() -> None:
    assert gate(replace(PROVED, entity_used_by="LD-2026-0001", expansion=True, increment_fen=1)).state == "ready"


def test_a_landed_project_shows_what_fell_since() -> None:
    legs = {**PROVED.legs, "taxed": LegFacts("void")}
    verdict = gate(replace(PROVED, landed_on=date(2026, 1, 1), legs=legs))
    assert (verdict.state, verdict.verified) == ("landed", 2)


@pytest.mark.parametrize("leg", LEGS)
def test_a_verified_leg_with_a_missing_fact_does_not_stand(leg: str) -> None:
    for name in LEG_FACTS[leg]:
        short = leg_facts(leg, {**entity(), name: None if name == "accounting" else ""}, "verified")
        verdict = gate(replace(PROVED, legs={**PROVED.legs, leg: short}))
        assert [finding.code for finding in verdict.findings] == [f"leg.{leg}.{name}"]


@pytest.mark.parametrize(
    ("leg", "change", "code"),
    [
        ("taxed", {"taxpayer_status": "registered_only"}, "leg.taxed.registered_only"),
        ("accounted", {"accounting": False}, "leg.accounted.not_independent"),
    ],
)
def test_registered_only_and_dependent_books_are_no_leg(leg: str, change: dict[str, Any], code: str) -> None:
    verdict = gate(replace(PROVED, legs={**PROVED.legs, leg: leg_facts(leg, {**entity(), **change}, "verified")}))
    assert [finding.code for finding in verdict.findings] == [code]


FREE = EyesFacts(verifier_id=9, verifier_unit_id=4, submitted_by=1, owner_id=1, owner_unit_id=2, lead_unit_id=2)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"submitted_by": 9}, "eyes.submitter"),
        ({"owner_id": 9}, "eyes.owner"),
        ({"owner_unit_id": 4}, "eyes.unit"),
        ({"lead_unit_id": 4}, "eyes.unit"),
        ({"credited": frozenset({9})}, "eyes.credited"),
        ({"self_granted": True}, "eyes.self_granted"),
        ({"entered_by": frozenset({9})}, "eyes.entered"),
        ({"past_owners": frozenset({9})}, "eyes.past_owner"),
        ({"past_units": frozenset({4})}, "eyes.past_unit"),
        ({"verifier_id": None}, "eyes.nobody"),
    ],
)
def test_every_way_of_being_involved_bars_the_verifier(change: dict[str, Any], code: str) -> None:
    assert [finding.code for finding in verifier_findings(replace(FREE, **change))] == [code]


def test_all_reasons_are_said_at_once_and_a_stranger_is_free() -> None:
    involved = replace(FREE, submitted_by=9, owner_id=9, owner_unit_id=4, credited=frozenset({9}))
    assert len(verifier_findings(involved)) == 4
    assert verifier_findings(FREE) == []
    assert verifier_findings(replace(FREE, verifier_unit_id=None, owner_unit_id=None)) == []
