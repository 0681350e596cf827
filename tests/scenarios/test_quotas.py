"""How much anybody gets: quotas, capacity, rate limits and who is there. In the order of our list of scenarios, B."""

from datetime import timedelta

import msgspec
import pytest

from chaos.scene import broken, replayed
from desk.office import Office, office, owner
from firstright.core.authority import Actor, Role
from firstright.core.decide import decide
from firstright.core.decision import AlarmSet, Asked, Code
from firstright.core.lead import Act, Cause, Chosen, Fact, Lead, Outcome
from firstright.core.pools import Limit, Method, Period, Pool
from firstright.core.replay import Verdict
from firstright.core.world import Load, Presence, Seen
from firstright.desk.acting import Decline
from firstright.desk.assigning import Reassign
from playing import Play, reps, rules
from playing import replayed as otherwise
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
    ZOE,
    effects,
    kept_by,
    lead,
    owned,
    policy,
    rep,
    roster,
    routed,
    verdicts,
    world,
)  # fmt: skip

MARA = Actor("mara", "Mara Diaz", Role.OPERATIONS)
MONTH = timedelta(days=30)


def sound(here: Office) -> bool:
    return broken(here.desk.database) == [] and set(replayed(here.desk.database)[0]) == {Verdict.EQUAL}


@pytest.mark.parametrize("most", [1, 14, 15, 45])
def test_25_so_many_in_thirty_days_are_exactly_so_many(most: int) -> None:
    """A peer works out a quota for the day and rounds: 14 a month become none, 15 become 30."""
    going = Play(rules(limits=(Limit("month", most, within=MONTH),)), reps([1]))
    for _ in range(3 * 30):
        going.lead()
        going.at += 8 * HOUR
    assert going.won.count("a") == most
    assert going.lead() == "a"  # thirty days after the first one


def test_25_who_is_given_more_than_they_can_take_is_given_it_by_hand_and_the_record_says_so(
    database_url: str,
) -> None:
    """A peer's forced run forgets what was assigned already. Here only somebody who names the rep may, and it is told."""
    full = CALENDARS + ADA + KIM.replace("pools =", "capacity = 1\npools =") + ZOE
    with office(database_url, published=False) as here:
        here.publish(HEAD + TO_SDR + 'when_full = { wait = "none", overflow = "sun" }\n' + CATCH_ALL, full)
        first, second = here.send("ann"), here.send("ben")
        assert (owner(first), owner(second)) == ("kim", "zoe")
        here.at += MINUTE
        assert here.desk.act(Reassign(str(second["lead"]), MARA, "kim", "she knows them")).owner == "kim"
        assert sound(here)
    subject = lead()
    busy = world(roster(full.removeprefix(CALENDARS)), loads={"kim": 1})
    by_hand = msgspec.structs.replace(
        subject, act=Act(by="mara", reason="x", chosen=Chosen(Outcome.OWNER, "kim"))
    )
    found = decide(by_hand, Cause.OVERRIDDEN, policy(TO_SDR, CATCH_ALL), busy)
    assert found.trace.asked == (Asked("@kim", 1, ((Code.LOAD_FULL, "1"),), "kim"),)
    assert otherwise(by_hand, Cause.OVERRIDDEN, found, policy(TO_SDR, CATCH_ALL), busy) == ()


def test_26_a_quiet_month_is_not_caught_up_in_a_day() -> None:
    """An older peer's quota gives ten on the first day to who had none for a month. A share is a share here."""
    going = Play(rules(), reps([1, 1, 1]))
    going.leads(90, able={"b", "c"})
    going.at += MONTH
    assert going.leads(9).count("a") == 3


def test_28_nobody_has_room_and_the_lead_waits_and_nothing_is_divided_by_nothing() -> None:
    limit = Limit("month", 30, period=Period.MONTH, zone="Europe/Berlin")
    waits = {"when_full": msgspec.structs.replace(rules().policy.rules[0].when_full, wait=timedelta(days=40))}
    going = Play(rules(limits=(limit,), rule=waits), reps([1]))
    assert going.leads(30) == "a" * 30
    assert going.lead() == ""
    [(name, _, seconds)] = going.decisions[-1].trace.asked[0].limits
    april = MONDAY.replace(day=31, hour=22)  # midnight in Berlin
    assert (going.decisions[-1].outcome, name, going.at + timedelta(seconds=seconds[0])) == (
        Outcome.WAITING,
        "month",
        april,
    )
    assert effects(going.decisions[-1], AlarmSet) == [AlarmSet(Cause.HOURS_OPENED, april)]
    assert going.broken == []


