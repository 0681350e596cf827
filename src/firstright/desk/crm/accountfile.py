"""One file of a CRM's records by its path: it is opened, told what it is and imported, or only tried.

A command does it at a desk of its own or has the server do it; both call this. It draws no progress bar.
"""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import msgspec

from firstright.desk.crm.accountimport import AccountImport, Report
from firstright.desk.desk import Desk
from firstright.desk.files.importfile import ACTOR, opened
from firstright.intake.crmmap import CrmMap, read_map


class WantedAccounts(msgspec.Struct, frozen=True):
    """`map` is the map's text, empty for none. `shown` and `map_file` are what the caller calls the two files. `dry` changes
    nothing; `again` takes a file once more that was imported before.
    """

    file: Path
    shown: str
    system: str = ""
    kind: str = ""
    map: str = ""
    map_file: str = ""
    encoding: str = ""
    dry: bool = False
    again: bool = False


def import_accounts(
    desk: Desk, wanted: WantedAccounts, progress: Callable[[int, int], None], now: datetime
) -> Report:
    """Calls `progress` with (rows taken, of how many) after each batch; what it raises breaks the import off.

    Raises Refused with every reason when map or file cannot be used. `now` is when a dry run would have happened.
    """
    desk.warm()  # so that the roster is known
    given = read_map(wanted.map, wanted.map_file) if wanted.map else CrmMap()
    with opened(wanted.file, wanted.shown) as stream:
        work = AccountImport(
            desk,
            stream,
            name=wanted.file.name,
            actor=ACTOR,
            system=wanted.system,
            kind=wanted.kind,
            map=given,
            map_text=wanted.map,
            encoding=wanted.encoding,
        )
        if wanted.dry:
            return work.tried(now)
        total = work.records()
        progress(0, total)
        return work.run(lambda rows: progress(rows, total), again=wanted.again)
