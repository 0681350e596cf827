"""Who is the same, what becomes of two that are one, and what survives. Our list of scenarios, D."""

import json
from collections import Counter

import pytest

from chaos.scene import arrival, broken, opened, publish
from desk.office import CATCH_ALL, HEAD, TO_SDR, office, owner
from desk.test_assigning import MARA
from desk.test_merging import facts, merge, told
from desk.test_undecided import LATER, due
from desk.views import LOUD, faults, letters, reasons
from firstright.core.lead import Lead
from firstright.core.likeness.people import person_likeness
from firstright.core.matching import candidates, match
from firstright.core.matchkeys import match_keys
from firstright.core.matchrules import MATCHING
from firstright.core.world import Candidate, World
from firstright.desk.assigning import Reassign
from firstright.desk.learning import LearnFacts
from firstright.desk.reviewing import ResolveReview, Verdict
from firstright.storage import leads
from firstright.storage.statement import Statement
from routing import DAY, MONDAY, roster
from routing import lead as somebody

ODD = """
[[rule]]
id = "odd"
tier = "first"
when = { company = "odd" }
send_to = { review = "unclear-fit" }
"""
NEW_LEADS = (
    HEAD.replace('name = "Test"', 'name = "Test"\nafter_closed = "new-lead"') + ODD + TO_SDR + CATCH_ALL
)


def beside(known: list[Lead]) -> World:
    """A world in which these leads are known under all their keys."""
    found: dict[tuple[str, str], tuple[Candidate, ...]] = {}
    for each in known:
        for kind, value in match_keys(each.facts, "web"):
            mine = Candidate("lead", each.id, kind, "kim", lead=None if kind == "domain" else each)
            found[kind, value] = (*found.get((kind, value), ()), mine)
    return World(MONDAY, 1, roster(), known=found)


def groups(asked: Lead, known: list[Lead]) -> tuple[set[str], set[str]]:
    """(who is the same person for sure, who is of the same company)."""
    found = match(candidates(asked, beside(known)))
    return {c.id for c in found.people}, {c.id for c in found.colleagues}


def test_49_an_address_makes_one_person_and_neither_a_shared_domain_nor_a_name_does() -> None:
    """Peers put whoever shares a mail domain into one group, and lose the one in the other."""
    alices = [
        somebody(
            id=f"alice{n}",
            email="alice@odoo.example",
            domain="odoo.example",
            first_name="Alice",
            last_name="",
        )
        for n in range(3)
    ]
    does = [
        somebody(id=f"doe{n}", email="", domain="", first_name="Alice", last_name="Doe", company="Doe & Sons")
        for n in range(2)
    ]
    mine = {"domain": "mymail.example", "company": "", "last_name": ""}
    bob = somebody(id="bob", email="bob@mymail.example", first_name="Bob", **mine)
    other = somebody(id="other", email="alice@mymail.example", first_name="Alice", **mine)
    known = [*alices, *does, bob, other]
    assert groups(alices[0], known) == ({"alice1", "alice2"}, set())
    assert groups(bob, known) == (set(), {"other"})
    like = person_likeness(does[0].facts, does[1].facts)
    assert (
        like.score >= MATCHING.link,
        [reason.field for reason in like.reasons if reason.weight > 30],
    ) == (
        True,
        ["given", "family", "company"],
    )
    found = match(candidates(does[0], beside(known)))
    assert ([c.id for c in found.unsure], found.people) == (["doe1"], ())


@pytest.mark.parametrize(
    ("says", "is_one"),
    [
        ({}, False),
        ({"email": "ali77@gmail.com"}, False),
        ({"email": "alice.l2@linden.example"}, False),
        ({"phone": "+4930123457"}, False),
        ({"city": "Bonn", "postcode": "53111"}, False),
        ({"phone": "+4930123456", "last_name": "Lindkvist"}, True),
        ({"phone": "+4930123456"}, True),
        ({"email": "alice.l@linden.example", "last_name": "Lindkvist"}, True),
    ],
)
def test_49_of_two_who_share_name_and_company_only_what_is_exactly_their_own_makes_one(
    database_url: str, says: dict[str, str], is_one: bool
) -> None:
    """Neighbours at the switchboard, a second alice.l, the town of the company: namesakes at work have all of that."""
    first = {"last_name": "Lindqvist", "company": "Linden GmbH", "city": "Bonn", "postcode": "53111"}
    own = {"email": "alice.l@linden.example", "phone": "+4930123456"}
    with office(database_url) as here:
        one = here.send("alice", **first, **own)
        other = here.send("alice", **{**first, "email": "", "city": "", "postcode": "", **says})
        assert (other["lead"] == one["lead"]) is is_one
        if not is_one:
            assert (other["reason"], here.lead(other).holder_id) == ("maybe-known", "likely-duplicate")
        assert faults(here) == []


CONTACTS = ("rosa@bloom.example", "hugo@stone.example")


