"""What comes in besides customers: a rival, a test, an offer of links, a student; none of them costs anybody a turn. And the
partner's form, which forgets the company: Pia is held with somebody to find it out, Paul is routed when the time is up.
"""

import json

from desk.office import Office, office, owner
from desk.views import faults, just_before, owners, tasks
from firstright.core.documents.listfile import listed
from firstright.core.lead import Fact
from firstright.core.why.sentences import sentences
from firstright.desk.acting import LogEngagement
from firstright.desk.explain.explaining import Versions, explained, of
from firstright.desk.learning import LearnFacts
from firstright.desk.lists import ImportList
from routing import CATCH_ALL, HEAD, HOUR, MINUTE, MONDAY, TO_SDR

GATED = HEAD.replace(
    'tiers = ["first", "second", "last"]',
    'tiers = ["first", "second", "last"]\ngate = ["first"]\nown_domains = ["northwind.example"]',
)
REST = TO_SDR.replace('tier = "first"', 'tier = "second"')
TABLES = """
[[junk]]
id = "friends"
is = "none"
when = { domain = "friends.example" }

[[junk]]
id = "rivals"
is = "competitor"
when = { domain = "rival.example" }

[[intent]]
id = "asks-for-prices"
is = "pricing"
words = ["price", "how much"]

[[intent]]
id = "looked-at-prices"
is = "pricing"
when = { pages = { contains = "/pricing" } }

[[lead_type]]
id = "referred"
is = "referral"
when = { topic = "Referral" }

[types.referral]
required = ["company"]
hold = "30min"
ask = "ada"

[[rule]]
id = "junk"
tier = "first"
when = { junk = ["spam", "test", "competitor", "vendor", "own-staff"] }
send_to = { reject = "junk" }

[[rule]]
id = "students"
tier = "first"
when = { junk = ["student", "job-seeker"] }
send_to = { nurture = "90d" }
"""
RULES = GATED + TABLES + REST + CATCH_ALL
SELLS = "I came across your website and we offer link building for your site"


def facts(here: Office, told: dict[str, object]) -> dict[str, Fact]:
    found: dict[str, Fact] = json.loads(here.lead(told).facts)
    return found


def turns(here: Office) -> int:
    ((n,),) = here.rows("SELECT count(*) FROM ledger WHERE kind = 'turned'")
    return int(n)


