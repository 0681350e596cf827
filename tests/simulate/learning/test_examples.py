"""A file of leads becomes a training set: kinds of columns, what is missing, the order of time, cuts."""

from firstright.simulate.learning.examples import Examples, from_texts
from simulate.learning.made import made

RECORDS = [
    {"day": "2026-03-02", "size": "500", "fee": "12.5", "code": "07", "country": "NA", "won": "Yes"},
    {"day": "2026-01-02", "size": "unknown", "fee": "3", "code": "x1", "country": "DE", "won": "no"},
    {"day": "2026-02-02", "size": "", "fee": "?", "code": "12", "country": "-", "won": ""},
]


def test_columns_are_read_as_what_all_their_values_are() -> None:
    found = from_texts(
        RECORDS,
        "won",
        frozenset({"yes"}),
        fields={"size": "employees"},
        dropped=frozenset({"code"}),
        at="day",
    )
    assert found == Examples(
        rows=[{"fee": 3, "country": "DE"}, {}, {"employees": 500, "fee": 12, "country": "NA"}],
        had=[False, False, True],
        outcome="won=yes",
        days=["2026-01-02", "2026-02-02", "2026-03-02"],
    )


def test_one_text_makes_a_column_of_texts() -> None:
    found = from_texts(RECORDS, "won", frozenset({"yes"}))
    assert [row["code"] for row in found.rows] == ["07", "x1", "12"]


def test_a_column_of_numbers_is_one_whatever_it_calls_unknown_and_a_code_is_none() -> None:
    """One NA among 20,000 head counts made each of them a word of its own; postcodes were binned by size."""
    records = [
        {"size": "50", "fee": "12,5", "postcode": "01067"},
        {"size": "NA", "fee": "3", "postcode": "80331"},
        {"size": "n.a.", "fee": "--", "postcode": ""},
    ]
    assert from_texts(records, "won", frozenset({"yes"})).rows == [
        {"size": 50, "fee": 12, "postcode": "01067"},
        {"fee": 3, "postcode": "80331"},
        {},
    ]


def test_cuts_take_every_row_once_and_those_by_time_in_order() -> None:
    whole = made(1000)
    early, late = whole.by_time(70)
    assert (early.rows, late.rows) == (whole.rows[:700], whole.rows[700:])
    one, other = whole.by_chance(70)
    assert len(one.rows) + len(other.rows) == 1000 and 650 < len(one.rows) < 750
    assert whole.by_chance(70) == (one, other)
    assert whole.between("2026-02-01", "2026-04-01").days == ["2026-02-01"] * 83 + ["2026-03-01"] * 83
    assert whole.without(["source"]).fields == ("employees",)
