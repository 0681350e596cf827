"""What `firstright accounts` does."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from firstright.cli import screen
from firstright.cli.exits import FOUND, Stop
from firstright.cli.files import read_text
from firstright.cli.reach import ask, reach
from firstright.cli.screen import safe
from firstright.cli.workspace import workspace
from firstright.desk.crm.accountimport import Report
from firstright.desk.crm.accountproblems import problem_parts
from firstright.desk.files.problemfile import told
from firstright.errors import Refused
from firstright.storage import crmstanding
from firstright.web.commands.connections import OwnerIs
from firstright.web.commands.files import ImportAccounts

if TYPE_CHECKING:
    from rich.console import Console

    from firstright.web.commands.house import Progress as Told

BY = "firstright accounts"
MOST = 20  # owners and rows shown: more than that nobody reads


class Asked(msgspec.Struct, frozen=True):
    """The options of `import`."""

    system: str
    kind: str
    map: str
    encoding: str
    dry: bool
    again: bool
    errors: str


def import_(database: str | None, files: Sequence[str], asked: Asked) -> None:
    """Each file in turn. What cannot be read at all ends it, with every reason; what was taken before stays taken."""
    if asked.errors and len(files) > 1:
        raise Stop("--errors writes the rows of one file: give one file")
    map_text = read_text(asked.map, "map") if asked.map else ""
    to, troubled = screen.console(), 0
    for file in files:
        wanted = ImportAccounts(
            file=str(Path(file).absolute()),
            shown=file,
            system=asked.system,
            kind=asked.kind,
            map=map_text,
            map_file=asked.map,
            encoding=asked.encoding,
            dry=asked.dry,
            again=asked.again,
        )
        try:
            with reach(database) as asking, _bar(file) as progress:
                report = asking(wanted, progress)
        except Refused as refused:
            raise Stop(*[f"{safe(file)}: {each}" for each in refused.reasons], code=FOUND) from None
        show(report, to)
        troubled += report.troubled
        if asked.errors and not asked.dry:
            _write(database, wanted, report, asked.errors)
    if troubled:
        raise typer.Exit(FOUND)


@contextmanager
def _bar(file: str) -> Iterator["Told"]:
    console = screen.console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=not console.is_terminal) as progress:
        task = progress.add_task(f"Importing {safe(Path(file).name)}", total=None)
        yield lambda done, of: progress.update(task, completed=done, total=of or None)


def show(report: Report, to: "Console") -> None:
    """What became of the file, and what somebody should look at."""
    total = sum(report.counts.values())
    counts = ", ".join(f"{n} {what}" for what, n in sorted(report.counts.items(), key=lambda each: -each[1]))
    if report.already_done:
        screen.line(
            to,
            f"{report.name} was imported before under this map: nothing was changed (--again takes it once more).",
        )
    elif report.resumed:
        screen.line(to, f"{report.name}: resumed; {report.resumed} rows had been taken before.")
    would = "would be " if report.dry else ""
    screen.line(
        to,
        f"{report.name}: {report.system} {report.kind} records; {total} rows: {would}{counts or 'nothing'}.",
    )
    if not report.already_done and report.seconds > 0:
        done = total - report.resumed
        screen.line(to, f"{done / report.seconds:,.0f} rows/s.", indent=2)
    if report.reowned:
        screen.line(to, f"{report.reowned} records have another owner now.", indent=2)
    for number, what, problems in report.told[:MOST]:
        said = told(msgspec.json.encode(problems).decode())
        screen.line(to, f"record {number} ({what}): {said}", indent=2, style="yellow")
    if report.troubled:
        screen.line(
            to,
            f"{report.troubled} rows with problems: --errors FILE.csv writes them.",
            indent=2,
            style="yellow",
        )
    _warn(report, to)


def _warn(report: Report, to: "Console") -> None:
    owning = [each for each in report.unmapped if each.accounts or each.contacts or each.opportunities]
    if owning:
        who = "1 owner is" if len(owning) == 1 else f"{len(owning)} owners are"
        accounts, deals = sum(e.accounts for e in owning), sum(e.opportunities for e in owning)
        said = f"{who} nobody of ours: {accounts} accounts and {deals} opportunities count as without owner."
        screen.line(to, said, indent=2, style="yellow")
        for each in owning[:MOST]:
            screen.line(to, _owner_line(each), indent=4)
        hint = f"firstright accounts owner {report.system} ID REP says who one of them is."
        screen.line(to, hint, indent=4)
    if (loose := report.loose) is None:
        return
    for count, said in (
        (loose.accounts_without_parent, "accounts name a parent that is not here"),
        (loose.contacts_without_account, "contacts name an account that is not here"),
        (loose.opportunities_without_account, "opportunities name an account that is not here"),
        (loose.opportunities_without_contact, "opportunities name a contact that is not here"),
    ):
        if count:
            screen.line(to, f"{count} {said}.", indent=2, style="yellow")
    if loose.in_circles:
        names = ", ".join(loose.in_circles)
        screen.line(to, f"accounts that are their own parents' parents: {names}.", indent=2, style="yellow")


def _owner_line(each: crmstanding.Unmapped) -> str:
    who = " ".join(filter(None, (each.name, f"<{each.email}>" if each.email else "")))
    held = f"{each.accounts} accounts, {each.contacts} contacts, {each.opportunities} opportunities"
    return f"{each.external_id} {who}: {held}" if who else f"{each.external_id}: {held}"


def _write(database: str | None, wanted: ImportAccounts, report: Report, out_file: str) -> None:
    with (
        workspace(database) as (opened, _),
        Path(wanted.file).open("rb") as stream,
        Path(out_file).open("wb") as out,
    ):
        for part in problem_parts(opened, report.import_id, stream, wanted.encoding):
            out.write(part)


def owners(database: str | None, system: str) -> None:
    to = screen.console()
    with workspace(database) as (opened, _), opened.read() as tx:
        for name in [system] if system else crmstanding.systems(tx):
            without = {each.external_id: each for each in crmstanding.unmapped(tx, name)}
            for row in crmstanding.owners(tx, name):
                if each := without.get(row.external_id):
                    screen.line(to, f"{name} {_owner_line(each)}", style="yellow")
                else:
                    shown = row.name or row.email or row.external_id
                    screen.line(to, f"{name} {row.external_id} {shown}: is {row.rep} (by {row.said})")


def owner(database: str | None, system: str, external_id: str, rep: str) -> None:
    done = ask(database, OwnerIs(system=system, external_id=external_id, rep=rep, by=BY), refused=FOUND)
    who = done.rep or "nobody of ours"
    print(f"{safe(done.name)} is {safe(who)}; {done.records} records have another owner now")
