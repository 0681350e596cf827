"""The writer: whose work goes first, what a failure costs whom, when anybody is told, and what it remembers."""

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future
from itertools import groupby

import pytest

from chaos.scene import broken, replayed
from desk.files import HEADER, importing, row
from desk.office import Note, Office, office
from firstright.core.replay import Verdict
from firstright.desk import writer
from firstright.desk.batch import Batch
from firstright.desk.memory import MOST_SETS
from firstright.desk.receive import Receive
from firstright.desk.writer import ASKED, CALM, MOST_PASSED, Waiting, Work, _resolve
from firstright.errors import Conflict, DatabaseUnavailable
from firstright.storage import standing
from firstright.storage.rows import EngagementRow
from routing import ADA, CALENDARS, KIM, NOOR, ZOE

PEOPLE_WITHOUT_OMAR = CALENDARS + ADA + KIM + NOOR + ZOE
TURN_OF = """SELECT d.turn FROM decision AS d JOIN arrival AS a ON a.lead_id = d.lead_id
    WHERE a.event_id = ? ORDER BY d.turn"""


def twice(batch: Batch) -> None:
    """A row that breaks a constraint: nobody sees it before the batch is written."""
    same = batch.new_id()
    for _ in range(2):
        batch.rows.engagements.append(EngagementRow(same, same, None, "enquiry", batch.turn.now, same))


def fail(batch: Batch) -> None:
    raise ZeroDivisionError("a defect of its own")


def standing_is_exact(here: Office) -> None:
    """What the writer remembers is what the database says."""
    here.desk.warm()
    with here.desk.read() as tx:
        stored = standing.load(tx, -1)
    assert here.desk._memory.standing() == stored


def test_a_person_goes_first_then_intake_then_a_little_of_everything(database_url: str) -> None:
    with office(database_url) as here:
        order: list[str] = []
        with here.held():
            waiting = [
                here.desk.writer.submit(Note(lane, lambda batch, lane=lane: order.append(lane)))
                for lane in ("bulk", "deadlines", "intake", "person") * 20
            ]
        turns = [each.result() for each in waiting]
        assert [(lane, len(list(each))) for lane, each in groupby(order)] == [
            ("person", 20), ("intake", 20),
            ("deadlines", 6), ("bulk", 8), ("deadlines", 6), ("bulk", 8), ("deadlines", 6), ("bulk", 4),
            ("deadlines", 2),
        ]  # fmt: skip
        assert set(turns[3::4]) == set(turns[2::4])  # all of a batch are committed together
        assert turns[-3] == turns[3] + 4  # the last that was due had no room in four batches


