"""Kim does not answer. She is reminded, then the lead is taken from her and given to somebody who has not had it, until
nobody is left or the policy says that it has moved often enough.
"""

from desk.office import office, owner
from desk.views import (
    LOUD,
    clocks,
    deeds,
    faults,
    just_before,
    letters,
    moments,
    owners,
    reasons,
    running,
    tasks,
)
from firstright.desk.acting import Accept, LogTouch
from routing import DAY, HOUR, MINUTE, MONDAY, SATURDAY

TWICE = LOUD.replace('tell_owner = "yours"', 'tell_owner = "yours"\nmax_hops = 1')


def test_kim_is_reminded_twice_and_then_mara_is_noors(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(LOUD)
        mara = here.send("mara")
        assert owner(mara) == "kim"
        clock = running(here, mara)
        assert clock.due_at - clock.started_at == 2 * HOUR
        rings = moments(clock)
        assert {percent: at - clock.started_at for percent, at in rings.items()} == {
            50: HOUR, 80: 96 * MINUTE, 100: 2 * HOUR, 150: 3 * HOUR,
        }  # fmt: skip
        first = letters(here, mara)
        assert first == [("email:kim", "lead.assigned", "ready"), ("webhook:crm", "lead.assigned", "ready")]

        for percent in (50, 80):
            assert here.rings(just_before(rings[percent])) == []
            assert len(letters(here, mara)) == len(first)
            assert here.rings(rings[percent]) == []
            first = [*first, ("email:kim", "lead.warned", "ready")]
            assert letters(here, mara) == first
        assert here.rings(just_before(rings[100])) == []
        assert owners(here, mara) == [("kim", "arrived", "02T09:00")]
        assert here.rings(rings[100]) == [("Mara", "rule:to-sdr", "rep:noor")]
        assert owners(here, mara) == [("kim", "arrived", "02T09:00"), ("noor", "sla-missed", "02T11:00")]
        assert clocks(here, mara) == [
            ("speed-to-lead", 1, "running", "02T16:00"),
            ("owner", 1, "missed", "02T11:00"),
            ("owner", 2, "running", "02T13:00"),
        ]
        assert tasks(here, mara) == [
            ("kim", "call", "cancelled", "02T09:05"),
            ("noor", "call", "open", "02T11:05"),
        ]
        assert letters(here, mara) == [
            ("email:kim", "lead.assigned", "cancelled"),  # nobody had sent it yet
            ("webhook:crm", "lead.assigned", "ready"),  # who subscribed hears everything
            ("email:kim", "lead.warned", "cancelled"),
            ("email:kim", "lead.warned", "cancelled"),
            ("webhook:crm", "lead.missed", "ready"),
            ("email:kim", "lead.missed", "ready"),
            ("email:ada", "lead.missed", "ready"),
            ("email:noor", "lead.assigned", "ready"),
            ("email:kim", "lead.assigned", "ready"),  # that it is Noor's now
            ("webhook:crm", "lead.assigned", "ready"),
        ]
        assert deeds(here, mara) == ["owner", "warned", "warned", "owner"]
        assert faults(here) == []


def test_it_goes_from_one_to_the_next_and_never_back_and_then_to_the_front_desk(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(LOUD)
        mara = here.send("mara")
        hops = [
            here.rings(MONDAY + span)
            for span in (2 * HOUR + MINUTE, 4 * HOUR + 2 * MINUTE, 6 * HOUR + 3 * MINUTE)
        ]
        assert hops == [
            [("Mara", "rule:to-sdr", "rep:noor")],
            [("Mara", "rule:to-sdr", "rep:omar")],
            [("Mara", "rule:rest", "queue:desk")],
        ]
        assert [who for who, _, _ in owners(here, mara)] == ["kim", "noor", "omar", "queue:desk"]
        assert [state for _, _, state, _ in tasks(here, mara)] == ["cancelled"] * 3
        assert [state for name, _, state, _ in clocks(here, mara) if name == "owner"] == ["missed"] * 3
        assert faults(here) == []


def test_after_the_last_hop_it_goes_to_review_because_nobody_acted(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(TWICE)
        mara = here.send("mara")
        assert here.rings(MONDAY + 2 * HOUR + MINUTE) == [("Mara", "rule:to-sdr", "rep:noor")]
        assert here.rings(MONDAY + 4 * HOUR + 2 * MINUTE) == [("Mara", "nobody-acted", "review:nobody-acted")]
        assert here.rows("SELECT reason, state, candidates FROM review_item") == [
            ("nobody-acted", "open", '["kim","noor"]')
        ]
        assert [told for told in letters(here, mara) if told[1] != "lead.warned"][-4:] == [
            ("email:ada", "lead.missed", "ready"),
            ("email:ops@ours.example", "lead.review", "ready"),
            ("email:noor", "lead.review", "ready"),  # that it is not hers any more
            ("webhook:crm", "lead.review", "ready"),
        ]
        assert clocks(here, mara)[-1] == ("review", 3, "running", "02T17:02")
        assert faults(here) == []


def test_where_the_ladder_says_so_the_manager_gets_it_after_the_last_hop(database_url: str) -> None:
    ladder = 'on_missed = ["tell-owner", "re-route", "manager", "review"]\n'
    with office(database_url, published=False) as here:
        here.publish(TWICE.replace('untouched = "2h"\n', 'untouched = "2h"\n' + ladder))
        mara = here.send("mara")
        here.rings(MONDAY + 2 * HOUR + MINUTE)
        assert here.rings(MONDAY + 4 * HOUR + 2 * MINUTE) == [("Mara", "ladder:manager", "rep:ada")]
        assert here.rings(MONDAY + 6 * HOUR + 3 * MINUTE) == [("Mara", "nobody-acted", "review:nobody-acted")]
        assert [who for who, _, _ in owners(here, mara)] == ["kim", "noor", "ada", "review:nobody-acted"]
        assert faults(here) == []


def test_the_ladder_a_clock_began_with_is_climbed_whatever_is_published_meanwhile(database_url: str) -> None:
    ladder = 'untouched = "30min"\nwarnings = [100]\non_missed = ["tell-manager", "review"]\n'
    with office(database_url, published=False) as here:
        here.publish(LOUD)
        mara = here.send("mara")
        here.at = MONDAY + 10 * MINUTE
        here.publish(LOUD.replace('untouched = "2h"\n', ladder))
        assert here.rings(MONDAY + 45 * MINUTE) == []  # half an hour is nothing to the clock that runs
        assert here.rings(MONDAY + 2 * HOUR + MINUTE) == [("Mara", "rule:to-sdr", "rep:noor")]
        assert here.rings(MONDAY + 2 * HOUR + 40 * MINUTE) == [
            ("Mara", "nobody-acted", "review:nobody-acted")
        ]
        assert [c[1:] for c in clocks(here, mara) if c[0] == "owner"] == [
            (1, "missed", "02T11:00"),
            (2, "missed", "02T11:31"),
        ]
        assert faults(here) == []


def test_kim_accepts_in_time_and_calls_too_late_and_it_stays_hers(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(LOUD)
        mara = here.send("mara")
        here.at = MONDAY + 119 * MINUTE
        assert here.desk.act(Accept(str(mara["lead"]), "kim", epoch=1)).owner == "kim"
        assert (
            here.rings(MONDAY + 3 * HOUR) == []
        )  # the clock of the assignment is met; the one to the touch has begun
        here.at = MONDAY + 3 * HOUR + 58 * MINUTE
        touched = here.desk.act(LogTouch(str(mara["lead"]), "kim", "call", result="connected"))
        assert (touched.owner, touched.epoch, touched.status) == ("kim", 1, "contacted")
        assert here.rings(SATURDAY) == []
        assert clocks(here, mara) == [
            ("speed-to-lead", 1, "met", "02T16:00"),
            ("owner", 1, "met", "02T11:00"),
            ("owner", 1, "met", "02T12:59"),
        ]
        assert tasks(here, mara) == [("kim", "call", "done", "02T09:05")]
        assert reasons(here, mara) == [
            ("arrived", "rule:to-sdr"),
            ("accepted", "accepted"),
            ("touched", "touched"),
        ]
        assert here.rings(MONDAY + 8 * DAY) == []
        assert letters(here, mara)[-1] == (
            "email:kim",
            "lead.warned",
            "ready",
        )  # a week of silence is a reminder
        assert faults(here) == []
