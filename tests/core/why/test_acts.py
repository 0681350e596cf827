"""What people and clocks did, told: who accepted or touched, what a missed deadline came to, and what one rep may see."""

import msgspec
import pytest

from firstright.core.compiled import Compiled
from firstright.core.lead import Act, Cause, Holder, HolderKind, Lead, Outcome
from firstright.core.why.explanation import redacted
from firstright.core.why.sentences import sections, sentences
from firstright.core.why.verdicts import verdict_sentence
from routing import CATCH_ALL, DAY, HEAD, HOUR, MONDAY, TO_SDR, explained, lead, owned, policy, world

RULES = policy(TO_SDR, CATCH_ALL)
TOLD = policy(
    TO_SDR,
    CATCH_ALL,
    head=HEAD.replace(
        'tell_owner = "yours"', 'tell_owner = "yours"\ntell_missed = "look"\npriority_queue = "desk"'
    )
    + '\n[subscribers.crm]\nchannel = "webhook"\nevents = ["lead.touched", "lead.missed"]\n',
)
LADDER = ("tell-owner", "re-route", "review")


def kims(act: Act | None = None, **fields: object) -> Lead:
    return msgspec.structs.replace(lead(), **{"rule": "to-sdr", "act": act, **owned("kim"), **fields})


def missed(*ladder: str) -> Act:
    return Act(clock="owner", percent=100, due=MONDAY, ladder=ladder)


QUEUED = {"outcome": Outcome.QUEUED, "holder": Holder(HolderKind.QUEUE, "desk"), "tried": ()}


@pytest.mark.parametrize(
    ("cause", "subject", "sentence"),
    [
        (Cause.ACCEPTED, kims(Act(by="kim")), "Kim Larsen accepted this lead."),
        (
            Cause.TOUCHED, kims(Act(by="noor", channel="call", result="no-answer")),
            "Noor Haddad reached out by phone (no answer): this lead stays with Kim Larsen.",
        ),
        (
            Cause.ENGAGED, kims(Act(reason="reply"), **QUEUED),
            "The person did something (reply): this lead stays in queue Front desk.",
        ),
        (
            Cause.NO_REPLY, kims(),
            "Nothing has happened to this lead for long: it stays with Kim Larsen, who is reminded.",
        ),
        (
            Cause.SLA_MISSED, kims(missed("tell-owner")),
            "The touch by this owner, due Mon 2 Mar 10:00 Berlin, was missed: this lead stays with Kim Larsen.",
        ),
        (
            Cause.SLA_MISSED, kims(missed(*LADDER)),
            "The touch by this owner was missed. Noor Haddad owns this lead because rule “Everybody to sales "
            "development” matched and it was their turn in Sales development.",
        ),
        (
            Cause.SLA_MISSED, kims(missed(*LADDER), hops=3),
            "The touch by this owner was missed. A person must decide about this lead (nobody acted) because "
            "deadlines were missed and nobody else could take it; Kim Larsen had it.",
        ),
        (
            Cause.SLA_MISSED, kims(missed("manager")),
            "The touch by this owner was missed. Ada Krüger owns this lead because they are the next up the "
            "reporting line who is there.",
        ),
        (
            Cause.SLA_MISSED, kims(missed("priority-queue")),
            "The touch by this owner was missed. This lead is in queue Front desk because that is where its "
            "ladder sends it.",
        ),
        (
            Cause.DECLINED, kims(Act(by="kim", reason="busy")),
            "Kim Larsen declined this lead (busy). Noor Haddad owns this lead because rule “Everybody to sales "
            "development” matched and it was their turn in Sales development.",
        ),
        (
            Cause.ENRICHED, kims(locked_until=MONDAY + HOUR),
            "Nothing changed: Kim Larsen keeps this lead because it is locked or was touched, which shields it from "
            "improvement.",
        ),
        (
            Cause.ENRICHED, kims(improved=2),
            "Nothing changed: Kim Larsen keeps this lead because better knowledge has moved it as often as the "
            "policy allows.",
        ),
        (
            Cause.ENRICHED, kims(arrived_at=MONDAY - 3 * DAY),
            "Nothing changed: Kim Larsen keeps this lead because it came too long ago for better knowledge to move it.",
        ),
    ],
)  # fmt: skip
def test_the_first_sentence_says_who_did_what(cause: Cause, subject: Lead, sentence: str) -> None:
    assert verdict_sentence(explained(TOLD, subject, world(), cause)) == sentence


