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
    "fit.override": say("overruled the assessment"),
    "acceptance.decide": say("entered the acceptance score"),
    "intake.import": say("imported a ledger"),
    "intake.decide": say("decided about a row of a ledger"),
    "job.cancel": say("stopped a piece of work"),
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
