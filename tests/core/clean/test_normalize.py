"""A lead's raw fields become facts, or problems that name their place."""

from datetime import UTC, datetime

import pytest

from firstright.core.clean.normalize import FIELDS, Cleaned, normalize
from firstright.core.clean.problem import Problem


def codes(cleaned: Cleaned) -> list[tuple[str, str]]:
    return [(each.pointer, each.code) for each in cleaned.problems]


def test_annas_form_becomes_standard_facts() -> None:
    raw = {
        "name": "  Dr. Anna   van der Berg ",
        "email": " Anna@Acme.DE",
        "phone": "030 901820",
        "company": "Acme GmbH & Co. KG",
        "website": "https://WWW.acme-group.com/kontakt",
        "country": "Deutschland",
        "state": "Bavaria",
        "postcode": "d-80331",
        "language": "de_DE",
        "employees": "1,001-5,000",
        "revenue": "€ 1.5 Mio.",
        "message": "Bitte um Rückruf.\r\nDanke\n",
        "consent": True,
        "occurred_at": "2026-03-01T09:30:00+01:00",
    }
    assert normalize(raw) == Cleaned(
        {
            "country": "DE",
            "name": "Dr. Anna van der Berg",
            "website": "acme-group.com",
            "domain": "acme.de",
            "email": "anna@acme.de",
            "email_domain": "acme.de",
            "email_kind": "business",
            "phone": "+4930901820",
            "phone_country": "DE",
            "phone_zone": "Europe/Berlin",
            "phone_kind": "fixed",
            "company": "Acme GmbH & Co. KG",
            "state": "DE-BY",
            "postcode": "80331",
            "language": "de-DE",
            "employees": 1001,
            "employees_band": "1001-5000",
            "revenue": 1_500_000,
            "revenue_band": "1M-10M",
            "message": "Bitte um Rückruf.\nDanke",
            "consent": True,
            "occurred_at": datetime(2026, 3, 1, 8, 30, tzinfo=UTC),
            "first_name": "Anna",
            "last_name": "van der Berg",
            "zone": "Europe/Berlin",
        },
        (),
    )


def test_every_wrong_value_is_listed_once_and_left_out() -> None:
    raw = {
        "name": "Bob\x00",
        "email": "bob@",
        "phone": 15551234567,
        "country": "Germny",
        "employees": "many",
        "consent": "yes",
        "occurred_at": "2026-02-30",
        "language": "xx-YY",
        "zone": "Europe/Berlim",
        "city": ["Köln"],
        "external_id": "x" * 256,
    }
    cleaned = normalize(raw)
    assert cleaned.facts == {}
    assert codes(cleaned) == [
        ("/country", "country.unknown"),
        ("/name", "text.control_char"),
        ("/email", "email.invalid"),
        ("/phone", "type.expected_string"),
        ("/city", "type.expected_string"),
        ("/language", "language.unknown"),
        ("/zone", "zone.unknown"),
        ("/employees", "number.format"),
        ("/external_id", "length.max"),
        ("/consent", "type.expected_boolean"),
        ("/occurred_at", "time.invalid"),
    ]


def test_a_problem_shows_type_and_an_escaped_excerpt_of_what_came() -> None:
    assert normalize({"country": 'Null "island"\u202e' + "x" * 80}).problems == (
        Problem(
            "/country",
            "country.unknown",
            "no country of that name or code",
            'string "Null \\u0022island\\u0022\\u202e' + "x" * 50 + '"',
        ),
    )


@pytest.mark.parametrize("nothing", [None, "", "   ", "\u00a0", "\u200b"])
@pytest.mark.parametrize("field", sorted(FIELDS))
def test_a_field_that_says_nothing_is_neither_fact_nor_problem(field: str, nothing: object) -> None:
    assert normalize({field: nothing}) == Cleaned({}, ())


def test_unknown_fields_and_derived_facts_that_were_sent_are_passed_over() -> None:
    assert normalize({"favourite_colour": "red", "domain": "evil.com", "email_kind": "business"}) == Cleaned(
        {}, ()
    )


