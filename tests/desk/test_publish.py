"""Publishing: what cannot work is refused with every reason and changes nothing; what is current is named by decisions."""

import json
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from chaos.scene import replayed
from desk.office import PEOPLE, RULES, Office, office, owner
from firstright.core.replay import Verdict
from firstright.desk.publish import Current, JudgedBesideAnother, policy_work, roster_work
from firstright.desk.receive import Receive
from firstright.errors import Refused
from firstright.storage import audit, people, policies
from routing import ADA, CALENDARS, KIM, NOOR

VERSIONS = "SELECT policy_version, roster_version FROM decision ORDER BY turn, seq"
TURN = "SELECT policy_version, roster_version FROM turn"


def nothing_changed(here: Office, versions: tuple[int, int]) -> bool:
    stored = here.rows("SELECT (SELECT count(*) FROM policy_version), (SELECT count(*) FROM roster_version)")
    return here.rows(TURN) == [versions] and stored == [versions]


def test_a_policy_with_errors_is_refused_with_all_of_them_and_their_places(database_url: str) -> None:
    wrong = RULES.replace('send_to = { pool = "sdr" }', 'send_to = { pool = "sdx" }').replace(
        'first_action = "call"', 'first_action = "cal"'
    )
    with office(database_url) as here:
        with pytest.raises(Refused) as refusal:
            here.desk.publish_policy(wrong, file="new.toml", by="mara", reason="spring")
        assert [reason.rpartition(" [")[2] for reason in refusal.value.reasons] == [
            "pool.unknown]", "action.unknown]",
        ]  # fmt: skip
        assert all(reason.startswith("new.toml:") for reason in refusal.value.reasons)
        assert nothing_changed(here, (1, 1))
        assert owner(here.send("anna")) == "kim"  # decided by what was current before


def test_a_text_that_is_no_document_is_refused(database_url: str) -> None:
    with office(database_url, published=False) as here:
        for publish in (here.desk.publish_policy, here.desk.publish_roster):
            with pytest.raises(Refused):
                publish("[", file="new.toml", by="mara", reason="")
        assert nothing_changed(here, (0, 0))


def test_a_roster_the_current_policy_cannot_work_with_is_refused(database_url: str) -> None:
    named = RULES.replace('tell = ["ada"]', 'tell = ["kim"]')
    with office(database_url) as here:
        here.publish(named)
        with pytest.raises(Refused) as refusal:
            here.desk.publish_roster(CALENDARS + ADA + NOOR, file="new.toml", by="mara", reason="Kim left")
        assert "kim" in " ".join(refusal.value.reasons)
        assert nothing_changed(here, (2, 1))


def test_a_policy_the_current_roster_cannot_work_with_is_refused(database_url: str) -> None:
    with office(database_url) as here:
        with pytest.raises(Refused) as refusal:
            here.desk.publish_policy(
                RULES.replace('tell = ["ada"]', 'tell = ["nobody"]'), file="p", by="mara", reason=""
            )
        assert "nobody" in " ".join(refusal.value.reasons)
        assert nothing_changed(here, (1, 1))


def test_the_same_text_is_no_new_version_and_an_earlier_one_is(database_url: str) -> None:
    with office(database_url) as here:
        first = here.desk.publish_policy(RULES, file="p", by="mara", reason="again")
        assert (first.version, first.changed) == (1, False)
        slower = here.desk.publish_policy(
            RULES.replace("30min", "45min"), file="p", by="mara", reason="slower"
        )
        back = here.desk.publish_policy(RULES, file="p", by="mara", reason="back again")
        assert [(p.version, p.changed) for p in (slower, back)] == [(2, True), (3, True)]
        assert back.hash == first.hash
        with here.desk.read() as tx:
            assert [(v.version, v.published_by, v.reason) for v in policies.history(tx)] == [
                (3, "mara", "back again"), (2, "mara", "slower"), (1, "mara", "test"),
            ]  # fmt: skip
            assert policies.load(tx, 2) == RULES.replace("30min", "45min")


