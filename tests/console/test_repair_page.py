"""Repairs and stewards in the console, on both databases: what would come of it, begun with a reason, how far it is; who answers
for what, and noting a review."""

import re
from collections.abc import Iterator

import pytest

from console.visiting import Visitor, errand_done, visitor, words
from firstright.core.authority import Actor, Role
from firstright.desk.assigning import Reassign
from firstright.storage import errands
from firstright.wiring import now
from web.houses import EXAMPLES, House, running

STEWARDS = """
[stewards.rules.smb-emea]
responsible = "lena"
review_by = 2020-01-01
"""
POLICY = (EXAMPLES / "policies/inbound.toml").read_text()
NOBODY = re.sub(r"\[stewards\]\n(.+\n)+", "", POLICY)


@pytest.fixture
def house(database_url: str) -> Iterator[House]:
    yield from running(database_url)


def sent(house: House) -> str:
    answer = house.send({"email": "p@firm.example", "country": "DE", "employees": 40})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["lead"])


def foretold(house: House, seen: Visitor) -> str:
    """The page of a preview, once it is worked out: the worker is played here."""
    begun = seen.post("/policy/repairs/previews", {"version": "1"})
    assert begun.status_code == 303, begun.text
    where = begun.headers["location"]
    errand_done(house, errands.PREVIEW)
    return str(where)


def test_a_preview_that_was_stopped_says_by_whom(house: House) -> None:
    sent(house)
    with visitor(house, Role.OPERATIONS) as seen:
        begun = seen.post("/policy/repairs/previews", {"version": "1"}).headers["location"]
        assert "stopped by" not in words(seen.page(begun))
        assert seen.post(f"{begun}/stop", {}).status_code == 303
        assert re.search(r"It was stopped by [A-Z]\w+", words(seen.page(begun)))


def test_what_would_come_of_a_repair_is_shown_and_it_is_begun_and_stopped(house: House) -> None:
    lead = sent(house)
    with visitor(house, Role.OPERATIONS) as seen:
        assert "Nothing was ever repaired" in words(seen.page("/policy/repairs"))
        assert "Moved by hand" not in words(seen.page("/policy/repairs"))
        taken = Reassign(lead, Actor("u-mara", "Mara Diaz", Role.OPERATIONS), "felix", "he knows them")
        assert house.desk.act(taken).owner == "felix"
        assert "Moved by hand in 30 days" in words(seen.page("/policy/repairs"))
        assert re.search(r"u-mara 1 .+? to Felix Brunner 1", words(seen.page("/policy/repairs")))
        assert "/policy/repairs/new?version=1" in seen.page("/policy/versions/policy/1")
        assert 'value="1"' in seen.page("/policy/repairs/new?version=1")
        nothing = seen.post("/policy/repairs/previews", {"sources": "web"})
        assert (nothing.status_code, "name a policy version" in words(nothing.text)) == (422, True)
        trial = foretold(house, seen)
        shown = words(seen.page(trial))
        assert "What would come of it 1 of 1 lead" in shown
        assert "Its leads" in shown
        assert trial in seen.page("/policy/repairs")
        preview = trial.rpartition("/")[2]
        wrong = seen.post("/policy/repairs", {"preview": preview, "reason": " "})
        assert wrong.status_code == 422
        assert "What would come of it" in words(wrong.text)
        begun = seen.post("/policy/repairs", {"preview": preview, "reason": "the rule was wrong"})
        assert begun.status_code == 303
        where = begun.headers["location"]
        assert "under way" in words(seen.page(where))
        assert seen.post(f"{where}/stop", {}).status_code == 303
        told = words(seen.page(where))
        assert "stopped" in told
        assert "the rule was wrong" in told
        assert "the rule was wrong" in words(seen.page("/policy/repairs"))
        assert seen.see("/policy/repairs/nonsense").status_code == 404
        assert seen.see("/policy/repairs/previews/nonsense").status_code == 404


def test_why_a_lead_would_be_there_is_said_in_words(house: House) -> None:
    """By a rule that gives it to a queue: whoever has it, and whether they are there at this hour, is all one."""
    sent(house)
    to_queue = POLICY.replace('send_to = { pool = "emea-sdr" }', 'send_to = { queue = "reception" }')
    assert to_queue != POLICY
    house.desk.publish_policy(to_queue, file="p", by="mara", reason="to a queue")
    with visitor(house, Role.OPERATIONS) as seen:
        assert "rule “Small companies in EMEA” matched" in words(seen.page(foretold(house, seen)))


def test_a_repair_that_is_done_tells_whose_leads_went_to_whom(house: House) -> None:
    sent(house)
    house.desk.publish_policy(
        POLICY.replace('id = "smb-emea"', 'id = "smb-europe"'), file="p", by="mara", reason="renamed"
    )
    with visitor(house, Role.OPERATIONS) as seen:
        trial = foretold(house, seen)
        assert "badge" in seen.page(f"{trial}?leads=moved")
        about = {"preview": trial.rpartition("/")[2], "reason": "wrong"}
        where = seen.post("/policy/repairs", about).headers["location"]
        while house.desk.work_due(now())[0]:
            pass
        told = words(seen.page(where))
        assert "done" in told
        assert "1 of 1 lead" in told


def test_who_answers_is_listed_and_a_review_noted_by_who_may(house: House) -> None:
    with visitor(house, Role.OPERATIONS) as seen:
        house.desk.publish_policy(NOBODY, file="p", by="mara", reason="nobody shall answer")
        assert "Nobody answers for anything" in words(seen.page("/policy/stewards"))
        house.desk.publish_policy(POLICY + STEWARDS, file="p", by="mara", reason="somebody shall answer")
        told = words(seen.page("/policy/stewards"))
        assert "To be looked at now 1 part" in told
        assert "rule “Small companies in EMEA” smb-emea since 1 Jan 2020" in told
        wrong = seen.post("/policy/stewards/reviewed", {"part": "rule:smb-emea", "note": ""})
        assert wrong.status_code == 422
    with visitor(house, Role.REP, "jonas") as other:
        assert "I have looked at it" not in words(other.page("/policy/stewards"))
        said = other.post("/policy/stewards/reviewed", {"part": "rule:smb-emea", "note": "fine"})
        assert (said.status_code, "does not answer for" in words(said.text)) == (422, True)
    with visitor(house, Role.REP, "lena") as lena:
        done = lena.post("/policy/stewards/reviewed", {"part": "rule:smb-emea", "note": "still right"})
        assert done.status_code == 303
        told = words(lena.page("/policy/stewards"))
        assert "To be looked at now" not in told
        assert "still right" in told
