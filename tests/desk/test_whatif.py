"""What if: a stored decision made once more with one fact changed. Unchanged, it is the very same decision."""

from desk.office import CATCH_ALL, HEAD, TO_SDR, Office, office
from firstright.core.lead import Outcome
from firstright.core.record import read_record
from firstright.desk.explain.explaining import Versions
from firstright.desk.explain.whatif import WhatIf, changeable, what_if
from firstright.storage import recorded

AMERICA = """
[[rule]]
id = "america"
tier = "first"
when = { country = "US" }
send_to = { pool = "sun" }
"""
PEOPLE = ("anna", "ben", "carla", "dan", "eva", "finn", "gina")


def asked(office: Office, told: dict[str, object], field: str, text: str) -> WhatIf:
    with office.desk.read() as tx:
        (stored,) = recorded.of_lead(tx, str(told["lead"]))
        return what_if(tx, stored, field, text, Versions())


def test_with_the_same_value_every_decision_is_the_one_that_was_made(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(HEAD + AMERICA + TO_SDR + CATCH_ALL)
        told = [here.send(name) for name in PEOPLE]
        found = [asked(here, each, "country", "Germany") for each in told]
    assert [each.would for each in found] == [each.was for each in found]
    assert (
        len({each.was.verdict.holder for each in found}) == 3
    )  # the pool's three, so that turns were at stake


def test_another_country_takes_it_to_another_pool_whose_turns_stand_as_they_stood(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(HEAD + AMERICA + TO_SDR + CATCH_ALL)
        here.send("ulla", country="US")
        told = here.send("anna")
        found = asked(here, told, "country", "United States")
    assert found.would is not None and found.would.verdict.holder is not None
    assert (found.would.verdict.rule, found.would.verdict.holder.id) == ("america", "zoe")
    assert found.facts["country"] == "US"
    assert found.guessed
    assert [pool.pool for pool in found.would.pools] == ["sun"]


def test_a_value_nobody_can_read_is_named_and_nothing_is_decided(database_url: str) -> None:
    with office(database_url) as here:
        found = asked(here, here.send("anna"), "country", "Atlantis")
    assert found.would is None
    assert [problem.pointer for problem in found.problems] == ["/country"]


def test_what_was_told_can_be_taken_away(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(HEAD + AMERICA + CATCH_ALL)
        told = here.send("ulla", country="US")
        found = asked(here, told, "country", "")
    assert found.was.verdict.outcome is Outcome.OWNER
    assert found.would is not None and found.would.verdict.rule == "rest"


def test_nobody_asks_what_if_somebody_were_somebody_else(database_url: str) -> None:
    with office(database_url) as here:
        told = here.send("anna")
        with here.desk.read() as tx:
            (stored,) = recorded.of_lead(tx, str(told["lead"]))
            policy = Versions().policy(tx, stored.policy_version)
            fields = changeable(policy, read_record(stored.record).lead)
    assert "country" in fields
    assert {"email", "phone", "external_id", "domain", "email_domain"}.isdisjoint(fields)
