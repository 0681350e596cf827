"""What `firstright worker` does, and the worker that a server has within: settings become means, and a signal stops it."""

import signal
import sys
import threading
from collections.abc import Callable
from contextlib import ExitStack, closing
from datetime import datetime

from firstright import logs, settings, wiring
from firstright.desk import Desk
from firstright.desk.explain.auditing import Auditor
from firstright.errors import BadConfiguration
from firstright.outbound.channels import channels
from firstright.outbound.http import Client
from firstright.settings import Settings
from firstright.web.watching import serve_metrics
from firstright.worker import enricher, fetcher
from firstright.worker.means import Calling
from firstright.worker.postman import Posting
from firstright.worker.worker import Worker

WITHIN = (
    "on SQLite the server does this itself, because one process alone may write: run firstright serve, or give a"
    " postgresql:// database"
)


def worker_of(desk: Desk, chosen: Settings) -> Worker:
    """Raises BadConfiguration with everything that is wrong with the egress settings."""
    egress = wiring.egress(chosen)
    clock = wiring.now if desk.database.dialect == "sqlite" else None
    opened = wiring.sealer(chosen).open

    def calling(seconds: float) -> Calling:
        return Calling(
            client=lambda: Client(egress, seconds=seconds),
            open_secret=opened,
            now=wiring.now,
            dice=wiring.dice,
            clock=clock,
        )

    return Worker(desk, posting(chosen, clock), calling(fetcher.SECONDS), calling(enricher.SECONDS))


def posting(chosen: Settings, clock: Callable[[], datetime] | None) -> Posting:
    """What is sent to strangers leads to the public address and nowhere else: a link to this machine opens nothing for them."""
    egress = wiring.egress(chosen)
    return Posting(
        channels=lambda: channels(egress),
        open_secret=wiring.sealer(chosen).open,
        now=wiring.now,
        dice=wiring.dice,
        clock=clock,
        link=chosen.lead_link,
        site=chosen.public_url,
    )


def run(database: str | None, metrics_port: int | None, log_format: str | None) -> None:
    chosen = settings.read(database=database, log_format=log_format)
    if chosen.sqlite_path is not None:
        raise BadConfiguration((f"{chosen.place}: {WITHIN}",))
    logs.configure(chosen.log_format or logs.fitting(sys.stderr))
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    with closing(wiring.open_desk(chosen)) as desk, ExitStack() as running:
        desk.warm()
        running.enter_context(worker_of(desk, chosen))
        print(f"firstright works on {chosen.place}")
        if metrics_port is not None:
            auditor = running.enter_context(Auditor(desk.read, wiring.now))
            port = running.enter_context(serve_metrics(desk, auditor, wiring.now, metrics_port))
            print(f"metrics    http://127.0.0.1:{port}/metrics")
        sys.stdout.flush()
        stopped.wait()
    print("stopped: what was on its way is recorded")
