"""What is done to a lead's assessment: assess by the rules in force, override with a reason, score, veto."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crm.accounts.rules import require
from crm.audit.operations import deed
from crm.core.clock import shanghai_date
from crm.core.errors import Finding, Refusal, refuse, say
from crm.leads.models import Lead
from crm.leads.operations import open_for
from crm.leads.operations_facts import record_fit
from crm.leads.operations_fit import mark_fit
from crm.profile.rules import dictionary
from crm.scoring.models import Assessment, FitOverride, Veto
from crm.scoring.operations_places import keep_places, places_in_chains
from crm.scoring.queries_versions import lexicon_in_force
from crm.scoring.rules_fit import ProjectText, assess
from crm.scoring.rules_stored import pack, pack_text
from crm.scoring.rules_vetoes import veto_rules

if TYPE_CHECKING:
    from datetime import datetime

    from crm.core.actor import Actor


def text_of(row: Lead) -> ProjectText:
    """Return what the rules may read of a lead; its place of registration is none of it."""
    return ProjectText(
        name=row.name, content=row.content, products=row.products, investor=row.investor,
        industry_code=row.industry_code,
    )  # fmt: skip


def assess_lead(lead_id: int, *, by: Actor, at: datetime) -> None:
    """Assess a lead by the rules in force; a person's override stays, the machine's opinion stands beside it."""
    with deed("lead.assess", by=by, at=at, kind="lead", thing_id=lead_id) as doing:
        require(by, "lead.edit")
        Lead.update(version=Lead.version).where(Lead.id == lead_id).execute()  # the row lock on PostgreSQL
        row = open_for(lead_id, by, "lead.edit")
        doing.on("lead", lead_id, f"{row.number} {row.name}")
        fit = assess(text_of(row), lexicon_in_force(shanghai_date(at)))
        Assessment.update(current=False).where((Assessment.lead == lead_id) & Assessment.current).execute()
        Assessment.create(
            lead=lead_id, version=fit.version, result=pack(fit), by=by.person_id, by_name=by.name, at=at, current=True
        )
        mark_fit([lead_id], fit.version)
        keep_places({lead_id: places_in_chains(fit, text_of(row))})
        if FitOverride.select().where((FitOverride.lead == lead_id) & FitOverride.ended_at.is_null()).exists():
            return
        doing.change("themes", row.themes, ";".join(fit.themes))
        doing.change("clusters", row.clusters, ";".join(fit.clusters))
        record_fit(lead_id, themes=fit.themes, clusters=fit.clusters, fit_reason=pack_text(fit.why()), by=by, at=at)


def override_fit(lead_id: int, *, themes: tuple[str, ...], clusters: tuple[str, ...], reason: str, by: Actor,
                 at: datetime) -> None:  # fmt: skip
    """Decide other themes or clusters than the rules found, with a reason; an empty set is a decision too."""
    with deed("fit.override", by=by, at=at, kind="lead", thing_id=lead_id) as doing:
        require(by, "fit.override")
        row = open_for(lead_id, by, "fit.override")
        doing.on("lead", lead_id, f"{row.number} {row.name}")
        findings = []
        if not set(themes) <= set(dictionary("themes")) or len(set(themes)) != len(themes):
            findings.append(Finding("fit.themes", say("Choose among the five themes, each once."), "themes"))
        if not set(clusters) <= set(dictionary("clusters")) or len(set(clusters)) != len(clusters):
            findings.append(Finding("fit.clusters", say("Choose among the six clusters, each once."), "clusters"))
        if not reason.strip():
            findings.append(Finding("reason.missing", say("Give a reason."), "reason"))
        if findings:
            raise Refusal(findings)
        doing.change("themes", row.themes, ";".join(themes))
        doing.change("clusters", row.clusters, ";".join(clusters))
        doing.change("reason", None, reason.strip())
        FitOverride.update(ended_at=at).where((FitOverride.lead == lead_id) & FitOverride.ended_at.is_null()).execute()
        FitOverride.create(
            lead=lead_id, themes=";".join(themes), clusters=";".join(clusters), reason=reason.strip()[:255],
            by=by.person_id, by_name=by.name, at=at,
        )  # fmt: skip
        sentence = pack_text(say("%(name)s decided: %(reason)s", name=by.name, reason=reason.strip()[:200]))
        record_fit(lead_id, themes=themes, clusters=clusters, fit_reason=sentence, by=by, at=at, reason=reason.strip())


def end_override(lead_id: int, *, by: Actor, at: datetime) -> None:
    """Take a person's decision back; the rules' opinion counts again."""
    with deed("fit.override_end", by=by, at=at, kind="lead", thing_id=lead_id) as doing:
        require(by, "fit.override")
        row = open_for(lead_id, by, "fit.override")
        doing.on("lead", lead_id, f"{row.number} {row.name}")
        ended = (
            FitOverride.update(ended_at=at)
            .where((FitOverride.lead == lead_id) & FitOverride.ended_at.is_null())
            .execute()
        )
        if not ended:
            raise refuse("fit.no_override", say("Nobody has decided otherwise than the rules."))
        assess_lead(lead_id, by=by, at=at)


def confirm_veto(lead_id: int, rule: str, *, text: str, by: Actor, at: datetime) -> None:
    """Confirm that a veto of the scorecard applies, with what was found; it stays open until lifted."""
    with deed("veto.confirm", by=by, at=at, kind="lead", thing_id=lead_id) as doing:
        require(by, "acceptance.decide")
        row = open_for(lead_id, by, "acceptance.decide")
        doing.on("lead", lead_id, f"{row.number} {row.name}")
        if rule not in veto_rules():
            raise refuse("veto.rule", say("Choose one of the veto rules."), "rule")
        if not text.strip():
            raise refuse("reason.missing", say("Give a reason."), "text")
        if Veto.select().where((Veto.lead == lead_id) & (Veto.rule == rule) & Veto.lifted_at.is_null()).exists():
            raise refuse("veto.open", say("This veto is open already."), "rule", 409)
        doing.change("veto", None, rule)
        Veto.create(lead=lead_id, rule=rule, text=text.strip()[:2000], by=by.person_id, by_name=by.name, at=at)


def lift_veto(veto_id: int, *, reason: str, by: Actor, at: datetime) -> None:
    """Lift an open veto with a reason."""
    with deed("veto.lift", by=by, at=at, kind="veto", thing_id=veto_id) as doing:
        require(by, "acceptance.decide")
        veto = Veto.get_or_none((Veto.id == veto_id) & Veto.lifted_at.is_null())
        if veto is None:
            raise refuse("veto.unknown", say("There is no such open veto."), status=404)
        row = open_for(veto.lead_id, by, "acceptance.decide")
        doing.on("lead", veto.lead_id, f"{row.number} {row.name}")
        if not reason.strip():
            raise refuse("reason.missing", say("Give a reason."), "reason")
        doing.change("veto", veto.rule, None)
        doing.change("reason", None, reason.strip())
        Veto.update(lifted_at=at, lifted_by=by.person_id, lift_reason=reason.strip()[:255]).where(
            Veto.id == veto_id
        ).execute()

