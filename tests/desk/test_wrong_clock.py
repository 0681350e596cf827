"""A node whose clock is wrong, beside a database that has one of its own: nothing early, and nothing late."""

from datetime import timedelta

import pytest

from chaos.scene import arrival, opened, person, publish
from firstright.storage.statement import Statement
from firstright.wiring import now
from routing import DAY, HOUR

SOON = Statement("", postgresql="UPDATE job SET due_at = clock_timestamp() + %s * interval '1 second'")


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
@pytest.mark.parametrize("wrong", [-DAY, DAY, timedelta()])
def test_the_clock_of_a_node_changes_nothing(database_url: str, wrong: timedelta) -> None:
    with opened(database_url) as desk:
        publish(desk)
        desk.take_in([arrival(person(1), "event-1")])
        for seconds, alarms in ((HOUR.total_seconds(), 0), (-1, 2)):
            with desk.database.write() as tx:
                assert tx.run(SOON, (seconds,)) > 0
            assert desk.work_due(now() + wrong)[0] == alarms
