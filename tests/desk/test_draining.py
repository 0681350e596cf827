"""Who waits is offered a place the moment there is one: the most urgent and then the oldest first, however it came free."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from msgspec.structs import replace

from desk.office import Note, Office, office, owner
from desk.views import faults
from firstright.core.authority import Actor, Role
from firstright.core.world import Presence, Seen
from firstright.desk.acting import Accept, Decline, LogTouch
from firstright.desk.assigning import Reassign, Reroute
from firstright.desk.batch import Batch
from firstright.desk.offering import AHEAD, MOST
from firstright.storage import deadjobs
from routing import (
    ADA,
    CALENDARS,
    CATCH_ALL,
    DAY,
    HEAD,
    HOUR,
    KIM,
    MINUTE,
    MONDAY,
    NOOR,
    SATURDAY,
    TO_SDR,
    rep,
)

LONG = 'when_full = { wait = "40h" }\n'
URGENT = """
[[rule]]
id = "demo"
tier = "first"
when = { intent = "demo" }
send_to = { pool = "sdr" }
service = "urgent"
when_full = { wait = "40h" }
"""
RULES = HEAD + URGENT + TO_SDR + LONG + CATCH_ALL
ONE = CALENDARS + ADA + KIM.replace("pools =", "capacity = 1\npools =")
MARA = Actor("mara", "Mara", Role.OPERATIONS)
DRAINS = "SELECT state, count(*) FROM job WHERE lead_id IS NULL GROUP BY state ORDER BY state"
Told = dict[str, object]


def waiting(here: Office, *names: str, **facts: str) -> list[Told]:
    found = []
    for name in names:
        found.append(here.send(name, **facts))
        assert owner(found[-1]) == "waiting"
        here.at += MINUTE
    return found


def now(here: Office) -> list[tuple[str, str]]:
    """Everything that is due at this very minute."""
    found = []
    while each := here.decide(here.at + timedelta(seconds=1)):
        found += each
    return found


def team(more: str = "", head: str = "") -> str:
    return CALENDARS + ADA + KIM.replace("pools =", f"capacity = 1\n{more}\npools =") + head


def test_room_is_offered_without_waiting_for_the_next_look(database_url: str) -> None:
    with office(database_url) as here:
        here.publish(RULES, ONE)
        first = here.send("anna")
        waiting(here, "ben")
        here.desk.due.clear()
        here.send("anna")  # she asks again: nothing is freed by that
        assert not here.desk.due.is_set()
        here.desk.act(Decline(str(first["lead"]), "kim", "busy"))
        assert here.desk.due.is_set()
        assert ("Ben", "rep:kim") in now(here)


def test_who_has_waited_longest_gets_the_place_and_the_urgent_one_before_them(database_url: str) -> None:
    with office(database_url) as here:
        here.publish(RULES, ONE)
        first = here.send("anna")
        waiting(here, "ben", "cleo")
        waiting(here, "dora", intent="demo")
        for name in ("Dora", "Ben", "Cleo"):
            here.desk.act(Reassign(str(first["lead"]), MARA, "ada", "helps out"))
            assert now(here) == [(name, "rep:kim")]
            [(lead,)] = here.rows("SELECT id FROM lead WHERE holder_id = 'kim'")
            first = {"lead": lead}
        assert faults(here) == []


def declined(here: Office, lead: str) -> None:
    here.desk.act(Decline(lead, "kim", "wrong-territory"))


def given_away(here: Office, lead: str) -> None:
    here.desk.act(Reassign(lead, MARA, "ada", "helps out"))


def pool_grows(here: Office, lead: str) -> None:
    here.publish(RULES, ONE + NOOR.replace("pools =", "capacity = 1\npools ="))


def capacity_raised(here: Office, lead: str) -> None:
    here.publish(RULES, ONE.replace("capacity = 1", "capacity = 2"))


@pytest.mark.parametrize("opens", [declined, given_away, pool_grows, capacity_raised])
def test_however_a_place_comes_free_the_first_in_line_has_it_at_once(
    database_url: str, opens: Callable[[Office, str], None]
) -> None:
    with office(database_url) as here:
        here.publish(RULES, ONE)
        first = here.send("anna")
        waiting(here, "ben", "cleo")
        opens(here, str(first["lead"]))
        [(name, by)] = [each for each in now(here) if each[0] != "Anna"]
        assert (name, by) in [("Ben", "rep:kim"), ("Ben", "rep:noor")]
        assert now(here) == []
        assert faults(here) == []


def test_a_pool_that_gives_one_lead_at_a_time_gives_the_next_when_the_last_is_answered(
    database_url: str,
) -> None:
    rules = RULES.replace("[pools.sdr]", "[pools.sdr]\none_at_a_time = true")
    with office(database_url) as here:
        here.publish(rules, CALENDARS + ADA + KIM)
        first = here.send("anna")
        waiting(here, "ben", "cleo")
        here.desk.act(Accept(str(first["lead"]), "kim"))
        assert now(here) == [("Ben", "rep:kim")]
        [(ben,)] = here.rows("SELECT id FROM lead WHERE holder_id = 'kim' AND id <> ?", str(first["lead"]))
        here.desk.act(LogTouch(ben, "kim", "call"))
        assert now(here) == [("Cleo", "rep:kim")]
        assert faults(here) == []


def test_a_task_that_is_done_frees_a_pool_that_counts_tasks(database_url: str) -> None:
    rules = RULES.replace("[pools.sdr]", '[pools.sdr]\nmethod = "load-balanced"\nload = "tasks"')
    with office(database_url) as here:
        here.publish(rules, CALENDARS + ADA + KIM.replace("pools =", "capacities = { tasks = 1 }\npools ="))
        first = here.send("anna")
        waiting(here, "ben")
        here.desk.act(LogTouch(str(first["lead"]), "kim", "call"))
        assert now(here) == [("Ben", "rep:kim")]


def test_who_comes_to_their_desk_gets_what_waits(database_url: str) -> None:
    rules = RULES.replace("[pools.sdr]", "[pools.sdr]\npresence = true")

    def comes(batch: Batch) -> None:
        seen = {"kim": Seen(Presence.ONLINE, here.at + HOUR)}
        standing = replace(batch.world.standing, changed_seen=seen)
        batch.move_to(replace(batch.world, standing=standing))

    with office(database_url) as here:
        here.publish(rules, CALENDARS + ADA + KIM)
        waiting(here, "anna")
        here.desk.writer.submit(Note("person", comes)).result()
        assert now(here) == [("Anna", "rep:kim")]


def test_the_end_of_a_pause_is_noticed_also_while_others_are_full(database_url: str) -> None:
    """Kim is full and may be free at any moment; that Noor's pause ends at eleven is known, and was slept through."""
    paused = NOOR.replace("pools =", "paused_until = 2026-03-02T10:00:00Z\npools =")
    with office(database_url) as here:
        here.publish(RULES, ONE + paused)
        here.send("anna")
        waiting(here, "ben", "cleo")
        assert here.decide(MONDAY + 59 * MINUTE) == []
        assert here.decide(MONDAY + HOUR) == [("Ben", "rep:noor"), ("Cleo", "rep:noor")]


