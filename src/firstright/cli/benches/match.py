"""`firstright bench match`: finding a company among a million accounts by the key table, against rapidfuzz looking at every name.

Both are asked the same: companies of the base as people write them, and companies that are not in it.
"""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from time import perf_counter

import msgspec
from rapidfuzz import fuzz, process

from firstright.core.lead import Facts, Value
from firstright.core.likeness import block_keys
from firstright.core.likeness.companies import compare_firms
from firstright.core.likeness.firms import firm
from firstright.core.likeness.value import LINK, REVIEW
from firstright.simulate.benches import companies
from firstright.simulate.benches.measure import Extra, Figures, Method, Point, Side, figure, figures, point
from firstright.storage import alike
from firstright.storage.database import open_database
from firstright.storage.transactions import Database

NAME = "match"
TARGET = 50.0
ACCOUNTS = 1_000_000
ASKED, BY_FORCE = 2_000, 150  # look-ups of ours, and of rapidfuzz, which takes a third of a second for each
_BATCH = 20_000
_LEAST = 60
_TIMED = 30  # look-ups over names sorted beforehand
_ID = "00000000-0000-7000-8000-{:012x}"


class Found(msgspec.Struct, frozen=True):
    """What a look-up said: the account, how sure (per mille or ratio), and whether it would be linked."""

    id: int | None
    score: float
    linked: bool = False


class Asked(msgspec.Struct, frozen=True):
    facts: dict[str, Value]
    truth: int | None  # None: it is not in the base