def test_markup_and_formulas_are_kept_as_written() -> None:
    for name in (
        "<script>alert(1)</script>",
        "=HYPERLINK(1)",
        "{{7*7}}",
        "'; DROP TABLE lead",
        "＝2+2",
        "SHOUTING",
    ):
        assert normalize({"company": name}).facts == {"company": name}


def test_composed_and_decomposed_spelling_are_the_same_fact() -> None:
    assert normalize({"last_name": "Mu\u0308ller"}) == normalize({"last_name": "M\u00fcller"})


def test_bidi_controls_go_and_piles_of_accents_are_capped_but_persian_joiners_stay() -> None:
    raw = {"first_name": "A\u202elice", "last_name": "Z" + "\u0336" * 10_000, "company": "می\u200cخواهم"}
    assert normalize(raw) == Cleaned(
        {"first_name": "Alice", "last_name": "Z" + "\u0336" * 6, "company": "می\u200cخواهم"}, ()
    )


def test_half_a_surrogate_pair_is_refused() -> None:
    assert codes(normalize({"message": "\ud83d"})) == [("/message", "text.surrogate")]


def test_five_megabytes_of_message_are_too_long() -> None:
    assert codes(normalize({"message": "é" * 5_000_000})) == [("/message", "length.max")]


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("Ann Miller", "Ann", "Miller"),
        ("Miller, Ann", "Ann", "Miller"),
        ("Mary Ann Smith Jr.", "Mary Ann", "Smith"),
        ("Smith, Jr.", "Smith", None),
        ("Prof. Dr. João da Silva", "João", "da Silva"),
        ("Ludwig van Beethoven", "Ludwig", "van Beethoven"),
        ("Van Morrison", "Van", "Morrison"),
        ("Cher", "Cher", None),
        ("山田太郎", "山田太郎", None),
    ],
)
def test_a_full_name_is_split(name: str, first: str, last: str | None) -> None:
    expected = {"name": name, "first_name": first} | ({"last_name": last} if last else {})
    assert normalize({"name": name}).facts == expected


def test_a_full_name_is_not_split_when_either_half_was_given() -> None:
    raw = {"name": "Ann Miller", "first_name": "Annabel"}
    assert normalize(raw).facts == raw


def test_synonyms_are_applied_before_cleaning_and_may_mean_a_boolean() -> None:
    cleaned = normalize(
        {"city": " NYC ", "country": "Team Bavaria", "consent": "I agree", "industry": "hi-tech"},
        synonyms={
            "city": {"nyc": "New York City"},
            "country": {"team bavaria": "Germany"},
            "consent": {"i agree": "true"},
        },
    )
    assert cleaned == Cleaned(
        {
            "country": "DE",
            "city": "New York City",
            "industry": "Technology",
            "sector": "Technology",
            "consent": True,
            "zone": "Europe/Berlin",
        },
        (),
    )


@pytest.mark.parametrize(("said", "meant"), [("yes", True), ("1", True), ("off", False), ("Nein", False)])
def test_a_source_that_knows_only_text_may_say_yes(said: str, meant: bool) -> None:
    assert normalize({"consent": said}, texts=True).facts == {"consent": meant}
    assert codes(normalize({"consent": said})) == [("/consent", "type.expected_boolean")]


@pytest.mark.parametrize("value", ["true", 1, 0, "maybe", []])
def test_consent_is_never_guessed(value: object) -> None:
    assert codes(normalize({"consent": value})) == [("/consent", "type.expected_boolean")]


def test_the_default_country_reads_phones_and_states_but_is_no_fact() -> None:
    assert normalize({"phone": "(415) 555-2671", "state": "California"}, country="US").facts == {
        "phone": "+14155552671",
        "phone_country": "US",
        "phone_zone": "America/Los_Angeles",
        "phone_kind": "fixed-or-mobile",
        "state": "US-CA",
    }


def test_the_leads_own_country_wins_over_the_sources() -> None:
    assert (
        normalize({"country": "FR", "phone": "06 12 34 56 78"}, country="US").facts["phone"] == "+33612345678"
    )


def test_two_products_are_kept_apart_and_named_once() -> None:
    assert normalize({"product": ["Router", " Switch ", "Router", ""]}).facts == {
        "product": ("Router", "Switch")
    }
    assert codes(normalize({"product": ["Router", 7]})) == [("/product", "type.expected_string")]
