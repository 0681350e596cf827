"""Omar goes on vacation and names Noor. What his customers write goes to her, what he had stays his, and when he is back so are
they. While he is away nobody takes a deadline of his for granted.
"""

from datetime import UTC, datetime

from desk.office import Office, office, owner
from desk.views import LOUD, Told, clocks, faults, letters, owners
from firstright.desk.acting import Accept, LogTouch
from firstright.desk.crm.accounts import TakeCrm
from firstright.intake.crmfiles import Account
from routing import ADA, CALENDARS, HOUR, KIM, MINUTE, NOOR, OMAR, ZOE

LEAVES, BACK = datetime(2026, 3, 3, 8, tzinfo=UTC), datetime(2026, 3, 9, 8, tzinfo=UTC)
ABSENT = (
    'absences = [{ type = "vacation", from = "2026-03-03", until = "2026-03-07", backup = "noor" }]\npools ='
)
OWNED = """
[[precedence]]
step = "account-owner"
when_away = "backup"

[[precedence]]
step = "previous-owner"
within = "90d"

"""
BEFORE = CALENDARS + ADA + KIM + NOOR + OMAR + ZOE
DURING = CALENDARS + ADA + KIM + NOOR + OMAR.replace("pools =", ABSENT) + ZOE
HILL = Account("A-1", "Hill Ltd", ("hill.example",), "omar", "customer", "A", "")


def opened(here: Office) -> None:
    here.publish(LOUD.replace("[pools.sdr]", OWNED + "[pools.sdr]", 1), BEFORE)
    here.desk.writer.submit(TakeCrm("crm", [HILL], [])).result()


def of_hill(here: Office, name: str) -> Told:
    return here.send(name, email=f"{name}@hill.example")


def test_new_leads_of_the_account_go_to_the_backup_and_come_back_with_omar(database_url: str) -> None:
    with office(database_url, published=False) as here:
        opened(here)
        assert owner(of_hill(here, "mara")) == "omar"
        here.at = LEAVES
        here.publish(LOUD.replace("[pools.sdr]", OWNED + "[pools.sdr]", 1), DURING)
        nils = of_hill(here, "nils")
        assert (owner(nils), nils["reason"]) == ("noor", "step:account-owner")
        assert letters(here, nils) == [
            ("email:noor", "lead.assigned", "ready"),
            ("webhook:crm", "lead.assigned", "ready"),
        ]
        assert sorted(owner(here.send(name)) for name in ("paul", "quinn", "rosa", "sven")) == [
            "kim",
            "kim",
            "noor",
            "noor",
        ]
        here.desk.act(LogTouch(str(nils["lead"]), "noor", "call"))
        here.at = BACK
        olga = of_hill(here, "olga")
        assert (owner(olga), olga["reason"]) == ("omar", "step:account-owner")
        again = of_hill(here, "nils")
        assert (owner(again), again["repeat"], again["lead"]) == ("noor", True, nils["lead"])
        assert owners(here, nils) == [("noor", "arrived", "03T08:00")]
        assert faults(here) == []


def test_what_he_had_is_re_routed_when_its_own_clock_is_missed(database_url: str) -> None:
    with office(database_url, published=False) as here:
        opened(here)
        here.at = datetime(2026, 3, 2, 15, 30, tzinfo=UTC)  # half an hour before he goes
        mara = of_hill(here, "mara")
        assert owner(mara) == "omar"
        here.at = LEAVES
        here.publish(LOUD.replace("[pools.sdr]", OWNED + "[pools.sdr]", 1), DURING)
        assert here.rings(LEAVES + 91 * MINUTE) == [
            ("Mara", "escalated", "rep:omar"),  # the day of her first touch was yesterday
            ("Mara", "rule:to-sdr", "rep:kim"),  # who was tried stands for nobody: on to the rules
        ]
        assert owners(here, mara) == [("omar", "arrived", "02T15:30"), ("kim", "sla-missed", "03T09:31")]
        assert clocks(here, mara) == [
            ("speed-to-lead", 1, "missed", "02T16:00"),
            ("owner", 1, "missed", "03T09:30"),
            ("owner", 2, "running", "03T11:31"),
        ]
        assert faults(here) == []


def test_a_backup_who_lets_it_lie_loses_it_and_it_does_not_go_back_to_who_is_away(database_url: str) -> None:
    with office(database_url, published=False) as here:
        opened(here)
        here.at = LEAVES
        here.publish(LOUD.replace("[pools.sdr]", OWNED + "[pools.sdr]", 1), DURING)
        nils = of_hill(here, "nils")
        here.at = LEAVES + HOUR
        here.desk.act(Accept(str(nils["lead"]), "noor", epoch=1))
        assert here.rings(LEAVES + 3 * HOUR + MINUTE)[-1] == ("Nils", "rule:to-sdr", "rep:kim")
        assert [(c[0], c[2]) for c in clocks(here, nils)] == [
            ("speed-to-lead", "running"),
            ("owner", "met"),
            ("owner", "missed"),
            ("owner", "running"),
        ]
        assert here.rings(LEAVES + 5 * HOUR + 2 * MINUTE)[-1] == ("Nils", "rule:rest", "queue:desk")
        assert [who for who, _, _ in owners(here, nils)] == ["noor", "kim", "queue:desk"]
        assert faults(here) == []
