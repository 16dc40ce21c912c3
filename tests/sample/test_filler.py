"""The sample bureau as it stands after filling: what the stories told, in real tables, with a whole trail."""

from __future__ import annotations

import io
from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pypdf
import pytest

from crm.accounts.models import Person
from crm.accounts.operations import check_password
from crm.accounts.queries import people
from crm.accounts.rules import roles
from crm.audit.models import AuditEntry
from crm.audit.queries import broken_links
from crm.cadres.models import Posting, PostingChange
from crm.core.actor import CLI, Actor
from crm.core.clock import now, shanghai_date
from crm.core.errors import Refusal
from crm.files.models import StoredFile
from crm.files.operations import keep_files_in, read
from crm.leads.models import Claim, Contact, Lead, LeadFact
from crm.leads.models_claims import LeadReport
from crm.leads.queries_list import Ask
from crm.leads.rules import STAGES
from crm.pipeline.gate import verdict
from crm.pipeline.models import Milestone
from crm.pipeline.operations import advance_gaps
from crm.pipeline.queries import facts_of
from crm.pipeline.queries_gaps import facts_of_all, next_gaps
from crm.profile.queries import bureau
from crm.reports.queries import pipeline_rows
from crm.sample.filler import Credential, fill, new_password
from crm.sample.filler_cadres import REPORTED_FOR, REPORTER
from crm.sample.filler_papers import MARK, paper
from crm.sample.stories import story
from crm.sample.stories_shapes import ContactEvent, ContractEvent, PaidInEvent, RecogniseRefusedEvent, StepEvent
from crm.scoring.models import FitOverride
from tests.conftest import DATABASES, bound, empty_database

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.slow
TOLD = story()


@pytest.fixture(scope="module", params=DATABASES)
def filled(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Credential]]:
    """Fill one database of each kind once; the tests of this file only read it."""
    folder = tmp_path_factory.mktemp("filled")
    steps: list[tuple[int, int]] = []
    with empty_database(request.param, folder, request) as url, bound(url) as handle:
        keep_files_in(folder / "files")
        shown = fill(at=now(), progress=lambda done, of: steps.append((done, of)))
        assert steps[-1][0] == steps[-1][1] > len(TOLD.leads)
        with handle.connection_context() if handle.is_closed() else handle.atomic():
            yield shown


def lead_named(key: str) -> Any:
    name = next(lead.name for lead in TOLD.leads if lead.key == key)
    return Lead.get(Lead.name == name)


def actor_of(login: str) -> Actor:
    row = next(person for person in people() if person.login == login)
    return Actor(row.id, row.name, frozenset(row.roles), row.unit_id, posted=True)