def test_once_nobody_has_come_for_a_while_what_is_due_has_the_whole_batch(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for recent, together in ((1e9, 6), (0.0, CALM.rows)):
        monkeypatch.setattr(writer, "RECENT", recent)
        with office(database_url) as here:
            with here.held():
                due = [here.desk.writer.submit(Note("deadlines")) for _ in range(3 * together)]
            turns = Counter(each.result() for each in due)
            assert [turns[turn] for turn in sorted(turns)] == [together] * 3


def test_the_first_turn_of_a_node_is_nobodys(database_url: str) -> None:
    """What fell due while nothing ran is done in large batches from the beginning."""
    with office(database_url):
        pass
    with office(database_url, published=False) as woken:
        woken.desk.warm()
        assert woken.desk.policy is not None
        assert woken.desk.writer.is_calm


def test_what_is_due_gives_way_as_soon_as_somebody_comes(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "RECENT", 0.0)
    with office(database_url) as here:
        came: list[Future[int]] = []

        def somebody_comes(_: Batch) -> None:
            came.append(here.desk.writer.submit(Note("intake")))

        with here.held():
            due = [here.desk.writer.submit(Note("deadlines")) for _ in range(2)]
            due.append(here.desk.writer.submit(Note("deadlines", somebody_comes)))
            due += [here.desk.writer.submit(Note("deadlines")) for _ in range(CALM.rows - 3)]
        turns = [each.result() for each in due]
        first = turns[0]
        assert [turn - first for turn in turns] == [0] * 3 + [2] * (CALM.rows - 3)
        assert came[0].result() == first + 1


def test_no_lane_is_starved_by_a_more_urgent_one(database_url: str) -> None:
    """As long as enquiries fill every batch, what is due must still be decided."""
    with office(database_url) as here:
        with here.held():
            intake = [here.desk.writer.submit(Note("intake")) for _ in range(5 * ASKED.rows)]
            due = [here.desk.writer.submit(Note("deadlines")) for _ in range(8)]
            bulk = here.desk.writer.submit(Note("bulk"))
        first = intake[0].result()
        assert intake[-1].result() >= first + 4
        assert bulk.result() == first + MOST_PASSED
        assert [each.result() for each in due] == [first + MOST_PASSED] * 8


def test_an_import_of_thousands_delays_an_enquiry_by_no_more_than_the_batch_under_way(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not by the clock: by the turn in which each was committed."""
    rows = 5_000 if database_url.startswith("sqlite") else 800
    text = HEADER + "".join(row(f"p{n}") for n in range(rows))
    with office(database_url) as here:
        seen: list[tuple[int, int]] = []
        lately: list[int] = []
        submit = here.desk.writer.submit

        def between_batches(work: Work[object]) -> Future[object]:
            with here.desk.writer._waiting:  # no batch begins between the look and the asking
                lately.append(here.rows("SELECT n FROM turn")[0][0])
                return submit(work)

        def enquire(number: int) -> None:
            with monkeypatch.context() as patch:
                patch.setattr(here.desk.writer, "submit", between_batches)
                here.send(f"q{number}", event=f"enquiry-{number}")
            seen.append((lately[-1], here.rows(TURN_OF, f"enquiry-{number}")[0][0]))

        work = importing(here.desk, text)
        asked = {rows // 10 * n for n in range(1, 9)}
        taken = 0

        def progress(_: object) -> None:
            nonlocal taken
            taken += 1
            if taken in asked:
                enquire(taken)

        work.run(progress)
        last = here.rows("SELECT n FROM turn")[0][0]
        assert len(seen) == 8
        assert all(turn - before <= 2 for before, turn in seen)  # under way, its own
        assert last > seen[0][1] + rows // 128  # there was an import to wait for
        assert here.rows("SELECT count(*) FROM lead") == [(rows + 8,)]


@pytest.mark.parametrize("bad", [fail, twice], ids=["a defect", "a row the database refuses"])
def test_one_bad_work_in_a_batch_harms_nobody(database_url: str, bad: Callable[[Batch], None]) -> None:
    with office(database_url) as here:
        with here.held():
            good = [here.desk.writer.submit(Receive(here.arrival(f"p{n}"))) for n in range(3)]
            wrong = here.desk.writer.submit(Note("intake", bad))
            good += [here.desk.writer.submit(Receive(here.arrival(f"q{n}"))) for n in range(3)]
        assert isinstance(wrong.exception(), ZeroDivisionError | Conflict)
        assert [reply.result().status for reply in good] == [201] * 6
        assert here.rows("SELECT holder_id, count(*) FROM lead GROUP BY holder_id ORDER BY holder_id") == [
            ("kim", 2), ("noor", 2), ("omar", 2),
        ]  # fmt: skip
        standing_is_exact(here)
        assert broken(here.desk.database) == []


def test_after_a_failed_batch_the_memory_is_what_the_database_says(database_url: str) -> None:
    """The credit that a failed batch had moved must not be remembered: the next lead would go to the wrong rep."""
    with office(database_url) as here:
        here.send("anna")

        def decide_and_fail(batch: Batch) -> None:
            Receive(here.arrival("nobody")).perform(batch)
            twice(batch)

        with pytest.raises(Conflict):
            here.desk.writer.submit(Note("intake", decide_and_fail)).result()
        standing_is_exact(here)
        assert [here.send(name)["owner"]["id"] for name in ("ben", "cleo", "dora")] == ["noor", "omar", "kim"]
        assert replayed(here.desk.database)[0] == {Verdict.EQUAL: 4}


def test_nobody_is_told_before_the_commit(database_url: str) -> None:
    with office(database_url) as here:
        found: list[object] = []

        def look(done: "Future[object]") -> None:
            found.append(here.rows("SELECT count(*) FROM lead"))

        first, other = here.arrival("anna"), here.arrival("ben")
        with here.held():
            waiting = here.desk.writer.submit(Receive(first))
            waiting.add_done_callback(look)  # runs in the writer's thread, the moment the result is there
            here.desk.writer.submit(Receive(other))
            assert not waiting.done()
        waiting.result()
        here.desk.warm()
        assert found == [[(2,)]]


def test_stopping_finishes_what_waits_and_takes_nothing_more(database_url: str) -> None:
    with office(database_url) as here:
        with here.held():
            waiting = [here.desk.writer.submit(Receive(here.arrival(f"p{n}"))) for n in range(150)]
            stopping = threading.Thread(target=here.desk.writer.stop)
            stopping.start()
        stopping.join()
        assert [reply.result().status for reply in waiting] == [201] * 150
        assert not here.desk.writer.alive
        with pytest.raises(DatabaseUnavailable):
            here.desk.writer.submit(Note())
        assert here.rows("SELECT count(*) FROM lead") == [(150,)]


def test_what_nobody_waits_for_any_more_is_not_done(database_url: str) -> None:
    with office(database_url) as here:
        with here.held():
            given_up = here.desk.writer.submit(Receive(here.arrival("anna")))
            assert given_up.cancel()
            kept = here.desk.writer.submit(Receive(here.arrival("ben")))
        assert kept.result().status == 201
        assert here.rows("SELECT count(*) FROM lead") == [(1,)]


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_two_desks_on_one_database_keep_their_standing_exact(database_url: str) -> None:
    """In turns and in runs: each reads again what the other one moved, and a version published by one is the other's."""
    with office(database_url) as ada, office(database_url, "ben", published=False) as ben:
        names = iter(f"p{n}" for n in range(99))
        got = [(ada if turn else ben).send(next(names))["owner"] for turn in (1, 0, 1, 1, 0, 0, 0, 1, 0)]
        assert [rep["id"] for rep in got] == ["kim", "noor", "omar"] * 3
        ben.publish(people=PEOPLE_WITHOUT_OMAR)
        assert [ada.send(next(names))["owner"]["id"] for _ in range(4)] == ["kim", "noor", "kim", "noor"]
        for each in (ada, ben):
            standing_is_exact(each)
        assert replayed(ada.desk.database)[0] == {Verdict.EQUAL: 13}
        assert broken(ada.desk.database) == []


class CancelledLate(Future[object]):
    """Whoever asks whether it is cancelled is told no, and a moment later it is."""

    def cancelled(self) -> bool:
        was = super().cancelled()
        self.cancel()
        return was


@pytest.mark.parametrize("failure", [None, ZeroDivisionError("its own")])
def test_work_that_is_cancelled_while_it_is_answered_harms_nobody(failure: Exception | None) -> None:
    """It used to end the only thread that writes."""
    late, cancelled, other = (Waiting(Note(), None) for _ in range(3))
    late.future = CancelledLate()
    cancelled.future.cancel()
    _resolve([(each, 1, failure) for each in (late, cancelled, other)])
    assert cancelled.future.cancelled()
    assert other.future.exception() is failure if failure else other.future.result() == 1


def test_eligible_sets_are_not_remembered_without_end(database_url: str) -> None:
    with office(database_url) as here:
        memory = here.desk._memory
        memory.written_sets |= {str(n) for n in range(MOST_SETS + 1)}
        memory.sets |= {("sdr", f"{n:x}", 1): ("", "") for n in range(MOST_SETS + 1)}
        for name in ("anna", "ben", "cleo", "dora"):  # also a set that was written before and is forgotten
            here.send(name)
        assert (len(memory.sets), len(memory.written_sets)) == (1, 1)
        assert broken(here.desk.database) == []
