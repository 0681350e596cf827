"""Candidates are found by key, bounded and newest first; standing comes back as it was saved."""

from firstright.core.lead import Holder, HolderKind, Lead, Outcome
from firstright.core.world import Candidate
from firstright.storage import decisions, leads, world
from firstright.storage.rows import EndedAssignment, MatchKeyRow, Rows
from firstright.storage.transactions import Database
from storage.inbound import FIVE, NOON, assignment, lead, routed, uid

MARA = Lead(
    {"email": "mara@hill.example", "employees": 120}, "web", NOON, uid("lead", 1), uid("person", 1),
    outcome=Outcome.OWNER, rule="smb", holder=Holder(HolderKind.REP, "ada"), epoch=1, status="routed", tried=("ada",),
)  # fmt: skip


def test_of_several_that_were_handed_on_each_has_its_own_past(database: Database) -> None:
    rows = routed(1, 2, 3)
    for number, rep in ((1, "noor"), (2, "lena")):
        rows.ended_assignments.append(EndedAssignment(uid("lead", number), 1, NOON))
        rows.assignments.append(assignment(number, 2, holder_id=rep))
        rows.lead_changes.append(lead(number, epoch=2, holder_id=rep))
    write(database, rows)
    keys = [("email", f"mara{number}@hill.example") for number in (1, 2, 3)]
    with database.read() as tx:
        found = world.known(tx, keys)
    assert [c.lead.tried for key in keys for c in found[key] if c.lead] == [
        ("ada", "noor"),
        ("ada", "lena"),
        ("ada",),
    ]


def write(database: Database, rows: Rows) -> None:
    with database.write() as tx:
        decisions.write(tx, rows)


def test_a_personal_key_brings_the_lead_with_its_state_and_a_company_key_does_not(database: Database) -> None:
    write(database, routed(1))
    with database.read() as tx:
        asked = [("email", "mara1@hill.example"), ("domain", "hill.example"), ("email", "else@hill.example")]
        assert world.known(tx, asked) == {
            ("email", "mara1@hill.example"): [
                Candidate("lead", uid("lead", 1), "email", "ada", True, NOON, lead=MARA)
            ],
            ("domain", "hill.example"): [Candidate("lead", uid("lead", 1), "domain", "ada", True, NOON)],
        }
        assert world.known(tx, []) == {}


def test_of_many_leads_of_a_company_the_ten_newest_are_candidates(database: Database) -> None:
    write(database, routed(*range(1, 31)))
    with database.read() as tx:
        found = world.known(tx, [("domain", "hill.example")])["domain", "hill.example"]
    assert [c.id for c in found] == [uid("lead", n) for n in range(30, 20, -1)]


def test_a_closed_lead_is_not_open_and_one_in_a_queue_has_no_owner(database: Database) -> None:
    rows = routed(1, 2)
    rows.leads = [
        lead(1, outcome="closed", updated_at=NOON + FIVE),
        lead(2, outcome="queued", holder_kind="queue", holder_id="reception"),
    ]
    write(database, rows)
    with database.read() as tx:
        assert world.known(tx, [("domain", "hill.example")])["domain", "hill.example"] == [
            Candidate("lead", uid("lead", 2), "domain", "", True, NOON),
            Candidate("lead", uid("lead", 1), "domain", "ada", False, NOON + FIVE),
        ]


def test_a_lead_that_was_handed_on_says_with_whom_it_was_tried(database: Database) -> None:
    rows = routed(1)
    rows.ended_assignments.append(EndedAssignment(uid("lead", 1), 1, NOON))
    rows.assignments.append(assignment(1, 2, holder_id="noor"))
    rows.lead_changes.append(lead(1, epoch=2, holder_id="noor"))
    write(database, rows)
    with database.read() as tx:
        [found] = world.known(tx, [("email", "mara1@hill.example")])["email", "mara1@hill.example"]
    assert found.owner == "noor"
    assert found.lead is not None and found.lead.tried == ("ada", "noor")


def test_a_merged_lead_is_found_as_the_one_that_stands_for_it(database: Database) -> None:
    write(database, routed(1, 2, 3))
    with database.write() as tx:
        leads.merge(tx, uid("lead", 3), uid("lead", 2), NOON)
        leads.merge(tx, uid("lead", 2), uid("lead", 1), NOON)
    with database.read() as tx:
        asked = [("email", "mara3@hill.example"), ("domain", "hill.example")]
        assert world.known(tx, asked) == {
            asked[0]: [Candidate("lead", uid("lead", 1), "email", "ada", True, NOON, lead=MARA)],
            asked[1]: [Candidate("lead", uid("lead", 1), "domain", "ada", True, NOON)],
        }


def test_a_key_whose_record_is_gone_is_no_candidate(database: Database) -> None:
    rows = Rows()
    for entity in ("lead", "contact", "account", "opportunity"):
        rows.match_keys.append(MatchKeyRow("email", "gone@hill.example", entity, uid("other", 1)))
    write(database, rows)
    with database.read() as tx:
        assert world.known(tx, [("email", "gone@hill.example")]) == {}
