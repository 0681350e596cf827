"""Which values survive when records are one: by the rule of the field, each with the record it came from."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from firstright.core.lead import Fact
from firstright.core.matchrules import Matching
from firstright.core.survival import Record, Survivor, facts_of, survived
from routing import DAY, HOUR, MONDAY

PLAIN = Matching()
NOTHING = timedelta(0)


def record(ident: str, after: timedelta = NOTHING, by: str = "web", /, **facts: Fact) -> Record:
    return Record(ident, by, MONDAY + after, {"email": f"{ident}@acme.example", **facts})


def taken(master: Record, *children: Record, rules: Matching = PLAIN) -> dict[str, tuple[Fact, str, str]]:
    found = survived(master, children, rules)
    return {
        name: (each.value, each.origin, each.rule)
        for name, each in found.items()
        if not name.startswith("email")
    }


def test_the_newest_value_there_is_survives_and_one_that_is_empty_never_does() -> None:
    anna = record("anna", company="Acme", city="Bonn", title="CEO")
    ann = record("ann", DAY, company="Acme Holding", city="", title="")
    assert taken(anna, ann) == {
        "company": ("Acme Holding", "ann", "newest"),
        "city": ("Bonn", "anna", "only"),
        "title": ("CEO", "anna", "only"),
    }


def test_of_records_of_the_same_instant_the_master_s_value_stands() -> None:
    assert taken(record("b", company="Bee"), record("a", company="Ay"))["company"][:2] == ("Bee", "b")


def test_the_source_that_is_trusted_most_wins_and_among_its_equals_the_newest() -> None:
    rules = Matching(trusted=("crm", "form"), survives={"company": "trusted", "city": "trusted"})
    anna = record("anna", 2 * DAY, company="Newest")
    told = record("told", HOUR, "form", company="Told", city="Köln")
    old, crm = record("old", NOTHING, "crm", company="Old"), record("crm", DAY, "crm", company="Right")
    found = taken(anna, told, old, crm, rules=rules)
    assert found["company"] == ("Right", "crm", "trusted")
    assert found["city"] == ("Köln", "told", "only")


def test_the_longest_text_survives_where_a_policy_says_so() -> None:
    rules = Matching(survives={"company": "longest"})
    found = taken(record("a", company="Acme Holding AG"), record("b", DAY, company="Acme"), rules=rules)
    assert found["company"] == ("Acme Holding AG", "a", "longest")


def test_what_an_anonymous_record_says_fills_a_gap_and_replaces_nothing() -> None:
    chat = Record("chat", "chat", MONDAY + DAY, {"country": "US", "language": "en"})
    anna = record("anna", country="DE")
    assert taken(anna, chat) == {"country": ("DE", "anna", "newest"), "language": ("en", "chat", "only")}


def test_what_follows_from_a_field_comes_with_it() -> None:
    anna = record(
        "anna", phone="+4930123456", phone_country="DE", phone_kind="fixed", title="CEO", seniority="c-level"
    )
    ann = record("ann", DAY, phone="+15551234567", phone_country="US")
    assert taken(anna, ann) == {
        "phone": ("+15551234567", "ann", "newest"),
        "phone_country": ("US", "ann", "with phone"),
        "title": ("CEO", "anna", "only"),
        "seniority": ("c-level", "anna", "with title"),
    }


def test_a_name_is_one_thing() -> None:
    anna = record("anna", first_name="Anna", last_name="Berg", name="Anna Berg")
    ann = record("ann", DAY, last_name="Berger")
    assert taken(anna, ann) == {"last_name": ("Berger", "ann", "newest")}


def test_an_address_is_not_made_of_two_countries() -> None:
    anna = record("anna", country="DE", city="Bonn", postcode="53111")
    ann = record("ann", DAY, country="FR", city="Lyon")
    assert taken(anna, ann) == {"country": ("FR", "ann", "newest"), "city": ("Lyon", "ann", "only")}


def test_how_somebody_came_and_what_they_are_worth_is_the_master_s_and_points_are_not_added_up() -> None:
    anna = record("anna", score=100, source="web", external_id="7", **{"first.source": "fair"})
    ann = record("ann", DAY, score=50, source="chat", external_id="9", campaign="spring")
    assert taken(anna, ann) == {
        "score": (100, "anna", "master"),
        "source": ("web", "anna", "master"),
        "external_id": ("7", "anna", "master"),
        "first.source": ("fair", "anna", "master"),
    }


def test_lists_hold_what_any_record_held() -> None:
    anna, ann = record("anna", pages=("/", "/price")), record("ann", DAY, pages=("/price", "/demo"))
    assert taken(anna, ann)["pages"] == (("/", "/price", "/demo"), "ann", "joined")


def test_no_is_a_value() -> None:
    assert taken(record("a", consent=True), record("b", DAY, consent=False))["consent"][0] is False


NAMES = ("company", "city", "country", "phone", "phone_kind", "title", "seniority", "message", "employees")
FACTS = st.dictionaries(st.sampled_from(NAMES), st.sampled_from(["", "x", "yy", "zzz"]), max_size=6)
RECORDS = st.lists(
    st.tuples(FACTS, st.integers(0, 3), st.sampled_from(["web", "crm"])), min_size=1, max_size=4
)
RULED = st.sampled_from(
    [
        PLAIN,
        Matching(trusted=("crm",), survives={"company": "trusted", "city": "longest", "message": "trusted"}),
    ]
)


@given(RECORDS, RULED)
def test_every_survivor_is_what_its_record_says_and_the_order_of_merging_changes_nothing(
    given_: list[tuple[dict[str, str], int, str]], rules: Matching
) -> None:
    records = [
        Record(f"r{n}", source, MONDAY + days * DAY, facts) for n, (facts, days, source) in enumerate(given_)
    ]
    master, *children = records
    by_id = {each.id: each for each in records}
    found = survived(master, children, rules)
    assert all(by_id[each.origin].facts[name] == each.value != "" for name, each in found.items())
    assert survived(master, children[::-1], rules) == found
    assert list(found) == sorted(found)
    alone = survived(master, [], rules)
    assert facts_of(alone) == {name: fact for name, fact in sorted(master.facts.items()) if fact != ""}
    assert all(isinstance(each, Survivor) for each in found.values())
