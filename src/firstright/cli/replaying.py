"""What `firstright replay` prints: equal or not, and where stored and recomputed part. It reads only, beside a server."""

import time
from collections import Counter
from collections.abc import Iterator

import msgspec
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from firstright.cli.exits import FOUND, OK, Stop
from firstright.cli.screen import MARKS, console, line
from firstright.cli.workspace import workspace
from firstright.core.replay import Verdict
from firstright.desk.explain.replaying import Replayed, Replaying
from firstright.errors import BadValue

MOST = 20  # decisions shown one by one; the rest is counted
STYLES = {
    Verdict.EQUAL: "good",
    Verdict.DIFFERS: "error",
    Verdict.OTHER_ENGINE: "held",
    Verdict.ERASED: "held",
}
WORDS = {
    Verdict.EQUAL: "equal",
    Verdict.DIFFERS: "differs",
    Verdict.OTHER_ENGINE: "made by another engine",
    Verdict.ERASED: "erased",
}


class Summary(msgspec.Struct, frozen=True):
    """`others` are all decisions that were not equal, in order, at most a thousand of them."""

    decisions: int
    verdicts: dict[str, int]
    seconds: float
    per_second: float
    others: list[Replayed]


def replay(name: str, database: str, *, json: bool) -> int:
    """Replays and prints; the exit code."""
    with workspace(database) as (opened, place):
        again = Replaying(opened)
        if name:
            return _named(again, name, place, json=json)
        return _everything(again, json=json)


def _named(again: Replaying, name: str, place: str, *, json: bool) -> int:
    try:
        found = again.named(name)
    except BadValue:
        found = []
    if not found:
        raise Stop(f'"{name}" is no decision and no lead of {place}')
    if json:
        print(msgspec.json.format(msgspec.json.encode(found)).decode())
    else:
        for done in found:
            show(done, console())
    return _code(Counter(done.verdict for done in found))


def _everything(again: Replaying, *, json: bool) -> int:
    others: list[Replayed] = []
    verdicts: Counter[Verdict] = Counter()
    began = time.perf_counter()
    for done in _with_bar(again):
        verdicts[done.verdict] += 1
        if done.verdict is not Verdict.EQUAL and len(others) < 1_000:
            others.append(done)
    seconds = time.perf_counter() - began
    count = verdicts.total()
    summary = Summary(
        count,
        {str(v): n for v, n in verdicts.items()},
        round(seconds, 3),
        round(count / seconds if seconds else 0),
        others,
    )
    if json:
        print(msgspec.json.format(msgspec.json.encode(summary)).decode())
    else:
        _show_all(summary, verdicts, console())
    return _code(verdicts)


def _with_bar(again: Replaying) -> Iterator[Replayed]:
    columns = (TextColumn("replaying"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console(stderr=True), transient=True) as progress:
        bar = progress.add_task("replaying", total=again.count())
        for done in again.everything():
            yield done
            progress.advance(bar)


def _show_all(summary: Summary, verdicts: Counter[Verdict], to: Console) -> None:
    for done in summary.others[:MOST]:
        show(done, to)
    if len(summary.others) > MOST:
        line(to, f"and {verdicts.total() - verdicts[Verdict.EQUAL] - MOST} more")
    said = ", ".join(f"{verdicts[v]:,} {WORDS[v]}" for v in Verdict if verdicts[v]) or "nothing to replay"
    worst = Verdict.DIFFERS if verdicts[Verdict.DIFFERS] else Verdict.EQUAL
    line(to, f"{summary.decisions:,} decisions: {said}", style=MARKS[STYLES[worst]])
    line(to, f"{summary.seconds:.1f} s, {summary.per_second:,.0f} decisions/s")


def show(done: Replayed, to: Console) -> None:
    """One decision: its verdict, and each place where stored and recomputed part."""
    line(to, f"{done.decision}  {WORDS[done.verdict]}", style=MARKS[STYLES[done.verdict]])
    for place in done.differences:
        line(to, place.where, indent=2)
        line(to, f"stored {place.stored or 'nothing'}", indent=4)
        line(to, f"again  {place.again or 'nothing'}", indent=4)


def _code(verdicts: Counter[Verdict]) -> int:
    return FOUND if verdicts[Verdict.DIFFERS] else OK
