"""splink on the same base, trained as its guide says without labels: u by random sampling, m by expectation maximisation over
two blockings. Needs the extra `er`."""

import logging
import warnings
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from itertools import combinations
from typing import Any

from firstright.core.clean.company import company_key
from firstright.core.likeness.batch import COMPANY
from firstright.simulate.quality.bases import Base, Record

AT = 0.5  # the probability from which two are said to be one, where nobody chooses
_LEAST = 0.01
_SEED = 7
_PEOPLE = ("first_name", "last_name", "birth_date", "email", "phone", "postcode", "city", "street", "ids")
_FIRMS = ("company", "street", "city", "postcode", "phone", "email")


def installed() -> bool:
    return find_spec("splink") is not None


def trainable(base: Base) -> bool:
    """With one field there is nothing to block on while the weights of another are learned."""
    return not base.names_only


def splinked(records: Sequence[Record], kinds: Sequence[str]) -> list[tuple[float, tuple[int, int]]]:
    """(match probability, pair) of people, and of companies, by place in `records`; a base of both is two bases."""
    found: list[tuple[float, tuple[int, int]]] = []
    for kind in sorted(set(kinds)):
        places = [at for at, each in enumerate(kinds) if each == kind]
        if len(places) > 2:
            found += _trained(records, places, _FIRMS if kind == COMPANY else _PEOPLE)
    return found


def of_base(base: Base) -> list[tuple[float, tuple[int, int]]]:
    found = splinked(base.records, base.kinds)
    return [(value, pair) for value, pair in found if base.across(*pair)]


def _trained(
    records: Sequence[Record], places: Sequence[int], fields: Sequence[str]
) -> list[tuple[float, tuple[int, int]]]:
    import splink  # the extra: only who asks for it pays for it

    logging.getLogger("splink").setLevel(logging.ERROR)
    used = [name for name in fields if sum(bool(records[at].get(name)) for at in places) * 20 > len(places)]
    rows = [{"unique_id": at, **{name: _text(records[at], name) for name in used}} for at in places]
    api = splink.DuckDBAPI()
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore"
        )  # it warns of levels nobody was seen on: on small bases there are some
        table = api.register(rows)
        settings = splink.SettingsCreator(
            link_type="dedupe_only",
            comparisons=[_comparison(name) for name in used],
            blocking_rules_to_generate_predictions=[splink.block_on(*names) for names in _blocks(used)],
            retain_intermediate_calculation_columns=False,
        )
        linker = splink.Linker(table, settings, log_level=logging.ERROR)
        _train(linker, splink, used, rows)
        predicted = linker.inference.predict(threshold_match_probability=_LEAST)
    return [
        (float(row["match_probability"]), _ordered(int(row["unique_id_l"]), int(row["unique_id_r"])))
        for row in predicted.as_record_list()
    ]


def _train(linker: Any, splink: Any, used: Sequence[str], rows: Sequence[Mapping[str, object]]) -> None:
    from splink.internals.exceptions import EMTrainingException  # as above

    pairs: list[tuple[str, ...]] = [*combinations(used, 2)] or [tuple(used)]
    sure = [splink.block_on(*names) for names in pairs[:3]]
    if any(
        _shared(rows, names) for names in pairs[:3]
    ):  # else it works out that nobody is anybody, and fails on it
        linker.training.estimate_probability_two_random_records_match(sure, recall=0.7)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=_SEED)
    for name in used[:3]:
        try:
            linker.training.estimate_parameters_using_expectation_maximisation(splink.block_on(name))
        except (EMTrainingException, ValueError):
            # Nobody shares that field with anybody, or so few that a probability falls below what it takes: nothing to learn.
            continue


def _shared(rows: Sequence[Mapping[str, object]], names: Sequence[str]) -> bool:
    """Whether two rows agree on all of these."""
    values = [tuple(row[name] for name in names) for row in rows if all(row[name] for name in names)]
    return len(set(values)) < len(values)


def _comparison(name: str) -> Any:
    import splink.comparison_library as cl  # as above

    match name:
        case "first_name" | "last_name":
            return cl.NameComparison(name).configure(term_frequency_adjustments=True)
        case "birth_date":
            return cl.DateOfBirthComparison(name, input_is_string=True, invalid_dates_as_null=True)
        case "email":
            return cl.EmailComparison(name)
        case "company":
            return cl.JaroWinklerAtThresholds(name, [0.95, 0.88]).configure(term_frequency_adjustments=True)
        case "street":
            return cl.JaroWinklerAtThresholds(name, [0.9, 0.8])
        case "city":
            return cl.LevenshteinAtThresholds(name, 2).configure(term_frequency_adjustments=True)
        case _:
            return cl.LevenshteinAtThresholds(name, [1, 2])


def _blocks(used: Sequence[str]) -> list[tuple[str, ...]]:
    """Every field by itself but a city, which too many share."""
    return [(name,) for name in used if name != "city"] or [tuple(used)]


def _text(record: Record, name: str) -> str | None:
    value = record.get(name)
    if name == "company" and value:
        return company_key(str(value)) or None
    text = " ".join(value) if isinstance(value, tuple) else str(value or "")
    return text.lower() or None


def _ordered(a: int, b: int) -> tuple[int, int]:
    return (a, b) if a < b else (b, a)
