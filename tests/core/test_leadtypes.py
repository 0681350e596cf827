"""What a lead lacks goes by its type and how far it has come, and says whether it was left out, null, empty or unreadable."""

from datetime import timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from firstright.core.clean.problem import Problem
from firstright.core.leadtypes import (
    ASIDE,
    ON_THE_WAY,
    STATUSES,
    LeadType,
    lacking,
    missing,
    required_by,
    type_of,
)

PARTNER = LeadType(
    "partner", {"new": ("company", "product"), "qualified": ("employees",)}, timedelta(minutes=30)
)
OTHER = LeadType("", {"new": ("country",), "nurture": ("email",)})
TYPES = {"partner": PARTNER, "": OTHER}
NOT_GIVEN = "is required for this type of lead and was not given"


def test_a_lead_lacks_what_its_type_requires() -> None:
    assert lacking(TYPES, {"lead_type": "partner", "company": "Acme"}) == (
        Problem("/product", "required.missing", NOT_GIVEN, ""),
    )


def test_a_lead_of_a_type_without_a_row_goes_by_that_of_any_other() -> None:
    assert type_of(TYPES, {"lead_type": "reseller"}) is OTHER
    assert missing(type_of(TYPES, {}), {"product": ("arm",)}) == ("country",)


def test_without_any_row_nothing_is_required() -> None:
    assert lacking({}, {}) == ()
    assert lacking({"partner": PARTNER}, {}) == ()


def test_what_was_required_before_is_required_later_too() -> None:
    assert required_by(PARTNER, "contacted") == ("company", "product")
    assert required_by(PARTNER, "won") == ("company", "product", "employees")


def test_a_status_beside_the_way_asks_for_its_own_only() -> None:
    assert required_by(OTHER, "nurture") == ("email",)
    assert required_by(OTHER, "lost") == ()


def test_left_out_null_empty_blank_and_unreadable_are_told_apart() -> None:
    kind = {"": LeadType("", {"new": ("name", "email", "city", "company", "phone")})}
    given = {"email": None, "city": "", "company": "   ", "phone": "call me"}
    assert [(p.pointer, p.code, p.got) for p in lacking(kind, {}, given=given)] == [
        ("/name", "required.missing", ""),
        ("/email", "required.null", "null"),
        ("/city", "required.empty", 'string ""'),
        ("/company", "required.blank", 'string "   "'),
        ("/phone", "required.unreadable", 'string "call me"'),
    ]


@given(st.sets(st.sampled_from(["company", "product", "employees", "country", "email"])))
def test_whoever_knows_more_lacks_less_and_later_statuses_ask_for_no_less(known: set[str]) -> None:
    facts = dict.fromkeys(known, "x")
    for kind in TYPES.values():
        for status in STATUSES:
            assert set(missing(kind, facts, status)) == set(required_by(kind, status)) - known
        steps = [set(missing(kind, facts, status)) for status in ON_THE_WAY]
        assert all(one <= two for one, two in pairwise(steps))
    assert set(ASIDE).isdisjoint(ON_THE_WAY)
