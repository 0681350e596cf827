"""Fields that are known only after the outcome are found, by name and by what they do; honest ones are left in peace."""

import csv
import gzip
from pathlib import Path

import msgspec
import pytest

from firstright.simulate.learning.examples import Examples, from_texts
from firstright.simulate.learning.leakage import Leak, leaks
from simulate.learning.made import chance, made

BANK = Path(__file__).parents[4] / "shared" / "data" / "leads" / "bank_marketing" / "bank_market.csv.gz"


def codes(examples: Examples) -> dict[str, str]:
    return {leak.field: leak.code for leak in leaks(examples)}


def test_honest_fields_are_not_suspected() -> None:
    assert leaks(made()) == ()


@pytest.mark.parametrize(
    "name",
    [
        *(
            "duration",
            "call_result",
            "closed_at",
            "closedDate",
            "Close Date",
            "lost_reason",
            "status",
            "is_won",
        ),
        *(
            "talk_secs",
            "CallMinutes",
            "Gesprächsdauer",
            "Durée de l'appel",
            "durata chiamata",
            "Call Length",
            "billsec",
        ),
        *("demo_held", "contract_value", "callOutcome", "days_to_close", "conversion_date", "score"),
    ],
)
def test_what_is_called_so_is_known_only_afterwards(name: str) -> None:
    noise = ["a" if chance(n, "noise") < 0.5 else "b" for n in range(1000)]
    assert codes(made(1000, **{name: noise})) == {name: "known-after"}


@pytest.mark.parametrize(
    "name",
    [
        "poutcome",
        "previous",
        "campaign",
        "source",
        "closeness",
        "dealer",
        "wonderful",
        "loss",
        "landing_page",
        "best_call_time",
        "phone_time_zone",
        "callback",
        "recall_minutes",
        "call_center",
    ],
)
def test_what_only_sounds_like_it_is_not(name: str) -> None:
    noise = ["a" if chance(n, "noise") < 0.5 else "b" for n in range(1000)]
    assert codes(made(1000, **{name: noise})) == {}


def test_a_field_that_tells_everything_is_refused_with_its_figure() -> None:
    plain = made(2000)
    tells = made(2000, rank=[90 + n % 10 if won else n % 95 for n, won in enumerate(plain.had)])
    assert leaks(tells) == (
        Leak(
            "rank",
            "tells-all",
            "it alone tells outcomes apart with an AUC of 0.982; more than 0.95 is too good to be known before.",
            0.9825,
        ),
    )


def test_a_field_that_is_filled_for_winners_only_is_refused_and_one_of_three_rows_is_chance() -> None:
    plain = made(2000)
    winners = [n for n, had in enumerate(plain.had) if had]
    some = set(winners[:40])
    filled = made(2000, plan=[("gold" if n % 2 else "iron") if n in some else None for n in range(2000)])
    assert leaks(filled) == (
        Leak("plan", "one-sided", "it is filled for 40 leads, all of which had the outcome.", 40),
    )
    three = set(winners[:3])
    assert codes(made(2000, plan=["gold" if n in three else None for n in range(2000)])) == {}


def test_a_field_that_leads_get_only_after_they_were_decided_about_is_refused() -> None:
    later = msgspec.structs.replace(made(1000), later={"employees": 1500, "source": 900})
    assert leaks(later) == (
        Leak(
            "employees",
            "appears-later",
            "1500 of 2500 leads that have it got it only after they were decided about.",
            0.6,
        ),
    )


@pytest.mark.skipif(not BANK.exists(), reason="the shared data are not here")
def test_how_long_the_bank_spoke_to_them_is_refused_and_nothing_else() -> None:
    with gzip.open(BANK, "rt") as file:
        records = list(csv.DictReader(file))[::5]
    examples = from_texts(records, "y", frozenset({"yes"}), dropped=frozenset({"Cust_num"}))
    assert codes(examples) == {"duration": "known-after"}
