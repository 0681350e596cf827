"""A week of Ada's team, told by the people who write to it. The clock is the story's; nothing here waits."""

import json
from datetime import UTC, datetime

from chaos.scene import broken, replayed
from desk.office import PEOPLE, RULES, Office, office, owner
from firstright.core.replay import Verdict
from firstright.desk.crm.accounts import TakeCrm
from firstright.intake.crmfiles import Account
from routing import ADA, CALENDARS, DAY, HEAD, HOUR, KIM, MINUTE, MONDAY, NOOR, OMAR, SATURDAY, ZOE

OPENING = datetime(2026, 3, 9, 8, tzinfo=UTC)  # nine in Berlin
FULL = """
[[rule]]
id = "to-sdr"
tier = "first"
when = {}
send_to = { pool = "sdr" }
first_action = "call"
when_full = { wait = "30min", overflow = "sun" }

[[rule]]
id = "rest"
tier = "last"
when = {}
send_to = { queue = "desk" }
"""


def holders(here: Office, told: dict[str, object]) -> list[tuple[str, str, str]]:
    """Who had the lead, why, and from when: day and hour in UTC."""
    rows = here.rows(
        "SELECT holder_id, cause, started_at FROM assignment WHERE lead_id = ? ORDER BY epoch",
        str(told["lead"]),
    )
    return [(who, why, str(at)[8:16].replace(" ", "T")) for who, why, at in rows]


def tasks(here: Office, told: dict[str, object]) -> list[tuple[str, str, str]]:
    rows = here.rows("SELECT rep_id, action, due_at FROM task WHERE lead_id = ?", str(told["lead"]))
    return [(who, what, str(at)[8:16].replace(" ", "T")) for who, what, at in rows]


def sound(here: Office) -> bool:
    verdicts, others = replayed(here.desk.database)
    return broken(here.desk.database) == [] and set(verdicts) == {Verdict.EQUAL} and others == []


def test_mara_writes_on_saturday_and_is_called_on_monday_at_five_past_nine(database_url: str) -> None:
    with office(database_url, at=SATURDAY) as here:
        told = here.send("mara", company="Hill Ltd")
        assert (told["outcome"], told["owner"]) == ("waiting", None)
        assert told["expected_response"] == "2026-03-09T16:00:00Z"  # by the end of Monday, she is told
        assert here.decide(SATURDAY + DAY) == []
        assert here.decide(OPENING) == [("Mara", "rep:kim")]
        assert holders(here, told) == [("", "arrived", "07T11:00"), ("kim", "hours-opened", "09T08:00")]
        assert tasks(here, told) == [("kim", "call", "09T08:05")]
        clocks = dict(
            here.rows(
                "SELECT clock, state FROM clock WHERE lead_id = ? AND state = 'running'", str(told["lead"])
            )
        )
        assert set(clocks) == {"speed-to-lead", "owner"}
        assert here.lead(told).arrived_at == SATURDAY.replace(
            microsecond=here.lead(told).arrived_at.microsecond
        )
        assert sound(here)


def test_when_kim_is_full_the_next_one_waits_and_zoe_of_the_sun_desk_takes_over(database_url: str) -> None:
    with office(database_url) as here:
        here.publish(HEAD + FULL, CALENDARS + ADA + KIM.replace("pools =", "capacity = 2\npools =") + ZOE)
        assert [owner(here.send(name)) for name in ("mara", "nils", "olga")] == ["kim", "kim", "waiting"]
        olga = here.send("olga", phone="+49 30 901820")  # she asks again while she waits: it is the same lead
        assert (olga["outcome"], olga["repeat"]) == ("waiting", True)
        assert here.decide(MONDAY + 31 * MINUTE) == [("Olga", "rep:zoe")]
        assert owner(here.send("paul")) == "waiting"
        here.change(
            "UPDATE standing SET data = '[1,1000000000,1,0,0]', turn = (SELECT n + 1 FROM turn) WHERE scope = 'rep:kim'"
        )
        here.change(
            "UPDATE turn SET n = n + 1, node = 'by hand'"
        )  # somebody closed one of Kim's, on another node
        assert here.decide(MONDAY + HOUR + 5 * MINUTE) == [("Paul", "rep:kim")]
        assert holders(here, olga)[-1][:2] == ("zoe", "capacity-freed")