def said(rules: Compiled, subject: Lead, cause: Cause) -> dict[str, list[str]]:
    return dict(sections(explained(rules, subject, world(), cause)))


def test_a_touch_tells_what_it_settled_and_asks_no_rule() -> None:
    act = Act(by="kim", channel="call", at=MONDAY - HOUR)
    assert said(TOLD, kims(act), Cause.TOUCHED) == {
        "": ["Kim Larsen reached out by phone: this lead stays with Kim Larsen."],
        "What happened": [
            "It happened Mon 2 Mar 09:00 Berlin.",
            "The first touch is met Mon 2 Mar 09:00 Berlin.",
            "Open tasks of Kim Larsen by phone are done.",
            "The touch by this owner is met Mon 2 Mar 09:00 Berlin.",
            "Kim Larsen has accepted the lead.",
        ],
        "What follows": [
            "Subscriber crm is told by webhook (lead.touched).",
            "It is decided again Mon 9 Mar 10:00 Berlin (no-reply).",
        ],
    }


def test_only_the_first_touch_meets_the_first_clock() -> None:
    again = said(RULES, kims(Act(by="noor", channel="sms"), touched=True), Cause.TOUCHED)
    assert again["What happened"] == ["Open tasks of Noor Haddad by SMS are done."]


def test_a_touch_by_nobody_in_particular_still_reads_well() -> None:
    told = said(RULES, kims(Act(), touched=True), Cause.TOUCHED)
    assert told[""] == ["Somebody reached out: this lead stays with Kim Larsen."]
    assert told["What happened"] == ["Open tasks of somebody are done."]


def test_a_climbed_ladder_tells_of_each_rung() -> None:
    assert said(RULES, kims(missed("re-route", "review"), hops=3), Cause.SLA_MISSED)["The ladder"] == [
        "Routing it again: missed deadlines have moved it as often as the policy allows.",
        "A person's decision: takes it.",
    ]
    again = said(RULES, kims(missed(*LADDER)), Cause.SLA_MISSED)
    assert again["The ladder"] == ["Routing it again: takes it."]
    assert "Kim Larsen cannot: had this lead before in this cycle." in " ".join(again["Who was asked"])


def named(lines: list[str]) -> list[str]:
    return [name for name in ("Kim", "Noor", "Ada") if name in " ".join(lines)]


@pytest.mark.parametrize(
    ("cause", "act", "hops"),
    [
        (Cause.ACCEPTED, Act(by="kim"), 0),
        (Cause.TOUCHED, Act(by="kim", channel="call"), 0),
        (Cause.DECLINED, Act(by="kim", reason="busy"), 0),
        (Cause.SLA_MISSED, missed(*LADDER), 3),
        (Cause.SLA_MISSED, missed("manager"), 0),
    ],
)
def test_a_rep_reads_no_name_of_a_colleague(cause: Cause, act: Act, hops: int) -> None:
    whole = explained(TOLD, kims(act, hops=hops), world(), cause)
    assert named(sentences(whole)) != []
    assert named(sentences(redacted(whole, "omar"))) == []


def test_a_subscriber_is_no_colleague() -> None:
    whole = explained(TOLD, kims(Act(by="kim", channel="call")), world(), Cause.TOUCHED)
    assert "Subscriber crm is told by webhook (lead.touched)." in sentences(redacted(whole, "omar"))