def run(method: Method, folder: str = "") -> Figures:
    sizes = [max(1_000, round(ACCOUNTS * method.scale)) // part for part in (100, 10, 1)]
    points, extras = [], []
    for size in sizes:
        last = size == sizes[-1]
        found = _measured(size, method, folder, known=last)
        points.append(found[0])
        extras += found[1]
    top = points[-1]
    assert top.b is not None and top.ratio is not None
    return figures(
        NAME,
        Side(f"one look-up among {sizes[-1]:,} accounts: keys, rows and likeness, p50", "ms", top.a),
        Side("rapidfuzz token_sort_ratio over every name, p50", "ms", top.b),
        top.ratio,
        TARGET,
        "at least",
        points,
        method.rounds,
        extras,
    )


def _measured(size: int, method: Method, folder: str, *, known: bool) -> tuple[Point, list[Extra]]:
    names = _names(size)
    questions = asked(size, method.of(ASKED, 40))
    with filled(size, folder) as database:
        answers, seconds = _looked_up(database, questions)
    few = questions[:: max(1, len(questions) // method.of(BY_FORCE, 60))]
    forced, forced_seconds = _by_force(names, few, fuzz.token_sort_ratio)
    _, presorted = _by_force(names, few[:_TIMED], fuzz.ratio)
    a, b = median(seconds) * 1_000, median(forced_seconds) * 1_000
    at = point(f"{size:,} accounts", a, b, b / a, TARGET if known else None, "at least")
    return at, _extras(size, questions, answers, seconds, few, forced, median(presorted)) if known else []


def asked(size: int, count: int) -> list[Asked]:
    """Two of three are in the base."""
    found = []
    for turn in range(count):
        number = companies.drawn(11, turn) % size
        known = turn % 3 != 2
        found.append(
            Asked(
                companies.asked(number, turn) if known else companies.stranger(turn),
                number if known else None,
            )
        )
    return found


def _looked_up(database: Database, questions: Sequence[Asked]) -> tuple[list[Found], list[float]]:
    answers, seconds = [], []
    for question in (*questions[:20], *questions):  # the first twenty warm the pages, and do not count
        began = perf_counter()
        with database.read() as tx:
            candidates = alike.companies(tx, question.facts)
        answers.append(_best(question.facts, candidates))
        seconds.append(perf_counter() - began)
    return answers[20:], seconds[20:]


def _best(facts: Facts, candidates: Sequence[alike.Named]) -> Found:
    """The likest account; two that are equally like are for a person to tell apart."""
    sought = firm(facts)
    ranked = sorted(
        ((compare_firms(sought, firm(each.facts)), each.id) for each in candidates),
        key=lambda each: (-each[0].score, each[1]),
    )
    if not ranked or ranked[0][0].score < REVIEW:
        return Found(None, 0)
    like, name = ranked[0]
    alone = len(ranked) < 2 or ranked[1][0].score < like.score
    return Found(int(name[-12:], 16), like.score, like.score >= LINK and like.supported and alone)


def _by_force(
    names: Sequence[str], questions: Sequence[Asked], scorer: Callable[..., float]
) -> tuple[list[Found], list[float]]:
    answers, seconds = [], []
    for question in questions:
        began = perf_counter()
        text = _sorted(str(question.facts["company"]))
        best = process.extractOne(text, names, scorer=scorer, score_cutoff=_LEAST)
        seconds.append(perf_counter() - began)
        answers.append(Found(best[2], best[1]) if best else Found(None, 0))
    return answers, seconds


def _names(size: int) -> list[str]:
    return [_sorted(companies.company(number)) for number in range(size)]


def _sorted(name: str) -> str:
    return " ".join(sorted(name.lower().split()))


def _extras(
    size: int,
    questions: Sequence[Asked],
    answers: Sequence[Found],
    seconds: Sequence[float],
    few: Sequence[Asked],
    forced: Sequence[Found],
    presorted: float,
) -> list[Extra]:
    """Recall and false positives of both. rapidfuzz has the threshold at which it is best, found with the truth in hand."""
    linked = [a if a.linked else Found(None, 0) for a in answers]
    threshold = max(range(_LEAST, 101), key=lambda at: _f1(few, _cut(forced, at)))
    brute = _cut(forced, threshold)
    ms = quantiles(seconds, n=100)[98] * 1_000
    told = [
        ("p99 of a look-up, ms", ms),
        ("rapidfuzz over names whose words were sorted beforehand, p50, ms", presorted * 1_000),
        ("recall, linked", _recall(questions, linked)),
        ("recall, linked or for review", _recall(questions, answers)),
        ("false positives, linked", _wrong(questions, linked)),
        ("false positives, linked or for review", _wrong(questions, answers)),
        (f"rapidfuzz recall at its best threshold, {threshold}", _recall(few, brute)),
        ("rapidfuzz false positives there", _wrong(few, brute)),
    ]
    return [Extra(f"{size:,} accounts: {what}", "", figure(value)) for what, value in told]


def _cut(found: Sequence[Found], threshold: int) -> list[Found]:
    return [each if each.score >= threshold else Found(None, 0) for each in found]


def _recall(questions: Sequence[Asked], found: Sequence[Found]) -> float:
    """Of those that are in the base, the share found rightly. A namesake is not the one."""
    known = [(q.truth, f.id) for q, f in zip(questions, found, strict=True) if q.truth is not None]
    return sum(truth == name for truth, name in known) / max(1, len(known))


def _wrong(questions: Sequence[Asked], found: Sequence[Found]) -> float:
    """Of all questions, the share answered with an account that is not the one."""
    wrong = sum(f.id is not None and f.id != q.truth for q, f in zip(questions, found, strict=True))
    return wrong / max(1, len(questions))


def _f1(questions: Sequence[Asked], found: Sequence[Found]) -> float:
    recall, wrong = _recall(questions, found), _wrong(questions, found)
    known = sum(q.truth is not None for q in questions) / max(1, len(questions))
    right = recall * known
    return 2 * right / (2 * right + wrong + known - right) if right else 0.0


@contextmanager
def filled(size: int, folder: str = "") -> Iterator[Database]:
    """A workspace of that many accounts, their keys in the order of the table: what a million imports leave behind."""
    with TemporaryDirectory(prefix="firstright-bench-match-", dir=folder or None) as place:
        path = Path(place, "accounts.db")
        with closing(open_database(f"sqlite:///{path}", node="bench")) as database:
            database.migrate()
        _fill(path, size)
        with closing(open_database(f"sqlite:///{path}", node="bench")) as database:
            yield database


def _fill(path: Path, size: int) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(
            "PRAGMA synchronous = OFF; CREATE TEMP TABLE k (kind TEXT, value TEXT, id TEXT)"
        )
        for start in range(0, size, _BATCH):
            numbers = range(start, min(size, start + _BATCH))
            connection.executemany(
                "INSERT INTO account (id, system, external_id, name, owner, type, tier, facts, updated_at)"
                " VALUES (?, 'crm', ?, ?, '', '', '', ?, '2026-01-01T00:00:00.000000Z')",
                ((_ID.format(n), str(n), companies.company(n), _json(companies.facts(n))) for n in numbers),
            )
            connection.executemany("INSERT INTO k VALUES (?, ?, ?)", _keys(numbers))
        connection.execute(
            "INSERT OR IGNORE INTO match_key (kind, value, entity, id)"
            " SELECT kind, value, 'account', id FROM k ORDER BY kind, value, id"
        )
        connection.commit()


def _keys(numbers: range) -> Iterator[tuple[str, str, str]]:
    for number in numbers:
        for kind, value in block_keys({"company": companies.company(number)}, "company"):
            yield kind, value, _ID.format(number)


def _json(facts: dict[str, Value]) -> str:
    return msgspec.json.encode(facts).decode()
