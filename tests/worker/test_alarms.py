"""Alarms ring by themselves while a worker runs."""

import time

from desk.office import office
from firstright import wiring
from firstright.worker.alarms import Alarms


def test_a_lead_that_came_before_the_policy_is_decided_once_there_is_one(database_url: str) -> None:
    with office(database_url, at=wiring.now(), published=False) as here, Alarms(here.desk, wiring.now):
        told = here.send("mara")
        assert told["outcome"] == "pending"
        here.publish()
        deadline = time.monotonic() + 30
        while here.lead(told).outcome == "pending":
            here.at = wiring.now()
            assert time.monotonic() < deadline
            time.sleep(0.1)
        assert here.lead(told).outcome in ("owner", "waiting")
