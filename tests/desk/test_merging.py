"""Two leads that are one: the loser ends and is read with the master, the master keeps its owner, and all of it can be undone."""

from concurrent.futures import ThreadPoolExecutor

import msgspec
import pytest

from desk.office import PEOPLE, Office, office, owner
from desk.test_acting import act
from desk.test_assigning import ADA, EVERYWHERE, KIM, MARA
from desk.views import clocks, deeds, faults, letters, owners, reasons, tasks
from firstright.core.authority import Actor, Role
from firstright.core.lead import Fact
from firstright.core.why.explanation import redacted
from firstright.core.why.sentences import sentences
from firstright.desk.acting import Accept, LogEngagement, LogTouch
from firstright.desk.assigning import Reassign, Reroute
from firstright.desk.distinct import TellApart
from firstright.desk.explain.explaining import Versions, explained
from firstright.desk.learning import LearnFacts
from firstright.desk.merging import Merge, Unmerge
from firstright.desk.proposing import Alike, Proposed, propose
from firstright.errors import FirstrightError, NotFound, Refused
from firstright.storage import duplicates, hygiene, merges, recorded, timeline
from routing import DAY, HOUR, MINUTE, MONDAY

Told = dict[str, object]
OMAR = Actor("u-omar", "Omar Diaz", Role.REP, "omar", frozenset({"omar"}))
WHY = "the same person by the phone call"


def merge(here: Office, child: Told, into: Told, by: Actor = MARA, **more: object) -> object:
    return act(here, Merge(str(child["lead"]), str(into["lead"]), by, WHY, **more))  # type: ignore[arg-type]  # epoch or key


def unmerge(here: Office, child: Told, by: Actor = MARA, **more: object) -> object:
    return act(here, Unmerge(str(child["lead"]), by, WHY, **more))  # type: ignore[arg-type]  # epoch or key


def told(answer: object) -> str:
    """What somebody is told who may not, or of what cannot be."""
    assert isinstance(answer, FirstrightError), answer
    return str(answer)


def facts(here: Office, told: Told) -> dict[str, Fact]:
    found: dict[str, Fact] = msgspec.json.decode(here.lead(told).facts)
    return found


def said(here: Office, told: Told) -> str:
    """The first sentence about the last decision."""
    with here.desk.read() as tx:
        return sentences(explained(tx, recorded.of_lead(tx, str(told["lead"]))[-1], Versions()))[0]


def loads(here: Office) -> dict[str, list[int]]:
    """By rep: leads, cost, neither accepted nor touched, tasks, size."""
    rows = here.rows("SELECT scope, data FROM standing WHERE scope LIKE 'rep:%' ORDER BY scope")
    return {str(scope)[4:]: msgspec.json.decode(data) for scope, data in rows}


def test_the_loser_ends_with_all_that_was_begun_for_it_and_the_master_stays_where_it_is(
    database_url: str,
) -> None:
    with office(database_url, published=False) as here:
        here.publish(EVERYWHERE)
        anna, ann = here.send("anna"), here.send("ann")
        assert (owner(anna), owner(ann)) == ("kim", "noor")
        ledger = here.rows("SELECT pool, rep, kind FROM ledger ORDER BY seq")
        here.at = MONDAY + 30 * MINUTE
        done = here.desk.act(Merge(str(ann["lead"]), str(anna["lead"]), MARA, WHY))
        assert (done.lead, done.owner, done.epoch, done.outcome) == (anna["lead"], "kim", 1, "owner")
        row = here.lead(ann)
        assert (row.outcome, row.reason, row.holder_kind, row.merged_into, row.next_at, row.status) == (
            "closed",
            "merged",
            "none",
            anna["lead"],
            None,
            "routed",
        )
        assert owners(here, ann) == [("noor", "arrived", "02T09:00"), ("none:", "merged", "02T09:30")]
        assert [(c[0], c[2]) for c in clocks(here, ann)] == [
            ("speed-to-lead", "cancelled"),
            ("owner", "cancelled"),
        ]
        assert [t[2] for t in tasks(here, ann)] == ["cancelled"]
        assert here.rows(
            "SELECT count(*) FROM job WHERE lead_id = ? AND state = 'ready'", str(ann["lead"])
        ) == [(0,)]
        assert reasons(here, ann)[1:] == [("merged", "merged")]
        assert said(here, ann) == (
            f"Mara Diaz said that this lead is the same as lead {anna['lead']}, which stands for it from now on: “{WHY}”."
        )
        assert said(here, anna) == (
            f"Mara Diaz said that lead {ann['lead']} is part of this one, which is still with Kim Larsen: “{WHY}”."
        )
        assert reasons(here, anna)[1:] == [("merged", "merged")]
        assert letters(here, ann, since=2)[0] == ("email:noor", "lead.closed", "ready")
        assert letters(here, anna, since=2)[0] == ("email:kim", "lead.merged", "ready")
        assert loads(here)["noor"][0] == 0
        assert here.rows("SELECT pool, rep, kind FROM ledger ORDER BY seq") == ledger
        assert faults(here) == []