def enquiry(n: int) -> dict[str, str]:
    """Two of every five carry one of two contacts."""
    email = CONTACTS[n // 5 % 2] if n % 5 < 2 else f"p{n}@firm{n}.example"
    return {"email": email, "message": f"enquiry {n}"}


@pytest.mark.parametrize("first", ["policy", "leads"])
def test_51_of_200_leads_two_in_five_of_two_contacts_122_remain_and_the_others_can_be_read(
    database_url: str, first: str
) -> None:
    """A peer deletes what it merged. Both as they come, and where they were kept before there was anything to decide with."""
    arrivals = [arrival(enquiry(n), f"event-{n}") for n in range(200)]
    with opened(database_url) as desk:
        if first == "policy":
            publish(desk)
        replies = [desk.take_in(arrivals[n : n + 40]) for n in range(0, 200, 40)]
        if first == "leads":
            publish(desk)
    if first == "leads":
        due(database_url)
    with opened(database_url) as desk:
        while desk.decide_due(LATER):
            pass
        assert broken(desk.database) == []
        with desk.read() as tx:
            stood = [leads.standing(tx, json.loads(reply.body)["lead"]) for part in replies for reply in part]
            own = [leads.rows(tx, [json.loads(r.body)["lead"]]) for part in replies for r in part]
            merged = tx.all(Statement("SELECT count(*) FROM merge WHERE undone_at IS NULL"))
        remain = Counter(row.id for row in stood if row is not None)
        assert (len(remain), sum(remain.values())) == (122, 200)
        assert sorted(remain.values())[-2:] == [40, 40]
        assert {row.holder_kind for row in stood if row is not None} == {"rep"}
        assert merged == [(78 if first == "leads" else 0,)]
        said = [json.loads(found[name].facts)["email"] for found in own for name in found]
        assert Counter(said)[CONTACTS[0]] == Counter(said)[CONTACTS[1]] == 40


def test_52_a_known_person_who_comes_through_another_team_stays_with_who_has_them(database_url: str) -> None:
    elsewhere = TO_SDR.replace("when = {}", 'when = { country = "DE" }') + CATCH_ALL
    with office(database_url, published=False) as here:
        here.publish(LOUD.replace(TO_SDR + CATCH_ALL, elsewhere))
        master = here.send("mara", country="FR", email="duplicate@mail.example")
        here.desk.act(Reassign(str(master["lead"]), MARA, "zoe", "hers"))
        told_before = len(letters(here, master))
        again = here.send("mara", email="mailto:Duplicate@Mail.Example", country="DE")
        assert (again["lead"], owner(again)) == (master["lead"], "zoe")
        assert letters(here, master, since=told_before)[0] == ("email:zoe", "lead.engaged", "ready")
        assert reasons(here, master)[-1] == ("arrived", "repeat-enquiry")
        labels = here.rows("SELECT label, lead_id FROM arrival ORDER BY id")
        assert labels == [("created", master["lead"]), ("merged", master["lead"])]
        assert faults(here) == []


@pytest.mark.parametrize(
    ("company", "status", "score", "joins"),
    [("odd", "disqualified", 80, False), ("", "", 0, True), ("odd", "won", 100, False), ("", "", 100, True)],
    ids=["lost", "open at nought", "won", "open at a hundred"],
)
def test_55_whether_it_is_over_decides_and_not_how_likely_it_was(
    database_url: str, company: str, status: str, score: int, joins: bool
) -> None:
    with office(database_url, published=False) as here:
        here.publish(NEW_LEADS)
        first = here.send("mara", company=company)
        name = str(first["lead"])
        here.desk.act(LearnFacts(name, {"score": score}, "crm"))
        if status:
            [(review,)] = here.rows("SELECT id FROM review_item WHERE lead_id = ?", name)
            here.desk.act(ResolveReview(str(review), MARA, Verdict("close", why="chose-another"), "over"))
            here.change("UPDATE lead SET status = ? WHERE id = ?", status, name)
            here.change("UPDATE lead_count SET status = ? WHERE status = 'disqualified'", status)
        again = here.send("mara")
        assert (again["lead"] == name) is joins
        assert faults(here) == []


def test_56_the_owner_of_the_winner_stays_and_points_are_not_added_up(database_url: str) -> None:
    with office(database_url) as here:
        winner, loser = here.send("anna", city="Bonn"), here.send("ann", title="CEO", city="")
        for each, points in ((winner, 100), (loser, 50)):
            here.desk.act(LearnFacts(str(each["lead"]), {"score": points}, "model"))
        assert (owner(winner), owner(loser)) == ("kim", "noor")
        here.at += DAY
        chat = here.send("", email="", first_name="", country="US", external_id="", phone="")
        merge(here, loser, winner)
        merge(here, chat, winner)
        found = facts(here, winner)
        assert (here.lead(winner).holder_id, found["score"]) == ("kim", 100)
        assert (found["city"], found["title"], found["country"]) == ("Bonn", "CEO", "DE")
        assert told(merge(here, winner, winner)) == "into: a lead is not merged with itself"
        assert faults(here) == []


def test_56_the_owner_of_the_loser_takes_what_nobody_has(database_url: str) -> None:
    queued = (
        '\n[[rule]]\nid = "q"\ntier = "first"\nwhen = { company = "queue" }\nsend_to = { queue = "desk" }\n'
    )
    with office(database_url, published=False) as here:
        here.publish(HEAD + queued + TO_SDR + CATCH_ALL)
        winner, loser = here.send("anna", company="queue"), here.send("ann")
        merge(here, loser, winner)
        assert here.lead(winner).holder_id == owner(loser) == "kim"