@pytest.mark.usefixtures("filled")
class TestFilled:
    """What stands in the tables."""

    def test_leads_stand_where_their_stories_left_them(self) -> None:
        stand = {
            row.name: (row.stage, row.status, row.landed_on is not None)
            for row in Lead.select().where(Lead.name != REPORTED_FOR["name"])
        }
        assert stand == {lead.name: (lead.stage, lead.status, lead.landed) for lead in TOLD.leads}
        assert len(stand) == len(TOLD.leads) >= 115

    def test_what_several_projects_lack_is_what_each_of_them_lacks(self) -> None:
        stages = {row.id: row.stage for row in Lead.select(Lead.id, Lead.stage)}
        together, lacking = facts_of_all(list(stages)), next_gaps(stages)
        for lead_id, stage in stages.items():
            assert together[lead_id] == facts_of(lead_id)
            if stage != STAGES[-1]:
                assert lacking[lead_id] == advance_gaps(lead_id, STAGES[STAGES.index(stage) + 1])

    def test_every_entry_of_the_stories_is_recorded(self) -> None:
        def told(shape: Any) -> int:
            return sum(len(lead.of(shape)) for lead in TOLD.leads)

        assert Contact.select().count() == told(ContactEvent)
        assert sum(row.contracted_fen is not None for row in Lead.select()) == sum(
            any(paper.kind == "formal" for paper in lead.of(ContractEvent)) for lead in TOLD.leads
        )
        assert sum(row.paid_in_fen is not None for row in Lead.select()) == sum(
            bool(lead.of(PaidInEvent)) for lead in TOLD.leads
        )
        written = sum(row.progress.count("\n") + 1 for row in Lead.select() if row.progress)
        assert Milestone.select().count() + written == told(StepEvent)
        assert FitOverride.select().count() == 3

    def test_the_gate_said_no_as_often_as_the_stories_tell(self) -> None:
        refused = AuditEntry.select().where(AuditEntry.outcome == "refused")
        assert {row.action for row in refused} == {"landing.recognise"}
        assert refused.count() == sum(len(lead.of(RecogniseRefusedEvent)) for lead in TOLD.leads) > 5

    def test_one_lead_waits_for_its_recognition(self) -> None:
        assert verdict(lead_named("smart-meter").id).state == "ready"

    def test_the_trail_is_whole_and_runs_forward(self) -> None:
        assert broken_links() == []
        moments = [row.at for row in AuditEntry.select(AuditEntry.at).order_by(AuditEntry.id)]
        assert moments == sorted(moments)
        assert moments[-1] <= now()

    def test_shares_are_whole_and_an_old_division_stays(self) -> None:
        sums: Counter[int] = Counter()
        for claim in Claim.select().where(Claim.ended_at.is_null()):
            sums[claim.lead_id] += claim.share_bps
        assert set(sums.values()) == {10_000}
        assert len(sums) == sum(bool(lead.claims) for lead in TOLD.leads)
        assert Claim.select().where(Claim.ended_at.is_null(False)).exists()
        disputed = Claim.get((Claim.lead == lead_named("strawberry-jam").id) & Claim.ended_at.is_null())
        assert "彭云涛主张30%" in disputed.reason

    def test_everybody_sees_what_the_role_may(self) -> None:
        everything = Lead.select().count()
        for person in TOLD.people:
            seen = len(pipeline_rows(Ask(), actor_of(person.login)))
            if "cadre" in person.roles:
                own = sum(person.login in {claim.cadre for claim in lead.claims if claim.standing == "accepted"}
                          or lead.reporter == person.login for lead in TOLD.leads)  # fmt: skip
                assert 0 < seen == own < everything / 4, person.login
            elif "officer" in person.roles:
                # The report entered for a cadre waits with the unit of who entered it.
                own = sum(lead.unit == person.unit for lead in TOLD.leads) + (person.login == REPORTER)
                # Who only handles approvals of others' projects has none of their own.
                assert seen == own < everything
                assert own or person.unit == "ecology"
            elif set(person.roles) & {"manager", "liaison", "verifier", "auditor"}:
                assert seen == everything

    def test_a_year_ago_there_was_less(self) -> None:
        ago = shanghai_date(now()) - timedelta(days=365)
        then = pipeline_rows(Ask(), CLI, as_of=ago)
        assert len(then) == sum(lead.created_days_ago >= 365 for lead in TOLD.leads) < len(TOLD.leads)
        assert 0 < sum(row["landed_on"] is not None for row in then) < sum(lead.landed for lead in TOLD.leads)

    def test_old_ledgers_came_in_as_opening_entries(self) -> None:
        first = LeadFact.select().where((LeadFact.fact == "stage") & LeadFact.opening)
        assert first.count() == sum(lead.opening for lead in TOLD.leads)

    def test_postings_stand_with_what_changed_them(self) -> None:
        assert Posting.select().count() == len(TOLD.postings)
        assert {row.kind for row in PostingChange.select()} == {"extension", "early_return"}
        assert {row.direction for row in Posting.select()} == {"out", "in"}
        assert Posting.select().where(Posting.offline).count() == 1
        assert LeadReport.get(LeadReport.mode == "proxy").state == "waiting"

    def test_evidence_can_be_opened_and_says_that_it_is_a_sample(self) -> None:
        for stored in StoredFile.select().limit(5):
            page = pypdf.PdfReader(io.BytesIO(read(stored.stored_name)), strict=True).pages[0]
            assert MARK in page.extract_text()
            assert stored.size < 3000

    def test_the_bureau_is_marked_and_is_not_filled_twice(self) -> None:
        here = bureau()
        assert here is not None
        assert here.sample
        with pytest.raises(Refusal) as refusal:
            fill(at=now())
        assert refusal.value.findings[0].code == "sample.used"


def test_one_login_of_each_role_works(filled: list[Credential]) -> None:
    assert [login.role for login in filled] == list(roles())
    assert len({login.password for login in filled}) == len(filled)
    for login in filled[:3]:
        person = Person.get_by_id(check_password(login.username, login.password, at=now()))
        assert (person.name, person.must_change_password) == (login.name, False)
    assert all(login.role_label and login.what for login in filled)


def test_passwords_are_random_and_plain_to_type() -> None:
    words = {new_password() for _ in range(50)}
    assert len(words) == 50
    assert all(len(word) == 19 and word.isascii() and not set("0o1il") & set(word) for word in words)


def test_a_paper_keeps_its_text() -> None:
    data = paper("营业执照", ["名称：" + "很长的名字" * 20])
    assert "很长的名字" in pypdf.PdfReader(io.BytesIO(data), strict=True).pages[0].extract_text()
