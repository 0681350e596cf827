"""Limits end to end: who has had enough is passed by, who waits is taken when the window has passed, and counts are exact."""

import pytest

from desk.office import Office, office, owner
from desk.views import faults
from firstright.core.authority import Actor, Role
from firstright.desk.acting import Accept
from firstright.desk.assigning import Reassign
from routing import ADA, CALENDARS, CATCH_ALL, DAY, HEAD, HOUR, KIM, MINUTE, MONDAY, NOOR, TO_SDR

MARA = Actor("mara", "Mara", Role.OPERATIONS)
LONG = 'when_full = { wait = "40h" }\n'


def rules(limits: str = "", pool: str = "") -> str:
    head = HEAD.replace("[queues.desk]", f"{limits}\n[queues.desk]").replace(
        "[pools.sdr]", f"[pools.sdr]\n{pool}"
    )
    return head + TO_SDR + LONG + CATCH_ALL


def people(*more: str) -> str:
    return CALENDARS + "".join((ADA, KIM, *more))


def hourly(most: int, *, more: str = "", name: str = "hourly") -> str:
    return f'[limits.{name}]\nmost = {most}\nwithin = "1h"\n{more}\n'


def all_due(here: Office) -> list[tuple[str, str]]:
    found = []
    while each := here.decide(here.at):
        found += each
    return found


def who(here: Office, name: str, **facts: str) -> str:
    here.at += MINUTE
    return owner(here.send(name, **facts))


def test_two_an_hour_each_and_the_fifth_waits_until_the_window_has_passed(database_url: str) -> None:
    with office(database_url) as here:
        here.publish(rules(hourly(2, more='pools = ["sdr"]')), people(NOOR))
        given = [who(here, f"p{n}") for n in range(5)]
        assert given == ["kim", "noor", "kim", "noor", "waiting"]
        here.at = MONDAY + HOUR + MINUTE - MINUTE / 60
        assert all_due(here) == []
        here.at += MINUTE
        assert all_due(here) == [("P4", "rep:kim")]  # whose first lead of this hour was an hour ago
        assert faults(here) == []


def test_those_who_wait_for_a_window_go_in_their_order_as_it_frees_lead_by_lead(database_url: str) -> None:
    with office(database_url) as here:
        here.publish(rules(hourly(2)), people())
        assert [who(here, f"p{n}") for n in range(5)] == ["kim", "kim", "waiting", "waiting", "waiting"]
        order = []
        for minute in range(1, 130):
            here.at = MONDAY + HOUR + minute * MINUTE + MINUTE / 2
            order += [(name, minute) for name, where in all_due(here) if where == "rep:kim"]
        assert order == [("P2", 1), ("P3", 2), ("P4", 62)]
        assert faults(here) == []


def test_a_place_that_a_limit_keeps_shut_is_offered_when_the_limit_ends(database_url: str) -> None:
    """Kim's place comes free, Ben takes it and with it the limit; Cleo, whom no alarm of hers wakes, is next when it ends."""
    busy = KIM.replace("pools =", "capacity = 1\npools =")
    with office(database_url) as here:
        here.publish(rules(hourly(1, name="few", more='pools = ["sdr"]')), CALENDARS + ADA + busy)
        here.at += MINUTE
        anna = here.send("anna")
        here.at += 2 * HOUR
        assert [who(here, name) for name in ("ben", "cleo")] == ["waiting", "waiting"]
        here.desk.act(Reassign(str(anna["lead"]), MARA, "ada", "helps out"))
        here.at += MINUTE
        assert all_due(here) == [("Ben", "rep:kim")]
        [(ben,)] = here.rows("SELECT id FROM lead WHERE holder_id = 'kim'")
        here.desk.act(Reassign(str(ben), MARA, "ada", "helps out"))
        here.at += MINUTE
        assert all_due(here) == []
        here.at += HOUR
        assert all_due(here) == [("Cleo", "rep:kim")]


