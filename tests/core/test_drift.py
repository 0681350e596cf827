"""Drift against known answers: population stability by hand, months that came true and months that did not."""

from math import log

import msgspec
import pytest

from firstright.core.drift import FEW, Month, drift, psi
from firstright.core.lead import Value
from firstright.core.learned import Feature, Model, Training

SIZE = Feature("employees", (-500, 500, 0, 0), (60, 40, 0, 0), edges=(200,))
SOURCE = Feature("source", (0, 0, 0, 0), (50, 50, 0, 0), values=("event", "web"))
MODEL = Model(
    "won",
    (SIZE, SOURCE),
    0,
    ((-1000, 100), (1000, 500)),
    Training(100, 30, "won", deciles=(300,), decile_counts=(60, 40), error=10_000),
)
SMALL: dict[str, Value] = {"employees": 10, "source": "web"}
LARGE: dict[str, Value] = {"employees": 900, "source": "event"}


def test_the_index_is_that_of_the_textbook() -> None:
    assert psi([50, 50], [5, 5]) == 0
    assert psi([10, 20, 70], [20, 30, 50]) == pytest.approx(
        0.1 * log(2) + 0.1 * log(1.5) + (0.5 - 0.7) * log(0.5 / 0.7)
    )
    assert psi([1, 0], [0, 1]) > 9  # nobody is where they were: large, and not infinite


def test_leads_as_they_were_have_not_moved() -> None:
    lately = (
        [SMALL] * 30 + [{**SMALL, "source": "event"}] * 30 + [LARGE] * 20 + [{**LARGE, "source": "web"}] * 20
    )
    found = drift(MODEL, lately)
    assert [(one.field, round(one.index, 6), one.state) for one in found.moved] == [
        ("employees", 0, "stable"),
        ("score.model", 0, "stable"),
        ("source", 0, "stable"),
    ]
    assert found.reasons == ()


def test_a_form_that_no_longer_asks_for_the_size_is_told_with_its_bins() -> None:
    found = drift(MODEL, [{"source": "web"}] * 50 + [{"source": "event"}] * 50)
    assert found.reasons == ("shifted:employees", "shifted:score.model")
    employees = found.moved[0]
    assert employees.field == "employees" and employees.index > 9
    assert employees.bins == (("below 200", 0.6, 0.0), ("from 200", 0.4, 0.0), ("missing", 0.0, 1.0))


def test_a_field_that_moved_a_little_is_said_and_asks_for_nothing() -> None:
    lately = [{**SMALL, "source": "web" if n % 100 < 72 else "event"} for n in range(1000)]
    moved = {one.field: one.state for one in drift(MODEL, lately).moved}
    assert moved["source"] == "moved"


def test_of_a_few_leads_nothing_is_said() -> None:
    assert drift(MODEL, [LARGE] * (FEW - 1)) == msgspec.structs.replace(drift(MODEL, []), leads=FEW - 1)


def test_a_month_whose_chances_did_not_come_true_is_off_and_a_small_one_is_not_judged() -> None:
    ended = [("2026-01", 200, n % 5 == 0) for n in range(200)]
    ended += [("2026-02", 200, n % 2 == 0) for n in range(200)]
    ended += [("2026-03", 200, True)] * (FEW - 1)
    found = drift(MODEL, [], ended)
    assert found.months == (
        Month("2026-01", 200, pytest.approx(0.2), 0.2, pytest.approx(0.0), False),
        Month("2026-02", 200, pytest.approx(0.2), 0.5, pytest.approx(0.3), True),
        Month("2026-03", 99, pytest.approx(0.2), 1.0, None, False),
    )
    assert found.reasons == ("off:2026-02",)


def test_a_month_that_is_off_no_further_than_the_training_was_is_not() -> None:
    rough = msgspec.structs.replace(MODEL, training=msgspec.structs.replace(MODEL.training, error=260_000))
    ended = [("2026-02", 200, n % 2 == 0) for n in range(200)]
    assert drift(rough, [], ended).reasons == ()
