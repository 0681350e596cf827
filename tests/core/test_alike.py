"""A person who writes under another address is the lead they are, where what both say proves it; in doubt a person says so."""

import msgspec
import pytest

from firstright.core.lead import Fact, Lead, Outcome
from firstright.core.matching import ALIKE, candidates, match
from firstright.core.matchkeys import match_keys
from firstright.core.matchrules import MATCHING, Matching
from firstright.core.why.sentences import sentences
from firstright.core.world import Candidate, World
from routing import (
    CATCH_ALL,
    HEAD,
    MONDAY,
    TO_SDR,
    explained,
    kept_by,
    lead,
    owned,
    policy,
    routed,
    verdicts,
    world,
)

RULES = policy(TO_SDR, CATCH_ALL)
CAREFUL = policy("[matching]\nlink = 950\n", TO_SDR, CATCH_ALL)
FLAGGED = policy('[matching]\nlink = 950\nunsure = "route"\n', TO_SDR, CATCH_ALL)
ANNA: dict[str, Fact] = {
    "first_name": "Anna",
    "last_name": "Lindqvist",
    "email": "anna.lindqvist@acme.example",
    "phone": "+4930901820",
}


def stored(**facts: Fact) -> Lead:
    """Anna as Noor has her."""
    return msgspec.structs.replace(lead(id="anna", **{**ANNA, **facts}), **owned("noor"))


def knows(having: Lead, came: Lead) -> World:
    """A world in which `having` stands under its keys, and of which `came` sees what it shares a key with."""
    found = {
        key: (
            Candidate(
                "lead",
                having.id,
                key[0],
                having.holder.id,
                True,
                MONDAY,
                lead=None if key[0] == "domain" else having,
            ),
        )
        for key in match_keys(having.facts, having.source)
    }
    return msgspec.structs.replace(world(), known=found)


def _keys(**facts: Fact) -> tuple[tuple[str, str], ...]:
    return match_keys(lead(**facts).facts, "web")


def test_a_mailbox_has_one_key_in_all_its_spellings() -> None:
    one = dict.fromkeys(_keys(email="a.nna+web@googlemail.com", domain="", company=""))
    other = dict.fromkeys(_keys(email="anna@gmail.com", domain="", company=""))
    assert ("email", "anna@gmail.com") in one.keys() & other.keys()
    assert ("email", "a.nna+web@googlemail.com") in one


def test_names_that_sound_alike_have_a_key_only_beside_a_company_or_a_postcode() -> None:
    assert [key for key in _keys(**ANNA, company="", domain="") if key[0] == "person"] == []
    at_acme = [key for key in _keys(**ANNA, postcode="10115") if key[0] == "person"]
    from_home = [key for key in _keys(**ANNA, postcode="10115", domain="") if key[0] == "person"]
    swapped = _keys(first_name="Lindkvist", last_name="Ana", postcode="10115", domain="", company="ACME GmbH")
    assert len(at_acme) == 1
    assert len(from_home) == 2
    assert set(at_acme) < set(from_home)
    assert [key for key in swapped if key[0] == "person"] == from_home


def test_who_writes_from_another_address_of_the_same_company_joins_the_lead_they_are() -> None:
    came = lead(
        id="again",
        first_name="Anna",
        last_name="Lindkvist",
        email="a.lindqvist@acme.example",
        phone="+4930901820",
    )
    decision = routed(RULES, came, knows(stored(), came))
    assert (decision.lead, decision.reason, kept_by(decision)) == ("anna", "repeat-enquiry", "noor")


def test_somebody_of_nearly_that_name_in_the_same_company_is_shown_to_a_person_with_what_is_alike() -> None:
    came = lead(id="again", first_name="Ana", last_name="Lindkvist", email="info2@acme.example")
    where = knows(stored(), came)
    found = match(candidates(came, where, CAREFUL.policy.matching))
    assert [(c.id, c.unsure) for c in found.unsure] == [("anna", True)]
    decision = routed(CAREFUL, came, where)
    assert (decision.outcome, decision.reason, decision.holder.id) == (
        Outcome.REVIEW,
        "maybe-known",
        "likely-duplicate",
    )
    assert decision.credits == ()
    told = "\n".join(sentences(explained(CAREFUL, came, where)))
    assert "may be one we have" in told
    assert "% alike (" in told


def test_where_the_policy_says_so_one_in_doubt_is_routed_all_the_same() -> None:
    came = lead(id="again", first_name="Ana", last_name="Lindkvist", email="info2@acme.example")
    assert routed(FLAGGED, came, knows(stored(), came)).outcome is Outcome.OWNER


@pytest.mark.parametrize(
    "other",
    [
        {"first_name": "Bert", "last_name": "Lindqvist", "email": "bert.lindqvist@acme.example"},
        {"first_name": "Anna", "last_name": "Berg", "email": "anna.berg@acme.example"},
    ],
)
def test_a_colleague_is_nobody_we_have(other: dict[str, Fact]) -> None:
    came = lead(id="again", **other)
    found = match(candidates(came, knows(stored(), came)))
    assert (found.people, found.unsure) == ((), ())


def test_a_source_whose_leads_are_known_by_other_keys_is_asked_for_those() -> None:
    came = lead(id="again", **ANNA)
    where = knows(stored(), came)
    assert match(candidates(came, where)).person is not None
    chat = Matching(keys={"web": ("external", "domain")})
    assert match(candidates(came, where, chat)).person is None
    assert [c.key for c in candidates(came, where, chat)] == ["domain"]


def account(score: int, *, unsure: bool) -> Candidate:
    return Candidate(
        "account", "acc-1", "company", "noor", label="Acme Rockets GmbH", score=score, unsure=unsure
    )


def test_an_account_by_its_name_and_one_thing_more_has_its_owner_asked() -> None:
    came = lead(id="again", company="Acme Rockets", domain="")
    where = msgspec.structs.replace(world(), known={(ALIKE, "again"): (account(950, unsure=False),)})
    assert kept_by(routed(RULES, came, where)) == "noor"


def test_an_account_that_may_be_theirs_is_for_a_person_to_say() -> None:
    came = lead(id="again", company="Acme Rockets", domain="")
    where = msgspec.structs.replace(world(), known={(ALIKE, "again"): (account(800, unsure=True),)})
    decision = routed(RULES, came, where)
    assert (decision.outcome, decision.reason) == (Outcome.REVIEW, "maybe-known")
    assert verdicts(decision) == [("acc-1", "unsure", "review")]


def test_the_default_thresholds_are_those_likeness_is_made_for() -> None:
    assert (MATCHING.link, MATCHING.review) == (900, 750)


def test_once_a_person_has_said_where_it_goes_it_is_not_asked_again() -> None:
    came = lead(id="again", first_name="Ana", last_name="Lindkvist", email="info2@acme.example")
    where = knows(stored(), came)
    told = msgspec.structs.replace(came, outcome=Outcome.REVIEW, epoch=1)
    assert HEAD  # the same team
    assert routed(CAREFUL, told, where).outcome is Outcome.OWNER
