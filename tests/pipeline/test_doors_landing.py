"""The landing gate at every door that leads to it: page, interface and command line answer every role alike."""

from __future__ import annotations

from typing import Any

import pytest

from crm.audit.models import AuditEntry
from crm.core.clock import now
from crm.core.errors import Refusal
from crm.landing.queries import recognition_of
from crm.pipeline.gate import recognise
from tests import cast as story
from tests.pipeline.test_doors import CLOSED, Doors, told

LEADER = "chen"
NEVER = "never a stage"


class LandingDoors(Doors):
    """The doors by which one person tries to have a lead recognised."""

    def __init__(self, app: Any, by: Any) -> None:
        """Give the token the scope that decides about landing."""
        from datetime import timedelta

        from crm.accounts.operations_tokens import make_token
        from crm.core.clock import today

        super().__init__(app, by)
        self.token = make_token(f"{by.name}定", ["landing.decide"], today() + timedelta(days=9), by=by, at=now())[1]

    def page(self, lead_id: int, to: str = NEVER) -> bool:
        """Send the form of recognition."""
        return self.client.post(f"/leads/{lead_id}/recognise").status_code in (403, 404)

    def interface(self, lead_id: int, to: str = NEVER) -> bool:
        """Ask with the person's token."""
        headers = {"Authorization": f"Bearer {self.token}"}
        answer = self.app.test_client().post(f"/api/v1/leads/{lead_id}/recognition", headers=headers)
        return answer.status_code in (403, 404)


@pytest.mark.slow
def test_every_door_to_landing_gives_the_same_verdict_to_every_role(app: Any, db: Any) -> None:
    people = story.assemble()
    bare, proved = story.lead(people, stage="signed", name="未证明"), story.ready(people)
    for who, by in people.people():
        if by.person_id is None:
            continue
        doors = LandingDoors(app, by)
        for lead_id in (bare,) if who == LEADER else (bare, proved):
            before = story.business()
            answers = []
            for door in (doors.page, doors.interface):
                last = AuditEntry.select().order_by(AuditEntry.id.desc()).get().id
                answers.append(told(lead_id, NEVER, door(lead_id), last))
            assert answers[0] == answers[1], who
            assert (answers[0].codes == CLOSED) == (who != LEADER), (who, answers)
            assert story.business() == before, who
    with pytest.raises(Refusal):
        recognise(proved, by=people.cli, at=now())
    assert recognition_of(proved) is None
    assert not LandingDoors(app, people.chen).interface(proved)
    assert recognition_of(proved) is not None
