"""The landing gate (domain.md §4): three legs, each proved and checked by other eyes; one verdict for every door."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from crm.core.errors import Finding, Text, say
from crm.leads.rules import STAGES

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

LEGS = {"registered": say("Registered here"), "taxed": say("Taxed here"), "accounted": say("Accounted here")}
LEG_FACTS = {
    "registered": ("kind", "name", "uscc", "address", "registrar", "registered_on"),
    "taxed": ("tax_office", "taxpayer_status", "taxed_on"),
    "accounted": ("accounting", "books_kept_at", "statistics_relation"),
}
ENTITY_KINDS = {"legal": say("Legal person"), "branch": say("Branch")}
TAXPAYER_STATUSES = {
    "general": say("General taxpayer"),
    "small": say("Small-scale taxpayer"),
    "registered_only": say("Registered, no tax filed yet"),
}
EVIDENCE_KINDS = {
    "registered": {"business_licence": say("Business licence")},
    "taxed": {
        "tax_certificate": say("Tax certificate"),
        "zero_return": say("Filed return with a lawful zero, explained"),
        "tax_reply": say("Written answer of the tax office"),
    },
    "accounted": {
        "accounting_declaration": say("Accounting declaration"),
        "basic_account": say("Basic deposit account information"),
        "statistics_form": say("Statistics form"),
    },
}
EVIDENCE_LABELS = {code: text for kinds in EVIDENCE_KINDS.values() for code, text in kinds.items()}
FACT_LABELS = {
    "kind": say("Kind of entity"),
    "name": say("Registered name"),
    "uscc": say("Unified social credit code"),
    "address": say("Registered address"),
    "registrar": say("Registrar"),
    "registered_on": say("Registered on"),
    "capital_fen": say("Registered capital"),
    "tax_office": say("Competent tax office"),
    "taxpayer_status": say("Taxpayer status"),
    "taxed_on": say("Date of the tax document"),
    "accounting": say("Independent accounting"),
    "books_kept_at": say("Where the books are kept"),
    "statistics_relation": say("Statistics relation"),
    "increment_fen": say("Increment of this expansion"),
    "note": say("Note"),
}
STATE_LABELS = {
    "missing": say("Not handed in"),
    "submitted": say("Waiting for a verifier"),
    "verified": say("Verified"),
    "rejected": say("Sent back"),
    "void": say("Void: a fact or file changed"),
    "expired": say("Expired"),
    "unscanned": say("Waits for the virus scanner"),
    "infected": say("The virus scanner refused the file"),
}
END_KINDS = {
    "ended": say("Ended lawfully (moved, closed, a year of losses)"),
    "revoked": say("Revoked (false or mistaken)"),
}
RECHECK_RESULTS = {
    "confirmed": say("Confirmed: registered, taxed and accounted here as before"),
    "doubt": say("In doubt: a leader decides"),
}
EVENTS = {
    "confirmed": say("re-checked and confirmed"),
    "doubt": say("re-checked, in doubt"),
    "suspended": say("suspended; not counted since"),
    "lifted": say("suspension lifted; counted again since"),
    "ended": say("ended lawfully; what was counted before stands"),
    "revoked": say("revoked; it never held"),
}
RECOGNISED_FROM = "signed"
LIVE_STATUSES = ("active", "paused")


@dataclass(frozen=True)
class LegFacts:
    """How one leg stands: the state of its newest evidence, and the entity's facts that are still missing."""

    state: str = "missing"
    missing: tuple[str, ...] = ()
    tax_registered_only: bool = False
    not_independent: bool = False
    reason: str = ""
    involved: str = ""
    """Who verified it and has come to be involved in the project since."""


@dataclass(frozen=True)
class GateFacts:
    """Everything the gate looks at; gathered by queries, the contract by the pipeline."""

    stage: str
    status: str
    formal_contract: bool
    entity: bool
    legs: Mapping[str, LegFacts]
    entity_used_by: str = ""
    expansion: bool = False
    increment_fen: int | None = None
    investment_fen: int | None = None
    landed_on: date | None = None

    @property
    def counted_fen(self) -> int | None:
        """Return the investment that a recognition counts: of an expansion only the increment; None is unknown."""
        return self.increment_fen if self.expansion else self.investment_fen


@dataclass(frozen=True)
class LegVerdict:
    """One leg as the checklist shows it: state, who must act next, and the gap with the place that closes it."""

    leg: str
    state: str
    who: Text | None
    gap: Finding | None