def test_28_who_waits_is_taken_by_urgency_and_then_by_age(database_url: str) -> None:
    demo = TO_SDR.replace("to-sdr", "demo").replace(
        "when = {}", 'when = { intent = "demo" }\nservice = "urgent"'
    )
    long = 'when_full = { wait = "40h" }\n'
    people = CALENDARS + ADA + KIM.replace("pools =", "capacity = 1\npools =")
    with office(database_url, published=False) as here:
        here.publish(HEAD + demo + long + TO_SDR + long + CATCH_ALL, people)
        told = {"ann": here.send("ann")}
        for name, facts in (("ben", {}), ("cat", {}), ("dan", {"intent": "demo"})):
            here.at += MINUTE
            told[name] = here.send(name, **facts)
        assert [owner(each) for each in told.values()] == ["kim", "waiting", "waiting", "waiting"]
        order = []
        for name in ("ann", "dan", "ben"):
            here.at += MINUTE
            here.desk.act(Reassign(str(told[name]["lead"]), MARA, "ada", "she takes it over"))
            here.decide(here.at + MINUTE)
            order += [
                row[0]
                for row in here.rows(
                    "SELECT lead_id FROM assignment WHERE holder_id = 'kim' ORDER BY started_at DESC LIMIT 1"
                )
            ]
        assert order == [told[name]["lead"] for name in ("dan", "ben", "cat")]
        assert sound(here)


def test_30_only_leads_that_nobody_has_and_that_are_not_over_are_assigned_by_a_run() -> None:
    """Won, lost and owned ones stay as they are; a score that is nothing or not known keeps nobody out."""
    how = policy(TO_SDR, CATCH_ALL)
    fresh: list[dict[str, Fact]] = [{}, {"score": 0}, {"score": 1}]
    states = [
        msgspec.structs.replace(lead(), outcome=Outcome.CLOSED, epoch=1, status="won"),
        *[lead(**facts) for facts in fresh],
        msgspec.structs.replace(lead(), outcome=Outcome.REJECTED, epoch=1),
        msgspec.structs.replace(lead(), **owned("ada")),
    ]
    found = [routed(how, each, world(), Cause.RERUN) for each in states]
    assert [(d.kept, kept_by(d)) for d in found] == [
        (True, "closed"), (False, "kim"), (False, "kim"), (False, "kim"), (True, "rejected"), (True, "ada"),
    ]  # fmt: skip


HOURLY = '\n[limits.hourly]\nmost = 2\nwithin = "1h"\npools = ["sdr"]\n'


def test_31_two_an_hour_for_each_and_the_fifth_is_assigned_when_the_hour_has_passed(
    database_url: str,
) -> None:
    with office(database_url, published=False) as here:
        here.publish(
            HEAD + HOURLY + TO_SDR + 'when_full = { wait = "4h" }\n' + CATCH_ALL, CALENDARS + ADA + KIM + NOOR
        )
        got = []
        for name in ("ann", "ben", "cat", "dan", "eve"):
            got.append(owner(here.send(name)))
            here.at += MINUTE
        assert got == ["kim", "noor", "kim", "noor", "waiting"]
        assert here.decide(MONDAY + 59 * MINUTE) == []
        assert here.decide(MONDAY + HOUR + timedelta(seconds=2)) == [("Eve", "rep:kim")]
        assert sound(here)


def test_33_a_capacity_is_a_persons_in_all_pools_together_and_without_one_there_is_no_limit() -> None:
    """Five inboxes with three each are fifteen for a peer. Here three are three."""
    team = [
        msgspec.structs.replace(each, capacity=room)
        for each, room in zip(reps([1, 1, 1]), (3, 3, None), strict=True)
    ]
    going = Play(rules(), team)
    elsewhere = {"a": Load(3), "b": Load(2), "c": Load(900)}  # leads that came through other pools
    going.standing = msgspec.structs.replace(going.standing, loads=elsewhere)
    assert going.leads(5) == "bcccc"


