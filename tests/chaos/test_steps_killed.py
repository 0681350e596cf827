"""A node dies at each statement of the turn in which a step is done, or after its commit: another one does it, and it is done once."""

from contextlib import closing, suppress

import pytest

from chaos.flaky import Flaky
from chaos.scene import broken
from desk.office import Note, Office
from desk.outreachroom import MAIL, OPEN, RULES, Box, Outreach
from desk.postroom import PostRoom
from firstright.desk import Desk
from firstright.errors import DatabaseError
from firstright.storage.database import open_database
from firstright.wiring import Names

AFTER = -1  # the statement behind the last: the commit itself


def room(url: str) -> tuple[Office, Flaky]:
    here = Office(url)
    here.desk.close()
    flaky = Flaky(open_database(url, node="ada"))
    here.desk = Desk(flaky, node="ada", now=lambda: here.at, new_id=Names())
    here.desk.keep_with(Box())
    return here, flaky


@pytest.mark.parametrize("statement", [AFTER, 0, 1, 2, 3, 5, 8, 12, 20])
def test_a_step_is_done_once_wherever_its_node_dies(database_url: str, statement: int) -> None:
    first, flaky = room(database_url)
    first.publish(RULES + OPEN, MAIL)
    lead = str(first.send("anna")["lead"])
    first.at = first.at.replace(minute=first.at.minute + 1)
    first.desk.writer.submit(Note("person")).result()
    if statement == AFTER:
        flaky.fall_after_commit()
    else:
        flaky.fall_at(statement)
    with suppress(DatabaseError):
        while first.desk.work_due(first.at)[0]:
            pass
    flaky.stand()
    with suppress(DatabaseError):
        first.desk.close()
    second = Office(database_url, node="bela", at=first.at)
    second.desk.keep_with(Box())
    with closing(second.desk):
        here = Outreach(second)
        here.room = PostRoom(second)
        here.room.register("email", url="smtp://127.0.0.1:25?from=leads@ours.example&tls=none")
        here.wait(minutes=2)  # longer than any lease
        assert here.days(4) == ["Hello Anna", "Still there?"]
        done = [what for what, _ in here.story(lead)]
        assert done == ["started", "sent", "asked", "sent", "finished"]
        assert broken(second.desk.database) == []
