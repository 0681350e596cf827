"""Whatever happens to leads in whatever order: a draft is seen by who has its lead now and by nobody else, in each cycle the person
is told once that their enquiry has come, and open tasks are those that are counted.
"""

from datetime import timedelta
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desk.nextroom import WRITING
from desk.office import Note, Office, office
from desk.views import Told, faults
from firstright.core.authority import Actor, Role
from firstright.desk.acting import Accept, Decline, LogTouch
from firstright.desk.assigning import Reassign, Reroute
from firstright.desk.batch import Batch
from firstright.desk.receive import Receive
from firstright.desk.tasking import AddTask
from firstright.errors import FirstrightError
from firstright.storage import drafts
from routing import MINUTE

REPS = ("kim", "noor", "omar", "zoe", "ada")
OPS = Actor("ops", "ops", Role.OPERATIONS)
STEPS = ("again", "decline", "reassign", "reroute", "touch", "accept", "task", "late", "fails")
PER_CYCLE = """SELECT count(*) FROM (SELECT lead_id, cycle FROM acknowledgement GROUP BY lead_id, cycle
               HAVING count(*) > 1) AS twice"""


def breaks(batch: Batch) -> None:
    raise RuntimeError("something beside it in the same turn")


def step(here: Office, told: Told, what: str, n: int) -> None:
    """What cannot be done just now is refused, and that is all."""
    lead, row = str(told["lead"]), here.lead(told)
    owner = row.holder_id if row.holder_kind == "rep" else "kim"
    here.at += (1 + n % 7) * MINUTE if what != "late" else timedelta(hours=3)
    try:
        match what:
            case "again":
                here.send("mara", message="Still there?")
            case "decline":
                here.desk.act(Decline(lead, owner, "busy"))
            case "reassign":
                here.desk.act(Reassign(lead, OPS, REPS[n % len(REPS)], "because"))
            case "reroute":
                here.desk.act(Reroute(lead, OPS, "because"))
            case "touch":
                here.desk.act(LogTouch(lead, owner, "call", result=("no-answer", "left-message", "")[n % 3]))
            case "accept":
                here.desk.act(Accept(lead, owner))
            case "task":
                here.desk.act(AddTask(lead, "kim", "Ask again", timedelta(hours=1)))
            case "late":
                here.rings(here.at)
            case _:
                _beside_a_failure(here)
    except FirstrightError:
        pass


def _beside_a_failure(here: Office) -> None:
    """Both in one turn: what fails sends the batch back, and the other is taken once more."""
    with here.held():
        wrong = here.desk.writer.submit(Note("intake", breaks))
        came = here.desk.writer.submit(Receive(here.arrival("mara", message="Once more")))
    assert wrong.exception() is not None
    came.result()


@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 20)), min_size=3, max_size=12))
def test_whatever_happens(steps: list[tuple[str, int]]) -> None:
    with TemporaryDirectory() as folder, office(f"sqlite:///{folder}/one.db", published=False) as here:
        follow(here, steps)


def test_one_way_through_it_on_both_databases(database_url: str) -> None:
    with office(database_url, published=False) as here:
        follow(here, [(what, n) for n, what in enumerate((*STEPS, *STEPS))])


def follow(here: Office, steps: list[tuple[str, int]]) -> None:
    here.publish(
        WRITING.replace('acknowledge = "thanks"', 'acknowledge = "thanks"\nacknowledge_always = true')
    )
    told = here.send("mara", message="Can it lift 40 kg?")
    for n, (what, more) in enumerate(steps):
        step(here, told, what, n + more)
        row = here.lead(told)
        with here.desk.read() as tx:
            for epoch in range(1, row.epoch + 2):
                for rep in REPS:
                    theirs = (row.holder_kind, row.holder_id, row.epoch) == ("rep", rep, epoch)
                    seen = [d for d in drafts.of_holder(tx, row.id, epoch, rep) if d.state != "sent"]
                    assert theirs or seen == []
    assert here.rows(PER_CYCLE) == [(0,)]
    (sent,) = here.rows("SELECT count(*) FROM delivery WHERE event = 'lead.acknowledged'")
    (rows,) = here.rows("SELECT count(*) FROM acknowledgement WHERE delivery_id IS NOT NULL")
    assert sent == rows
    assert faults(here) == []
