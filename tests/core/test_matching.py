"""What is known about a lead: which records count, in which order, and which of them it is itself."""

from datetime import timedelta

import msgspec

from firstright.core.lead import Lead
from firstright.core.matching import MOST_OF, candidates, match
from firstright.core.world import Candidate, World
from routing import MONDAY, lead, roster

ANNA = lead(external_id="77", phone="+4930901820", last_name="Ek")
EXTERNAL, EMAIL, PHONE, DOMAIN = (
    ("external", "web:77"),
    ("email", "anna@acme.example"),
    ("phone", "+4930901820|ek"),
    ("domain", "acme.example"),
)


def known(records: dict[tuple[str, str], tuple[Candidate, ...]]) -> World:
    return World(MONDAY, 1, roster(), known=records)


def found(subject: Lead, records: dict[tuple[str, str], tuple[Candidate, ...]]) -> list[tuple[str, str]]:
    return [(c.id, c.key) for c in candidates(subject, known(records))]


def record(ident: str, key: str, kind: str = "lead", **fields: object) -> Candidate:
    return msgspec.structs.replace(Candidate(kind, ident, key), **fields)


def test_nothing_known_is_no_candidate() -> None:
    assert found(ANNA, {}) == []
    assert found(ANNA, {("email", "bob@acme.example"): (record("1", "email"),)}) == []


def test_the_strongest_key_comes_first_and_the_newest_within_it() -> None:
    records = {
        DOMAIN: (record("5", "domain"),),
        PHONE: (record("4", "phone"),),
        EMAIL: (record("2", "email"), record("3", "email")),
        EXTERNAL: (record("1", "external"),),
    }
    assert found(ANNA, records) == [
        ("1", "external"),
        ("3", "email"),
        ("2", "email"),
        ("4", "phone"),
        ("5", "domain"),
    ]


def test_a_record_found_twice_counts_once_by_its_strongest_key() -> None:
    assert found(ANNA, {DOMAIN: (record("1", "domain"),), EMAIL: (record("1", "email"),)}) == [("1", "email")]


def test_a_lead_never_finds_itself() -> None:
    assert found(ANNA, {EMAIL: (record(ANNA.id, "email"), record("2", "email"))}) == [("2", "email")]


def test_an_office_phone_without_the_same_last_name_is_nobody() -> None:
    other = lead(phone="+4930901820", last_name="Berg")
    assert found(other, {PHONE: (record("1", "phone"),)}) == []


def test_a_company_name_alone_proves_nothing() -> None:
    stranger = lead(email="x@gmail.com", domain="")
    assert found(stranger, {("company", "acme"): (record("1", "company"),)}) == []


def test_some_of_each_kind_reach_a_decision_strongest_and_newest_first() -> None:
    """Ten leads of one's own and fourteen colleagues once pushed the account and its owner out."""
    mine = tuple(record(f"9{n:02}", "email") for n in range(3))
    company = (
        *(record(f"{n:03}", "domain") for n in range(50)),
        *(record(f"a{n}", "domain", "account") for n in range(6)),
        *(record(f"o{n}", "domain", "opportunity") for n in range(6)),
    )
    ids = [ident for ident, _ in found(ANNA, {DOMAIN: company, EMAIL: mine})]
    assert ids[:3] == ["902", "901", "900"]
    assert sorted(ids[3:]) == sorted(
        [f"{n:03}" for n in range(43, 50)] + [f"a{n}" for n in range(2, 6)] + [f"o{n}" for n in range(2, 6)]
    )
    assert len(ids) <= sum(MOST_OF.values()) == 20


def test_only_a_key_that_names_a_person_makes_a_lead_the_same_person() -> None:
    same, colleague = record("1", "email"), record("2", "domain")
    sorted_out = match((same, colleague))
    assert (sorted_out.people, sorted_out.colleagues) == ((same,), (colleague,))


def test_records_are_sorted_by_what_they_are() -> None:
    kinds = {k: record(k, "domain", k) for k in ("contact", "account", "opportunity")}
    sorted_out = match(kinds.values())
    assert (sorted_out.contacts, sorted_out.accounts, sorted_out.opportunities) == tuple(
        (c,) for c in kinds.values()
    )


def test_a_lead_in_work_is_the_person_before_one_that_is_closed() -> None:
    closed, open_ = record("2", "email", open=False), record("1", "phone")
    assert match((closed, open_)).person == open_
    assert match((closed,)).person == closed
    assert match(()).person is None


def test_only_the_person_keeps_its_state() -> None:
    """The others are named in the record and not acted upon, so it stays small."""
    state = Lead({"email": "anna@acme.example"}, "web", MONDAY - timedelta(days=1), id="x")
    one, two = (record(n, "email", lead=msgspec.structs.replace(state, id=n)) for n in ("1", "2"))
    light = candidates(ANNA, known({EMAIL: (one, two)}))
    assert [(c.id, c.lead is not None) for c in light] == [("2", True), ("1", False)]
