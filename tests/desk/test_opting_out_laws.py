"""Whatever happens in whatever order: who has opted out is never written to again, and no step is sent twice. On both databases."""

from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desk.conftest import Copies
from desk.office import Office
from desk.outreachroom import MAIL, OPEN, RULES, Outreach, outreach
from firstright.core.authority import Actor, Role
from firstright.desk.acting import LogEngagement
from firstright.desk.assigning import Reassign
from firstright.desk.optingout import OptOut
from firstright.desk.reachingout import StartSequence
from firstright.errors import FirstrightError
from firstright.storage.statement import Statement

MARA = Actor("0190a000-0000-7000-8000-0000000000aa", "Mara Diaz", Role.OPERATIONS)
MOVING = RULES + OPEN + '\n[reassignment]\nsequence = "move"\n'
AGAIN = Statement("UPDATE job SET state = 'ready', lease_token = '' WHERE kind = 'step' AND state = 'done'")
RAISE = Statement(
    "UPDATE delivery SET state = 'ready' WHERE event = 'lead.step' AND state IN ('dead', 'cancelled')"
)
ACTS = (
    "work",
    "day",
    "claim",
    "again",
    "start",
    "other",
    "to-noor",
    "to-omar",
    "click",
    "ring",
    "raise",
    "out",
)


class Story:
    """One person, with as many leads as they make; `left` is how many letters there were when they opted out."""

    def __init__(self, here: Outreach) -> None:
        self.here = here
        self.leads = [here.arrive("anna")]
        self.left: int | None = None
        desk = here.office.desk
        self.acts: dict[str, Callable[[], object]] = {
            "work": here.work,
            "day": lambda: here.wait(hours=25),
            "claim": self.claim,
            "again": lambda: self.change(AGAIN),
            "raise": lambda: self.left is not None and self.change(RAISE),
            "start": lambda: desk.act(StartSequence(self.leads[-1], "welcome", "mara")),
            "other": lambda: self.leads.append(here.arrive("anna", last_name=f"Other{len(self.leads)}")),
            "to-noor": lambda: desk.act(Reassign(self.leads[-1], MARA, "noor", "away")),
            "to-omar": lambda: desk.act(Reassign(self.leads[-1], MARA, "omar", "away")),
            "click": lambda: desk.act(LogEngagement(self.leads[-1], "crm", "click")),
            "ring": here.due,
            "out": self.out,
        }

    def claim(self) -> None:
        """A node takes letters to send, and dies over them."""
        self.here.due()
        self.here.claim()
        self.here.wait(seconds=60)

    def change(self, statement: Statement) -> None:
        with self.here.office.desk.database.write() as tx:
            tx.run(statement)

    def out(self) -> None:
        person = self.here.office.lead({"lead": self.leads[0]}).person_id
        self.here.office.desk.act(OptOut(person, "link"))
        self.left = len(self.here.mail) if self.left is None else self.left


@pytest.fixture(scope="module")
def ready(copies: Callable[[Callable[[Office], None]], Copies]) -> Copies:
    return copies(lambda first: first.publish(MOVING, MAIL))


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    before=st.lists(st.sampled_from(ACTS[:-2]), max_size=8), after=st.lists(st.sampled_from(ACTS), max_size=8)
)
def test_who_opted_out_is_left_alone_and_no_step_is_sent_twice(
    ready: Copies, before: list[str], after: list[str]
) -> None:
    with outreach(ready(), published=False) as here:
        story = Story(here)
        for act in (*before, "out", *after, "day", "work"):
            with suppress(FirstrightError):  # what cannot be done in this order is refused
                story.acts[act]()
        assert story.left is not None and len(here.mail) == story.left
        once = here.office.rows(
            """SELECT enrolment_id, step, count(*) FROM outreach_note WHERE what = 'sent'
               GROUP BY enrolment_id, step HAVING count(*) > 1"""
        )
        assert once == []
        letters = [message.id for message in here.mail]
        assert len(letters) == len(set(letters))
