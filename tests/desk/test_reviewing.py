"""Reviews as work: one of many has an item in hand, and what they decide is done in the same turn, with its reason."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from desk.office import Office, office
from desk.test_assigning import ADA, EVERYWHERE, KIM, MARA, WHY
from desk.views import clocks, faults, owners, reasons
from firstright.core.authority import Actor, Role
from firstright.core.statuses import DISQUALIFIED
from firstright.desk.assigning import Reassign
from firstright.desk.learning import LearnFacts
from firstright.desk.reviewing import CLAIM_HOLDS, Claimed, ClaimReview, ReleaseReview, ResolveReview, Verdict
from firstright.desk.writer import Work
from firstright.errors import FirstrightError, InHand, NotFound, Refused, Superseded
from routing import DAY, HOUR, MINUTE, MONDAY

NONE = "0190a000-0000-7000-8000-000000000000"
BEN = Actor("u-ben", "Ben Ops", Role.ADMIN)
NURTURE = Verdict("nurture", wait=30 * DAY)


def in_review(here: Office) -> tuple[dict[str, object], str]:
    """(a lead that is in review, the review)."""
    here.publish(EVERYWHERE)
    mara = here.send("mara", company="odd")
    ((review,),) = here.rows("SELECT id FROM review_item")
    return mara, str(review)


def tried(here: Office, work: Work[object]) -> object:
    try:
        return here.desk.act(work)
    except FirstrightError as refusal:
        return refusal


def said(got: object) -> tuple[type, dict[str, object]]:
    return type(got), vars(got)


def items(here: Office) -> list[tuple[object, ...]]:
    return here.rows("SELECT state, claimed_by, resolution, resolved_by, note FROM review_item ORDER BY id")


def test_who_claims_it_first_has_it_until_they_let_go_or_have_had_it_for_too_long(database_url: str) -> None:
    with office(database_url, published=False) as here:
        _, review = in_review(here)
        first = here.desk.act(ClaimReview(review, MARA))
        assert (first.by, first.repeat, items(here)) == (
            MARA.user,
            False,
            [("claimed", MARA.user, "", "", "")],
        )
        again = here.desk.act(ClaimReview(review, MARA))
        assert again == Claimed(review, first.lead, MARA.user, first.since, repeat=True)
        assert first.since is not None
        late = tried(here, ClaimReview(review, BEN))
        assert said(late) == said(InHand(MARA.user, first.since, first.since + CLAIM_HOLDS))
        here.at = MONDAY + CLAIM_HOLDS + MINUTE
        taken = here.desk.act(ClaimReview(review, BEN))
        assert (taken.by, taken.since) != (MARA.user, first.since)
        assert said(tried(here, ReleaseReview(review, ADA)))[0] is InHand
        assert here.desk.act(ReleaseReview(review, BEN)).repeat is False
        assert here.desk.act(ReleaseReview(review, BEN)).repeat is True
        assert items(here) == [("open", "", "", "", "")]
        assert here.rows("SELECT actor, action FROM audit WHERE subject_kind = 'review' ORDER BY id") == [
            (MARA.user, "claim-review"),
            (BEN.user, "claim-review"),
            (BEN.user, "release-review"),
        ]
        assert faults(here) == []


def test_whoever_sees_everything_may_put_back_what_somebody_holds(database_url: str) -> None:
    with office(database_url, published=False) as here:
        _, review = in_review(here)
        here.desk.act(ClaimReview(review, ADA))
        assert here.desk.act(ReleaseReview(review, MARA)).repeat is False
        assert faults(here) == []


@pytest.mark.parametrize(
    ("verdict", "resolution", "outcome", "holder", "status"),
    [
        (Verdict("assign", rep="noor"), "assigned", "owner", "noor", "routed"),
        (NURTURE, "nurture", "nurture", "", "nurture"),
        (Verdict("reject"), "rejected", "rejected", "", "disqualified"),
        (Verdict("close", why="no-budget"), "disqualified", "closed", "", "disqualified"),
    ],
)
def test_what_is_decided_is_done_and_the_item_resolved(
    database_url: str, verdict: Verdict, resolution: str, outcome: str, holder: str, status: str
) -> None:
    with office(database_url, published=False) as here:
        mara, review = in_review(here)
        here.at = MONDAY + HOUR
        here.desk.act(ClaimReview(review, ADA))
        done = here.desk.act(ResolveReview(review, ADA, verdict, WHY, epoch=1, key="k"))
        assert (done.outcome, done.owner, done.status, done.epoch) == (outcome, holder, status, 2)
        assert items(here) == [("resolved", ADA.user, resolution, ADA.user, WHY)]
        assert [c for c in clocks(here, mara) if c[0] == "review"] == [("review", 1, "cancelled", "02T13:00")]
        assert owners(here, mara)[-1][1] == "overridden"
        if outcome != "owner":
            assert [c for c in clocks(here, mara) if c[2] == "running"] == []
        again = here.desk.act(ResolveReview(review, ADA, verdict, WHY, epoch=1, key="k"))
        assert (again.decision, again.repeat) == (done.decision, True)
        assert said(tried(here, ResolveReview(review, ADA, verdict, WHY)))[0] is Superseded
        assert faults(here) == []


def test_what_goes_to_nurture_comes_back_and_what_is_closed_does_not(database_url: str) -> None:
    with office(database_url, published=False) as here:
        mara, review = in_review(here)
        here.desk.act(ResolveReview(review, MARA, NURTURE, WHY))
        lead = here.lead(mara)
        assert lead.next_at is not None
        assert timedelta(days=29) < lead.next_at - MONDAY < timedelta(days=31)
        here.publish(EVERYWHERE.replace('company = "odd"', 'company = "never"'))
        assert here.decide(MONDAY + 30 * DAY + MINUTE) == [("Mara", "rep:kim")]
        assert here.lead(mara).cycle == 2
        assert faults(here) == []


def test_once_the_facts_are_corrected_the_rules_may_have_it(database_url: str) -> None:
    with office(database_url, published=False) as here:
        mara, review = in_review(here)
        here.desk.act(ClaimReview(review, MARA))
        stays = here.desk.act(ResolveReview(review, MARA, Verdict("rules"), WHY))
        assert (stays.outcome, items(here)) == ("review", [("claimed", MARA.user, "", "", "")])
        here.publish(EVERYWHERE.replace('company = "odd"', 'company = "never"'))
        done = here.desk.act(ResolveReview(review, MARA, Verdict("rules"), "it is a customer"))
        assert (done.outcome, done.owner) == ("owner", "kim")
        assert reasons(here, mara) == [
            ("arrived", "rule:odd"),
            ("overridden", "unchanged"),
            ("overridden", "rule:to-sdr"),
        ]
        assert items(here) == [("resolved", MARA.user, "rules", MARA.user, "it is a customer")]
        assert faults(here) == []


def test_what_left_review_by_itself_is_nobodys_to_decide(database_url: str) -> None:
    with office(database_url, published=False) as here:
        mara, review = in_review(here)
        here.desk.act(LearnFacts(str(mara["lead"]), {"company": "Acme"}, "clearbit"))
        assert here.lead(mara).holder_id == "kim"
        for work in (ClaimReview(review, MARA), ReleaseReview(review, MARA)):
            assert said(tried(here, work)) == said(Superseded("kim", 2))
        assert said(tried(here, ResolveReview(review, MARA, NURTURE, WHY))) == said(Superseded("kim", 2))
        assert items(here) == [("withdrawn", "", "", "", "")]
        assert faults(here) == []


REFUSED: list[tuple[Callable[[str], Work[object]], FirstrightError]] = [
    (lambda _: ClaimReview(NONE, MARA), NotFound(f"review {NONE}")),
    (lambda _: ResolveReview(NONE, MARA, NURTURE, WHY), NotFound(f"review {NONE}")),
    (lambda r: ClaimReview(r, KIM), Refused(["review: Kim Larsen may not decide what is in review"])),
    (lambda r: ReleaseReview(r, KIM), Refused(["review: Kim Larsen may not decide what is in review"])),
    (
        lambda r: ResolveReview(r, KIM, NURTURE, WHY),
        Refused(["review: Kim Larsen may not decide what is in review"]),
    ),
    (
        lambda r: ResolveReview(r, ADA, Verdict("assign", rep="zoe"), WHY),
        Refused(["rep: Ada Krüger may give leads only to the people of their own team"]),
    ),
    (lambda r: ResolveReview(r, MARA, NURTURE, WHY, epoch=3), Superseded("", 1, "review unclear-fit")),
    (
        lambda r: ResolveReview(r, MARA, Verdict("asign"), " "),
        Refused(
            [
                'decision: "asign" is not known; did you mean assign?',
                "reason: is needed, in a few words of your own",
            ]
        ),
    ),
    (
        lambda r: ResolveReview(r, MARA, Verdict("assign", rep="nor"), WHY),
        Refused(['rep: "nor" is not known; did you mean noor?']),
    ),
    (
        lambda r: ResolveReview(r, MARA, Verdict("nurture"), WHY),
        Refused(["wait: is needed for nurture, such as 30 days"]),
    ),
    (
        lambda r: ResolveReview(r, MARA, Verdict("nurture", wait=MINUTE), WHY),
        Refused(["wait: is an hour at least and two years at most"]),
    ),
    (
        lambda r: ResolveReview(r, MARA, Verdict("close", why="not a fit"), WHY),
        Refused(
            [
                f'why: "not a fit" alone says nothing anybody can learn from; say which of these it is: {", ".join(DISQUALIFIED)}'
            ]
        ),
    ),
    (
        lambda r: ResolveReview(r, MARA, Verdict("close", why="no-budgett"), WHY),
        Refused(['why: "no-budgett" is not known; did you mean no-budget?']),
    ),
]


def test_every_refusal_says_why_and_changes_nothing(database_url: str) -> None:
    with office(database_url, published=False) as here:
        mara, review = in_review(here)
        before = (items(here), owners(here, mara), here.rows("SELECT count(*) FROM decision"))
        for work, wanted in REFUSED:
            got = tried(here, work(review))
            assert said(got) == said(wanted)
        assert (items(here), owners(here, mara), here.rows("SELECT count(*) FROM decision")) == before


def test_who_has_it_in_hand_is_not_overtaken_but_by_a_manager_who_moves_the_lead(database_url: str) -> None:
    with office(database_url, published=False) as here:
        mara, review = in_review(here)
        here.desk.act(ClaimReview(review, MARA))
        assert isinstance(tried(here, ResolveReview(review, BEN, NURTURE, WHY)), InHand)
        assert here.desk.act(Reassign(str(mara["lead"]), ADA, "kim", WHY)).owner == "kim"
        assert items(here) == [("resolved", MARA.user, "assigned", ADA.user, WHY)]
        assert faults(here) == []


def test_a_claim_after_the_lead_was_moved_in_the_same_turn_is_none(database_url: str) -> None:
    with office(database_url, published=False) as here:
        mara, review = in_review(here)
        with here.held():
            moved = here.desk.writer.submit(Reassign(str(mara["lead"]), ADA, "kim", WHY))
            claim = here.desk.writer.submit(ClaimReview(review, MARA))
            late = here.desk.writer.submit(ResolveReview(review, MARA, NURTURE, WHY))
        assert not isinstance(moved.result(), FirstrightError)
        assert said(claim.result()) == said(late.result()) == said(Superseded("kim", 2))
        assert items(here) == [("resolved", "", "assigned", ADA.user, WHY)]
        assert faults(here) == []