def test_while_omar_is_away_his_customer_goes_to_his_backup_and_comes_back_with_him(
    database_url: str,
) -> None:
    away = OMAR.replace(
        "pools =",
        'absences = [{ type = "vacation", from = "2026-03-02", until = "2026-03-07", backup = "noor" }]\npools =',
    )
    rules = RULES.replace(
        "[pools.sdr]",
        '[[precedence]]\nstep = "account-owner"\nwhen_away = "backup"\n\n[[precedence]]\nstep = "previous-owner"\n'
        'within = "90d"\n\n[pools.sdr]',
        1,
    )
    hill = Account("A-1", "Hill Ltd", ("hill.example",), "omar", "customer", "A", "")
    with office(database_url, published=False) as here:
        here.publish(rules, CALENDARS + ADA + KIM + NOOR + away + ZOE)
        here.desk.writer.submit(TakeCrm("crm", [hill], [])).result()
        mara = here.send("mara", email="mara@hill.example")
        assert (owner(mara), mara["reason"]) == ("noor", "step:account-owner")
        assert [owner(here.send(name)) for name in ("nils", "olga", "paul")] == ["kim", "noor", "kim"]
        here.at = OPENING
        quinn = here.send("quinn", email="quinn@hill.example")
        assert (owner(quinn), quinn["reason"]) == ("omar", "step:account-owner")
        again = here.send("mara", email="mara@hill.example")
        assert (owner(again), again["repeat"]) == ("noor", True)  # what Noor began, Noor goes on with
        assert sound(here)


def test_mara_sends_the_same_form_twice_and_then_her_colleague_writes(database_url: str) -> None:
    with office(database_url) as here:
        form = here.arrival("mara", event="form-1", email="mara@hill.example")
        first, again = here.desk.take_in([form])[0], here.desk.take_in([form])[0]
        assert (again.body, again.status, again.replayed) == (first.body, first.status, True)
        mara = json.loads(first.body)
        assert here.rows("SELECT count(*) FROM arrival") == [(1,)]
        here.at += 2 * HOUR
        nudge = here.send("mara", email="Mara@Hill.example", intent="pricing")  # another form: she has waited
        assert (nudge["lead"], nudge["repeat"], owner(nudge)) == (mara["lead"], True, "kim")
        assert here.lead(mara).priority == 10
        nils = here.send("nils", email="nils@hill.example")
        assert (owner(nils), nils["reason"], nils["lead"] != mara["lead"]) == (
            "kim",
            "step:same-company",
            True,
        )
        stranger = here.send("olga", email="olga@gmail.com")
        other = here.send("paul", email="paul@gmail.com")  # one mail provider is no company
        assert [owner(each) for each in (stranger, other)] == ["noor", "omar"]
        assert here.rows("SELECT rep, count(*) FROM ledger GROUP BY rep ORDER BY rep") == [
            ("kim", 1), ("noor", 1), ("omar", 1),
        ]  # fmt: skip
        assert sound(here)


def test_the_team_grows_over_night_and_whoever_joins_starts_level(database_url: str) -> None:
    with office(database_url) as here:
        here.publish(people=CALENDARS + ADA + KIM + NOOR + ZOE)
        before = [owner(here.send(f"p{n}")) for n in range(4)]
        assert before == ["kim", "noor", "kim", "noor"]
        here.at += DAY
        here.publish(people=PEOPLE)
        after = [owner(here.send(f"q{n}")) for n in range(6)]
        assert sorted(after) == [
            "kim",
            "kim",
            "noor",
            "noor",
            "omar",
            "omar",
        ]  # Omar is owed nothing for yesterday
        assert sound(here)