def test_junk_spends_nobodys_turn_and_says_why(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(RULES)
        sent = {
            "rivals": here.send("eve", email="eve@rival.example"),
            "test-address": here.send("tess", email="test@acme.example"),
            "own-staff": here.send("olga", email="olga@northwind.example"),
            "vendor-offer": here.send("victor", message=SELLS),
            "student": here.send("stu", title="Student"),
        }
        assert {name: (told["outcome"], told["reason"]) for name, told in sent.items()} == {
            "rivals": ("rejected", "rule:junk"),
            "test-address": ("rejected", "rule:junk"),
            "own-staff": ("rejected", "rule:junk"),
            "vendor-offer": ("rejected", "rule:junk"),
            "student": ("nurture", "rule:students"),
        }
        assert {name: facts(here, told)["junk_by"] for name, told in sent.items()} == {n: n for n in sent}
        assert turns(here) == 0
        friend = here.send("fay", email="test@friends.example")
        assert (friend["outcome"], "junk" in facts(here, friend), turns(here)) == ("owner", False, 1)
        assert faults(here) == []


def test_a_rival_who_asks_again_is_no_lead_the_second_time_either(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(RULES)
        here.send("eve", email="eve@rival.example")
        again = here.send("eve", email="eve@rival.example", message="How much?")
        assert (again["outcome"], turns(here)) == ("rejected", 0)
        assert faults(here) == []


def test_what_somebody_wants_follows_from_what_they_write_and_then_from_what_they_look_at(
    database_url: str,
) -> None:
    with office(database_url, published=False) as here:
        here.publish(RULES)
        anna = here.send("anna", message="How much is the arm?")
        assert (facts(here, anna)["intent"], facts(here, anna)["intent_by"]) == ("pricing", "asks-for-prices")
        ben = here.send("ben")
        assert "intent" not in facts(here, ben)
        here.at = MONDAY + HOUR
        here.desk.act(LogEngagement(str(ben["lead"]), "web", "visit", what="https://ours.example/pricing"))
        known = facts(here, ben)
        assert (known["intent"], known["intent_by"]) == ("pricing", "looked-at-prices")
        assert (known["pages"], known["engagement.count"]) == (["https://ours.example/pricing"], 1)
        cleo = here.send("cleo", intent="demo", message="What is the price?")
        assert (facts(here, cleo)["intent"], "intent_by" in facts(here, cleo)) == ("demo", False)
        assert faults(here) == []


def test_pia_is_held_until_her_company_is_found_out(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(RULES)
        pia = here.send("pia", topic="Referral")
        assert (pia["outcome"], pia["reason"], pia["next_action"]) == ("waiting", "type:referral", None)
        assert [p["code"] for p in pia["problems"]] == ["required.missing"]  # type: ignore[attr-defined]  # JSON
        assert here.lead(pia).status == "needs-enrichment"
        assert tasks(here, pia) == [("ada", "Find out: company", "open", "02T09:30")]
        here.at = MONDAY + 5 * MINUTE
        done = here.desk.act(LearnFacts(str(pia["lead"]), {"company": "Acme"}, "ada"))
        assert (done.owner, done.status) == ("kim", "routed")
        assert tasks(here, pia)[0][2] != "open"
        assert here.decide(MONDAY + HOUR) == []
        assert faults(here) == []


def test_paul_is_routed_on_what_there_is_when_the_time_is_up(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(RULES)
        paul = here.send("paul", topic="Referral")
        until = here.lead(paul).waiting_until
        assert until is not None and until.replace(microsecond=0) == MONDAY + 30 * MINUTE
        assert here.decide(just_before(until)) == []
        assert here.decide(until) == [("Paul", "rep:kim")]
        assert owners(here, paul) == [("none:", "arrived", "02T09:00"), ("kim", "enriched", "02T09:30")]
        assert owner(here.send("paula", topic="Referral", company="Paula & Co")) == "noor"
        assert faults(here) == []


def test_pia_says_it_herself_when_she_writes_again(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(RULES)
        pia = here.send("pia", topic="Referral")
        here.at = MONDAY + 5 * MINUTE
        again = here.send("pia", topic="Referral", message="Anybody there?")
        assert (again["lead"], again["outcome"]) == (pia["lead"], "waiting")
        assert [task[2] for task in tasks(here, pia)] == ["open"]  # nobody is asked twice
        until = here.lead(pia).waiting_until
        assert until is not None and until.replace(microsecond=0) == MONDAY + 30 * MINUTE
        here.at = MONDAY + 10 * MINUTE
        told = here.send("pia", topic="Referral", company="Acme")
        assert (told["lead"], owner(told)) == (pia["lead"], "kim")
        assert here.lead(pia).status == "routed"
        assert here.decide(MONDAY + HOUR) == []
        assert faults(here) == []


def test_competitors_stand_on_a_list(database_url: str) -> None:
    with office(database_url, published=False) as here:
        version = listed("rivals", ["copycat.example", "other.example"])
        assert here.desk.writer.submit(ImportList(version, "mara")).result().new
        row = f'\n[lists.rivals]\nhash = "{version.hash}"\n\n[[junk]]\nid = "list"\nis = "competitor"\nlists = ["rivals"]\n'
        here.publish(RULES + row)
        eve = here.send("eve", email="eve@mail.copycat.example")
        assert (eve["outcome"], facts(here, eve)["junk_by"]) == ("rejected", "list")
        with here.desk.read() as tx:
            [made] = of(tx, str(eve["lead"]))
            told = sentences(explained(tx, made, Versions()))
        assert "Junk: competitor, because copycat.example stands on list “rivals” (row “list”)." in told
        assert faults(here) == []
