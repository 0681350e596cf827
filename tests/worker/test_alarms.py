"""Alarms ring by themselves while a worker runs."""

from desk.office import Office, office
from firstright import wiring
from firstright.worker.alarms import Alarms
from patience import until


def test_a_lead_that_came_before_the_policy_is_decided_once_there_is_one(database_url: str) -> None:
    with office(database_url, at=wiring.now(), published=False) as here, Alarms(here.desk, wiring.now):
        told = here.send("mara")
        assert told["outcome"] == "pending"
        here.publish()
        until(lambda: decided(here, told))
        assert here.lead(told).outcome in ("owner", "waiting")


def decided(here: Office, told: dict[str, object]) -> bool:
    here.at = wiring.now()
    return here.lead(told).outcome != "pending"
