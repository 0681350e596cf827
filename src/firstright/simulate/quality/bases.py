"""Bases whose truth is known, read from the folder of shared data. Each is records, what kind they are, and which are one."""

import csv
import json
from collections.abc import Callable, Mapping
from hashlib import sha256
from importlib.resources import files
from itertools import combinations
from pathlib import Path

import msgspec

from firstright.core.lead import Value
from firstright.core.likeness.batch import COMPANY, PERSON, kind_of
from firstright.intake.recordfile import Layout, facts_of, layout, rows
from firstright.intake.refused import Refused

Record = dict[str, Value]
Row = dict[str, str]


class Base(msgspec.Struct, frozen=True):
    """`truth` names the one each record is. A base of two `sides` is linked across them; else it is compared with itself."""

    name: str
    records: tuple[Record, ...]
    kinds: tuple[str, ...]
    truth: tuple[str, ...]
    sides: tuple[int, ...] = ()

    def pairs(self) -> frozenset[tuple[int, int]]:
        """Pairs that are one, the lower place first."""
        under: dict[str, list[int]] = {}
        for at, name in enumerate(self.truth):
            under.setdefault(name, []).append(at)
        found = (pair for members in under.values() for pair in combinations(members, 2))
        return frozenset(pair for pair in found if self.across(*pair))

    @property
    def names_only(self) -> bool:
        return all(set(record) <= {"company"} for record in self.records)

    def across(self, a: int, b: int) -> bool:
        return not self.sides or self.sides[a] != self.sides[b]


Loader = Callable[[Path], Base]


def read(path: Path) -> list[Row]:
    """Rows of a CSV, by trimmed names."""
    with path.open("rb") as file:
        found = rows(file)
        if isinstance(found, Refused):
            raise ValueError(f"{path}: {found.errors[0].reason}")
        return list(found)


def _base(
    name: str, found: list[Row], where: Layout, truth: Callable[[Row], str], country: str | None = None
) -> Base:
    records = tuple(facts_of(row, where, country=country) for row in found)
    return Base(name, records, tuple(map(kind_of, records)), tuple(map(truth, found)))


def febrl(name: str, *, ids: bool) -> Loader:
    """Synthetic Australians. `rec-12-dup-0` is `rec-12-org` with slips; with their social security number or without."""

    def load(folder: Path) -> Base:
        found = read(folder / "dedupe" / "febrl" / f"{name}.csv")
        where = layout(tuple(found[0]), {"rec_id": "", "soc_sec_id": "ids" if ids else "", "suburb": "city"})
        label = f"febrl {name}" + ("" if ids else ", no ids")
        return _base(label, found, where, lambda row: row["rec_id"].split("-")[1])

    return load


def fake_1000(folder: Path) -> Base:
    found = read(folder / "dedupe" / "splink" / "fake_1000.csv")
    where = layout(tuple(found[0]), {"cluster": "", "unique_id": ""})
    return _base("splink fake_1000", found, where, lambda row: row["cluster"])


def restaurants(folder: Path) -> Base:
    found = read(folder / "dedupe" / "restaurants" / "restaurants_labelled.csv")
    where = layout(tuple(found[0]), {"unique_id": "", "cuisine": "", "name": "company"})
    return _base("restaurants", found, where, lambda row: row["unique_id"])


def senzing(key: str) -> Loader:
    """People and companies in one file, names in several scripts, families that share everything."""

    def load(folder: Path) -> Base:
        found = read(folder / "dedupe" / "senzing" / "customers.csv")
        where = layout(tuple(found[0]), SENZING)
        truth = senzing_keys(key)
        return _base(
            f"senzing customers, {key} key", found, where, lambda row: truth[row["DATA_SOURCE"], row["RECORD_ID"]], "US"
        )  # fmt: skip

    return load


SENZING = {
    "RECORD_ID": "", "RECORD_TYPE": "", "DATA_SOURCE": "", "CATEGORY": "", "STATUS": "", "NATIVE_NAME_FULL": "name",
    "PRIMARY_NAME_ORG": "company", "SECONDARY_NAME_ORG": "company", "PRIMARY_NAME_FULL": "name",
}  # fmt: skip


def senzing_keys(key: str) -> Mapping[tuple[str, str], str]:
    text = files("firstright.simulate.quality").joinpath("data", "senzing_keys.csv").read_text("utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    return {(row["source"], row["record"]): row[key] for row in csv.DictReader(lines)}


def aliases(folder: Path) -> Base:
    """Fifty companies as Wikipedia and as the SEC call them."""
    found = read(folder / "dedupe" / "company_aliases" / "sp500_vs_sec_names_first50.csv")
    pairs = [
        (row["cik"], row[column], side)
        for row in found
        for side, column in enumerate(("name_sp500", "name_sec"))
    ]
    return _named("company aliases, 50", pairs)


def listed(folder: Path) -> Base:
    """The S&P 500 by Wikipedia's names against everybody the SEC lists, joined by CIK."""
    accounts = folder / "reference" / "accounts"
    ours = {row["CIK"].lstrip("0"): row["Security"] for row in read(accounts / "sp500_constituents.csv")}
    table = json.loads((accounts / "sec_company_tickers_exchange.json").read_text("utf-8"))
    theirs = {str(cik): str(name) for cik, name, *_ in reversed(table["data"])}
    return _named(
        f"S&P 500 in {len(theirs):,} of the SEC",
        [*((cik, name, 0) for cik, name in ours.items()), *((cik, name, 1) for cik, name in theirs.items())],
    )


def _named(name: str, pairs: list[tuple[str, str, int]]) -> Base:
    return Base(
        name,
        tuple({"company": company} for _, company, _ in pairs),
        (COMPANY,) * len(pairs),
        tuple(cik for cik, _, _ in pairs),
        tuple(side for _, _, side in pairs),
    )


PEOPLE: Mapping[str, Loader] = {
    "febrl1": febrl("dataset1", ids=True),
    "febrl1-no-ids": febrl("dataset1", ids=False),
    "febrl2": febrl("dataset2", ids=True),
    "febrl2-no-ids": febrl("dataset2", ids=False),
    "fake_1000": fake_1000,
    "senzing-actual": senzing("actual"),
    "senzing-alternate": senzing("alternate"),
    "restaurants": restaurants,
}
COMPANIES: Mapping[str, Loader] = {"aliases": aliases, "listed": listed}
BASES: Mapping[str, Loader] = {**PEOPLE, **COMPANIES}


def halves(base: Base) -> tuple[Base, Base]:
    """The half on which something may be chosen, and the half on which it is measured: cut by a hash of whom a record is, so that
    nobody is in both, and the same person of two files of one kind is always in the same."""
    kept: tuple[list[int], list[int]] = ([], [])
    for at, name in enumerate(base.truth):
        kept[held_out(name)].append(at)
    learning, measured = (_only(base, places) for places in kept)
    return learning, measured


def held_out(identity: str) -> bool:
    return bool(sha256(identity.encode()).digest()[0] & 1)


def _only(base: Base, places: list[int]) -> Base:
    return Base(
        base.name,
        tuple(base.records[at] for at in places),
        tuple(base.kinds[at] for at in places),
        tuple(base.truth[at] for at in places),
        tuple(base.sides[at] for at in places) if base.sides else (),
    )


__all__ = ["BASES", "COMPANIES", "PEOPLE", "PERSON", "Base", "Loader", "halves", "held_out"]
