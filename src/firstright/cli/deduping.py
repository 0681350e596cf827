"""What `firstright dedupe` does: reads a base, has it compared, and writes what was found. It merges nothing."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from firstright.cli import dedupe_report
from firstright.cli.dedupe_report import Found, Report
from firstright.cli.exits import Stop
from firstright.cli.reach import ask
from firstright.cli.screen import console, line
from firstright.cli.workspace import workspace
from firstright.core.lead import Value
from firstright.core.likeness.batch import COMPANY, PERSON, alike, clusters, kind_of
from firstright.core.matching import proven
from firstright.desk.proposing import MOST, Alike
from firstright.intake.columnnames import NAMES
from firstright.intake.recordfile import ONLY_HERE, Unreadable, facts_of, layout, rows
from firstright.intake.refused import Refused
from firstright.simulate.quality import splinked
from firstright.storage import whole
from firstright.web.commands.leads import Propose

TOLD = 12  # columns that are named

BY = "firstright dedupe"
Told = Callable[[int, int], None]


class Wanted(msgspec.Struct, frozen=True):
    """What was asked for on the command line."""

    file: Path | None
    stated: dict[str, str]
    kind: str = ""
    country: str = ""
    encoding: str = ""
    workspace: bool = False
    report_only: bool = False
    engine: str = "own"
    link: int = 900
    review: int = 750
    database: str = ""


class Base(msgspec.Struct, frozen=True):
    """What is compared: a name for each record (a line of the file, or an id), its facts, and what it is."""

    names: list[str]
    records: list[dict[str, Value]]
    kinds: list[str]


def stated(given: list[str]) -> dict[str, str]:
    """COLUMN=FACT, each. Stop names every one that says nothing, or a fact there is not."""
    found, wrong = {}, []
    for text in given:
        column, equals, fact = text.partition("=")
        if not equals or not column:
            wrong.append(f'--map "{text}": say COLUMN=FACT')
        elif fact and fact not in NAMES and fact not in ONLY_HERE:
            wrong.append(f'--map "{text}": "{fact}" is no fact that is compared: {", ".join(_facts())}')
        found[column.strip()] = fact.strip()
    if wrong:
        raise Stop(*wrong)
    return found


def _facts() -> list[str]:
    return [
        "first_name",
        "last_name",
        "name",
        "email",
        "phone",
        "company",
        "website",
        "city",
        "postcode",
        *ONLY_HERE,
    ]


def dedupe(wanted: Wanted, out: Path | None, html: Path | None) -> None:
    _judge(wanted)
    screen = console()
    bases = _of_workspace(wanted) if wanted.workspace else [("records", _of_file(wanted))]
    for what, base in bases:
        report = _compared(wanted, what, base)
        dedupe_report.show(report, screen)
        for path, write in ((out, dedupe_report.as_csv), (html, dedupe_report.as_html)):
            if path:
                target = path if len(bases) == 1 else path.with_stem(f"{path.stem}-{what}")
                target.write_text(write(report), encoding="utf-8", newline="")
                line(screen, f"{target}: written")
        if what == "leads" and not wanted.report_only:
            _propose(wanted, report)


def _judge(wanted: Wanted) -> None:
    wrong = []
    if (wanted.file is None) == (not wanted.workspace):
        wrong.append("name a file, or --workspace")
    if wanted.kind not in ("", PERSON, COMPANY):
        wrong.append(f'--kind "{wanted.kind}": person or company')
    if wanted.engine not in ("own", "splink"):
        wrong.append(f'--engine "{wanted.engine}": own or splink')
    if wanted.engine == "splink" and not splinked.installed():
        wrong.append("--engine splink needs the extra: pip install 'firstright[er]'")
    if wanted.review > wanted.link:
        wrong.append("--review is above --link: nothing would ever be looked at")
    if wrong:
        raise Stop(*wrong)


def _of_file(wanted: Wanted) -> Base:
    assert wanted.file is not None
    base = Base([], [], [])
    try:
        with wanted.file.open("rb") as file, _bar(f"Reading {wanted.file.name}") as told:
            found = rows(file, wanted.encoding)
            if isinstance(found, Refused):
                raise Stop(*[f"{wanted.file}: {error.reason}" for error in found.errors])
            where = None
            for number, row in enumerate(found, start=1):
                where = where or layout(tuple(row), wanted.stated)
                if not where.columns:
                    raise Stop(
                        f"{wanted.file}: no column is known ({', '.join(list(row)[:TOLD])}): say which is which with --map COLUMN=FACT"
                    )
                _add(base, str(number), facts_of(row, where, country=wanted.country or None), wanted.kind)
                if number % 1_000 == 0:
                    told(number, 0)
    except OSError as error:
        raise Stop(f"{wanted.file}: cannot be read: {error.strerror}") from None
    except Unreadable as error:
        raise Stop(f"{wanted.file}: {error}") from None
    return base


def _of_workspace(wanted: Wanted) -> list[tuple[str, Base]]:
    leads, accounts = Base([], [], []), Base([], [], [])
    with workspace(wanted.database or None) as (opened, _), opened.read() as tx:
        sizes = whole.counts(tx)
        with _bar("Reading the workspace") as told:
            for base, kind, each in (
                *((leads, PERSON, known) for known in whole.leads(tx)),
                *((accounts, COMPANY, known) for known in whole.accounts(tx)),
            ):
                _add(base, each.id, each.facts, kind)
            told(sum(sizes), sum(sizes))
    return [("leads", leads), ("accounts", accounts)]


def _add(base: Base, name: str, facts: dict[str, Value], kind: str) -> None:
    if kind == COMPANY and "company" not in facts and "name" in facts:
        facts = {**facts, "company": facts["name"]}
    base.names.append(name)
    base.records.append(facts)
    base.kinds.append(kind or kind_of(facts))


def _compared(wanted: Wanted, what: str, base: Base) -> Report:
    with _bar(f"Comparing {len(base.records):,} {what}") as told:
        found = list(_splink(base, wanted) if wanted.engine == "splink" else _own(base, wanted, told))
    linked = clusters(len(base.records), ((each.a, each.b) for each in found if each.linked))
    return Report(what, base.names, base.records, base.kinds, found, linked)


def _own(base: Base, wanted: Wanted, told: Told) -> Iterator[Found]:
    for pair in alike(base.records, base.kinds, least=wanted.review, told=told):
        like = pair.likeness
        reasons = tuple(f"{r.field}:{r.verdict.value}:{r.weight}" for r in like.reasons if r.weight)
        yield Found(pair.a, pair.b, like.score, like.score >= wanted.link and proven(like), reasons)


def _splink(base: Base, wanted: Wanted) -> Iterator[Found]:
    """Its match probability as per mille; it gives no reasons."""
    for value, (a, b) in splinked.splinked(base.records, base.kinds):
        score = int(value * 1_000)
        if score >= wanted.review:
            yield Found(a, b, score, score >= wanted.link, ())


def _propose(wanted: Wanted, report: Report) -> None:
    """Every pair, linked or not, is for a person: the program merges leads of an existing base by nobody's leave."""
    pairs = [
        Alike(report.names[each.a], report.names[each.b], each.score, each.reasons) for each in report.found
    ]
    waiting = known = 0
    for start in range(0, len(pairs), MOST):
        done = ask(wanted.database or None, Propose(pairs=pairs[start : start + MOST], by=BY))
        waiting, known = waiting + done.waiting, known + done.known
    said = f"; {known} were decided before" if known else ""
    print(f"{waiting} pairs of leads wait for review{said}")


@contextmanager
def _bar(what: str) -> Iterator[Told]:
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(
        *columns, console=console(stderr=True), transient=True, disable=not sys.stderr.isatty()
    ) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, of: bar.update(task, completed=done, total=of or None)
