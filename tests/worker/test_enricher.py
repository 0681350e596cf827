"""Providers, from real servers on loopback that know, do not know, are slow, wrong, busy, gone or somewhere else."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest

from desk.office import PEOPLE, Office, office
from desk.views import faults, owners, reasons
from firstright.desk.asking import BROKEN, ClaimQuestions, RecordAnswers, is_due
from firstright.desk.learning import LearnFacts
from firstright.desk.providers import AddProvider, ChangeProvider, Providers, SwitchProvider
from firstright.errors import Refused
from firstright.outbound.egress import Egress
from firstright.outbound.http import Client
from firstright.storage import enrichments, providers
from firstright.storage.enrichments import EnrichmentRow
from firstright.worker.enricher import Enricher
from firstright.worker.means import Calling
from outbound import certificates
from outbound.outside import LOOPBACK, names
from outbound.sink import (
    Sink,
    Step,
    dribble_body,
    garbage,
    gzip_bomb,
    hang,
    held,
    huge,
    ok,
    redirect,
    reset_in_reply,
    status,
    throttled,
)
from patience import PATIENCE, until
from postgres import Server
from routing import CATCH_ALL, HEAD, HOUR, MINUTE, MONDAY, TO_SDR
from web.houses import OpenBox

BIG = """
[[rule]]
id = "big"
tier = "first"
when = { employees = { min = 500 } }
send_to = { pool = "sun" }
"""
CLEARFIELD = """
[enrich.clearfield]
ask = "domain"
fields = { "company.size" = "employees", "company.kind" = "industry", "geo.country" = "country" }
same = "company.domain"
timeout = "25s"
"""
GEODEX = """
[enrich.geodex]
ask = "email"
fields = { "country" = "country", "size" = "employees" }
timeout = "25s"
"""
RULES = HEAD.replace('tell_owner = "yours"', 'tell_owner = "yours"\nlock = "none"') + BIG + TO_SDR + CATCH_ALL


def knows(domain: str = "olga.example", **company: object) -> Step:
    return ok(json.dumps({"company": {"domain": domain, **company}}).encode())


@contextmanager
def enriching(here: Office, egress: Egress = LOOPBACK) -> Iterator[None]:
    means = Calling(
        client=lambda: Client(egress, seconds=PATIENCE, trust=certificates.trusting),
        open_secret=OpenBox().open,
        now=lambda: here.at,
        dice=lambda: 0.5,
        clock=lambda: here.at + timedelta(seconds=1),
    )
    with Enricher(here.desk, means):
        yield


@contextmanager
def asking(
    url: str, server: Sink, more: str = CLEARFIELD, *names: str, rules: str = RULES
) -> Iterator[Office]:
    """An office whose policy asks these providers, registered at the paths of their names."""
    with office(url, published=False) as here:
        here.publish(rules + more, PEOPLE)
        for name in names or ("clearfield",):
            register(here, server, name)
        yield here


def register(here: Office, server: Sink, name: str) -> None:
    place = {"clearfield": "{domain}", "geodex": "{email}"}[name]
    url = server.url(f"/{name}/{place}?key=sesame")
    Providers(here.desk, OpenBox(), LOOPBACK).change(AddProvider(name, url, {"X-Key": "s3cret"}), "mara")


def questions(here: Office) -> list[EnrichmentRow]:
    with here.desk.read() as tx:
        found = [str(row[0]) for row in here.rows("SELECT id FROM enrichment ORDER BY id")]
        return [row for name in found if (row := enrichments.one(tx, name))]


def ends(here: Office) -> list[tuple[str, str, str]]:
    return [(row.provider, row.result, row.detail) for row in questions(here)]


def done(here: Office, n: int = 1) -> Callable[[], bool]:
    return lambda: [row.state for row in questions(here)] == ["done"] * n


def spent(here: Office, name: str = "clearfield") -> int:
    with here.desk.read() as tx:
        return providers.spent(tx, "2026-03").get(name, 0)


def facts(here: Office, told: dict[str, object]) -> dict[str, object]:
    found: dict[str, object] = json.loads(here.lead(told).facts)
    return found


def test_what_a_provider_says_moves_a_lead_once_and_the_record_says_who_said_it(database_url: str) -> None:
    with Sink() as server, asking(database_url, server) as here:
        server.script(knows(size=1200, kind="Wind power"))
        olga = here.send("olga")
        assert owners(here, olga) == [("kim", "arrived", "02T09:00")]
        with enriching(here):
            until(done(here))
        assert owners(here, olga)[1:] == [("zoe", "enriched", "02T09:00")]
        assert facts(here, olga)["filled_from"] == ["employees:clearfield", "industry:clearfield"]
        row = questions(here)[0]
        assert (row.result, row.detail, row.key) == ("known", "", "olga.example")
        assert json.loads(row.said)["employees"] == 1200
        assert row.decision_id is not None
        assert faults(here) == []
    sent = server.received[0]
    assert (sent.path, sent.headers["x-key"]) == ("/clearfield/olga.example?key=sesame", "s3cret")


BELIEVED = 'overwrite = ["employees"]\n'


@pytest.mark.parametrize(
    ("more", "size", "band", "has"), [("", 40, "11-50", "kim"), (BELIEVED, 1200, "1001-5000", "zoe")]
)
def test_what_the_person_said_stays_unless_the_provider_is_believed_before_them(
    database_url: str, more: str, size: int, band: str, has: str
) -> None:
    with Sink() as server, asking(database_url, server, CLEARFIELD + more) as here:
        server.script(knows(size=1200))
        olga = here.send("olga", employees="40")
        with enriching(here):
            until(done(here))
        assert (facts(here, olga)["employees"], facts(here, olga)["employees_band"]) == (size, band)
        assert owners(here, olga)[-1][0] == has
        assert json.loads(questions(here)[0].said)["employees"] == 1200  # they said so, whoever is believed


HELD = """
[[rule]]
id = "nordics"
tier = "first"
when = { country = ["SE", "NO"] }
send_to = { pool = "sun" }
on_unknown = "enrich-then-retry"
enrich_for = "10min"
"""
HELD_FIRST = RULES.replace(TO_SDR, HELD + TO_SDR)


def test_a_hold_for_facts_ends_when_everybody_who_was_asked_has_answered(database_url: str) -> None:
    with Sink() as server, asking(database_url, server, CLEARFIELD, rules=HELD_FIRST) as here:
        server.script(
            status(404),
            knows("mila.example"),
            ok(b'{"company": {"domain": "liv.example"}, "geo": {"country": "Sweden"}}'),
        )
        found = []
        for n, name in enumerate(("olga", "mila", "liv"), 1):
            told = here.send(name, country="")
            assert (told["outcome"], told["reason"]) == ("waiting", "rule:nordics")
            with enriching(here):
                until(done(here, n))
            found.append((owners(here, told)[-1][0], reasons(here, told)[-1][0]))
        assert found == [("kim", "enriched"), ("noor", "enriched"), ("zoe", "enriched")]
        assert here.decide(MONDAY + 11 * MINUTE) == []  # the holds are over with what they waited for
        assert faults(here) == []


def test_a_hold_for_facts_ends_at_its_limit_while_nobody_answers(database_url: str) -> None:
    with Sink() as server, asking(database_url, server, CLEARFIELD, rules=HELD_FIRST) as here:
        server.otherwise = status(503)
        olga = here.send("olga", country="")
        with enriching(here):
            until(lambda: questions(here)[0].attempts == 1 and questions(here)[0].state == "waiting")
            assert here.decide(MONDAY + 10 * MINUTE + timedelta(seconds=1)) == [("Olga", "rep:kim")]
        assert owners(here, olga)[-1][:2] == ("kim", "enriched")


def test_a_lead_that_is_locked_learns_and_stays_with_the_reason(database_url: str) -> None:
    with Sink() as server, office(database_url, published=False) as here:
        here.publish(HEAD + BIG + TO_SDR + CATCH_ALL + CLEARFIELD, PEOPLE)
        register(here, server, "clearfield")
        server.script(knows(size=1200))
        olga = here.send("olga")
        with enriching(here):
            until(done(here))
        assert owners(here, olga) == [("kim", "arrived", "02T09:00")]
        assert reasons(here, olga)[-1] == ("enriched", "locked")
        assert facts(here, olga)["employees"] == 1200


def test_two_who_answer_one_after_the_other_move_a_lead_once_and_the_first_of_the_policy_is_believed(
    database_url: str,
) -> None:
    answered = threading.Event()
    with Sink() as server, asking(database_url, server, CLEARFIELD + GEODEX, "clearfield", "geodex") as here:
        server.script(held(answered, knows(size=1200)), path="/clearfield/olga.example?key=sesame")
        server.script(ok(b'{"size": 7, "country": "SE"}'), path="/geodex/olga%40olga.example?key=sesame")
        olga = here.send("olga", country="")
        with enriching(here):
            until(lambda: sorted(row.state for row in questions(here)) == ["asked", "came"])
            answered.set()
            until(done(here, 2))
        assert [cause for cause, _ in reasons(here, olga)] == ["arrived", "enriched"]
        assert (facts(here, olga)["employees"], facts(here, olga)["country"]) == (1200, "SE")


def test_who_answers_much_later_is_not_waited_for_for_ever(database_url: str) -> None:
    with Sink() as server, asking(database_url, server, CLEARFIELD + GEODEX, "clearfield", "geodex") as here:
        server.script(status(503), path="/geodex/olga%40olga.example?key=sesame")
        server.script(knows(size=1200), path="/clearfield/olga.example?key=sesame")
        olga = here.send("olga")
        with enriching(here):
            until(lambda: sorted(row.state for row in questions(here)) == ["came", "waiting"])
            here.at += timedelta(seconds=8)
            time.sleep(0.3)
            assert len(reasons(here, olga)) == 1  # geodex may still say something
            here.at += timedelta(seconds=30)
            server.script(ok(b'{"country": "SE"}'), path="/geodex/olga%40olga.example?key=sesame")
            until(done(here, 2))
        assert owners(here, olga)[-1][:2] == ("zoe", "enriched")


WRONG: list[tuple[Step, str, str]] = [
    (reset_in_reply(), "failed", "broke off: "),
    (garbage(), "failed", "illegal status line"),
    (redirect(), "failed", "HTTP 301: it is elsewhere, and redirects are not followed"),
    (status(500), "failed", "HTTP 500"),
    (status(422), "failed", "HTTP 422: they do not take this question"),
    (status(404), "unknown", "HTTP 404: they do not know it"),
    (status(401), "failed", "HTTP 401: they ask who we are"),
    (ok(b"<html>sign in, please"), "failed", "what came is no JSON"),
    (ok(b'"big"'), "failed", "what came is JSON, and no object"),
    (ok(b"{}"), "unknown", "they sent an empty object"),
    (ok(b"[" * 5000 + b"]" * 5000), "failed", "what came is no JSON"),
    (huge(10), "failed", "has more than 262,144 bytes"),
    (gzip_bomb(b"\x1f\x8b"), "failed", "came packed (gzip), which was not asked for"),
    (knows("globex.example", size=1200), "unknown", "the answer is about globex.example"),
    (ok(b'{"company": {"size": 1200}}'), "unknown", "the answer is about nobody"),
    (knows(size={"min": 3}), "unknown", "not readable: company.size"),
    (knows(size="lots"), "known", "employees: "),
    (knows(size=10**400), "unknown", "not readable: company.size"),
]  # fmt: skip
ONCE = CLEARFIELD + 'give_up_after = "5s"\n'


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("step", "result", "why"), WRONG)
def test_an_answer_that_is_none_teaches_nothing_and_says_why(
    database_url: str, step: Step, result: str, why: str
) -> None:
    taught_nothing(database_url, ONCE, step, result, why)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("step", [hang(), dribble_body()])
def test_who_never_ends_an_answer_teaches_nothing(database_url: str, step: Step) -> None:
    taught_nothing(database_url, ONCE.replace('"25s"', '"1s"'), step, "failed", "no answer within 1 s")


def taught_nothing(database_url: str, more: str, step: Step, result: str, why: str) -> None:
    with Sink() as server, asking(database_url, server, more) as here:
        server.script(step)
        olga = here.send("olga")
        with enriching(here):
            until(done(here))
        row = questions(here)[0]
        assert (row.result, row.detail[: len(why)]) == (result, why)
        assert "sesame" not in row.detail
        assert "employees" not in facts(here, olga)
        assert owners(here, olga) == [("kim", "arrived", "02T09:00")]


def test_a_provider_that_is_down_is_asked_again_later_each_time_and_given_up(database_url: str) -> None:
    with Sink() as server, asking(database_url, server) as here:
        server.otherwise = status(503)
        here.send("olga")
        waits = []
        with enriching(here):
            for n in range(1, 8):
                until(
                    lambda n=n: (
                        [(r.attempts, r.state in ("waiting", "done")) for r in questions(here)] == [(n, True)]
                    )
                )
                row = questions(here)[0]
                waits.append(round((row.due_at - here.at).total_seconds()))
                here.at = max(row.due_at, pause_of(here)) + timedelta(seconds=1)
            until(done(here))
        assert waits == [10, 30, 120, 600, 1800, 7200, 0]
        assert ends(here) == [("clearfield", "failed", "HTTP 503")]
        assert (len(server.received), spent(here)) == (7, 7)


def pause_of(here: Office) -> object:
    with here.desk.read() as tx:
        row = providers.one(tx, "clearfield")
    assert row is not None
    return row.paused_until or MONDAY


def test_whoever_asks_to_be_left_alone_is_and_nobody_else_is_asked_about_there(database_url: str) -> None:
    with Sink() as server, asking(database_url, server) as here:
        server.script(throttled("120"))
        here.send("olga")
        with enriching(here):
            until(lambda: [r.detail for r in questions(here)] == ["HTTP 429: they ask us to wait"])
            here.send("mila")
            until(lambda: questions(here)[1].due_at >= MONDAY + 2 * MINUTE)
            assert len(server.received) == 1
            server.script(knows(size=3), knows("mila.example", size=4))
            here.at = MONDAY + 3 * MINUTE
            until(done(here, 2))
        assert sorted(result for _, result, _ in ends(here))[0] in ("known", "unknown")
        assert len(server.received) == 3


def test_a_provider_that_has_failed_often_is_asked_one_thing_at_a_time(database_url: str) -> None:
    with Sink() as server, asking(database_url, server) as here:
        server.otherwise = status(500)
        for n in range(BROKEN + 3):
            here.send(f"lead{n}")
        with enriching(here):
            until(lambda: pause_of(here) > MONDAY)
            until(
                lambda: all(
                    r.state == "waiting" and r.due_at > MONDAY + timedelta(seconds=9) for r in questions(here)
                )
            )
        assert len(server.received) <= BROKEN + 3
        came = len(server.received)
        with here.desk.read() as tx:
            row = providers.one(tx, "clearfield")
        assert row is not None and row.failures == came
        here.at = row.paused_until + timedelta(seconds=1) if row.paused_until else MONDAY
        claimed = here.desk.writer.submit(ClaimQuestions(32, "token")).result()
        assert len(claimed.asks) == 1


def test_the_same_is_asked_once_and_its_answer_is_kept_also_that_nobody_knows(database_url: str) -> None:
    with Sink() as server, asking(database_url, server) as here:
        server.script(status(404))
        here.send("olga", email="a@olga.example", phone="+49301234567")
        here.send("olga", email="b@olga.example", phone="+49301234568")
        with enriching(here):
            until(done(here, 2))
            here.at = MONDAY + 24 * HOUR
            here.send("olga", email="c@olga.example", phone="+49301234569")
            until(done(here, 3))
        assert {result for _, result, _ in ends(here)} == {"unknown"}
        assert (len(server.received), spent(here)) == (1, 1)


def test_a_budget_is_kept_to_the_request_by_two_nodes(database_url: str) -> None:
    with Sink() as server, asking(database_url, server, CLEARFIELD + "budget = 3\n") as here:
        server.otherwise = status(404)
        for n in range(8):
            here.send(f"lead{n}")
        first = here.desk.writer.submit(ClaimQuestions(2, "one")).result()
        if here.desk.database.dialect == "postgresql":
            with office(database_url, node="bo", published=False) as there:
                there.desk.warm()
                second = there.desk.writer.submit(ClaimQuestions(32, "two")).result()
        else:
            second = here.desk.writer.submit(ClaimQuestions(32, "two")).result()
        assert (len(first.asks), len(second.asks), spent(here)) == (2, 1, 3)
        asked = [each.row.key for each in (*first.asks, *second.asks)]
        assert len(set(asked)) == 3
        here.at = MONDAY + MINUTE
        with enriching(here):  # whoever asked has died: what they asked has been paid for
            until(done(here, 8))
        over = "the budget of 3 requests is spent in 2026-03"
        assert ends(here) == [("clearfield", "failed", over)] * 8
        assert (spent(here), len(server.received)) == (3, 0)
        assert here.rows("SELECT kind, subject FROM alarm") == [("provider-budget", "clearfield")]


def test_a_rate_is_kept(database_url: str) -> None:
    with Sink() as server, asking(database_url, server, CLEARFIELD + "most_per_minute = 2\n") as here:
        for n in range(5):
            here.send(f"lead{n}")
        counts = []
        for minute in range(3):
            here.at = MONDAY + minute * MINUTE + timedelta(seconds=2)
            counts.append(len(here.desk.writer.submit(ClaimQuestions(32, f"t{minute}")).result().asks))
        assert counts[:2] == [2, 2]


def test_a_worker_killed_between_asking_and_recording_is_followed_by_another_and_the_effect_is_one(
    database_url: str,
) -> None:
    with Sink() as server, asking(database_url, server) as here:
        olga = here.send("olga")
        killed = here.desk.writer.submit(ClaimQuestions(32, "killed")).result().asks[0]
        server.script(knows(size=1200))
        with enriching(here):
            time.sleep(0.3)
            assert server.received == []  # the lease is not over
            here.at = MONDAY + MINUTE
            until(done(here))
        late = ended(killed, {"company": {"domain": "olga.example", "size": 5}})
        assert here.desk.writer.submit(RecordAnswers([late])).result() == [False]
        assert (len(server.received), spent(here)) == (1, 2)
        assert [cause for cause, _ in reasons(here, olga)] == ["arrived", "enriched"]
        assert facts(here, olga)["employees"] == 1200


def ended(asking_: object, answer: object) -> object:
    from firstright.desk.asking import Ended
    from firstright.outbound.lookup import Found

    return Ended(asking_, Found(answer), timedelta(seconds=1), 0.5)  # type: ignore[arg-type]  # an Asking


def test_a_provider_nobody_registered_or_that_is_off_is_not_waited_for(database_url: str) -> None:
    with Sink() as server, asking(database_url, server, CLEARFIELD + GEODEX, "clearfield") as here:
        Providers(here.desk, OpenBox(), LOOPBACK).change(SwitchProvider("clearfield", False), "mara")
        here.send("olga", country="")
        with enriching(here):
            until(done(here, 2))
        assert sorted(ends(here)) == [
            ("clearfield", "failed", "switched off: switched off by mara"),
            ("geodex", "failed", "no provider of that name is registered"),
        ]
        assert server.received == []


def test_a_provider_that_turns_us_down_is_switched_off_and_somebody_is_told(database_url: str) -> None:
    with Sink() as server, asking(database_url, server) as here:
        server.otherwise = status(401)
        for n in range(3):
            here.send(f"lead{n}")
        with enriching(here):
            until(lambda: not here.rows("SELECT enabled FROM provider")[0][0])
        assert here.rows("SELECT kind, subject FROM alarm") == [("provider-off", "clearfield")]
        Providers(here.desk, OpenBox(), LOOPBACK).change(SwitchProvider("clearfield", True), "mara")
        assert here.rows("SELECT count(*) FROM alarm WHERE ended_at IS NULL") == [(0,)]


def test_two_workers_ask_each_thing_once(postgres_server: Server, postgres_template: str) -> None:
    name = "firstright_two_enrichers"
    url = postgres_server.create(name, postgres_template)
    try:
        with Sink() as server, asking(url, server) as here, office(url, "bo", published=False) as there:
            there.desk.warm()
            server.otherwise = status(404)
            for n in range(12):
                here.send(f"lead{n}", email=f"p{n}@firm{n % 4}.example", phone=f"+4930123456{n:02}")
            with enriching(here), enriching(there):
                until(done(here, 12))
            assert sorted({each.path for each in server.received}) == sorted(
                each.path for each in server.received
            )
            assert (len(server.received), spent(here)) == (4, 4)
    finally:
        postgres_server.drop(name)


def test_a_provider_that_comes_and_goes_is_neither_switched_off_nor_forgotten(database_url: str) -> None:
    with Sink() as server, asking(database_url, server) as here:
        server.script(*[step for n in range(6) for step in (status(500), status(404))])
        server.otherwise = status(404)
        for n in range(6):
            here.send(f"lead{n}")
        with enriching(here):
            until(lambda: all(r.state == "done" or r.attempts for r in questions(here)))
            for n in range(1, 8):
                until(lambda: rests(here))
                here.at = MONDAY + 20 * n * MINUTE
            until(done(here, 6))
        assert {result for _, result, _ in ends(here)} == {"unknown"}
        assert here.rows("SELECT enabled FROM provider")[0][0] in (1, True)


def rests(here: Office) -> bool:
    """Nobody is being asked, and nobody is to be asked before the clock moves."""
    with here.desk.read() as tx:
        return not is_due(tx, here.at) and all(row.state != "asked" for row in questions(here))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_name_that_leads_into_our_own_network_is_never_asked(database_url: str) -> None:
    inside = names(rebind__example="169.254.169.254")
    with Sink() as server, asking(database_url, server) as here:
        here.change("DELETE FROM provider")
        Providers(here.desk, OpenBox(), Egress()).change(
            AddProvider("clearfield", "https://rebind.example/{domain}"), "mara"
        )
        for n in range(3):
            here.send(f"lead{n}")
        with enriching(here, Egress(resolve=inside)):
            until(lambda: not here.rows("SELECT enabled FROM provider")[0][0])
        with here.desk.read() as tx:
            row = providers.one(tx, "clearfield")
        assert row is not None and row.problem.startswith("egress.address: 169.254.169.254")


def test_a_policy_that_asks_nobody_plans_nothing(database_url: str) -> None:
    with office(database_url) as here:
        here.send("olga")
        assert questions(here) == []


POSTED = '{"query": {"website": "https://{domain}", "tags": ["a", "{domain}"]}, "limit": 1, "exact": true}'


def test_a_question_is_posted_as_json_with_what_is_asked_in_its_strings(database_url: str) -> None:
    with Sink() as server, asking(database_url, server, CLEARFIELD, rules=RULES) as here:
        change = ChangeProvider("clearfield", server.url("/search?key=sesame"), body=POSTED)
        Providers(here.desk, OpenBox(), LOOPBACK).change(change, "mara")
        server.script(knows(size=1200))
        olga = here.send("olga")
        with enriching(here):
            until(done(here))
        [came] = server.received
        assert (came.path, came.headers["content-type"]) == ("/search?key=sesame", "application/json")
        assert json.loads(came.body) == {
            "query": {"website": "https://olga.example", "tags": ["a", "olga.example"]},
            "limit": 1,
            "exact": True,
        }
        assert (facts(here, olga)["employees"], owners(here, olga)[-1][0]) == (1200, "zoe")


def test_what_somebody_typed_stays_within_its_string(database_url: str) -> None:
    company = 'Acme", "admin": true, "x": "\\ {company}'
    with (
        Sink() as server,
        asking(database_url, server, CLEARFIELD.replace('"domain"', '"company"', 1)) as here,
    ):
        change = ChangeProvider("clearfield", server.url("/search"), body='{"name": "{company}"}')
        Providers(here.desk, OpenBox(), LOOPBACK).change(change, "mara")
        server.script(status(404))
        here.send("olga", company=company)
        with enriching(here):
            until(done(here))
        assert [json.loads(each.body) for each in server.received] == [{"name": questions(here)[0].key}]


@pytest.mark.parametrize(
    ("url", "body", "said"),
    [
        ("/all", "", "url: has no place"),
        ("/all", "{domain}", "body: is no JSON"),
        ("/all", '"{domain}"', "body: is a JSON object"),
        ("/all", '{"limit": 1}', "url: has no place"),
        ("/all", '{"a": "' + "x" * 16_000 + '{domain}"}', "body: has at most 16,000"),
    ],
)
def test_a_body_that_could_not_be_posted_is_refused_when_it_is_registered(
    database_url: str, url: str, body: str, said: str
) -> None:
    with Sink() as server, asking(database_url, server) as here:
        who = Providers(here.desk, OpenBox(), LOOPBACK)
        with pytest.raises(Refused) as refused:
            who.change(AddProvider("other", server.url(url), body=body), "mara")
        assert any(reason.startswith(said) for reason in refused.value.reasons)
        with pytest.raises(Refused):  # the address it has keeps its place, another one alone has none
            who.change(ChangeProvider("clearfield", server.url("/all")), "mara")


def test_a_corrected_domain_is_asked_about_once_more_and_its_answer_takes_the_place_of_the_other(
    database_url: str,
) -> None:
    with Sink() as server, asking(database_url, server, CLEARFIELD + "budget = 2\n") as here:
        server.script(knows(size=1200, kind="Wind power"))
        olga = here.send("olga", country="DE")
        with enriching(here):
            until(done(here))
            assert facts(here, olga)["employees"] == 1200
            here.desk.act(LearnFacts(str(olga["lead"]), {"city": "Bonn"}, "crm"))
            server.script(knows("right.example", size=30, kind="Wind power"))
            here.desk.act(LearnFacts(str(olga["lead"]), {"domain": "right.example"}, "crm"))
            until(done(here, 2))
            assert (facts(here, olga)["employees"], spent(here)) == (30, 2)
            here.desk.act(LearnFacts(str(olga["lead"]), {"domain": "olga.example"}, "crm"))
            here.desk.act(LearnFacts(str(olga["lead"]), {"domain": "third.example"}, "crm"))
            until(done(here, 3))
        assert [(row.key, row.result) for row in questions(here)] == [
            ("olga.example", "known"),
            ("right.example", "known"),
            ("third.example", "failed"),
        ]
        assert (len(server.received), spent(here)) == (2, 2)
        assert faults(here) == []


def test_a_domain_that_is_learnt_later_is_asked_about_then(database_url: str) -> None:
    with Sink() as server, asking(database_url, server) as here:
        server.script(knows("late.example", size=700))
        told = here.send("olga", email="olga@gmail.com")
        assert questions(here) == []
        here.desk.act(LearnFacts(str(told["lead"]), {"domain": "late.example"}, "crm"))
        with enriching(here):
            until(done(here))
        assert facts(here, told)["employees"] == 700
