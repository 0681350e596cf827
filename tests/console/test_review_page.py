"""The review queue in the console, on both databases: who sees it, claims, decisions with their reasons, and what comes next."""

import re
from datetime import UTC, datetime, timedelta
from itertools import count

from console.northwind import came, house
from console.visiting import stored, visitor, words
from firstright.core.authority import Role
from firstright.desk.reviewing import CLAIM_HOLDS
from firstright.storage import instants
from firstright.storage.statement import Statement
from web.houses import House

__all__ = ["house"]
MISSING = "019fffff-ffff-7fff-bfff-ffffffffffff"
HOSTILE = '<script>alert(1)</script> & "quoted"'
_addresses = count(1)


def in_review(house: House, **facts: str) -> tuple[str, str]:
    """(a lead a person must decide about, its review)."""
    # Without a family name, or two of one name at one company are one; with an intent and no title, or the gate may have it.
    given = {"last_name": "", "intent": "pricing", "title": "", "message": "", **facts}
    lead = came(house, **{"email": f"p{next(_addresses)}@rival.example", **given})
    ((review,),) = stored(house, "SELECT id FROM review_item WHERE lead_id = ?", lead)
    return lead, str(review)


def item(house: House, review: str) -> tuple[object, ...]:
    """(state, whether claimed, resolution, note)."""
    query = "SELECT state, claimed_by <> '', resolution, note FROM review_item WHERE id = ?"
    ((state, claimed, resolution, note),) = stored(house, query, review)
    return state, bool(claimed), resolution, note


def held(house: House, lead: str) -> tuple[object, ...]:
    return stored(house, "SELECT outcome, holder_kind, holder_id FROM lead WHERE id = ?", lead)[0]


def clear(house: House) -> None:
    """Nothing else is open, so that what comes next is known."""
    with house.desk.database.write() as tx:
        tx.run(Statement("UPDATE review_item SET state = 'withdrawn' WHERE state IN ('open', 'claimed')"))


def decision(decision: str, reason: str = "we spoke to them", **more: str) -> dict[str, str]:
    fields = {"epoch": "1", "decision": decision, "to": "", "wait": "", "why": "", "reason": reason}
    return {**fields, **more}


def test_reps_do_not_see_what_is_in_review(house: House) -> None:
    _, review = in_review(house)
    with visitor(house, Role.REP, "lena") as lena:
        assert lena.see("/review").status_code == 403
        assert lena.see(f"/review/{review}").status_code == 403
        assert 'href="/review"' not in lena.page("/inbox")
        for act in ("claim", "release", "decide"):
            assert lena.post(f"/review/{review}/{act}", decision("reject")).status_code == 403
    assert item(house, review) == ("open", False, "", "")


def test_the_queue_says_why_who_and_when_and_comes_a_page_at_a_time(house: House) -> None:
    clear(house)
    with visitor(house, Role.MANAGER, "ada") as ada:
        assert "Nothing waits for a decision" in words(ada.page("/review"))
        _, first = in_review(house, company=HOSTILE)
        page = ada.page("/review")
        assert HOSTILE not in page
        assert HOSTILE in words(page)
        assert "Unusual request" in words(page)
        assert ada.told(ada.post(f"/review/{first}/claim")).startswith("In your hands")
        for _ in range(52):
            in_review(house)
        page = ada.page("/review")
        assert page.count('id="row-') == 50
        (following,) = re.findall(r'rel="next" href="([^"]+)"', page)
        rest = ada.page(following.replace("&amp;", "&"))
        assert rest.count('id="row-') == 3
        assert set(re.findall(r'id="row-([^"]+)"', page)).isdisjoint(re.findall(r'id="row-([^"]+)"', rest))
        assert ada.see("/review?after=nonsense").status_code == 400
    clear(house)


def test_of_two_who_claim_one_has_it_and_the_other_is_told_who(house: House) -> None:
    _, review = in_review(house)
    path = f"/review/{review}"
    with visitor(house, Role.MANAGER, "ada") as ada, visitor(house, Role.OPERATIONS) as olga:
        assert ada.told(ada.post(f"{path}/claim")) == "In your hands: nobody else decides it meanwhile."
        assert item(house, review) == ("claimed", True, "", "")
        assert "Ada has had it in hand since" in olga.told(olga.post(f"{path}/claim"))
        assert "Ada has it in hand" in words(olga.page(path))
        assert "Ada has had it in hand" in olga.told(olga.post(f"{path}/decide", decision("reject")))
        assert olga.told(olga.post(f"{path}/release")) == "Put back: anybody may take it."
        assert item(house, review) == ("open", False, "", "")
        ada.post(f"{path}/claim")
        long_ago = instants.text(datetime.now(UTC) - CLAIM_HOLDS - timedelta(minutes=1))
        with house.desk.database.write() as tx:
            tx.run(Statement("UPDATE review_item SET claimed_at = ? WHERE id = ?"), (long_ago, review))
        assert "Take over" in words(olga.page(path))
        assert olga.told(olga.post(f"{path}/claim")).startswith("In your hands")


