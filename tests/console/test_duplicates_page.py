"""Leads that may be one, in the console on both databases: who sees them, side by side, merged, told apart, taken apart again."""

from datetime import UTC, datetime
from itertools import count

from console.northwind import came, house
from console.visiting import stored, visitor, words
from firstright.core.authority import Role
from firstright.storage import duplicates
from web.houses import House

__all__ = ["house"]
MISSING = "019fffff-ffff-7fff-bfff-ffffffffffff"
HOSTILE = '<script>alert(1)</script> & "quoted"'
_numbers = count(1)


def two(house: House, score: int = 912, **facts: str) -> tuple[str, str, str]:
    """(a lead, another, the proposal that they are one)."""
    n = next(_numbers)
    one = came(
        house, email=f"ida{n}@one{n}.example", first_name="Ida", last_name=f"Aa{n}", company="", **facts
    )
    other = came(
        house, email=f"bob{n}@two{n}.example", first_name="Bob", last_name=f"Zz{n}", company="", phone=""
    )
    with house.desk.database.write() as tx:
        pair = house.desk.new_id()
        assert duplicates.propose(
            tx, pair, one, other, score, ["family:same:68", "phone:differs:-40"], datetime.now(UTC)
        )
    return one, other, pair


def merged_into(house: House, lead: str) -> object:
    return stored(house, "SELECT merged_into FROM lead WHERE id = ?", lead)[0][0]


def test_reps_see_no_proposals_and_merge_nothing(house: House) -> None:
    one, other, _ = two(house)
    with visitor(house, Role.REP, "lena") as lena:
        assert 'href="/duplicates"' not in lena.page("/inbox")
        for path in ("/duplicates", f"/duplicates/{one}/{other}"):
            assert lena.see(path).status_code == 403
        for verb in ("same", "different"):
            assert lena.post(f"/duplicates/{one}/{other}/{verb}", {"why": "x"}).status_code == 403
        assert lena.post(f"/leads/{one}/unmerge", {"why": "x"}).status_code == 403
    assert merged_into(house, one) is merged_into(house, other) is None


def test_two_are_shown_side_by_side_with_what_would_survive(house: House) -> None:
    one, other, pair = two(house, city=HOSTILE)
    with visitor(house, Role.OPERATIONS) as olga:
        assert f'id="pair-{pair}"' in olga.page("/duplicates")
        page = olga.page(f"/duplicates/{one}/{other}")
        said = words(page)
        assert HOSTILE not in page and HOSTILE in said
        assert "91 % alike" in said
        assert "Last name: the same" in said and "Phone: different" in said
        assert "survives:" in page
        assert olga.see(f"/duplicates?one={one}&other=http://here/leads/{other}").headers["location"] == (
            f"/duplicates/{one}/{other}"
        )
        for wrong in (f"/duplicates/{one}/{one}", f"/duplicates/{one}/{MISSING}", f"/duplicates/x/{one}"):
            assert olga.see(wrong).status_code == 404
        assert olga.see("/duplicates?after=nonsense").status_code == 400


def test_the_same_person_becomes_one_lead_and_is_taken_apart_from_its_page(house: House) -> None:
    one, other, pair = two(house)
    path = f"/duplicates/{one}/{other}"
    with visitor(house, Role.OPERATIONS) as olga:
        bare = olga.post(f"{path}/same", {"stands": one, "why": ""})
        assert (bare.status_code, merged_into(house, other)) == (422, None)
        assert olga.post(f"{path}/same", {"stands": MISSING, "why": "twice"}).status_code == 422
        told = olga.told(olga.post(f"{path}/same", {"stands": one, "why": HOSTILE}))
        assert told.startswith("One lead from now on: it is with")
        assert merged_into(house, other) == one
        assert f'id="pair-{pair}"' not in olga.page("/duplicates")
        assert "They are one by now" in words(olga.page(path))
        page = olga.page(f"/leads/{other}")
        assert "You asked for a lead that was merged into this one" in words(page)
        assert HOSTILE not in page and HOSTILE in words(page)
        assert "Merged into it" in words(page)
        late = olga.post(f"{path}/different", {"why": "no"})
        assert "They are one by now" in words(late.text)
        assert "Say why it is somebody else" in olga.told(olga.post(f"/leads/{other}/unmerge", {"why": ""}))
        told = olga.told(olga.post(f"/leads/{other}/unmerge", {"why": "sisters"}))
        assert told.startswith("It is a lead of its own again")
        assert merged_into(house, other) is None
        assert olga.post(f"/leads/{other}/unmerge", {"why": "again"}).status_code == 404
        assert "has said that they are two (" in words(olga.page(path))
        assert "“sisters”. Merging them takes that back." in words(olga.page(path))
        assert f"Not lead {one}, said" in words(olga.page(f"/leads/{other}"))


def test_two_that_are_two_are_proposed_no_more_and_the_next_pair_is_shown(house: House) -> None:
    one, other, pair = two(house, score=999)
    third, fourth, following = two(house, score=998)
    with visitor(house, Role.OPERATIONS) as olga:
        answer = olga.post(f"/duplicates/{one}/{other}/different", {"why": "father and son"})
        assert answer.headers["location"] in (
            f"/duplicates/{third}/{fourth}",
            f"/duplicates/{fourth}/{third}",
        )
        assert olga.told(answer) == "They are two: nobody is asked again."
        assert f'id="pair-{pair}"' not in olga.page("/duplicates")
        assert f'id="pair-{following}"' in olga.page("/duplicates")
    [(state, reason)] = stored(
        house,
        """SELECT p.state, d.reason FROM duplicate_pair AS p JOIN distinct_pair AS d ON d.a = p.a AND d.b = p.b
           WHERE p.id = ?""",
        pair,
    )
    assert (state, reason) == ("distinct", "father and son")


def test_a_likely_duplicate_in_review_is_shown_beside_whom_it_may_be_and_told_apart_by_that(
    house: House,
) -> None:
    n = next(_numbers)
    same = {"last_name": "Dahlquist", "company": f"Dahl{n}"} | dict.fromkeys(
        ("phone", "city", "postcode", "website"), ""
    )
    known = came(house, email=f"a{n}@dahl{n}.example", first_name="Henrietta", country="SE", **same)
    doubtful = came(house, email=f"h{n}.d@gmail.com", first_name="Henriette", country="DE", **same)
    found = stored(
        house, "SELECT id FROM review_item WHERE lead_id = ? AND reason = 'likely-duplicate'", doubtful
    )
    assert len(found) == 1, stored(house, "SELECT outcome, reason FROM lead WHERE id = ?", doubtful)
    with visitor(house, Role.OPERATIONS) as olga:
        page = olga.page(f"/review/{found[0][0]}")
        assert f'href="/duplicates/{doubtful}/{known}"' in page
        assert "Is it Henrietta" in words(page)
        told = olga.told(olga.post(f"/duplicates/{doubtful}/{known}/different", {"why": "I called both"}))
        assert told.startswith("They are two: nobody is asked again. The rules have decided")
    ((outcome,),) = stored(house, "SELECT outcome FROM lead WHERE id = ?", doubtful)
    assert outcome != "review"
    query = "SELECT state, resolution FROM review_item WHERE id = ?"
    assert stored(house, query, str(found[0][0])) == [("resolved", "distinct")]