@dataclass(frozen=True)
class GateVerdict:
    """`landed`, `ready` or `not_yet`; the three legs, and every other gap."""

    state: str
    legs: tuple[LegVerdict, ...]
    gaps: tuple[Finding, ...]
    landed_on: date | None = None

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Return everything that is missing, the other gaps first."""
        return (*self.gaps, *(leg.gap for leg in self.legs if leg.gap))

    @property
    def verified(self) -> int:
        """Return how many legs stand."""
        return sum(leg.gap is None for leg in self.legs)


def leg_facts(leg: str, entity: Mapping[str, Any] | None, state: str, reason: str = "", involved: str = "") -> LegFacts:
    """Return how a leg stands from the entity's facts and the state of its newest evidence."""
    if entity is None:
        return LegFacts(state, LEG_FACTS[leg], reason=reason, involved=involved)
    missing = tuple(name for name in LEG_FACTS[leg] if entity.get(name) in (None, ""))
    return LegFacts(
        state,
        missing,
        tax_registered_only=leg == "taxed" and entity.get("taxpayer_status") == "registered_only",
        not_independent=leg == "accounted" and entity.get("accounting") is False,
        reason=reason,
        involved=involved,
    )


def fact_findings(leg: str, facts: LegFacts) -> list[Finding]:
    """Return which of the entity's facts keep a leg from standing, whatever its evidence says."""
    found = [
        Finding(
            f"leg.{leg}.{name}",
            say("%(leg)s: %(fact)s is missing.", leg=LEGS[leg], fact=FACT_LABELS[name]),
            name,
            f"entity#{name}",
        )
        for name in facts.missing
    ]
    if facts.tax_registered_only:
        text = say("Registered for tax, but no tax filed yet: a certificate or a filed return is needed.")
        found.append(Finding("leg.taxed.registered_only", text, "taxpayer_status", "entity#taxpayer_status"))
    if facts.not_independent:
        text = say("The books are not independent here: the third leg asks for independent accounting.")
        found.append(Finding("leg.accounted.not_independent", text, "accounting", "entity#accounting"))
    return found


OFFICER, VERIFIER, ADMINISTRATOR = (
    say("The officer in charge"), say("A verifier of another unit"), say("The administrator")
)  # fmt: skip
LEG_GAPS = {
    "missing": (OFFICER, say("%(leg)s: no evidence is handed in.")),
    "submitted": (VERIFIER, say("%(leg)s: handed in, waiting for a verifier.")),
    "rejected": (OFFICER, say("%(leg)s: sent back: %(reason)s")),
    "void": (OFFICER, say("%(leg)s: the verification is void, because a fact or file changed; hand it in anew.")),
    "expired": (OFFICER, say("%(leg)s: the evidence held until %(reason)s; hand in a newer one.")),
    "unscanned": (ADMINISTRATOR, say("%(leg)s: the file waits for the virus scanner and does not count yet.")),
    "infected": (OFFICER, say("%(leg)s: the virus scanner refused the file; hand in another one.")),
}
"""What keeps a leg from standing, and who must act; the verified ones are looked at fact by fact."""


def _leg(leg: str, facts: LegFacts) -> LegVerdict:
    if facts.state == "verified":
        broken = fact_findings(leg, facts)
        if facts.involved:
            text = say("%(leg)s: %(name)s, who verified it, is involved in the project by now; hand it in anew, so "
                       "that somebody else verifies it.", leg=LEGS[leg], name=facts.involved)  # fmt: skip
            broken.append(Finding(f"leg.{leg}.involved", text, leg, f"evidence-{leg}"))
        return LegVerdict(leg, facts.state, OFFICER if broken else None, broken[0] if broken else None)
    state = facts.state if facts.state in LEG_GAPS else "missing"
    who, words = LEG_GAPS[state]
    more = {"reason": facts.reason or "—"} if "%(reason)s" in words.msgid else {}
    link = f"#leg-{leg}" if state in ("submitted", "unscanned") else f"evidence-{leg}"
    text = say(words.msgid, leg=LEGS[leg], **more)
    return LegVerdict(leg, state, who, Finding(f"leg.{leg}.{state}", text, leg, link))


def gate(facts: GateFacts) -> GateVerdict:
    """Judge a lead: landed only when already recognised, ready when nothing is missing, else not yet with every gap."""
    legs = tuple(_leg(leg, facts.legs.get(leg, LegFacts())) for leg in LEGS)
    gaps = _other_gaps(facts)
    if facts.landed_on:
        return GateVerdict("landed", legs, tuple(gaps), facts.landed_on)
    ready = not gaps and all(leg.gap is None for leg in legs)
    return GateVerdict("ready" if ready else "not_yet", legs, tuple(gaps))


