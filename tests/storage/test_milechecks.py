"""A sound workspace violates nothing of the last mile; for every check there is a damage that it finds."""

import pytest

from firstright.core.lead import Holder, HolderKind, Lead, Offer
from firstright.storage import milechecks
from firstright.storage.leads import mile_text
from firstright.storage.repairchecks import REPAIRS
from firstright.storage.statement import Statement
from firstright.storage.transactions import Database
from storage.inbound import NOON, uid
from storage.test_invariants import Undo, sound, store, violated

AT = "'2026-11-20T12:00:00.250000Z'"
LEAD, PERSON = f"'{uid('lead', 1)}'", f"'{uid('person', 1)}'"
NOTE = "INSERT INTO outreach_note VALUES ('{id}', {lead}, {person}, '{enrolment}', NULL, 'w', 0, 'sent', 'email', '', 'ada', '', '', {at})"
MEETING = """INSERT INTO meeting VALUES ('{id}', {lead}, NULL, 'demo', 'ada', '{begins}', '{ends}', '{begins}', '{ends}', 'booked',
             0, '', 'UTC', 'routed', 1, {at}, 'x', {at}, 'x', '', NULL, '', NULL)"""


def named(number: int) -> str:
    return uid("other", number)


def offer(state: str = "offered", epoch: int = 1, answered: str = "NULL", number: int = 1) -> str:
    return f"""INSERT INTO offer (id, lead_id, epoch, rep_id, kind, state, reason, notes, person_id, offered_at, expires_at,
               answered_at) VALUES ('{named(number)}', {LEAD}, {epoch}, 'noor', 'to-ae', '{state}', '', '[]', NULL, {AT}, NULL, {answered})"""


def delivery(number: int, state: str, epoch: str = "1", decided: str = "NULL") -> str:
    return f"""INSERT INTO delivery (id, lead_id, epoch, destination, channel, template, rep_id, state, due_at, attempts, last_error,
               lease_token, body, order_key, decision_id) VALUES ('{named(number)}', {LEAD}, {epoch}, 'email:ada', 'email', '', 'ada',
               '{state}', {AT}, 0, '', '', BYTES, '', {decided})"""


def enrolment(epoch: int = 1) -> str:
    return f"""INSERT INTO enrolment VALUES ('{named(3)}', {LEAD}, {PERSON}, {epoch}, 'w', 'running', '', 0, {AT}, '', '', 'ada',
               {AT}, NULL)"""


LATER = f"UPDATE lead SET epoch = 2 WHERE id = {LEAD}"
DAMAGE: dict[str, tuple[str, ...]] = {
    "one-open-offer": ("DROP INDEX offer_open", offer(), offer(number=2)),
    "a-lead-knows-its-offer": (offer(),),
    "offers-are-of-the-holder": (offer(epoch=2),),
    "an-answered-offer-has-its-time": (offer("declined"),),
    "no-task-of-an-earlier-holder": (
        f"""INSERT INTO task (id, lead_id, epoch, rep_id, action, channel, due_at, state)
            VALUES ('{named(1)}', {LEAD}, 1, 'ada', 'call', 'call', {AT}, 'open')""",
        LATER,
    ),
    "no-clock-of-an-earlier-holder": ("UPDATE clock SET clock = 'owner', epoch = 0",),
    "no-clock-of-an-earlier-cycle": ("UPDATE clock SET cycle = 0",),
    "no-alarm-of-an-earlier-holder": ("UPDATE job SET guard_epoch = 0",),
    "no-message-of-an-earlier-holder": (delivery(1, "ready"), LATER),
    "no-draft-of-an-earlier-holder": (
        f"""INSERT INTO draft VALUES ('{named(1)}', {LEAD}, NULL, 1, 'ada', 'call', '', 'email', '', '', 'ready', NULL, {AT}, NULL)""",
        LATER,
    ),
    "never-early": ("UPDATE clock SET state = 'missed', missed_at = started_at",),
    "met-or-missed": ("UPDATE clock SET state = 'met'",),
    "a-running-clock-will-ring": ("UPDATE clock SET warnings = '[[100,0]]'", "UPDATE job SET kind = 'decide'"),
    "a-sequence-goes-on": (enrolment(),),
    "no-sequence-of-an-earlier-holder": (enrolment(2),),
    "one-step-once": (
        "DROP INDEX outreach_note_once",
        *[
            NOTE.format(id=named(n), lead=LEAD, person=PERSON, enrolment=named(3), at=AT) for n in (1, 2)
        ],
    ),
    "nobody-meets-two-at-once": tuple(
        MEETING.format(id=named(n), lead=LEAD, at=AT, begins=f"2026-11-21T{hour}:00.000000Z", ends="2026-11-21T11:00:00.000000Z")
        for n, hour in ((1, "10:00"), (2, "10:30"))
    ),
    "messages-follow-from-decisions": (delivery(1, "sent", decided=f"'{named(9)}'"),),
    "one-attempt-a-chain": (delivery(1, "leased"), delivery(2, "leased")),
    "leads-are-counted-where-they-stand": ("UPDATE lead_count SET leads = leads + 1",),
    "touches-are-of-a-holder": (
        f"""INSERT INTO touch (id, lead_id, epoch, rep_id, channel, result, note, happened_at, logged_at)
            VALUES ('{named(1)}', {LEAD}, 5, 'ada', 'call', '', '', {AT}, {AT})""",
    ),
    "an-event-is-told-once": (
        f"""INSERT INTO hook_event (id, hook, event_id, received_at, body_hash, raw, state, problems)
            VALUES ('{named(1)}', 'dialler', 'e', {AT}, '', BYTES, 'taken', '[]')""",
    ),
}  # fmt: skip


def on(damage: str) -> Statement:
    """Bytes are written otherwise here than there."""
    return Statement(
        damage.replace("BYTES", "X''"), postgresql=damage.replace("BYTES", "''").replace("%", "%%")
    )


def test_each_damage_is_found(database: Database) -> None:
    store(database, sound())
    found = {}
    for name, damages in DAMAGE.items():
        with pytest.raises(Undo), database.write() as tx:
            for damage in damages:
                tx.run(on(damage))
            found[name] = name in violated(tx)
            raise Undo
    assert found == dict.fromkeys(DAMAGE, True)


def test_every_check_is_damaged() -> None:
    """Those of repairs are damaged in `desk/test_repairing`."""
    assert {check.name for check in milechecks.MILE if check not in REPAIRS} == DAMAGE.keys()


def test_an_offer_a_lead_knows_of_is_sound(database: Database) -> None:
    store(database, sound())
    made = Offer("to-ae", Holder(HolderKind.REP, "noor"))
    with database.write() as tx:
        tx.run(on(offer()))
        tx.run(Statement("UPDATE lead SET mile = ? WHERE id = ?"), (_mile(made), uid("lead", 1)))
    with database.read() as tx:
        assert violated(tx) == [
            "load-is-what-is-held"
        ]  # it counts to who is asked, and nobody has counted it here


def _mile(made: Offer) -> str:
    return mile_text(Lead({}, "web", NOON, offer=made))
