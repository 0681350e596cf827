"""The worker: alarms, postman, fetcher, enricher, errands and watchman, started together and stopped together. It does nothing itself."""

from contextlib import AbstractContextManager, ExitStack
from types import TracebackType

from firstright.desk import Desk
from firstright.worker.alarms import Alarms
from firstright.worker.enricher import Enricher
from firstright.worker.errands import Errands
from firstright.worker.fetcher import Fetcher
from firstright.worker.means import Calling
from firstright.worker.postman import Posting, Postman
from firstright.worker.watchman import Watchman


class Worker:
    """Use it as a context, inside that of the desk. On SQLite it is part of the server; on PostgreSQL there may be many."""

    def __init__(self, desk: Desk, means: Posting, feeds: Calling, questions: Calling) -> None:
        self._alarms = Alarms(desk, means.now)
        self._postman = Postman(desk, means)
        self._fetcher = Fetcher(desk, feeds)
        self._enricher = Enricher(desk, questions)
        self._watchman = Watchman(desk, means.now)
        self._errands = Errands(desk, means.now)
        self._running = ExitStack()

    def __enter__(self) -> "Worker":
        self._running.enter_context(self._postman)
        self._running.enter_context(self._fetcher)
        self._running.enter_context(self._enricher)
        self._running.enter_context(self._watchman)
        self._running.enter_context(self._errands)
        self._running.enter_context(self._alarms)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self._postman.ask_to_stop()
        self._fetcher.ask_to_stop()
        self._enricher.ask_to_stop()
        self._running.close()

    def held(self) -> AbstractContextManager[None]:
        """No alarm rings while the block runs, because history is decided in it; what was told is still sent."""
        return self._alarms.held()
