"""Imports a file in a process of its own that is killed in the middle: `python -m desk.killed URL FILE COUNT [history]`."""

import os
import signal
import sys
from datetime import datetime
from pathlib import Path

from desk.files import importing
from desk.office import office
from firstright.desk.files.importing import Taken


def main(url: str, file: str, at: str, count: int, *, pinned: bool) -> None:
    left = count

    def progress(taken: Taken) -> None:
        nonlocal left
        left -= 1
        if not left:
            os.kill(os.getpid(), signal.SIGKILL)

    with office(url, at=datetime.fromisoformat(at), published=False) as here:
        importing(here.desk, Path(file).read_text(), pinned=pinned).run(progress)


if __name__ == "__main__":
    main(*sys.argv[1:4], int(sys.argv[4]), pinned="history" in sys.argv[5:])