def test_34_fewest_open_leads_go_first_and_what_is_closed_counts_no_more() -> None:
    going = Play(rules(Pool("p", method=Method.LOAD)), reps([1, 1, 1]))
    going.standing = msgspec.structs.replace(going.standing, loads={"a": Load(3), "b": Load(1), "c": Load(2)})
    assert going.lead() == "b"
    new = [*reps([1, 1, 1]), *reps({"d": 1})]
    going.staffed(new)
    assert going.leads(2) == "dd"
    going = Play(rules(Pool("p", method=Method.LOAD)), reps([1, 1]))
    going.leads(8)
    for n in (0, 2, 4):
        going.close(f"lead{n}")
    assert (going.won[0], going.lead()) == ("a", "a")


def test_36_when_nobody_is_there_the_lead_knows_when_somebody_will_be_and_where_it_goes_else() -> None:
    decision = routed(policy(TO_SDR, CATCH_ALL), lead(SATURDAY), world(as_of=SATURDAY))
    opening = MONDAY + 6 * DAY + 23 * HOUR
    assert (decision.outcome, effects(decision, AlarmSet)) == (
        Outcome.WAITING,
        [AlarmSet(Cause.HOURS_OPENED, opening)],
    )
    gone = roster(ADA, rep("Kim Larsen", "active = false"))
    found = routed(policy(TO_SDR, CATCH_ALL), where=world(gone))
    assert (kept_by(found), verdicts(found)) == (
        "queue:desk",
        [("to-sdr", "true", "next"), ("rest", "true", "took")],
    )


RECENT = """
[fields.active_at]
type = "instant"

[[rule]]
id = "recent"
tier = "first"
when = { active_at = { newer_than = "24h" } }
send_to = { pool = "sdr" }

[[rule]]
id = "old"
tier = "last"
when = {}
send_to = { review = "unclear-fit" }
"""


@pytest.mark.parametrize(
    ("hours", "to"), [(25, "review:unclear-fit"), (1, "kim"), (24 * 30, "review:unclear-fit")]
)
def test_38_by_what_was_last_heard_a_lead_is_assigned_or_goes_to_review_and_never_out_of_sight(
    hours: int, to: str
) -> None:
    subject = lead(active_at=(MONDAY - hours * HOUR).isoformat())
    assert kept_by(routed(policy(RECENT), subject)) == to
    assert kept_by(routed(policy(TO_SDR, CATCH_ALL), subject)) == "kim"  # where no rule asks, none is too old


def test_39_who_is_online_goes_before_who_is_away_and_who_is_named_before_presence() -> None:
    until = MONDAY + DAY
    seen = {
        "a": Seen(Presence.OFFLINE, until),
        "b": Seen(Presence.AWAY, until),
        "c": Seen(Presence.ONLINE, until),
    }
    going = Play(rules(Pool("p", method=Method.SOONEST)), reps([1, 1, 1]), seen=seen)
    assert [going.lead(able) for able in (None, {"a", "b"}, {"a"})] == ["c", "b", "a"]
    strict = Play(rules(Pool("p", presence=True)), reps([1, 1]), seen=seen)
    assert strict.lead() == ""  # a peer still picks somebody who is away: here it goes to where the rules say
    assert strict.decisions[0].reason == "no-dead-end"
    subject = Lead({}, "web", MONDAY, id="x", act=Act(by="m", reason="x", chosen=Chosen(Outcome.OWNER, "a")))
    assert decide(subject, Cause.OVERRIDDEN, strict.how, strict.world()).holder.id == "a"


def test_40_a_change_of_the_team_resets_neither_weights_nor_credit() -> None:
    going = Play(rules(), reps({"a": 1, "b": 5}))
    going.leads(4)
    before = going.credit()
    going.staffed([*reps({"b": 5, "c": 1})])
    people = going.roster()
    assert dict(zip(people.members("p").ids, people.members("p").weights, strict=True)) == {"b": 5, "c": 1}
    going.lead()
    spread = going.decisions[-1].credits[0]
    assert (spread.leaver, int(spread.stayers, 16)) == ("a", 0b11) if before["a"] else True
    assert "a" not in going.credit()
    assert sum(going.credit().values()) == 0


def test_a_lead_that_is_declined_gives_its_turn_back_where_the_reason_says_so(database_url: str) -> None:
    """No peer's scenario, but what all of these rest on: a turn that should not have cost one does not."""
    with office(database_url) as here:
        first = here.send("ann")
        here.at += MINUTE
        here.desk.act(Decline(str(first["lead"]), "kim", "wrong-territory"))
        assert here.rows("SELECT kind, rep FROM ledger ORDER BY seq") == [
            ("turned", "kim"),
            ("returned", "kim"),
            ("turned", "noor"),
        ]
        assert sound(here)
