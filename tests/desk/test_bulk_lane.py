"""A list of thousands that counts on a lane of its own eats nobody's turn of the day, and keeps to it while it waits."""

from collections import Counter

from msgspec.structs import replace

from desk.office import Office, office
from firstright.core.authority import Actor, Role
from firstright.desk.assigning import Reassign
from firstright.desk.taking import TakeNext
from routing import ADA, CALENDARS, CATCH_ALL, HEAD, KIM, MINUTE, NOOR, OMAR, TO_SDR

MARA = Actor("mara", "Mara", Role.OPERATIONS)
ALL = CALENDARS + ADA + KIM + NOOR + OMAR
LANES = "SELECT lane, rep, count(*) FROM ledger GROUP BY lane, rep ORDER BY lane, rep"


def listed(here: Office, *names: str) -> None:
    here.desk.take_in([replace(here.arrival(name), lane="bulk", ledger="list") for name in names])


def owners(here: Office, *names: str) -> list[str]:
    told = [here.send(name) for name in names]
    return [here.lead(each).holder_id for each in told]


def test_the_turns_of_the_day_go_on_as_if_no_list_had_come(database_url: str) -> None:
    with office(database_url) as here:
        here.publish(people=ALL)
        assert owners(here, "anna") == ["kim"]
        listed(here, *[f"l{n}" for n in range(100)])
        assert owners(here, "ben", "cleo", "dora") == ["noor", "omar", "kim"]
        counts = Counter({(lane, rep): n for lane, rep, n in here.rows(LANES)})
        assert [counts["list", rep] for rep in ("kim", "noor", "omar")] == [34, 33, 33]
        assert [counts["main", rep] for rep in ("kim", "noor", "omar")] == [2, 1, 1]


def test_without_a_lane_of_its_own_it_does(database_url: str) -> None:
    with office(database_url) as here:
        here.publish(people=ALL)
        assert owners(here, "anna") == ["kim"]
        here.desk.take_in([replace(here.arrival(f"l{n}"), lane="bulk") for n in range(100)])
        assert owners(here, "ben") == ["omar"]


def test_a_listed_lead_that_waits_or_is_pulled_counts_on_its_own_lane(database_url: str) -> None:
    wait = 'when_full = { wait = "8h" }\n'
    with office(database_url) as here:
        here.publish(
            HEAD + TO_SDR + wait + CATCH_ALL,
            CALENDARS + ADA + KIM.replace("pools =", "capacity = 1\npools ="),
        )
        first = here.send("anna")
        listed(here, "ben")
        here.at += MINUTE
        here.desk.act(Reassign(str(first["lead"]), MARA, "ada", "helps out"))
        here.at += MINUTE
        assert here.decide(here.at) == [("Ben", "rep:kim")]
        assert here.rows(LANES) == [("list", "kim", 1), ("main", "kim", 1)]
        here.publish(HEAD.replace("[pools.sdr]", '[pools.sdr]\nmethod = "pull"') + TO_SDR + CATCH_ALL, ALL)
        listed(here, "cleo")
        here.desk.act(TakeNext("sdr", "noor"))
        assert here.rows(LANES) == [("list", "kim", 1), ("list", "noor", 1), ("main", "kim", 1)]
