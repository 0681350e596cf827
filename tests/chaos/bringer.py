"""Brings in extracts of a CRM in a process of its own that is killed: `python -m chaos.bringer URL AT POINT FOLDER`.

POINT counts commits and the moments just before them: 1 dies inside the first transaction, 2 just behind it, 3 inside the second.
"""

import os
import signal
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import ParamSpec, TypeVar

from desk.extracts import account_import
from desk.office import office
from firstright.desk.crm import accountimport
from firstright.desk.crm.accountimport import TakeRows

P = ParamSpec("P")
T = TypeVar("T")
ROWS = 7  # in a transaction


def main(url: str, at: str, point: int, folder: str) -> None:
    left = point

    def passed() -> None:
        nonlocal left
        left -= 1
        if not left:
            os.kill(os.getpid(), signal.SIGKILL)

    def dying(perform: Callable[P, T]) -> Callable[P, T]:
        def performed(*args: P.args, **kwargs: P.kwargs) -> T:
            done = perform(*args, **kwargs)
            passed()
            return done

        return performed

    accountimport.ROWS = accountimport.FEW = ROWS
    accountimport.AHEAD = 1  # so that a commit stands between two of its points
    TakeRows.perform = dying(TakeRows.perform)  # type: ignore[method-assign]  # the process is about to die
    with office(url, at=datetime.fromisoformat(at), published=False) as here:
        for file in sorted(Path(folder).iterdir()):
            account_import(here.desk, file.read_text(), file.name).run(lambda rows: passed())


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4])
