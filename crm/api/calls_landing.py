"""Calls about landing: how it stands, the local entity, evidence handed in and judged, recognition."""

from __future__ import annotations

from typing import Any

from crm.api.calls_leads import check_match, opened
from crm.api.calls_moves import DONE
from crm.api.endpoints import Call, endpoint
from crm.api.forms_json import typed
from crm.api.operations import Answer
from crm.api.shapes import ENTITY, EVIDENCE, told
from crm.core.errors import Finding, refuse, say
from crm.core.forms import check
from crm.core.words import render
from crm.landing.forms import EndForm, EntityForm, EvidenceForm, ReasonForm, RecheckForm, RejectForm
from crm.landing.operations import reject_leg, save_entity, submit_evidence, verify_leg
from crm.landing.operations_after import lift, recheck, suspend
from crm.landing.operations_gate import end_recognition, revoke
from crm.landing.queries import entity_of, evidence, evidence_of, same_file_elsewhere
from crm.landing.rules import EVIDENCE_KINDS, LEGS
from crm.leads.operations_papers import with_paper
from crm.pipeline.forms import RecogniseForm
from crm.pipeline.gate import recognise, verdict

YES_NO = {"yes": True, "no": False}


@endpoint("GET", "/leads/<int:lead_id>/landing", permission="lead.view", scope="leads.read", gives="Landing",
          summary=say("How landing stands: legs, gaps, entity, evidence"), group="landing")  # fmt: skip
def show_landing(call: Call) -> Answer:
    """Answer with the gate's verdict and what it rests on."""
    row = opened(call)
    judged, entity = verdict(row["id"]), entity_of(row["id"])
    return Answer(
        {
            "state": judged.state,
            "landed_on": judged.landed_on.isoformat() if judged.landed_on else None,
            "legs": [
                {"leg": leg.leg, "state": leg.state, "who": render(leg.who) if leg.who else None,
                 "stands": leg.gap is None}
                for leg in judged.legs
            ],
            "gaps": told(judged.findings),
            "entity": ENTITY.of(entity) if entity else None,
            "evidence": [EVIDENCE.of(item) for item in evidence_of(row["id"])],
        }
    )  # fmt: skip


def _entity_form(call: Call, body: Any) -> Any:
    opened(call, "landing.submit")
    known = entity_of(call.ids["lead_id"])
    if known is not None:
        check_match(call, known.version)
    return EntityForm(typed(EntityForm(), body))


@endpoint("PUT", "/leads/<int:lead_id>/entity", permission="landing.submit", scope="landing.write", gives="Made",
          form=EntityForm, read=_entity_form, match=True, group="landing",
          summary=say("Enter or change the local entity; a changed fact voids what rests on it"))  # fmt: skip
def put_entity(call: Call) -> Answer:
    """Enter or change the local entity."""
    values = check(call.form)
    values["accounting"] = YES_NO.get(values["accounting"])
    reason = values.pop("reason") or ""
    known = entity_of(call.ids["lead_id"])
    version = known.version if known else None
    warnings = save_entity(call.ids["lead_id"], values, by=call.by, at=call.at, version=version, reason=reason)
    return Answer({"id": call.ids["lead_id"], "warnings": told(warnings)})


LEG_STANDS_IN_THE_ADDRESS = frozenset({"leg"})


def _paper(call: Call, body: Any) -> Any:
    leg = str(call.ids["leg"])
    opened(call, "landing.submit")
    if leg not in LEGS:
        raise refuse("leg.unknown", say("Choose one of the three legs."), status=404)
    form = EvidenceForm(body, data={"leg": leg})
    form.kind.choices = list(EVIDENCE_KINDS[leg].items())
    form.leg.data = leg
    return form


@endpoint("POST", "/leads/<int:lead_id>/evidence/<leg>", permission="landing.submit", scope="landing.write",
          gives="Made", form=EvidenceForm, read=_paper, file=True, status=201, without=LEG_STANDS_IN_THE_ADDRESS,
          summary=say("Hand in evidence of a leg as a file"), group="landing")  # fmt: skip
