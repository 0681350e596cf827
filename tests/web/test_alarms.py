import time

from firstright import wiring
from firstright.web.alarms import Alarms
from web.houses import House, publish_examples


def test_a_lead_that_came_before_the_policy_is_decided_once_there_is_one(empty_house: House) -> None:
    lead = empty_house.send({"email": "mara@hill.example", "country": "DE"}).json()["lead"]
    with Alarms(empty_house.desk, wiring.now):
        publish_examples(empty_house.desk)
        deadline = time.monotonic() + 30
        while (seen := empty_house.get(f"/v1/leads/{lead}").json())["outcome"] == "pending":
            assert time.monotonic() < deadline
            time.sleep(0.2)
    assert seen["outcome"] in ("owner", "waiting", "queued")
    told = empty_house.get(f"/v1/leads/{lead}/why").json()
    assert [decision["outcome"] for decision in told["decisions"]] == [seen["outcome"]]
