"""A model as data: asked in whole numbers, the same text and hash every time, refused when it was tampered with."""

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firstright.core.lead import Value
from firstright.core.learned import (
    Contribution,
    Feature,
    Model,
    Prediction,
    Training,
    chance_of,
    model_hash,
    model_text,
    predict,
    read_model,
)

EMPLOYEES = Feature("employees", (-600, 100, 800, 0, -50), (10, 20, 5, 0, 3), edges=(50, 200))
SOURCE = Feature("source", (400, -300, 0, -100), (9, 20, 9, 0), values=("referral", "web"))
MODEL = Model(
    "won", (EMPLOYEES, SOURCE), -1200, ((-2000, 10), (-1000, 150), (500, 600)), Training(38, 12, "status=won")
)

tables = st.lists(
    st.tuples(st.integers(-9000, 9000), st.integers(0, 1000)),
    min_size=1,
    max_size=12,
    unique_by=lambda p: p[0],
).map(lambda points: tuple(zip(sorted(p[0] for p in points), sorted(p[1] for p in points), strict=True)))


@pytest.mark.parametrize(
    ("have", "bin_"),
    [
        (0, "below 50"),
        (49, "below 50"),
        (50, "50 to 199"),
        (199, "50 to 199"),
        (200, "from 200"),
        ("many", "other"),
        (True, "other"),
        (None, "missing"),
        ("", "missing"),
    ],
)
def test_a_number_falls_into_the_bin_it_has_reached(have: Value | None, bin_: str) -> None:
    assert EMPLOYEES.bins[EMPLOYEES.bin_of(have)] == bin_


@pytest.mark.parametrize(
    ("have", "bin_"),
    [("Referral", "referral"), ("partner", "other"), (("web",), "web"), ((), "missing"), (7, "other")],
)
def test_a_text_is_found_without_case_and_lists_as_they_stand(have: Value, bin_: str) -> None:
    assert SOURCE.bins[SOURCE.bin_of(have)] == bin_


def test_a_lead_is_told_what_each_field_adds() -> None:
    assert predict(MODEL, {"employees": 500, "source": "web"}) == Prediction(
        chance=240,
        sum=-700,
        contributions=(Contribution("employees", "from 200", 800), Contribution("source", "web", -300)),
    )


@settings(max_examples=100, deadline=None)
@given(tables, st.lists(st.integers(-12_000, 12_000), min_size=2, max_size=10))
def test_a_higher_sum_is_never_a_lower_chance(table: tuple[tuple[int, int], ...], sums: list[int]) -> None:
    model = msgspec.structs.replace(MODEL, calibration=table)
    chances = [chance_of(model, total) for total in sorted(sums)]
    assert chances == sorted(chances)
    assert table[0][1] <= chances[0] and chances[-1] <= table[-1][1]


def test_a_chance_is_what_the_table_says_at_its_points_and_straight_between() -> None:
    assert [chance_of(MODEL, n) for n in (-9999, -2000, -1500, -1000, 0, 500, 9999)] == [
        *(10, 10, 80, 150, 450, 600, 600)
    ]


def test_a_model_is_read_back_from_its_text_and_its_hash_is_of_that() -> None:
    text = model_text(MODEL)
    assert read_model(text) == MODEL
    assert model_text(read_model(text)) == text
    assert model_hash(read_model(text)) == model_hash(MODEL)
    assert model_hash(msgspec.structs.replace(MODEL, intercept=-1201)) != model_hash(MODEL)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"shape": 2}, "its shape is 2 and this version reads 1"),
        ({"calibration": ()}, "its calibration does not rise"),
        ({"calibration": ((0, 500), (100, 400))}, "its calibration does not rise"),
        ({"calibration": ((0, 500), (0, 600))}, "its calibration does not rise"),
        ({"calibration": ((0, 1001),)}, "its calibration does not rise"),
        (
            {"features": (Feature("a", (1, 2), (1, 2), edges=(5,)),)},
            "a has not a weight and a count for each of its 4",
        ),
        ({"features": (Feature("a", (0,) * 5, (0,) * 5, edges=(9, 5)),)}, "the edges of a do not ascend"),
    ],
)
def test_what_no_training_of_ours_would_write_is_refused(change: dict[str, object], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        read_model(model_text(msgspec.structs.replace(MODEL, **change)))


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"name": 1}', model_text(MODEL)[:-1] + ',"more":1}'])
def test_what_is_no_model_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a model"):
        read_model(text)
