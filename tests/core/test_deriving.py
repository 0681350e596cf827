"""What a lead is follows from the first row that holds, as asking each row by itself says; asked again it says the same."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from firstright.core.clean.text import fold
from firstright.core.deriving import BY, DERIVED, NONE, Derivation, Deriving, Evidence, with_derived
from firstright.core.junk import JunkChecks
from firstright.core.lead import Fact, Value
from firstright.core.rules.conditions import AllOf, AnyOf, Condition, Not, Op, Test, Truth, evaluate

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
LISTS = {"rivals": frozenset({"rival.example"}), "friends": frozenset({"friend.example", "rival.example"})}

PRICING_PAGE = Derivation(
    "pricing-page", "intent", "pricing", Test("landing_page", Op.CONTAINS, ("/pricing",))
)
PRICING_WORDS = Derivation("pricing-words", "intent", "pricing", words=("price", "how much", "Preis"))
DEMO = Derivation("demo-words", "intent", "demo", words=("demo",))
RIVALS = Derivation("rivals", "junk", "competitor", lists=("rivals",))
SUPPORT = Derivation("customers", "lead_type", "customer", Test("account.type", Op.IN, ("customer",)))


def derived(*rows: Derivation, **facts: Value) -> dict[str, Fact]:
    return Deriving(rows, LISTS).derived(named(facts), NOW)


def named(facts: Mapping[str, Value]) -> dict[str, Value]:
    return {name.replace("__", "."): value for name, value in facts.items()}


def test_the_first_row_that_holds_says_what_a_lead_wants_and_is_named() -> None:
    found = derived(PRICING_PAGE, DEMO, landing_page="https://acme.example/pricing", message="A demo, please")
    assert found == {"intent": "pricing", "intent_by": "pricing-page"}


def test_a_row_that_cannot_say_does_not_hold() -> None:
    assert derived(Derivation("big", "segment", "enterprise", Not(Test("employees", Op.MAX, (500,))))) == {}


def test_words_are_found_without_case_accents_and_marks() -> None:
    assert derived(PRICING_WORDS, message="What's the PRÉIS?") == {
        "intent": "pricing",
        "intent_by": "pricing-words",
    }


def test_words_are_whole_words() -> None:
    assert derived(PRICING_WORDS, DEMO, message="Priceless democracy, however much") == {}


def test_a_phrase_does_not_run_from_one_field_into_the_next() -> None:
    assert derived(PRICING_WORDS, topic="how", message="much") == {}


def test_a_word_of_a_script_that_does_not_part_words_is_found_inside_a_sentence() -> None:
    row = Derivation("pricing", "intent", "pricing", words=("価格", "가격"))
    assert derived(row, message="製品の価格を教えてください") == {"intent": "pricing", "intent_by": "pricing"}
    assert derived(row, message="가격을 알고 싶습니다") == {"intent": "pricing", "intent_by": "pricing"}


def test_words_are_looked_for_where_the_row_says() -> None:
    row = Derivation("boss", "segment", "top", words=("chief",), words_in=("title",))
    assert derived(row, title="Chief Executive") == {"segment": "top", "segment_by": "boss"}
    assert derived(row, message="Ask our chief") == {}


def test_a_list_has_a_lead_by_its_company_or_by_what_its_mail_domain_lies_under() -> None:
    junk = {"junk": "competitor", "junk_by": "rivals"}
    assert derived(RIVALS, domain="rival.example") == junk
    assert derived(RIVALS, email_domain="mail.rival.example") == junk
    assert derived(RIVALS, email_domain="arrival.example") == {}


def test_words_or_lists_are_enough_where_a_row_has_both() -> None:
    row = Derivation("either", "junk", "other", words=("casino",), lists=("rivals",))
    assert derived(row, message="casino")["junk"] == "other"
    assert derived(row, domain="rival.example")["junk"] == "other"
    assert derived(row, domain="acme.example", message="robots") == {}


def test_the_condition_holds_beside_the_words() -> None:
    row = Derivation("de", "intent", "pricing", Test("country", Op.IN, ("DE",)), words=("price",))
    assert derived(row, country="DE", message="price")["intent"] == "pricing"
    assert derived(row, country="FR", message="price") == {}
    assert derived(row, message="price") == {}


def test_a_later_field_may_ask_about_an_earlier_one() -> None:
    support = Derivation("support", "intent", "support", Test("lead_type", Op.IN, ("customer",)))
    assert derived(support, SUPPORT, account__type="customer") == {
        "lead_type": "customer",
        "lead_type_by": "customers",
        "intent": "support",
        "intent_by": "support",
    }


def test_what_the_sender_said_stands() -> None:
    assert derived(PRICING_PAGE, intent="demo", landing_page="/pricing") == {}


def test_a_row_that_is_over_it_holds_against_what_the_sender_said() -> None:
    job = Derivation("careers", "intent", "job", Test("landing_page", Op.CONTAINS, ("/careers",)), over=True)
    assert derived(PRICING_PAGE, job, intent="demo", landing_page="/careers/pricing") == {
        "intent": "job",
        "intent_by": "careers",
    }


def test_what_was_derived_before_and_holds_no_more_goes() -> None:
    facts = {"intent": "pricing", "intent_by": "pricing-page", "landing_page": "/about"}
    found = derived(PRICING_PAGE, **facts)
    assert found == {"intent": "", "intent_by": ""}
    assert with_derived(facts, found) == {"landing_page": "/about"}


def test_a_row_that_says_none_keeps_the_rows_and_checks_below_from_speaking() -> None:
    friends = Derivation("friends", "junk", NONE, lists=("friends",))
    checks = JunkChecks(("test-address",))
    deriving = Deriving((friends, RIVALS), LISTS, checks)
    assert deriving.derived({"domain": "friend.example", "email": "test@friend.example"}, NOW) == {}
    assert deriving.derived({"domain": "acme.example", "email": "test@acme.example"}, NOW) == {
        "junk": "test",
        "junk_by": "test-address",
    }


def test_rows_of_the_policy_are_asked_before_the_shipped_checks() -> None:
    deriving = Deriving((RIVALS,), LISTS, JunkChecks(("test-address",)))
    seen: dict[str, Value] = {"email": "test@rival.example", "domain": "rival.example"}
    assert deriving.derived(seen, NOW) == {"junk": "competitor", "junk_by": "rivals"}


def test_the_evidence_names_row_word_and_place_list_and_domain_or_that_it_was_said() -> None:
    deriving = Deriving((PRICING_WORDS, RIVALS, SUPPORT), LISTS, JunkChecks(("test-address",)))
    facts: dict[str, Value] = {
        "domain": "rival.example",
        "lead_type": "reseller",
        "topic": "Robots",
        "message": "How much is it? The price, please",
    }
    found = (
        Evidence("lead_type", "reseller"),
        Evidence("junk", "competitor", "rivals", list="rivals", listed="rival.example"),
        Evidence("intent", "pricing", "pricing-words", word="how much", word_in="message"),
    )
    assert deriving.evidence(facts, NOW) == found
    after = with_derived({k: v for k, v in facts.items() if isinstance(v, str)}, deriving.derived(facts, NOW))
    assert deriving.evidence(after, NOW) == found


def test_the_evidence_of_a_shipped_check_is_what_it_found() -> None:
    deriving = Deriving((), LISTS, JunkChecks(("test-address",)))
    assert deriving.evidence({"email": "test@acme.example"}, NOW) == (
        Evidence("junk", "test", "test-address", shipped=True, word="test", word_in="email"),
    )


def test_what_is_read_is_known_beforehand() -> None:
    deriving = Deriving((PRICING_PAGE, PRICING_WORDS, RIVALS), LISTS)
    assert deriving.reads == {"landing_page", "topic", "message", "offer"}


# Laws

WORDS = ("price", "how much", "Preis", "demo", "a demo", "価格")
tests = st.one_of(
    st.builds(Test, st.just("country"), st.sampled_from([Op.IN, Op.NOT_IN]), st.just(("DE",))),
    st.builds(Test, st.just("employees"), st.just(Op.MIN), st.tuples(st.integers(0, 3))),
    st.builds(Test, st.just("topic"), st.sampled_from([Op.PRESENT, Op.MISSING])),
)
conditions: st.SearchStrategy[Condition] = st.recursive(
    tests,
    lambda part: (
        st.lists(part, max_size=2).map(lambda parts: AllOf(tuple(parts)))
        | st.lists(part, max_size=2).map(lambda parts: AnyOf(tuple(parts)))
        | part.map(Not)
    ),
    max_leaves=3,
)
about_earlier = st.builds(
    Test, st.sampled_from(["lead_type", "junk"]), st.sampled_from([Op.PRESENT, Op.MISSING])
)


@st.composite
def tables(draw: st.DrawFn) -> tuple[Derivation, ...]:
    rows = []
    for number in range(draw(st.integers(0, 7))):
        field = draw(st.sampled_from(DERIVED))
        over = draw(st.booleans())
        values = ("a", "b") if over else ("a", "b", NONE)
        rows.append(
            Derivation(
                f"r{number}",
                field,
                draw(st.sampled_from(values)),
                draw(conditions | about_earlier if field in ("intent", "segment") else conditions),
                tuple(draw(st.lists(st.sampled_from(WORDS), max_size=2))),
                tuple(draw(st.lists(st.sampled_from(sorted(LISTS)), max_size=1))),
                draw(st.sampled_from([("topic", "message"), ("message",), ("title",)])),
                over,
            )
        )
    return tuple(rows)


said = st.sampled_from(["How much?", "a démo", "no price", "priceless", "価格は", "", "demo / PREIS"])
leads = st.fixed_dictionaries(
    {},
    optional={
        "country": st.sampled_from(["DE", "FR"]),
        "employees": st.integers(0, 4),
        "topic": said,
        "message": said,
        "title": said,
        "domain": st.sampled_from(["rival.example", "friend.example", "acme.example"]),
        "email_domain": st.sampled_from(["mail.rival.example", "gmail.example"]),
        **{name: st.sampled_from(["a", "z"]) for name in (*DERIVED, *BY.values())},
    },
)


def plain(rows: tuple[Derivation, ...], facts: Mapping[str, Value]) -> dict[str, Value]:
    """The facts afterwards, by asking each row by itself."""
    now = dict(facts)
    for field in DERIVED:
        by = BY[field]
        given = bool(now.get(field)) and not now.get(by)
        mine = [row for row in rows if row.field == field]
        order = [row for row in mine if row.over] + [row for row in mine if not row.over and not given]
        row = next((row for row in order if holds(row, now)), None)
        if row is None and given:
            continue
        if row is not None or now.get(by):
            now.pop(field, None)
            now.pop(by, None)
        if row is not None and row.value != NONE:
            now |= {field: row.value, by: row.id}
    return now


def holds(row: Derivation, facts: Mapping[str, Value]) -> bool:
    if evaluate(row.when, facts, NOW) is not Truth.TRUE:
        return False
    if not row.words and not row.lists:
        return True
    texts = [fold(str(facts.get(name, ""))) for name in row.words_in]
    spoken = any(written(fold(word), text) for word in row.words for text in texts)
    hosts = [str(facts.get(name, "")) for name in ("domain", "email_domain")]
    listed = any(
        have == one or have.endswith(f".{one}") for name in row.lists for one in LISTS[name] for have in hosts
    )
    return spoken or listed


def written(word: str, text: str) -> bool:
    return word in text if word == fold("価格") else re.search(rf"(?<!\S){word}(?!\S)", text) is not None


def cleared(facts: Mapping[str, Value]) -> dict[str, Value]:
    """Without the names of rows that nothing stands by: nobody reads them."""
    return {n: v for n, v in facts.items() if n not in BY.values() or facts.get(n.removesuffix("_by"))}


@given(tables(), leads)
@settings(max_examples=400, deadline=None)
def test_all_rows_at_once_say_what_each_says_by_itself(
    rows: tuple[Derivation, ...], facts: dict[str, Fact]
) -> None:
    found = with_derived(facts, Deriving(rows, LISTS).derived(facts, NOW))
    assert cleared(found) == cleared(plain(rows, facts))


@given(tables(), leads)
@settings(max_examples=200, deadline=None)
def test_asked_again_on_what_they_gave_they_say_the_same(
    rows: tuple[Derivation, ...], facts: dict[str, Fact]
) -> None:
    deriving = Deriving(rows, LISTS)
    once = with_derived(facts, deriving.derived(facts, NOW))
    assert with_derived(once, deriving.derived(once, NOW)) == once


@given(tables(), leads)
@settings(max_examples=200, deadline=None)
def test_the_evidence_names_the_value_and_the_row_of_each_fact(
    rows: tuple[Derivation, ...], facts: dict[str, Fact]
) -> None:
    deriving = Deriving(rows, LISTS)
    after = with_derived(facts, deriving.derived(facts, NOW))
    told = {e.field: (e.value, e.row) for e in deriving.evidence(facts, NOW) if e.value}
    assert told == {field: (after[field], after.get(BY[field], "")) for field in DERIVED if after.get(field)}