def test_several_limits_stack_and_the_last_to_free_says_when(database_url: str) -> None:
    both = hourly(2) + '[limits.daily]\nmost = 3\nperiod = "day"\n'
    with office(database_url) as here:
        here.publish(rules(both), people())
        assert [who(here, f"p{n}") for n in range(4)] == ["kim", "kim", "waiting", "waiting"]
        here.at = MONDAY + 3 * HOUR
        assert all_due(here) == [("P2", "rep:kim"), ("P3", "waiting")]
        told = here.rows(
            "SELECT due_at FROM job WHERE kind = 'decide' AND state = 'ready' AND cause = 'hours-opened'"
        )
        assert "2026-03-03T08:00" in str(told[0][0]).replace(
            " ", "T"
        )  # midnight has passed when Berlin opens
        here.at = MONDAY + DAY - HOUR
        assert all_due(here) == [("P3", "rep:kim")]


def test_a_limit_by_score_counts_the_leads_of_its_band_only(database_url: str) -> None:
    with office(database_url) as here:
        here.publish(rules(hourly(1, more="score = [80, 100]")), people())
        given = [who(here, f"p{n}", score=score) for n, score in enumerate(("90", "10", "", "80", "79"))]
        assert given == ["kim", "kim", "kim", "waiting", "kim"]


def test_a_limit_by_source_counts_the_leads_of_that_source_only(database_url: str) -> None:
    with office(database_url) as here:
        here.publish(rules(hourly(1, more='sources = ["elsewhere"]')), people())
        assert [who(here, f"p{n}") for n in range(3)] == ["kim", "kim", "kim"]
        source = here.arrival("x").source
        here.publish(rules(hourly(1, more=f'sources = ["{source}"]')), people())
        assert [who(here, f"q{n}") for n in range(2)] == ["kim", "waiting"]


def test_a_soft_limit_stands_back_only_while_somebody_under_it_is_there(database_url: str) -> None:
    """Kim, who is worth three of Noor, would get the first three of four."""
    heavy = KIM.replace("sdr = 1", "sdr = 3")
    with office(database_url) as here:
        here.publish(rules(hourly(1, more="hard = false")), CALENDARS + ADA + heavy + NOOR)
        assert [who(here, f"p{n}") for n in range(2)] == ["kim", "noor"]
        assert {who(here, f"q{n}") for n in range(4)} == {"kim", "noor"}


def test_a_rep_may_have_a_limit_of_their_own(database_url: str) -> None:
    few = KIM.replace("pools =", "limits = { hourly = 1 }\npools =")
    with office(database_url) as here:
        here.publish(rules(hourly(2)), CALENDARS + ADA + few + NOOR)
        given = [who(here, f"p{n}") for n in range(4)]
        assert sorted(given) == ["kim", "noor", "noor", "waiting"]


@pytest.mark.parametrize(
    ("pool", "given"),
    [
        ('cooldown = "5min"', ["kim", "waiting"]),
        ('burst = { most = 2, within = "10min" }', ["kim", "kim", "waiting"]),
    ],
)
def test_cooldown_and_burst_guard_hold_leads_back_for_their_time(
    database_url: str, pool: str, given: list[str]
) -> None:
    with office(database_url) as here:
        here.publish(rules(pool=pool), people())
        assert [who(here, f"p{n}") for n in range(len(given))] == given
        here.at = MONDAY + 6 * MINUTE - MINUTE / 60
        assert all_due(here) == []
        here.at = MONDAY + 11 * MINUTE + MINUTE / 60
        assert all_due(here) == [(f"P{len(given) - 1}", "rep:kim")]


def test_one_at_a_time_gives_the_next_lead_to_who_has_answered_the_last(database_url: str) -> None:
    with office(database_url) as here:
        here.publish(rules(pool="one_at_a_time = true"), people(NOOR))
        here.at += MINUTE
        first = here.send("p0")
        assert [who(here, f"p{n}") for n in (1, 2)] == ["noor", "waiting"]
        here.desk.act(Accept(str(first["lead"]), "kim"))
        here.at += MINUTE
        assert all_due(here) == [("P2", "rep:kim")]


def test_by_hand_counts_to_the_limit_and_is_not_held_by_it(database_url: str) -> None:
    with office(database_url) as here:
        here.publish(rules(hourly(1)), people())
        here.at += MINUTE
        anna = here.send("anna")
        here.desk.act(Reassign(str(anna["lead"]), MARA, "ada", "knows them"))
        assert who(here, "ben") == "waiting"
        [(ben,)] = here.rows("SELECT id FROM lead WHERE outcome = 'waiting'")
        here.desk.act(Reassign(str(ben), MARA, "ada", "knows them, too"))
        assert here.rows("SELECT count(*) FROM lead WHERE holder_id = 'ada'") == [(2,)]
