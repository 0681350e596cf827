"""Every promise from the owner on, each broken on purpose in a short story: what watches it sees that, and names it. A promise that
nobody could break here would prove nothing.
"""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import msgspec
import pytest

from chaos.milemore import Story
from chaos.miletold import NAMES
from firstright.core.assignment import credit, eligibility, stood
from firstright.core.causes import improving
from firstright.core.hours import Hours
from firstright.desk import acting, clockwork, consequences, delivered, delivering, outgoing
from firstright.desk.acting import Claim
from firstright.errors import Conflict
from firstright.storage import endings, jobs, turns
from firstright.storage.database import open_database
from firstright.storage.statement import Statement
from routing import DAY, HOUR, MINUTE

Plant = Callable[[pytest.MonkeyPatch], None]
Told = Callable[[Story], None]
HALF = 31 * MINUTE


class Fault:
    """What is planted after `before` has been told, what is told then, and what the finding begins with."""

    def __init__(
        self, promise: str, plant: Plant, then: Told, before: Told = lambda story: None, *, named: str = ""
    ) -> None:
        self.promise = promise
        self.named = named or rf"{promise}\b"
        self.plant = plant
        self.then = then
        self.before = before


def nothing(patch: pytest.MonkeyPatch) -> None:
    """The story does the harm itself: past the desk, where a constraint or the turn lets nobody do it otherwise."""


def harm(statement: str) -> Told:
    def done(story: Story) -> None:
        for side in story.sides:
            side.change(statement)

    return done


def all_write(story: Story) -> None:
    for who in NAMES:
        story.write(who, "")


def one_writes(story: Story) -> None:
    story.write("anna", "")


def three_write(story: Story) -> None:
    for who in NAMES[:3]:
        story.write(who, "")


def told_twice(story: Story) -> None:
    story.write("anna", "")
    story.reply(0, "reply")


def reassigned(story: Story) -> None:
    story.write("anna", "")
    story.reassign(0, "vic", False)


def late(story: Story) -> None:
    """In the last hour of the day."""
    story.time_passes(6 * HOUR + HALF)
    story.write("anna", "")


def days_pass(story: Story) -> None:
    story.write("anna", "")
    for _ in range(3):
        story.time_passes(HALF)
        story.time_passes(2 * HOUR)
    story.time_passes(DAY)


def with_full_hands(story: Story) -> None:
    """Two are left for eight, and one of them got some by hand."""
    story.the_team_changes("kim", "")
    story.write("anna", "")
    story.reassign(0, "noor", False)
    all_write(story)


def ill_all_the_same(story: Story) -> None:
    story.the_team_changes("kim", "noor")
    all_write(story)


def touched_and_grown(story: Story) -> None:
    story.write("anna", "")
    story.time_passes(MINUTE)
    story.touch(0, "call", 0)
    story.learn(0, 700)


def both_take_it(story: Story) -> None:
    story.write("anna", "job")
    story.two_take_one(0, "ada", "uma")


def no_answer(story: Story) -> None:
    """Letters are put off for as long as somebody tries."""
    three_write(story)
    for _ in range(12):
        story.the_post_goes("450 come again", "", 0)
        story.time_passes(2 * MINUTE)


def kims_fail(story: Story) -> None:
    all_write(story)
    for _ in range(3):
        story.the_post_goes("", "", 0)


def sent_twice(story: Story) -> None:
    all_write(story)
    story.the_post_goes("", "out", 0)
    story.time_passes(HALF)
    story.the_post_goes("", "", 0)


def dies_again_and_again(story: Story) -> None:
    story.write("anna", "")
    story.time_passes(2 * HOUR)
    for _ in range(6):
        story.the_next_one_dies(-1)
        story.time_passes(HALF)


def not_by_hours(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Hours, "add", lambda self, t, d: t + d)
    patch.setattr(Hours, "add_each", lambda self, t, targets: [t + each for each in targets])


