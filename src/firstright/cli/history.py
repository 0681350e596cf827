"""`firstright simulate history`: past leads decided again as of their arrival, beside what really happened to them.

The folder holds policy.toml, map.toml, happened.toml and roster.toml, or a make_roster.py that writes one from the data.
This file loads and prints; whoever decides is handed in.
"""

import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import BinaryIO

import msgspec
from rich.console import Console
from rich.table import Table

from firstright.cli.exits import FOUND, Stop
from firstright.cli.files import read_text
from firstright.cli.linting import load_or_stop
from firstright.cli.screen import console, heading, line, safe
from firstright.core.policy import Policy
from firstright.core.roster import Document
from firstright.core.rules.findings import Finding
from firstright.intake.fieldmap import FieldMap, read_map
from firstright.intake.refused import Refused
from firstright.simulate.compare import WHOLE, Beside, Decided, Evenness, Report, report
from firstright.simulate.happened import Happened, read_happened, read_roles
from firstright.simulate.history import History, read_history

SHOWN = 12  # people of a role; the rest is summed up


class Setup(msgspec.Struct, frozen=True):
    """Everything a run over history needs."""

    policy: Policy
    policy_text: str
    roster: Document
    roster_text: str
    fieldmap: FieldMap
    history: History
    happened: tuple[Happened, ...]


Deciding = Callable[[Setup], Iterable[Decided]]


def history(folder: str, data: str, deciding: Deciding, *, json: bool = False) -> None:
    """Loads a folder's set-up and the data, has every lead decided in order of arrival, and prints the comparison."""
    setup = load(Path(folder), Path(data))
    found = compared(setup, deciding(setup))
    if json:
        print(msgspec.json.format(msgspec.json.encode(found)).decode())
    else:
        show(setup, found)


def compared(setup: Setup, decisions: Iterable[Decided]) -> Report:
    members: dict[str, list[str]] = {}
    for rep in setup.roster.reps:
        for place in rep.memberships:
            members.setdefault(place.pool, []).append(rep.id)
    return report(decisions, setup.happened, members)


def load(folder: Path, data: Path) -> Setup:
    """The set-up of a folder over the files in `data`. Stop, with every reason, when a part of it cannot be used."""
    with tempfile.TemporaryDirectory() as scratch:
        roster_file = _roster(folder, data, Path(scratch))
        policy, roster = load_or_stop(str(folder / "policy.toml"), str(roster_file))
        policy_text = read_text(str(folder / "policy.toml"), "policy")
        roster_text = read_text(str(roster_file), "roster")
    map_file, roles_file = str(folder / "map.toml"), str(folder / "happened.toml")
    fieldmap, findings = read_map(read_text(map_file, "map"), file=map_file, catalogue=policy.catalogue)
    roles, more = read_roles(read_text(roles_file, "happened"), file=roles_file)
    if fieldmap is None or not roles:
        raise Stop(*[_placed(finding) for finding in (*findings, *more)], code=FOUND)

    def opened(name: str) -> BinaryIO:
        try:
            return (data / name).open("rb")
        except OSError as error:
            raise Stop(f"{data / name}: cannot be read: {error.strerror}") from None

    leads, happened = read_history(fieldmap, opened), read_happened(roles, opened)
    if isinstance(leads, Refused) or isinstance(happened, Refused):
        wrong = [each for each in (leads, happened) if isinstance(each, Refused)]
        raise Stop(*[f"{p.pointer}: {p.reason}" for each in wrong for p in each.errors], code=FOUND)
    return Setup(policy, policy_text, roster, roster_text, fieldmap, leads, happened)


def _placed(finding: Finding) -> str:
    return f"{finding.file}:{finding.line}: {finding.text}"


def _roster(folder: Path, data: Path, scratch: Path) -> Path:
    """The folder's roster, or the one its script makes: data that may not be copied never get into the folder."""
    script = folder / "make_roster.py"
    if (folder / "roster.toml").exists() or not script.exists():
        return folder / "roster.toml"
    made = scratch / "roster.toml"
    ran = subprocess.run([sys.executable, str(script), str(data), str(made)], capture_output=True, text=True)
    if ran.returncode:
        raise Stop(f"{script}: {(ran.stderr.strip().splitlines() or ['failed'])[-1]}")
    return made


def show(setup: Setup, found: Report, to: Console | None = None) -> None:
    """The comparison for a person: what became of the leads, then each role, rep by rep."""
    to = to or console()
    heading(to, f"{setup.policy.name}: {found.leads:,} leads")
    left_out = ", ".join(f"{count:,} {code}" for code, count in sorted(setup.history.left_out.items()))
    if left_out:
        line(to, f"Left out: {left_out}.")
    line(to, f"Outcomes: {', '.join(f'{count:,} {name}' for name, count in found.outcomes)}.")
    line(to, f"Rules: {', '.join(f'{count:,} {name}' for name, count in found.rules)}.")
    line(to, f"Without an owner: {found.unowned:,}. Owner changed again: {found.moved:,} times.")
    if len(found.roles) > 1:
        line(to, f"What happened: {found.moved_then:,} leads passed to somebody else between the roles.")
    for role in found.roles:
        _role(to, role, {rep.id: rep.name or rep.id for rep in setup.roster.reps})


def _role(to: Console, role: Beside, names: dict[str, str]) -> None:
    heading(to, f"{role.role}: {role.known:,} leads with a known rep, {role.nobody:,} without one")
    if not role.ours.leads:  # a table of zeros, as even as can be, would look like a result
        line(to, "No pool of this role was asked for any lead: there is nothing to compare.")
        return
    even = _table("", "people", "leads", "fewest", "most", "max - min", "Jain")
    for label, one in (
        ("firstright, all leads", role.ours),
        ("firstright, the known leads", role.same_ours),
        ("what happened, the same leads", role.same_theirs),
    ):
        even.add_row(label, *_even(one))
    to.print(even)
    line(
        to,
        f"Furthest from what was earned: {role.furthest / WHOLE:.2f} leads. Same rep as then: {role.same_rep:,}.",
    )
    people = _table("rep", "earned", "got", "difference", "known leads: got", "then")
    for person in role.people[:SHOWN]:
        difference = f"{person.deviation / WHOLE:+.2f}"
        people.add_row(
            safe(names.get(person.rep, person.rep)), f"{person.target / WHOLE:,.2f}", f"{person.ours:,}", difference,
            f"{person.ours_known:,}", f"{person.theirs:,}",
        )  # fmt: skip
    to.print(people)
    if len(role.people) > SHOWN:
        line(to, f"and {len(role.people) - SHOWN} more")


def _even(one: Evenness) -> tuple[str, ...]:
    counts = (one.people, one.leads, one.fewest, one.most, one.gap)
    return (*(f"{count:,}" for count in counts), f"{one.jain:.3f}")


def _table(first: str, *others: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column(first)
    for other in others:
        table.add_column(other, justify="right")
    return table
