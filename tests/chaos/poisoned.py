"""Workers over a database, one after the other, each of which dies when it decides about one lead.

`python -m chaos.poisoned URL LEAD` prints the exit codes, until a worker found nothing more to do. Between two of them the
leases run out.
"""

import json
import os
import signal
import sys
from contextlib import closing

from chaos.scene import opened
from firstright.core.lead import Cause, Lead
from firstright.core.record import record_bytes
from firstright.desk import deciding
from firstright.storage.database import open_database
from firstright.storage.statement import Statement
from firstright.wiring import now

MOST = 12
OVER = Statement("UPDATE job SET lease_until = '2026-01-01T00:00:00.000000Z' WHERE state = 'leased'")


def work(url: str, poison: str) -> None:
    def recorded(lead: Lead, cause: Cause, *given: object, **more: object) -> bytes:
        if lead.id == poison:
            os.kill(os.getpid(), signal.SIGKILL)
        return record_bytes(lead, cause, *given, **more)  # type: ignore[arg-type]  # handed on as it came

    deciding.record_bytes = recorded  # type: ignore[attr-defined]  # it is imported there, not meant for others
    with opened(url, "worker") as desk:
        while desk.work_due(now())[0]:
            pass


def main(url: str, poison: str) -> None:
    codes: list[int] = []
    while 0 not in codes and len(codes) < MOST:
        child = os.fork()
        if child == 0:
            work(url, poison)
            os._exit(0)
        codes.append(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
        with closing(open_database(url, node="clock")) as database, database.write() as tx:
            tx.run(OVER)
    print(json.dumps(codes))


if __name__ == "__main__":
    main(*sys.argv[1:])