def test_a_decision_names_the_versions_it_was_made_with(database_url: str) -> None:
    with office(database_url) as here:
        here.send("anna")
        here.desk.publish_roster(CALENDARS + ADA + KIM, file="r", by="mara", reason="smaller")
        here.send("ben")
        here.desk.publish_policy(RULES.replace("30min", "45min"), file="p", by="mara", reason="slower")
        here.send("cleo")
        assert here.rows(VERSIONS) == [(1, 1), (1, 2), (2, 2)]


def test_a_publication_is_in_the_audit_with_who_and_why(database_url: str) -> None:
    with office(database_url) as here:
        here.desk.publish_policy(RULES, file="p", by="eve", reason="no change at all")
        here.desk.publish_roster(CALENDARS + ADA + KIM, file="r", by="eve", reason="smaller")
        with here.desk.read() as tx:
            told = [
                (row.actor, row.action, json.loads(row.data))
                for kind, number in (("policy", "1"), ("policy", "2"), ("roster", "1"), ("roster", "2"))
                for row in audit.of(tx, kind, number)
            ]
        assert told == [
            ("mara", "publish-policy", "test"),
            ("mara", "publish-roster", "test"),
            ("eve", "publish-roster", "smaller"),
        ]


def test_a_new_roster_is_what_the_tables_say_of_people(database_url: str) -> None:
    with office(database_url) as here:
        reps = [row[0] for row in here.rows("SELECT id FROM rep ORDER BY id")]
        assert reps == ["ada", "kim", "noor", "omar", "zoe"]
        with here.desk.read() as tx:
            current = people.current(tx)
        assert current is not None and (current.version, current.reason) == (1, "test")


def test_a_publication_counts_from_the_next_turn_on(database_url: str) -> None:
    """Whoever is decided in the same transaction is decided by what was current before, and says so."""
    with office(database_url) as here:
        smaller = roster_work(
            CALENDARS + ADA + NOOR, Current(1, RULES), file="r", by="mara", reason="Kim left"
        )
        with here.held():
            waiting = [
                here.desk.writer.submit(work)
                for work in (Receive(here.arrival("anna")), smaller, Receive(here.arrival("ben")))
            ]
        for each in waiting:
            each.result()
        assert owner(here.send("cleo")) == "noor"
        assert here.rows(VERSIONS) == [(1, 1), (1, 1), (1, 2)]
        assert replayed(here.desk.database)[0] == {Verdict.EQUAL: 3}


def test_two_documents_that_were_never_judged_together_are_never_both_current(database_url: str) -> None:
    """A policy that tells Kim and a roster without him, each judged beside what the other replaces."""
    named = RULES.replace('tell = ["ada"]', 'tell = ["kim"]')
    without = CALENDARS + ADA + NOOR
    with office(database_url) as here:
        first = policy_work(named, Current(1, PEOPLE), file="p", by="mara", reason="Kim is told")
        second = roster_work(without, Current(1, RULES), file="r", by="eve", reason="Kim left")
        with here.held():
            waiting = [here.desk.writer.submit(work) for work in (first, second)]
        assert waiting[0].result().version == 2
        with pytest.raises(JudgedBesideAnother):
            waiting[1].result()
        assert here.rows(TURN) == [(2, 1)]


@pytest.mark.parametrize("fits", [True, False])
def test_a_document_is_judged_again_when_the_other_changed_meanwhile(database_url: str, fits: bool) -> None:
    changed = RULES.replace("30min", "45min") if fits else RULES.replace('tell = ["ada"]', 'tell = ["kim"]')
    smaller = CALENDARS + ADA + NOOR
    with office(database_url) as here, ThreadPoolExecutor(1) as eve:
        work = policy_work(changed, Current(1, PEOPLE), file="p", by="mara", reason="")
        with here.held():
            here.desk.writer.submit(work)
            roster = eve.submit(here.desk.publish_roster, smaller, file="r", by="eve", reason="Kim left")
            while here.desk.writer.depth()["person"] < 2 and not roster.done():
                time.sleep(0.001)  # hers is judged beside the policy that is current now, and waits
        if fits:
            assert roster.result().version == 2
        else:
            with pytest.raises(Refused, match="kim"):
                roster.result()
        assert here.rows(TURN) == [(2, 2 if fits else 1)]
