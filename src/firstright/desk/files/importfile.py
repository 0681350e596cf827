"""One file of leads by its path: map, look-up files and the file itself are opened and judged, then imported.

A command does it at a desk of its own or has the server do it; both call this. It draws no progress bar.
"""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import msgspec

from firstright.desk.desk import Desk
from firstright.desk.files.importing import Importing, Report, Taken
from firstright.errors import Refused
from firstright.intake.fieldmap import FieldMap, read_map
from firstright.intake.mapping import Lookups, read_lookups
from firstright.intake.refused import Refused as RefusedFile

ACTOR = "cli"


class Wanted(msgspec.Struct, frozen=True):
    """`map` is the map's text. `shown` and `map_file` are what the caller calls the two files."""

    file: Path
    map: str
    shown: str
    map_file: str
    history: bool = False
    ledger: str = "main"


def import_file(desk: Desk, wanted: Wanted, progress: Callable[[int, int], None]) -> Report:
    """Calls `progress` with (records taken, of how many) after each of them; what it raises breaks the import off.

    Raises Refused with every reason when map or file cannot be used.
    """
    desk.warm()  # so that the published policy is known, with the fields of its own
    fieldmap = _map(desk, wanted)
    with opened(wanted.file, wanted.shown) as stream:
        importing = _importing(desk, stream, fieldmap, wanted)
        total = importing.records()
        count = 0
        progress(count, total)

        def taken(record: Taken) -> None:
            nonlocal count
            count = count + 1 if wanted.history else record.number
            progress(count, total)

        return importing.run(taken)


def _map(desk: Desk, wanted: Wanted) -> FieldMap:
    catalogue = {"catalogue": desk.policy.policy.catalogue} if desk.policy else {}
    fieldmap, findings = read_map(wanted.map, file=wanted.map_file, **catalogue)
    if fieldmap is None:
        raise Refused([f"{f.file}:{f.line}: {f.text}" for f in findings])
    return fieldmap


def _lookups(fieldmap: FieldMap, folder: Path) -> Lookups:
    found = read_lookups(fieldmap, lambda name: opened(folder / name, name))
    if isinstance(found, RefusedFile):
        raise Refused([p.reason for p in found.errors])
    return found


def _importing(desk: Desk, stream: BinaryIO, fieldmap: FieldMap, wanted: Wanted) -> Importing:
    lookups = _lookups(fieldmap, wanted.file.parent)
    try:
        return Importing(
            desk,
            stream,
            fieldmap,
            map_hash=hashlib.sha256(wanted.map.encode()).hexdigest(),
            name=wanted.file.name,
            actor=ACTOR,
            lookups=lookups,
            pinned=wanted.history,
            ledger=wanted.ledger,
        )
    except Refused as refused:
        raise Refused([f"{wanted.shown}: {reason}" for reason in refused.reasons]) from None


def opened(path: Path, shown: str) -> BinaryIO:
    """A plain file: it is read twice, and nobody waits here for the other end of a pipe."""
    try:
        if not path.is_file():
            reason = "is no plain file" if path.exists() else "is not there"
            raise Refused([f"{shown}: {reason}"])
        return path.open("rb")
    except (OSError, ValueError) as error:
        raise Refused([f"{shown}: cannot be read: {getattr(error, 'strerror', None) or error}"]) from None