def add_evidence(call: Call) -> Answer:
    """Hand in a leg's evidence."""
    values = check(call.form)
    if call.file is None:
        raise refuse("file.none", say("Choose the file of the document."), "file")
    lead_id = call.ids["lead_id"]
    made = with_paper(
        lambda file_id: submit_evidence(
            lead_id, str(call.ids["leg"]), file_id=file_id, kind=values["kind"], note=values["note"] or "",
            valid_until=values["valid_until"], by=call.by, at=call.at,
        ),
        call.file, action="landing.submit", lead_id=lead_id, by=call.by, at=call.at,
    )  # fmt: skip
    return Answer({"id": made, "warnings": told(_same_file(made, call.ids["lead_id"]))}, 201)


def _same_file(evidence_id: int, lead_id: int) -> list[Finding]:
    """Return which other projects rest on the very same file, as the page says it."""
    kept = evidence(evidence_id)
    return [
        Finding(
            "evidence.same_file",
            say("The same file is handed in for %(number)s (%(leg)s, %(unit)s).",
                number=number, leg=LEGS[leg], unit=unit),
            "file", warning=True,
        )
        for _lead_id, number, leg, unit in (same_file_elsewhere(kept.sha256, lead_id, kept.leg) if kept else ())
    ]  # fmt: skip


@endpoint("POST", "/evidence/<int:evidence_id>/verification", permission="landing.verify", scope="landing.decide",
          gives="Done", form=RecogniseForm, summary=say("Verify evidence of a leg"), group="landing")  # fmt: skip
def verify(call: Call) -> Answer:
    """Verify a leg."""
    verify_leg(call.ids["evidence_id"], by=call.by, at=call.at)
    return Answer(DONE)


@endpoint("POST", "/evidence/<int:evidence_id>/rejection", permission="landing.verify", scope="landing.decide",
          gives="Done", form=RejectForm, summary=say("Send evidence of a leg back"), group="landing")  # fmt: skip
def reject(call: Call) -> Answer:
    """Send a leg back with a reason."""
    reject_leg(call.ids["evidence_id"], reason=check(call.form)["reason"], by=call.by, at=call.at)
    return Answer(DONE)


@endpoint("POST", "/leads/<int:lead_id>/recognition", permission="landing.recognise", scope="landing.decide",
          gives="Made", form=RecogniseForm, status=201, group="landing",
          summary=say("Recognise a project as landed; the gate tells every gap"))  # fmt: skip
def recognise_lead(call: Call) -> Answer:
    """Recognise a lead through the gate."""
    return Answer({"id": recognise(call.ids["lead_id"], by=call.by, at=call.at), "warnings": []}, 201)


@endpoint("POST", "/leads/<int:lead_id>/recognition/end", permission="landing.recognise", scope="landing.decide",
          gives="Done", form=EndForm, summary=say("End or revoke a recognition"), group="landing")  # fmt: skip
def end(call: Call) -> Answer:
    """End a recognition lawfully, or revoke a false one."""
    values = check(call.form)
    lead_id = call.ids["lead_id"]
    if values["kind"] == "revoked":
        revoke(lead_id, reason=values["reason"], by=call.by, at=call.at)
    else:
        end_recognition(lead_id, ended_on=values["ended_on"], reason=values["reason"], by=call.by, at=call.at)
    return Answer(DONE)


@endpoint("POST", "/leads/<int:lead_id>/recognition/recheck", permission="landing.recheck", scope="landing.decide",
          gives="Done", form=RecheckForm, group="landing",
          summary=say("Enter the yearly re-check of a recognition"))  # fmt: skip
def recheck_recognition(call: Call) -> Answer:
    """Enter what a yearly look found."""
    values = check(call.form)
    recheck(call.ids["lead_id"], values["result"], reason=values["reason"] or "", by=call.by, at=call.at)
    return Answer(DONE)


@endpoint("POST", "/leads/<int:lead_id>/recognition/suspension", permission="landing.recognise",
          scope="landing.decide", gives="Done", form=ReasonForm, summary=say("Suspend a recognition"),
          group="landing")  # fmt: skip
def suspend_recognition(call: Call) -> Answer:
    """Suspend a recognition."""
    suspend(call.ids["lead_id"], reason=check(call.form)["reason"], by=call.by, at=call.at)
    return Answer(DONE)


@endpoint("POST", "/leads/<int:lead_id>/recognition/resumption", permission="landing.recognise",
          scope="landing.decide", gives="Done", form=ReasonForm, summary=say("Lift the suspension of a recognition"),
          group="landing")  # fmt: skip
def lift_suspension(call: Call) -> Answer:
    """Lift a suspension."""
    lift(call.ids["lead_id"], reason=check(call.form)["reason"], by=call.by, at=call.at)
    return Answer(DONE)