def _other_gaps(facts: GateFacts) -> list[Finding]:
    found = []
    if STAGES.index(facts.stage) < STAGES.index(RECOGNISED_FROM):
        text = say("The project is not signed yet; landing is recognised from signing on.")
        found.append(Finding("gate.stage", text, "stage", "#progress"))
    if facts.status not in LIVE_STATUSES:
        text = say("The project is lost, terminated or withdrawn.")
        found.append(Finding("gate.status", text, "status", "status"))
    if not facts.formal_contract:
        text = say("A formal contract is missing; a framework agreement never counts.")
        found.append(Finding("gate.contract", text, "contract", "contract"))
    if not facts.entity:
        found.append(Finding("gate.entity", say("The local entity is missing."), "entity", "entity"))
    if facts.entity_used_by and not facts.expansion:
        text = say(
            "The entity already carries the landed project %(number)s; only an expansion may share it.",
            number=facts.entity_used_by,
        )
        found.append(Finding("gate.entity_used", text, "uscc", "entity#uscc"))
    if facts.expansion and facts.increment_fen is None:
        text = say("An expansion counts only its increment: say how much it adds.")
        found.append(Finding("gate.increment", text, "increment_fen", "entity#increment_fen"))
    elif facts.expansion and facts.investment_fen is not None and (facts.increment_fen or 0) > facts.investment_fen:
        text = say("The increment of the expansion is larger than the project's total investment.")
        found.append(Finding("gate.increment", text, "increment_fen", "entity#increment_fen"))
    return found


@dataclass(frozen=True)
class EyesFacts:
    """Who would verify, and who must not: the four-eyes rule's whole ground."""

    verifier_id: int | None
    verifier_unit_id: int | None
    submitted_by: int | None
    owner_id: int | None
    owner_unit_id: int | None
    lead_unit_id: int | None
    credited: frozenset[int] = frozenset()
    self_granted: bool = False
    entered_by: frozenset[int] = frozenset()
    """Who entered the facts that the leg rests on, or brought its file."""
    past_owners: frozenset[int] = frozenset()
    """Who was in charge once: a project handed over is no stranger's."""
    past_units: frozenset[int] = frozenset()
    """Which units were in charge once, those of past owners among them."""


def verifier_findings(facts: EyesFacts) -> list[Finding]:
    """Return every reason why this person may not verify this leg (domain.md §4); none means free to judge."""
    found = []
    if facts.verifier_id is None:
        found.append(Finding("eyes.nobody", say("Only a person who signed in verifies.")))
        return found
    if facts.verifier_id == facts.submitted_by:
        found.append(Finding("eyes.submitter", say("You handed this in; somebody else verifies it.")))
    if facts.verifier_id == facts.owner_id:
        found.append(Finding("eyes.owner", say("You are in charge of this project; somebody else verifies it.")))
    elif facts.verifier_id in facts.past_owners:
        text = say("You were in charge of this project before; somebody else verifies it.")
        found.append(Finding("eyes.past_owner", text))
    units = {facts.owner_unit_id, facts.lead_unit_id} - {None}
    if facts.verifier_unit_id in units:
        text = say("The project belongs to your own unit; a verifier of another unit verifies it.")
        found.append(Finding("eyes.unit", text))
    elif facts.verifier_unit_id in facts.past_units and facts.verifier_id not in facts.past_owners:
        text = say("The project belonged to your unit before; a verifier of another unit verifies it.")
        found.append(Finding("eyes.past_unit", text))
    if facts.verifier_id in facts.credited:
        found.append(Finding("eyes.credited", say("You share the credit of this project; somebody else verifies it.")))
    if facts.verifier_id in facts.entered_by and facts.verifier_id != facts.submitted_by:
        found.append(Finding("eyes.entered", say("You entered these facts or the file; somebody else verifies them.")))
    if facts.self_granted:
        found.append(Finding("eyes.self_granted", say("You gave yourself the role of verifier; it does not count.")))
    return found


BY_NOW = frozenset({"eyes.owner", "eyes.past_owner", "eyes.unit", "eyes.past_unit", "eyes.credited"})
"""What may come true of a verifier after the verification."""


def is_involved(facts: EyesFacts) -> bool:
    """Tell whether somebody who verified has come to be involved since; that leg needs other eyes."""
    return any(finding.code in BY_NOW for finding in verifier_findings(facts))


def entity_findings(values: Mapping[str, Any], *, today: date) -> list[Finding]:
    """Return what is wrong with an entity's facts, apart from its credit code."""
    found = []
    if values.get("kind") not in ENTITY_KINDS:
        found.append(Finding("entity.kind", say("Choose legal person or branch."), "kind"))
    if not (values.get("name") or "").strip():
        found.append(Finding("entity.name", say("Give the registered name."), "name"))
    if values.get("taxpayer_status") not in ("", None, *TAXPAYER_STATUSES):
        found.append(Finding("entity.taxpayer_status", say("Choose a taxpayer status."), "taxpayer_status"))
    found.extend(
        Finding("date.future", say("This day lies in the future."), name)
        for name in ("registered_on", "taxed_on")
        if values.get(name) and values[name] > today
    )
    return found