def test_at_opening_the_whole_line_is_taken_in_its_order(database_url: str) -> None:
    """More alarms ring at nine than are claimed at once, and which of them are is chance: the line is not."""
    opening = MONDAY + 7 * DAY - HOUR
    count = 3 * MOST + 1
    with office(database_url, at=SATURDAY) as here:
        here.publish(RULES, ONE.replace("capacity = 1", f"capacity = {count}"))
        names = [f"p{n:02}" for n in range(count + 5)]
        waiting(here, *names)
        here.at = opening
        found = []
        while (worked := here.desk.work_due(opening, limit=7))[0]:
            found += [(done.after.facts["first_name"], done.decision.outcome) for done in worked[1]]
        taken = [name for name, outcome in found if outcome == "owner"]
        assert taken == [name.title() for name in names[:count]]
        assert [name for name, outcome in found if outcome == "waiting"] != []
        assert faults(here) == []


def test_a_lead_whose_needs_nobody_meets_keeps_nobody_behind_it(database_url: str) -> None:
    skilled = TO_SDR.replace('"to-sdr"', '"hard"', 1).replace("when = {}", 'when = { country = "FR" }')
    skilled += "needs = { skills = { saas = 3 } }\n" + LONG
    people = ONE + rep("Saas Expert", "capacity = 1\nskills = { saas = 3 }")
    with office(database_url) as here:
        here.publish(HEAD + skilled + TO_SDR + LONG + CATCH_ALL, people)
        held = here.send("anna", country="FR")
        other = here.send("otto")
        waiting(here, *[f"f{n}" for n in range(AHEAD + 3)], country="FR")
        waiting(here, "ben")
        before = here.rows("SELECT count(*) FROM decision")[0][0]
        here.desk.act(Reassign(str(other["lead"]), MARA, "ada", "helps out"))
        assert now(here) == [("Ben", "rep:kim")]
        assert (
            here.rows("SELECT count(*) FROM decision")[0][0] == before + 2
        )  # nobody else was decided in vain
        here.desk.act(Reassign(str(held["lead"]), MARA, "ada", "helps out"))
        assert now(here) == [("F0", "rep:saas")]
        assert faults(here) == []