def test_what_was_done_with_the_loser_is_read_with_the_master(database_url: str) -> None:
    with office(database_url) as here:
        anna, ann = here.send("anna"), here.send("ann")
        here.desk.act(LogTouch(str(ann["lead"]), "noor", "call", result="no-answer"))
        here.desk.act(LogEngagement(str(ann["lead"]), "site", "visit"))
        merge(here, ann, anna)
        with here.desk.read() as tx:
            happened = timeline.page(tx, str(anna["lead"]))
            pages = [timeline.page(tx, str(anna["lead"]), limit=1)]
            while last := pages[-1]:
                pages.append(timeline.page(tx, str(anna["lead"]), timeline.Place(*last[0][:3]), 1))
        kinds = {(each.kind, each.of) for each in happened}
        assert {("touch", ann["lead"]), ("engagement", ann["lead"]), ("arrival", ann["lead"])} <= kinds
        assert ("arrival", "") in kinds
        assert [each for page in pages for each in page] == happened


def test_what_the_loser_says_finds_the_master(database_url: str) -> None:
    with office(database_url) as here:
        anna, ann = here.send("anna"), here.send("ann")
        merge(here, ann, anna)
        again = here.send("ann")
        assert (again["lead"], owner(again)) == (anna["lead"], "kim")
        assert here.desk.act(Accept(str(ann["lead"]), "kim")).lead == anna["lead"]
        assert faults(here) == []


