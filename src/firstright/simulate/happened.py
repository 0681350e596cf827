"""Reads what really happened to past leads: which rep had each, from the columns of the files they came in.

Pure apart from the files it is handed. It routes nothing; `compare` holds what happened beside what we would have done.
"""

import re
from collections.abc import Callable, Mapping
from typing import BinaryIO

import msgspec

from firstright.core.clean.problem import Problem, Refusal, problem
from firstright.core.clean.text import fold
from firstright.core.documents.reading import Reading, Table
from firstright.core.rules.findings import Finding
from firstright.intake.csvfile import inspect, read
from firstright.intake.fieldmap import folded
from firstright.intake.refused import Refused

Opened = Callable[[str], BinaryIO]


class Role(msgspec.Struct, frozen=True):
    """Where a file says who had a lead: the columns of the lead's key and the rep, and which of our pools do that work.

    `slug` turns names into ids: "Moses Frase" is moses-frase.
    """

    name: str
    file: str
    lead: str
    rep: str
    pools: tuple[str, ...] = ()
    slug: bool = False


class Happened(msgspec.Struct, frozen=True):
    """Who had which lead in one role. A lead in the file without a rep is in `unassigned`."""

    role: Role
    reps: Mapping[str, str]  # lead -> rep
    unassigned: frozenset[str] = frozenset()


def read_roles(text: str, *, file: str = "happened.toml") -> tuple[tuple[Role, ...], tuple[Finding, ...]]:
    """The `[[happened]]` rows of a TOML text, and what is wrong with them; no role when one of them is an error."""
    reading = Reading(text, file, "happened")
    root = reading.root
    roles = tuple(_role(row) for row in root.rows("happened", "role"))
    root.close()
    if not roles and not reading.findings:
        reading.report(
            "happened.empty", (), "", "The file names no role: write [[happened]] with file, lead and rep."
        )
    return (() if reading.failed else roles), tuple(reading.findings)


def _role(row: Table) -> Role:
    return Role(
        name=row.text("role", needed=True),
        file=row.text("file", needed=True),
        lead=row.text("lead", needed=True),
        rep=row.text("rep", needed=True),
        pools=row.texts("pools"),
        slug=row.flag("slug", False),
    )


def read_happened(roles: tuple[Role, ...], opened: Opened) -> tuple[Happened, ...] | Refused:
    """Who had which lead, by role; the first row of a lead counts. `opened` gives a file by its name."""
    found = []
    for role in roles:
        one = _happened(role, opened)
        if isinstance(one, Refused):
            return one
        found.append(one)
    return tuple(found)


def _happened(role: Role, opened: Opened) -> Happened | Refused:
    with opened(role.file) as file:
        sheet = inspect(file)
        if isinstance(sheet, Refused):
            return sheet
        names = {folded(name): name for name in sheet.header}
        lead, rep = names.get(folded(role.lead)), names.get(folded(role.rep))
        if lead is None or rep is None:
            return Refused(
                422, tuple(_lacks(role.file, c) for c in (role.lead, role.rep) if folded(c) not in names)
            )
        reps: dict[str, str] = {}
        for record in read(file, sheet):
            if record.values and (key := record.values[lead].strip()):
                reps.setdefault(key, _id(record.values[rep], role.slug))
    return Happened(
        role,
        {key: who for key, who in reps.items() if who},
        frozenset(key for key, who in reps.items() if not who),
    )


def _lacks(file: str, column: str) -> Problem:
    return problem(column, Refusal("csv.column_missing", f"{file} does not have this column"), None)


def _id(name: str, slug: bool) -> str:
    return re.sub(r"[^a-z0-9]+", "-", fold(name)) if slug else name.strip()