def test_the_page_sets_what_it_is_between_beside_the_lead(house: House) -> None:
    _, owners = in_review(house, email="jan@twoowners.example", company="Weber Antriebe")
    _, rules = in_review(house, email="sofia@bothsides.example")
    with visitor(house, Role.OPERATIONS) as olga:
        said = words(olga.page(f"/review/{owners}"))
        assert "Two owners with equal claims" in said
        assert "Account · open Weber Antriebe GmbH same domain owner Lena Huber" in said
        assert "Account · open Weber Antriebe Austria same domain owner Felix Brunner" in said
        assert "Lena Huber: has a claim" in said
        said = words(olga.page(f"/review/{rules}"))
        assert "Rule Strategic accounts of the arm line when" in said
        assert "sends it to Lena Huber" in said


def test_what_is_decided_happens_and_the_next_one_is_shown(house: House) -> None:
    clear(house)
    first, one = in_review(house)
    second, two = in_review(house)
    third, three = in_review(house)
    fourth, four = in_review(house)
    with visitor(house, Role.MANAGER, "ada") as ada:
        answer = ada.post(f"/review/{one}/decide", decision("assign", to="felix"))
        assert answer.headers["location"] == f"/review/{two}"
        assert ada.told(answer) == "Decided: it is with Felix Brunner now. This is the next one."
        assert held(house, first) == ("owner", "rep", "felix")
        assert item(house, one) == ("resolved", False, "assigned", "we spoke to them")
        said = words(ada.page(f"/review/{one}"))
        assert "Given to somebody Ada" in said
        assert "“we spoke to them”" in said
        assert "comes back in a month" in ada.told(
            ada.post(f"/review/{two}/decide", decision("nurture", wait="30"))
        )
        assert held(house, second)[0] == "nurture"
        ada.post(f"/review/{three}/decide", decision("close", why="no-budget"))
        assert (held(house, third)[0], item(house, three)[2]) == ("closed", "disqualified")
        answer = ada.post(f"/review/{four}/decide", decision("reject", reason=HOSTILE))
        assert ada.told(answer) == "Decided: rejected. Nothing else waits for you."
        assert answer.headers["location"] == "/review"
        assert (held(house, fourth)[0], item(house, four)[3]) == ("rejected", HOSTILE)
        assert HOSTILE not in ada.page(f"/review/{four}")
        late = ada.post(f"/review/{four}/decide", decision("reject"))
        assert ada.told(late) == "It was decided in the meantime. Nothing was changed."


def test_what_the_rules_leave_in_review_is_said_to_be_there_still(house: House) -> None:
    lead, review = in_review(house)
    with visitor(house, Role.OPERATIONS) as olga:
        answer = olga.post(f"/review/{review}/decide", decision("rules"))
        assert olga.told(answer) == "The rules leave it in review: decide it yourself."
        assert answer.headers["location"] == f"/review/{review}"
        assert held(house, lead)[0] == "review"


def test_a_decision_that_is_refused_comes_back_with_what_was_typed(house: House) -> None:
    lead, review = in_review(house)
    with visitor(house, Role.MANAGER, "ada") as ada:
        for fields, said in (
            (decision("assign"), "choose whom it goes to"),
            (decision("nurture"), "choose for how long"),
            (decision("close"), "choose why it is over"),
            (decision("assign", to="lena", reason=" "), "is required"),
            (decision("assign", to="maria"), "may give leads only to the people of their own team"),
            (decision("banish"), "is not known"),
        ):
            answer = ada.post(f"/review/{review}/decide", fields)
            assert answer.status_code == 422, fields
            assert said in words(answer.text)
        answer = ada.post(f"/review/{review}/decide", decision("assign", reason="half typed"))
        assert "half typed</textarea>" in answer.text
        assert 'value="assign" required checked' in answer.text
        assert ada.post(f"/review/{review}/decide", {**decision("reject"), "extra": "1"}).status_code == 400
    assert (held(house, lead)[0], item(house, review)) == ("review", ("open", False, "", ""))


def test_a_manager_may_choose_among_their_own_people_only(house: House) -> None:
    _, review = in_review(house)
    with visitor(house, Role.MANAGER, "ada") as ada, visitor(house, Role.ADMIN) as robin:
        hers, all_of_them = ada.page(f"/review/{review}"), robin.page(f"/review/{review}")
        assert '<option value="lena"' in hers
        assert '<option value="maria"' not in hers
        assert '<option value="maria"' in all_of_them


def test_forms_of_no_page_of_ours_and_strange_addresses_are_refused(house: House) -> None:
    lead, review = in_review(house)
    with visitor(house, Role.OPERATIONS) as olga:
        for act in ("claim", "release", "decide"):
            answer = olga.post(
                f"/review/{review}/{act}", decision("reject") if act == "decide" else {}, csrf=""
            )
            assert answer.status_code == 403
        assert olga.see(f"/review/{MISSING}").status_code == 404
        assert olga.see("/review/1").status_code == 404
        assert olga.post(f"/review/{MISSING}/claim").status_code == 404
    assert (held(house, lead)[0], item(house, review)) == ("review", ("open", False, "", ""))
