"""The trail in words: what was done, by which door, and how it ended."""

from __future__ import annotations

from crm.core.errors import Text, say

ACTIONS = {
    "bureau.open": say("opened the bureau"),
    "bureau.found": say("founded the bureau"),
    "bureau.first_admin": say("entered the first administrator"),
    "unit.add": say("added a unit"),
    "person.add": say("added a person"),
    "person.edit": say("changed a person"),
    "person.roles": say("changed roles"),
    "person.password": say("set a password"),
    "token.make": say("made a token for a program"),
    "token.revoke": say("revoked a token"),
    "posting.add": say("posted a cadre"),
    "posting.change_end": say("changed the end of a posting"),
    "lead.create": say("entered a project"),
    "lead.edit": say("edited a project"),
    "lead.contact": say("recorded a contact"),
    "lead.share": say("divided shares"),
    "lead.assess": say("assessed a project"),
    "stage.move": say("moved a project to another stage"),
    "status.change": say("changed a project's status"),
    "contract.record": say("entered a contract"),
    "contract.void": say("voided a contract"),
    "paid_in.record": say("entered paid-in money"),
    "paid_in.void": say("voided paid-in money"),
    "landing.submit": say("handed in landing evidence"),
    "landing.verify": say("verified landing evidence"),
    "landing.reject": say("sent landing evidence back"),
    "landing.recognise": say("recognised a project as landed"),
    "landing.end": say("ended a recognition"),
    "landing.revoke": say("revoked a recognition"),
    "landing.entity": say("recorded a local entity"),
    "landing.certificate": say("took a certificate of recognition"),
    "landing.recheck": say("re-checked a recognition"),
    "landing.suspend": say("suspended a recognition"),
    "landing.lift": say("lifted a suspension"),
    "landing.expire": say("marked evidence as expired"),
    "fit.override": say("overruled the assessment"),
    "acceptance.decide": say("entered the acceptance score"),
    "intake.import": say("imported a ledger"),
    "intake.decide": say("decided about a row of a ledger"),
    "job.cancel": say("stopped a piece of work"),
    "credit.settle": say("settled the ledger of points"),
    "credit.honour": say("confirmed a top-500 enterprise"),
    "credit.honour_void": say("voided a top-500 confirmation"),
    "credit.tariff_review": say("entered the conclusion of the tariff's review"),
    "false.open": say("opened a case of false report"),
    "false.state": say("entered a statement on a case of false report"),
    "false.decide": say("decided a case of false report"),
    "false.appeal": say("appealed against a decision on a false report"),
    "false.close": say("closed a case of false report"),
    "evaluation.open": say("opened an evaluation period"),
    "evaluation.object": say("objected to a draft evaluation"),
    "evaluation.answer": say("answered an objection"),
    "evaluation.form": say("wrote on an evaluation form"),
    "evaluation.quota": say("entered the base of the quota"),
    "evaluation.close": say("closed an evaluation period"),
    "evaluation.template": say("replaced the template of the annex"),
    "report.export": say("exported a workbook"),
    "report.evaluation": say("exported the evaluation"),
}
OUTCOMES = {"done": say("done"), "refused": say("was refused")}
DOORS = {
    "page": say("page"),
    "import": say("import"),
    "api": say("interface"),
    "cli": say("command line"),
    "system": say("product"),
}
FIELDS = {
    "login": say("User name"),
    "name": say("Name"),
    "role": say("Role"),
    "roles": say("Roles"),
    "unit_id": say("Unit"),
    "title": say("Position"),
    "phone": say("Phone"),
    "active": say("May sign in"),
    "host_place": say("Host place"),
    "starts_on": say("From"),
    "ends_on": say("To"),
    "kind": say("Kind"),
    "filter": say("Filter"),
    "rows": say("Rows"),
    "as_of": say("As of"),
    "decision": say("Decision"),
    "contact": say("Contact"),
    "shares": say("Shares"),
    "scopes": say("What it may do"),
    "stage": say("Stage"),
    "status": say("Status"),
    "investment_fen": say("Total investment"),
    "investor": say("Investor"),
    "park": say("Park"),
    "source": say("Source"),
    "content": say("What is built"),
    "themes": say("Themes"),
    "clusters": say("Clusters"),
    "reason": say("Reason"),
}


def action_words(code: str) -> Text:
    """Return what was done in words; an action without words shows as its code."""
    return ACTIONS.get(code, Text(code))


def field_words(name: str) -> Text:
    """Return the name of a changed fact in words; one without words shows as its code."""
    return FIELDS.get(name, Text(name))