def test_one_place_costs_the_same_however_many_wait(database_url: str) -> None:
    with office(database_url) as here:
        here.publish(RULES, ONE)
        first = here.send("anna")
        waiting(here, *[f"p{n}" for n in range(3 * AHEAD)])
        before = here.rows("SELECT count(*) FROM decision")[0][0]
        here.desk.act(Reassign(str(first["lead"]), MARA, "ada", "helps out"))
        assert now(here) == [("P0", "rep:kim")]
        assert here.rows("SELECT count(*) FROM decision")[0][0] == before + 2


def test_where_nobody_waits_nothing_is_asked_and_no_job_is_made(database_url: str) -> None:
    with office(database_url) as here:
        here.publish(RULES, ONE)
        first = here.send("anna")
        here.desk.act(Reassign(str(first["lead"]), MARA, "ada", "helps out"))
        assert here.rows(DRAINS) == []
        assert here.desk._memory.waiting == set()


def test_two_places_that_come_free_are_one_look_at_the_line(database_url: str) -> None:
    with office(database_url) as here:
        here.publish(RULES, ONE.replace("capacity = 1", "capacity = 2"))
        held = [here.send("anna"), here.send("otto")]
        waiting(here, "ben", "cleo")
        before = dict(here.rows(DRAINS))
        for each in held:
            here.desk.act(Reassign(str(each["lead"]), MARA, "ada", "helps out"))
        assert dict(here.rows(DRAINS)).get("ready", 0) - before.get("ready", 0) <= 1
        assert now(here) == [("Ben", "rep:kim"), ("Cleo", "rep:kim")]


def test_a_lead_nobody_can_decide_keeps_the_line_from_nothing(database_url: str) -> None:
    with office(database_url) as here:
        here.publish(RULES, ONE)
        first = here.send("anna")
        bad, _ = waiting(here, "ben", "cleo")
        here.change("UPDATE lead SET facts = '[1]' WHERE id = ?", str(bad["lead"]))
        here.desk.act(Reassign(str(first["lead"]), MARA, "ada", "helps out"))
        assert now(here) == [("Cleo", "rep:kim")]


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_another_node_hears_of_the_places_that_come_free_on_the_first(database_url: str) -> None:
    with office(database_url) as here, office(database_url, "ben", published=False) as other:
        here.publish(RULES, ONE)
        first = here.send("anna")
        other.send("ben")
        here.desk.act(Reassign(str(first["lead"]), MARA, "ada", "helps out"))
        assert now(other) == [("Ben", "rep:kim")]


def test_a_drain_that_was_given_up_can_be_sent_again(database_url: str) -> None:
    with office(database_url) as here:
        here.publish(RULES, ONE)
        first = here.send("anna")
        waiting(here, "ben")
        here.desk.act(Reassign(str(first["lead"]), MARA, "ada", "helps out"))
        here.change("UPDATE job SET state = 'dead' WHERE lead_id IS NULL AND state = 'ready'")
        assert now(here) == []
        with here.desk.database.write() as tx:
            deadjobs.replay(tx, deadjobs.names(tx, 10), here.at)
        assert now(here) == [("Ben", "rep:kim")]