def nobody_is_away(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(eligibility, "person_codes", lambda rep, roster, as_of, hours: ([], []))


def no_lock(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(improving, "_shield", lambda lead, policy, world: "")
    patch.setattr(improving, "_is_better", lambda landing, lead, policy: True)


def no_compare(patch: pytest.MonkeyPatch) -> None:
    """Whoever asks for a lead gets it, whoever has it by then."""
    patch.setattr(Claim, "barred", lambda self, batch, lead: None)
    patch.setattr(Claim, "refused", lambda self, batch, lead: [])
    began = Claim.__init__
    patch.setattr(
        Claim, "__init__", lambda self, lead, by, epoch=None, key="": began(self, lead, by, key=key)
    )


def anew_each_time(patch: pytest.MonkeyPatch) -> None:
    made, given = delivering._message, iter(range(10**6))

    def other(row: object, kept: bytes, to: str) -> object:
        return msgspec.structs.replace(made(row, kept, to), id=f"letter-{next(given)}")  # type: ignore[arg-type]

    patch.setattr(delivering, "_message", other)


def for_ever(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(delivered, "next_try", lambda schedule, tries, now, dice, after: now + MINUTE)
    patch.setattr(delivered, "fared", lambda place, result, now: "")


def back_with_the_clock(patch: pytest.MonkeyPatch) -> None:
    anyhow = turns._TAKE.sqlite.replace("at < ?", "'' < ?")
    assert anyhow != turns._TAKE.sqlite
    patch.setattr(turns, "_TAKE", Statement(anyhow))


def never_parked(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(jobs, "MOST_ATTEMPTS", 10**6)


def by_plain_time(patch: pytest.MonkeyPatch) -> None:
    """What stood still over the night goes on as if the office had been open."""
    patch.setattr(clockwork, "gone_on", lambda stood, since, at: (stood.due + (at - since), stood.warnings))


def overnight(story: Story) -> None:
    """From ten to the end of the day, and the night."""
    story.write("anna", "")
    story.clocks_stand_still(0, 3 * DAY)
    story.time_passes(16 * HOUR)


def with_a_date(story: Story) -> None:
    story.write("anna", "")
    story.book(0, 10)
    story.time_passes(16 * HOUR)


def one_person(story: Story) -> None:
    story.write("anna", "")
    story.write("bert", "")
    story.merge(0, 0)
    story.time_passes(6 * HOUR + HALF)


@contextmanager
def ended(story: Story) -> Iterator[None]:
    try:
        yield
    finally:
        for side in story.sides:
            side.end()


FAULTS = [
    Fault("I-8", nothing, harm("UPDATE assignment SET ended_at = started_at WHERE ended_at IS NULL"), one_writes),
    Fault("I-9", lambda patch: patch.setattr(acting, "_done_before", lambda *given: None), lambda story: story.said_twice(0), one_writes, named="decision.lead_id, decision.trigger_id"),
    Fault("I-10", nothing, harm("UPDATE decision SET reason = 'because'"), one_writes),
    Fault("I-11", nothing, harm("UPDATE decision SET policy_version = 9"), one_writes),
    Fault("I-12", nothing, harm("UPDATE job SET state = 'cancelled' WHERE state = 'ready'"), one_writes),
    Fault("I-13", lambda patch: patch.setattr(credit, "winner", lambda standing, weights, eligible, cost=1: eligible[0]), three_write),
    Fault("I-14", lambda patch: patch.setattr(stood, "_full", lambda *given: 0), with_full_hands),
    Fault("I-15", nobody_is_away, ill_all_the_same),
    Fault("I-16", no_lock, touched_and_grown),
    Fault("I-17", no_compare, both_take_it),
    Fault("I-18", nothing, harm("UPDATE clock SET due_at = '2027-01-01T00:00:00.000000Z' WHERE state = 'missed'"), days_pass),
    Fault("I-19", nothing, harm("UPDATE job SET kind = 'decide' WHERE kind = 'clock'"), one_writes),
    Fault("I-20", lambda patch: patch.setattr(jobs, "anything_due", lambda *given, **more: False), days_pass),
    Fault("I-21", lambda patch: patch.setattr(endings, "supersede", lambda tx, leads: None), reassigned),
    Fault("I-22", not_by_hours, late),
    Fault("I-23", back_with_the_clock, lambda story: story.a_clock_is_set_back(DAY), reassigned),
    Fault("I-24", lambda patch: patch.setattr(consequences, "outbox", lambda *given: None), one_writes),
    Fault("I-25", anew_each_time, sent_twice),
    Fault("I-26", nothing, harm("UPDATE delivery SET state = 'leased'"), told_twice),
    Fault("I-27", lambda patch: patch.setattr(endings, "supersede", lambda tx, leads: None), reassigned),
    Fault("I-28", for_ever, no_answer),
    Fault("I-29", lambda patch: patch.setattr(outgoing, "is_paused", lambda place, now: True), kims_fail),
    Fault("I-30", never_parked, dies_again_and_again),
]  # fmt: skip


# Of I-22: clocks that somebody's word, a meeting, or a lead that is two again has moved.
MOVED = [
    Fault("I-22", by_plain_time, lambda story: story.clocks_go_on(0), overnight, named=r"I-22 .*overridden resumed"),
    Fault("I-22", by_plain_time, lambda story: story.a_meeting_is_called_off(0), with_a_date, named=r"I-22 .*booked meeting-cancelled"),
    Fault("I-22", not_by_hours, lambda story: story.unmerge(0, True), one_person, named=r"I-22 .*: unmerged"),
]  # fmt: skip


@pytest.mark.parametrize("fault", [*FAULTS, *MOVED], ids=lambda fault: fault.promise)
def test_each_promise_that_is_broken_is_named(
    fault: Fault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"sqlite:///{tmp_path / 'mile.db'}"
    with closing(open_database(url, node="migration")) as database:
        database.migrate()

    class Alone(Story):
        places = staticmethod(lambda: [url])
        gone = staticmethod(lambda urls: None)

    story = Alone()
    with ended(story):
        fault.before(story)
        story.every_promise_holds()
        with pytest.raises((AssertionError, Conflict), match=fault.named), monkeypatch.context() as patch:
            fault.plant(patch)
            fault.then(story)
            story.every_promise_holds()
            story.decided_again()


def test_every_promise_from_the_owner_on_is_broken_here() -> None:
    assert [fault.promise for fault in FAULTS] == [f"I-{number}" for number in range(8, 31)]
