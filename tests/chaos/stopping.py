"""A worker that stops itself when it has claimed what is due, and decides when it is woken.

`python -m chaos.stopping URL` stops, and then prints how many decisions it made of what it had claimed.
"""

import os
import signal
import sys
from collections.abc import Sequence
from contextlib import closing

from firstright.desk import Desk
from firstright.desk.deadlines import Ring
from firstright.desk.redecide import Redecide
from firstright.storage.database import open_database
from firstright.storage.jobs import DueJob
from firstright.wiring import Names, now


class Stopping(Desk):
    def _works(self, due: Sequence[DueJob]) -> list[Redecide | Ring]:
        os.kill(os.getpid(), signal.SIGSTOP)
        return super()._works(due)


def main(url: str) -> None:
    database = open_database(url, node="sleeper")
    clock = now if database.dialect == "sqlite" else None
    with closing(Stopping(database, node="sleeper", now=clock, new_id=Names())) as desk:
        desk.warm()
        print(len(desk.work_due(now())[1]))


if __name__ == "__main__":
    main(sys.argv[1])
