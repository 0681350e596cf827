"""Whether two records are one person: near misses by name, and what holds for any two."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firstright.core.lead import Value
from firstright.core.likeness import Likeness, Reason, Verdict, person_likeness
from firstright.core.likeness.value import LINK, REVIEW

JANE = {
    "first_name": "Jane",
    "last_name": "Kowalczyk",
    "email": "jane.kowalczyk@gmail.com",
    "phone": "+14155550123",
    "city": "Portland",
}


def band(a: dict[str, Value], b: dict[str, Value]) -> str:
    found = person_likeness(a, b)
    if found.score >= LINK and found.supported:
        return "link"
    return "review" if found.score >= REVIEW else "new"


def but(**changed: Value) -> dict[str, Value]:
    return {**JANE, **changed}


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        (but(), "link"),
        (but(first_name="Janie"), "link"),
        (but(first_name="J"), "link"),
        (but(first_name="Kowalczyk", last_name="Jane"), "link"),
        (but(last_name="Kowalzcyk"), "link"),
        (but(last_name="Kowalczyk-Smith"), "link"),
        (but(email="janekowalczyk+news@gmail.com"), "link"),
        (but(last_name="Novak"), "link"),  # she married
        (but(first_name="Peter"), "new"),  # her brother, at the same address with the same mailbox
        (but(first_name="Peter", email="peter@kowalczyk.org"), "new"),
        (but(suffix="Sr", first_name="Jane Jr"), "link"),
    ],
)
def test_who_is_jane(other: dict[str, Value], expected: str) -> None:
    assert band(JANE, other) == expected


def test_a_name_alone_is_never_enough() -> None:
    name = {"first_name": "Wilhelmina", "last_name": "Featherstonehaugh"}
    found = person_likeness(name, name)
    assert (found.supported, found.reasons) == (
        False,
        (Reason("given", Verdict.SAME, 56), Reason("family", Verdict.SAME, 68)),
    )


def test_father_and_son_share_everything_but_the_suffix() -> None:
    father, son = but(first_name="John", suffix="Sr"), but(first_name="John", suffix="Jr")
    assert person_likeness(father, son).score < LINK < person_likeness(father, father).score


def test_names_in_two_scripts_say_nothing_for_or_against() -> None:
    a = {"last_name": "王", "first_name": "杰", "birth_date": "1993-09-14", "ids": ("passport:832721",)}
    b = {"last_name": "Wang", "first_name": "Jie", "birth_date": "1993-09-14", "ids": ("passport:832721",)}
    assert band(a, b) == "link"


WORDS = st.sampled_from(
    ["Anna", "Ann", "Bob", "Robert", "de la Cruz", "Smith", "Smyth", "O'Hare", "王", "J", "Jr", ""]
)
FACTS = st.fixed_dictionaries(
    {},
    optional={
        "first_name": WORDS,
        "last_name": WORDS,
        "name": WORDS,
        "email": st.sampled_from(["a@x.com", "ann.smith@x.com", "ann.smith@gmail.com", "info@x.com"]),
        "phone": st.sampled_from(["+14155550123", "+14155550132", "5550123"]),
        "birth_date": st.sampled_from(["1980-01-02", "1980-02-01", "1981-01-02", "1999-12-31"]),
        "street": st.sampled_from(["12 Main Street", "Main St 12", "99 Oak Rd, 97035 Portland"]),
        "postcode": st.sampled_from(["97035", "97053", "10115"]),
        "city": st.sampled_from(["Portland", "Portlnad", "Berlin"]),
        "company": st.sampled_from(["Acme GmbH", "ACME", "Other Ltd"]),
        "suffix": st.sampled_from(["Jr", "Sr"]),
        "gender": st.sampled_from(["f", "Female", "M"]),
        "ids": st.sampled_from([("tax:123456",), ("tax:123465", "dl:1"), ("dl:2",)]),
    },
)


@settings(max_examples=300, deadline=None)
@given(FACTS, FACTS)
def test_it_does_not_matter_who_comes_first_nor_in_which_order_fields_stand(
    a: dict[str, Value], b: dict[str, Value]
) -> None:
    found = person_likeness(a, b)
    assert person_likeness(b, a) == found
    assert person_likeness(dict(reversed(a.items())), dict(reversed(b.items()))) == found


@settings(max_examples=200, deadline=None)
@given(FACTS, FACTS)
def test_nobody_is_more_like_somebody_than_that_one_is(a: dict[str, Value], b: dict[str, Value]) -> None:
    same: Likeness = person_likeness({**b, **a}, {**b, **a})
    assert 0 <= person_likeness({**b, **a}, b).score <= max(same.score, person_likeness(b, b).score)


@pytest.mark.parametrize(
    "contradiction",
    [
        {"birth_date": "1950-11-30"},
        {"gender": "m"},
        {"suffix": "Jr"},
        {"ids": ("tax:999999",)},
        {"first_name": "Otto"},
    ],
)
def test_a_contradiction_lowers_the_score(contradiction: dict[str, Value]) -> None:
    whole = but(birth_date="1980-01-02", gender="f", suffix="Sr", ids=("tax:123456",))
    assert person_likeness(whole, {**whole, **contradiction}).score < person_likeness(whole, whole).score


def test_two_long_addresses_are_not_near_for_being_long() -> None:
    """Six slips were allowed where five are counted: any two addresses of thirty letters were one with a slip."""
    a = {"first_name": "Ashwin", "email": "ashwin.krishnamurthy@northwind-orbital.example", "city": "Kolkata"}
    b = {"first_name": "Ashwin", "email": "chatterjee.holdings@bluepeak-tessera.example", "city": "Kolkata"}
    mail = next(r for r in person_likeness(a, b).reasons if r.field == "email")
    assert mail.verdict is Verdict.DIFFERS


def test_one_mailbox_at_two_long_hosts_is_not_one_address_with_a_slip() -> None:
    a = {"email": "sales.desk7@northwind-orbital.example"}
    slipped = {"email": "sales.desk7@northwind-orbitol.example"}
    elsewhere = {"email": "sales.desk7@bluepeak-tesseras.example"}
    worth = [person_likeness(a, b).reasons[0].weight for b in (slipped, elsewhere)]
    assert worth[0] > worth[1]


def test_addresses_that_only_say_a_name_say_it_once() -> None:
    """Every second John Smith is john.smith somewhere."""
    name = {"first_name": "Willem", "last_name": "van Dijk"}

    def of(local: str) -> Verdict:
        here, there = (name | {"email": f"{local}@{host}"} for host in ("gmail.com", "northwind.example"))
        found = person_likeness(here, there)
        assert found.supported == (found.reasons[-1].verdict is Verdict.NEAR)
        return found.reasons[-1].verdict

    assert [of(local) for local in ("willem.vandijk", "wvandijk", "dijk.w7")] == [Verdict.SHARED] * 3
    assert of("blue.heron77") is Verdict.NEAR


def test_another_family_name_and_nothing_of_ones_own_is_somebody_else() -> None:
    """Two Jennifers of one town, born five days apart, were linked."""
    a = {"first_name": "Jennifer", "last_name": "Lasiley", "birth_date": "1945-12-18", "city": "Portland"}
    b = {"first_name": "Jennifer", "last_name": "Tonison", "birth_date": "1945-12-13", "city": "Portland"}
    assert band(a, b) != "link"
    assert not person_likeness(a, b).supported