def test_who_waited_before_there_were_lines_is_put_into_one_and_has_the_place_that_is_free(
    database_url: str,
) -> None:
    """As a database of then looks: it waits for nobody by name, and its only alarm is its limit."""
    with office(database_url, published=False) as here:
        here.publish(RULES, ONE)
        first = here.send("anna")
        second, _ = waiting(here, "ben", "cleo")
        here.change("UPDATE lead SET waiting_pool = '' WHERE outcome = 'waiting'")
        here.change("DELETE FROM schema_migration WHERE name = '0005_woken'")
        assert here.desk.database.migrate() == ["0005_woken"]
        assert faults(here) == []
        here.desk.act(Decline(str(first["lead"]), "kim", "spam"))
        here.at += MINUTE
        assert here.decide(here.at)[0] == ("Ben", "rep:kim")
        assert here.rows("SELECT DISTINCT waiting_pool FROM lead WHERE outcome = 'waiting'") == [("sdr",)]
        assert (here.lead(second).holder_id, faults(here)) == ("kim", [])


def test_a_place_that_comes_free_in_the_turn_in_which_somebody_begins_to_wait_is_theirs(
    database_url: str,
) -> None:
    """Anna, whom Kim gives back, waits for Noor; Ben, whom Noor gives back at once, goes to Kim. Nobody had waited before."""
    both = ONE + NOOR.replace("pools =", "capacity = 1\npools =")
    with office(database_url, published=False) as here:
        here.publish(RULES, both)
        anna, ben = here.send("anna"), here.send("ben")
        assert (owner(anna), owner(ben)) == ("kim", "noor")
        here.at += MINUTE
        with here.held():
            one = here.desk.writer.submit(Decline(str(anna["lead"]), "kim", "busy"))
            two = here.desk.writer.submit(Decline(str(ben["lead"]), "noor", "busy"))
        assert [told.result().outcome for told in (one, two)] == ["waiting", "owner"]  # type: ignore[union-attr]  # none was refused
        assert now(here) == [("Anna", "rep:noor")]
        assert faults(here) == []


def test_a_lead_routed_anew_by_hand_does_not_wait_for_the_place_that_it_has_left_itself(
    database_url: str,
) -> None:
    with office(database_url, published=False) as here:
        here.publish(RULES, ONE)
        anna = here.send("anna")
        here.at += MINUTE
        here.desk.act(Reroute(str(anna["lead"]), MARA, "look again"))
        assert now(here) == [("Anna", "rep:kim")]
        assert faults(here) == []


SAAS = """
[[rule]]
id = "saas"
tier = "first"
when = {{ intent = "demo" }}
send_to = {{ pool = "sdr" }}
needs = {{ skills = {{ saas = 3 }} }}
relax = [{{ after = "{after}", needs = {{}} }}]
when_full = {{ wait = "40h" }}
"""


def test_who_waits_under_a_rule_that_is_gone_is_decided_by_those_there_are(database_url: str) -> None:
    with office(database_url) as here:
        here.publish(RULES, ONE)
        here.send("anna")
        waiting(here, "ben")
        here.publish(HEAD + CATCH_ALL, ONE)
        assert now(here) == [("Ben", "queue:desk")]
        assert faults(here) == []


def test_needs_that_another_policy_relaxes_sooner_are_relaxed_sooner(database_url: str) -> None:
    with office(database_url) as here:
        rules = HEAD + SAAS.format(after="8h") + TO_SDR + CATCH_ALL
        here.publish(rules, CALENDARS + ADA + KIM)
        waiting(here, "ben", intent="demo")
        here.publish(rules.replace('"8h"', '"1h"'), CALENDARS + ADA + KIM)
        assert now(here) == [("Ben", "waiting")]
        assert here.decide(MONDAY + HOUR + MINUTE) == [("Ben", "rep:kim")]
        assert faults(here) == []
