"""Mara fetches a paper and is left in peace for a month. When she looks at prices twice in two days she is ready, and comes back
with clocks of her own; Bert looks twice in two months and is not. What she did fades, in what is shown and in what is decided.
"""

import msgspec

from desk.office import Office, office
from desk.views import clocks, faults, owners, reasons
from firstright.core.lead import Fact
from firstright.core.scoring import Score
from firstright.desk.acting import LogEngagement
from firstright.desk.scored import NO_ACCOUNT, scored
from routing import CATCH_ALL, DAY, HEAD, HOUR, MONDAY

POINTS = """
[score]
mql = 35
sql = 70

[[score.points]]
id = "germany"
points = 5
when = { country = "DE" }

[[score.points]]
id = "prices"
points = 20
half_life = "7d"
each = { kind = "visit", what = "/pricing" }

[[score.points]]
id = "asked"
kind = "urgency"
points = 10
when = { offer = { missing = true } }
half_life = "7d"

[[rule]]
id = "ready"
tier = "first"
when = { lifecycle = ["mql", "sal", "sql"] }
send_to = { pool = "sdr" }
first_action = "call"

[[rule]]
id = "readers"
tier = "second"
when = { offer = { present = true } }
send_to = { nurture = "30d" }
"""
RULES = HEAD + POINTS + CATCH_ALL


def known_of(here: Office, told: dict[str, object]) -> dict[str, Fact]:
    return msgspec.json.decode(here.lead(told).facts, type=dict[str, Fact])


def facts(here: Office, told: dict[str, object], *names: str) -> list[Fact | None]:
    known = known_of(here, told)
    return [known.get(name) for name in names]


def visits(here: Office, told: dict[str, object], page: str = "/pricing") -> None:
    here.desk.act(LogEngagement(str(told["lead"]), "tracker", "visit", what=page))


def test_two_looks_at_prices_in_two_days_bring_a_reader_back_in_a_new_cycle(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(RULES)
        mara = here.send("mara", offer="Guide to routing")
        assert (mara["outcome"], clocks(here, mara)) == ("nurture", [])
        assert facts(here, mara, "score", "score.fit", "lifecycle") == [5, 5, "lead"]

        here.at = MONDAY + DAY
        visits(here, mara)
        assert facts(here, mara, "score", "score.urgency", "lifecycle", "pages") == [
            25,
            20,
            "lead",
            ("/pricing",),
        ]
        assert (here.lead(mara).outcome, here.lead(mara).cycle) == ("nurture", 1)

        here.at = MONDAY + 2 * DAY + HOUR
        visits(here, mara, "/pricing/teams")
        assert facts(here, mara, "score", "score.urgency", "lifecycle") == [43, 38, "mql"]
        assert (here.lead(mara).outcome, here.lead(mara).cycle) == ("owner", 2)
        assert owners(here, mara)[-1] == ("kim", "engaged", "04T10:00")
        assert [clock[0] for clock in clocks(here, mara) if clock[2] == "running"] == [
            "speed-to-lead",
            "owner",
        ]
        assert reasons(here, mara) == [
            ("arrived", "rule:readers"),
            ("engaged", "rule:readers"),
            ("engaged", "rule:ready"),
        ]
        assert faults(here) == []


def test_two_looks_at_prices_in_two_months_do_not(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(RULES)
        bert = here.send("bert", offer="Guide to routing")
        visits(here, bert)
        for month in (1, 2):  # after each pause the rules ask again, and send him back to it
            here.decide(MONDAY + month * 31 * DAY)
        here.at = MONDAY + 63 * DAY
        visits(here, bert)
        assert facts(here, bert, "score", "score.urgency", "lifecycle") == [25, 20, "lead"]
        assert (here.lead(bert).outcome, here.lead(bert).cycle) == ("nurture", 1)
        assert faults(here) == []


def test_what_is_shown_fades_while_what_was_decided_stands(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(RULES)
        anna = here.send("anna")
        assert facts(here, anna, "score", "lifecycle") == [15, "lead"]
        here.at = MONDAY + HOUR
        for _ in range(2):
            visits(here, anna)
        assert (
            here.lead(anna).outcome == "queued"
        )  # she asked, and nobody was ready for her: the desk has her
        policy, row = here.desk.policy, here.lead(anna)
        assert policy is not None
        for days, score in (
            (0, Score(5, 50, 55, "mql")),
            (7, Score(5, 25, 30, "lead")),
            (700, Score(5, 0, 5, "lead")),
        ):
            now = here.at + days * DAY
            found = scored(known_of(here, anna), NO_ACCOUNT, policy, row.arrived_at, now)
            assert found is not None and (found.score, found.decided) == (score, 55)
