"""A thread with an event loop that goes round until it is told to stop. A round that fails is followed by another one.

What a round does is its maker's business.
"""

import asyncio
import threading
from collections.abc import Callable, Coroutine

from firstright.desk.threaded import Threaded

PAUSE = 0.5  # seconds, after something went wrong


class Looping(Threaded):
    """Use it as a context: it ends when the round under way does. A round is handed what tells it to stop; `failed` is
    called while its exception is handled."""

    def __init__(
        self,
        name: str,
        begun: Callable[[threading.Event], Coroutine[None, None, None]],
        failed: Callable[[], None],
    ) -> None:
        super().__init__(name)
        self._begun = begun
        self._failed = failed

    def _run(self) -> None:
        while True:
            try:
                asyncio.run(self._begun(self._stopped))
            except Exception:  # whatever it was, what is due tomorrow must be done tomorrow
                self._failed()
            if self._stopped.wait(PAUSE):
                return