def test_un_merging_gives_the_child_back_what_it_was(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(EVERYWHERE)
        anna, ann = here.send("anna", phone="+4930123456"), here.send("ann", company="Acme")
        here.desk.act(Accept(str(ann["lead"]), "noor"))
        before = (facts(here, anna), facts(here, ann), loads(here))
        here.at += HOUR
        merge(here, ann, anna)
        assert facts(here, anna)["company"] == "Acme"
        here.at += HOUR
        done = here.desk.act(Unmerge(str(ann["lead"]), MARA, WHY))
        assert (done.lead, done.owner, done.outcome) == (ann["lead"], "noor", "owner")
        assert (facts(here, anna), facts(here, ann), loads(here)) == before
        row = here.lead(ann)
        assert (row.merged_into, row.status, row.rule, row.touched) == (None, "routed", "to-sdr", False)
        assert reasons(here, ann)[-1] == ("unmerged", "unmerged")
        assert said(here, ann) == (
            f"Mara Diaz said that this lead is not lead {anna['lead']}, and it is with Noor Haddad again: “{WHY}”."
        )
        assert said(here, anna) == (
            f"Mara Diaz said that lead {ann['lead']} is not part of this one, and it stays with Kim Larsen: “{WHY}”."
        )
        assert reasons(here, anna)[-1] == ("unmerged", "unmerged")
        assert [d for d in deeds(here, ann) if d in ("merge", "unmerge")] == ["merge", "unmerge"]
        again = here.send("ann")
        assert again["lead"] == ann["lead"]
        assert faults(here) == []


def test_a_child_that_came_again_while_it_was_merged_is_found_by_its_address_afterwards(
    database_url: str,
) -> None:
    with office(database_url) as here:
        anna, ann = here.send("anna"), here.send("ann")
        merge(here, ann, anna)
        assert here.send("ann")["lead"] == anna["lead"]
        unmerge(here, ann)
        assert here.send("ann")["lead"] == ann["lead"]
        assert here.send("anna")["lead"] == anna["lead"]
        assert faults(here) == []


def test_an_owner_who_has_left_does_not_get_the_child_back(database_url: str) -> None:
    with office(database_url) as here:
        anna, ann = here.send("anna"), here.send("ann")
        merge(here, ann, anna)
        here.publish(
            people=PEOPLE.replace(
                'id = "noor"\nname = "Noor Haddad"',
                'id = "noor"\nname = "Noor Haddad"\nleft = "2026-03-02T09:00:00Z"',
            )
        )
        done = here.desk.act(Unmerge(str(ann["lead"]), MARA, WHY))
        assert (done.outcome, done.owner) == ("owner", "omar")
        assert reasons(here, ann)[-1] == ("unmerged", "rule:to-sdr")
        assert said(here, ann).startswith(
            f"Mara Diaz said that this lead is not lead {anna['lead']}: “{WHY}”. Omar Diaz owns this lead because"
        )
        assert faults(here) == []


def test_a_master_that_nobody_has_takes_the_owner_of_the_loser_and_gives_them_back(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(EVERYWHERE)
        queued, ann = here.send("anna", company="queue"), here.send("ann")
        assert (owner(queued), owner(ann)) == ("queued", "kim")
        merge(here, ann, queued)
        assert (here.lead(queued).holder_id, here.lead(queued).reason) == ("kim", "merged")
        assert loads(here)["kim"][0] == 1
        unmerge(here, ann)
        assert (here.lead(queued).holder_kind, here.lead(queued).holder_id) == ("queue", "desk")
        assert here.lead(ann).holder_id == "kim"
        assert loads(here)["kim"][0] == 1
        assert faults(here) == []


@pytest.mark.parametrize(
    ("company", "outcome"),
    [
        ("test", "rejected"),
        ("later", "nurture"),
        ("support", "support"),
        ("odd", "review"),
        ("queue", "queued"),
    ],
)
def test_leads_that_no_rep_has_are_merged_from_and_into_and_come_back(
    database_url: str, company: str, outcome: str
) -> None:
    with office(database_url, published=False) as here:
        here.publish(EVERYWHERE)
        other, ann = here.send("anna", company=company), here.send("ann")
        assert (owner(other), owner(ann)) == (outcome, "kim")
        merge(here, other, ann)
        assert (here.lead(other).outcome, here.lead(ann).holder_id) == ("closed", "kim")
        assert faults(here) == []
        unmerge(here, other)
        assert here.lead(other).outcome == outcome
        merge(here, ann, other)
        assert (here.lead(other).outcome, here.lead(other).holder_id) == ("owner", "kim")
        unmerge(here, ann)
        assert (here.lead(other).outcome, here.lead(ann).holder_id) == (outcome, "kim")
        assert faults(here) == []


def test_what_is_closed_is_merged_without_a_word(database_url: str) -> None:
    with office(database_url) as here:
        anna, ann = here.send("anna"), here.send("ann")
        here.change("UPDATE lead SET outcome = 'closed' WHERE id = ?", str(ann["lead"]))
        merge(here, ann, anna)
        assert (here.lead(ann).merged_into, here.lead(anna).holder_id) == (anna["lead"], "kim")
        unmerge(here, ann)
        assert (here.lead(ann).merged_into, here.lead(ann).outcome) == (None, "closed")


def test_a_chain_ends_at_the_one_that_stands_for_all(database_url: str) -> None:
    with office(database_url) as here:
        one, two, three = here.send("anna"), here.send("ann", company="Acme"), here.send("anne", city="Bonn")
        own = facts(here, one), facts(here, two), facts(here, three)
        merge(here, three, two)
        merge(here, two, one)
        assert {facts(here, one)["company"], facts(here, one)["city"]} == {"Acme", "Bonn"}
        with here.desk.read() as tx:
            assert merges.children(tx, str(one["lead"])) == [two["lead"], three["lead"]]
        unmerge(here, three)
        assert "city" not in facts(here, one) and "city" not in facts(here, two)
        unmerge(here, two)
        assert (facts(here, one), facts(here, two), facts(here, three)) == own
        assert faults(here) == []


def test_into_a_lead_that_was_merged_is_into_the_one_that_stands_for_it(database_url: str) -> None:
    with office(database_url) as here:
        one, two, three = here.send("anna"), here.send("ann"), here.send("anne")
        merge(here, two, one)
        assert here.desk.act(Merge(str(three["lead"]), str(two["lead"]), MARA, WHY)).lead == one["lead"]
        assert here.lead(three).merged_into == one["lead"]


def test_circles_and_second_masters_are_refused_with_the_reason(database_url: str) -> None:
    with office(database_url) as here:
        one, two, three = here.send("anna"), here.send("ann"), here.send("anne")
        assert told(merge(here, one, one)) == "into: a lead is not merged with itself"
        merge(here, two, one)
        assert told(merge(here, one, two)) == "into: that lead is part of this one already"
        elsewhere = f"lead: it is part of lead {one['lead']} already; take it out of that one first"
        assert told(merge(here, two, three)) == elsewhere
        assert told(unmerge(here, three)) == "lead: it is part of no other lead"
        nobody = Merge(str(two["lead"]), "nobody", MARA, WHY)
        assert told(act(here, nobody)) == "there is no lead nobody"
        unsaid = Merge(str(three["lead"]), str(one["lead"]), MARA, " ")
        assert told(act(here, unsaid)) == "reason: is needed, in a few words of your own"


def test_the_same_said_twice_is_done_once(database_url: str) -> None:
    with office(database_url) as here:
        anna, ann = here.send("anna"), here.send("ann")
        one = here.desk.act(Merge(str(ann["lead"]), str(anna["lead"]), MARA, WHY, key="k:1"))
        two = here.desk.act(Merge(str(ann["lead"]), str(anna["lead"]), MARA, WHY, key="k:1"))
        three = here.desk.act(Merge(str(ann["lead"]), str(anna["lead"]), MARA, WHY))
        assert [(d.lead, d.owner, d.repeat) for d in (one, two, three)] == [
            (anna["lead"], "kim", False),
            (anna["lead"], "kim", True),
            (anna["lead"], "kim", True),
        ]
        assert here.rows("SELECT count(*) FROM merge") == [(1,)]


def test_who_may_merge(database_url: str) -> None:
    with office(database_url) as here:
        kims, noors, omars, more = (here.send(name) for name in ("anna", "ann", "anne", "annika"))
        assert [owner(each) for each in (kims, noors, omars, more)] == ["kim", "noor", "omar", "kim"]
        assert told(merge(here, noors, kims, KIM)) == f"there is no lead {noors['lead']}"
        assert told(merge(here, omars, kims, ADA)) == f"there is no lead {omars['lead']}"
        assert getattr(merge(here, more, kims, KIM), "lead", None) == kims["lead"]
        assert getattr(merge(here, noors, kims, ADA), "lead", None) == kims["lead"]
        assert told(unmerge(here, noors, OMAR)) == f"there is no lead {noors['lead']}"
        assert getattr(unmerge(here, noors, ADA), "owner", None) == "noor"


def test_a_merge_meant_for_another_holder_is_told_who_has_it(database_url: str) -> None:
    with office(database_url) as here:
        anna, ann = here.send("anna"), here.send("ann")
        here.desk.act(Reassign(str(ann["lead"]), MARA, "omar", "because"))
        assert told(merge(here, ann, anna, epoch=1)) == "it is with omar by now (epoch 2)"


def test_two_people_merge_at_once_and_one_of_them_is_told(database_url: str) -> None:
    with office(database_url) as here:
        one, two, three = here.send("anna"), here.send("ann"), here.send("anne")
        pairs = [(two, one), (two, three), (one, two), (three, two)]

        def said(pair: tuple[Told, Told]) -> bool:
            return not isinstance(merge(here, *pair), Refused)

        with ThreadPoolExecutor(4) as many:
            done = list(many.map(said, pairs))
        standing = [each for each in (one, two, three) if here.lead(each).merged_into is None]
        assert len(standing) == 3 - sum(done)
        assert faults(here) == []


def test_a_clock_that_was_to_ring_for_the_loser_rings_for_nobody(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(EVERYWHERE)
        anna, ann = here.send("anna"), here.send("ann")
        merge(here, ann, anna)
        here.desk.act(LogTouch(str(anna["lead"]), "kim", "call"))
        assert here.rings(MONDAY + DAY) == []
        assert here.rows(
            "SELECT count(*) FROM delivery WHERE lead_id = ? AND event = 'lead.missed'", str(ann["lead"])
        ) == [(0,)]


def test_knowledge_of_the_master_survives_what_its_children_take_away(database_url: str) -> None:
    with office(database_url) as here:
        anna, ann = here.send("anna"), here.send("ann", company="Acme")
        merge(here, ann, anna)
        here.desk.act(LearnFacts(str(anna["lead"]), {"company": "Acme Holding", "city": "Bonn"}, "crm"))
        unmerge(here, ann)
        assert (facts(here, anna)["company"], facts(here, anna)["city"]) == ("Acme Holding", "Bonn")


def test_two_that_were_taken_apart_are_proposed_no_more(database_url: str) -> None:
    with office(database_url) as here:
        anna, ann = here.send("anna"), here.send("ann")
        merge(here, ann, anna)
        unmerge(here, ann)
        with here.desk.database.write() as tx:
            one, other = str(anna["lead"]), str(ann["lead"])
            assert not duplicates.propose(tx, here.desk.new_id(), one, other, 950, ["phone"], here.at)
            assert duplicates.distinct_from(tx, one) == {other}


def test_one_that_may_be_known_is_routed_where_a_policy_says_so_and_proposed_with_its_likeness(
    database_url: str,
) -> None:
    same = {"last_name": "Dahlquist", "company": "Dahl7"}
    with office(database_url, published=False) as here:
        here.publish(EVERYWHERE + '\n[matching]\nunsure = "route"\n')
        known = here.send("henrietta", email="a@dahl7.example", country="SE", **same)
        again = here.send("henriette", email="h7.d@gmail.com", **same)
        assert (again["lead"] != known["lead"], again["outcome"]) == (True, "owner")
        with here.desk.read() as tx:
            [pair] = duplicates.of_lead(tx, str(known["lead"]))
        assert {pair.a, pair.b} == {known["lead"], again["lead"]}
        assert (750 <= pair.score < 900, "family:same:68" in pair.reasons) == (True, True)
        assert faults(here) == []


def test_one_in_doubt_that_is_told_apart_is_decided_and_never_asked_about_again(database_url: str) -> None:
    same = {"last_name": "Dahlquist", "company": "Dahl7"}
    with office(database_url, published=False) as here:
        here.publish(EVERYWHERE)
        known = here.send("henrietta", email="a@dahl7.example", country="SE", **same)
        doubt = here.send("henriette", email="h7.d@gmail.com", **same)
        assert (doubt["outcome"], here.lead(doubt).holder_id) == ("review", "likely-duplicate")
        done = here.desk.act(TellApart(str(doubt["lead"]), str(known["lead"]), MARA, "I called both"))
        assert [(lead, acted.outcome) for lead, acted in done.decided] == [(doubt["lead"], "owner")]
        assert reasons(here, doubt)[-1][0] == "overridden"
        here.desk.act(LearnFacts(str(doubt["lead"]), {"city": "Bonn"}, "crm"))
        here.desk.act(Reroute(str(doubt["lead"]), MARA, "once more"))
        assert here.lead(doubt).outcome == "owner"
        assert here.rows("SELECT state, resolution FROM review_item") == [("resolved", "distinct")]
        assert faults(here) == []


def test_what_was_merged_by_itself_can_be_taken_apart_too(database_url: str) -> None:
    """Kept before there was a policy, two enquiries of one person became one lead: somebody says that they are two."""
    with office(database_url, published=False) as here:
        first = here.send("mara", city="Bonn")
        second = here.send("mara", title="CEO")
        here.publish(EVERYWHERE)
        here.decide(MONDAY + HOUR)
        child, master = (first, second) if here.lead(first).merged_into else (second, first)
        assert (here.lead(child).merged_into, here.lead(master).holder_id) == (master["lead"], "kim")
        with here.desk.read() as tx:
            [merge_] = merges.of_master(tx, str(master["lead"]))
        assert (merge_.how, merge_.by, merge_.child) == ("auto", "firstright", child["lead"])
        assert (facts(here, master)["city"], facts(here, master)["title"]) == ("Bonn", "CEO")
        done = here.desk.act(Unmerge(str(child["lead"]), MARA, "father and son share the address"))
        assert (done.lead, done.outcome, done.owner) == (child["lead"], "owner", "noor")
        said_by = [
            [name for name in ("city", "title") if name in facts(here, each)] for each in (first, second)
        ]
        assert said_by == [["city"], ["title"]]
        assert faults(here) == []


def test_two_that_wait_for_a_decision_and_are_said_to_be_two_do_not_become_one_by_it(
    database_url: str,
) -> None:
    with office(database_url, published=False) as here:
        first, second = here.send("mara", city="Bonn"), here.send("mara", title="CEO")
        here.publish(EVERYWHERE)
        here.desk.act(TellApart(str(first["lead"]), str(second["lead"]), MARA, "father and son"))
        here.decide(MONDAY + HOUR)
        stood = [here.lead(each) for each in (first, second)]
        assert [(row.merged_into, row.outcome) for row in stood] == [(None, "owner"), (None, "owner")]
        assert sorted(row.holder_id for row in stood) == ["kim", "noor"]
        with here.desk.read() as tx:
            assert [hygiene.same_key(tx, kind) for kind in ("email", "phone")] == [[], []]
            made = recorded.of_lead(tx, str(first["lead"]))[-1]
            told_why = sentences(explained(tx, made, Versions()))
            seen_by_kim = sentences(redacted(explained(tx, made, Versions()), "kim"))
        other = f"Not lead {second['lead']}, said"
        assert f"{other} {MARA.user} on Mon 2 Mar 10:00 Berlin: “father and son”." in told_why
        assert f"{other} somebody on Mon 2 Mar 10:00 Berlin: “father and son”." in seen_by_kim
        assert faults(here) == []


def test_what_names_no_lead_is_not_told_apart(database_url: str) -> None:
    with office(database_url) as here:
        anna = str(here.send("anna")["lead"])
        for one, other in ((anna, "nonsense"), ("nonsense", anna), ("", "")):
            with pytest.raises(NotFound):
                here.desk.act(TellApart(one, other, MARA, "sisters"))
        assert here.rows("SELECT count(*) FROM distinct_pair") == [(0,)]


def test_who_is_not_one_part_of_a_lead_is_not_the_lead(database_url: str) -> None:
    with office(database_url) as here:
        anna, ann, third = here.send("anna"), here.send("ann"), here.send("zoe")
        one, other, top = (str(each["lead"]) for each in (anna, ann, third))
        here.desk.act(TellApart(one, other, MARA, "sisters"))
        with here.desk.read() as tx:
            assert [(m.other, m.by, m.reason) for m in duplicates.marks_of(tx, other)] == [
                (one, MARA.user, "sisters")
            ]
        assert propose(here.desk, [Alike(one, other, 950)]) == Proposed(0, 1)
        merge(here, ann, third)
        assert propose(here.desk, [Alike(one, top, 950)]) == Proposed(0, 1)
        with here.desk.read() as tx:
            assert duplicates.distinct_from(tx, one) == {other, top}
            assert duplicates.distinct_from(tx, top) == {one}
        unmerge(here, ann)
        assert propose(here.desk, [Alike(one, top, 950)]) == Proposed(1)


def test_a_job_somebody_has_claimed_already_does_nothing_to_a_lead_that_was_merged(database_url: str) -> None:
    with office(database_url) as here:
        anna, ann = here.send("anna"), here.send("ann")
        merge(here, ann, anna)
        here.change("UPDATE job SET state = 'ready' WHERE lead_id = ? AND kind = 'clock'", str(ann["lead"]))
        before = here.rows("SELECT count(*) FROM decision WHERE lead_id = ?", str(ann["lead"]))
        here.rings(MONDAY + 3 * DAY)
        assert here.rows("SELECT count(*) FROM decision WHERE lead_id = ?", str(ann["lead"])) == before
        assert here.lead(ann).outcome == "closed"


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_two_nodes_that_merge_both_ways_at_once_end_with_one_lead(database_url: str) -> None:
    with office(database_url) as here, office(database_url, "ben", published=False) as ben:
        one, two = here.send("anna"), here.send("ann")
        with ThreadPoolExecutor(2) as both:
            list(both.map(lambda way: merge(*way), [(here, one, two), (ben, two, one)]))
        into = [here.lead(each).merged_into for each in (one, two)]
        assert sorted(map(str, into)) == sorted(
            ["None", str(one["lead"] if into[0] is None else two["lead"])]
        )
        assert faults(here) == []
