"""A thread with an event loop that goes round until it is told to stop. A round that fails is followed by another one.

What a round does is its maker's business.
"""

import asyncio
import threading
from collections.abc import Callable, Coroutine

PAUSE = 0.5  # seconds, after something went wrong


class Looping:
    """Use it as a context: it ends when the round under way does. A round is handed what tells it to stop; `failed` is
    called while its exception is handled."""

    def __init__(
        self,
        name: str,
        begun: Callable[[threading.Event], Coroutine[None, None, None]],
        failed: Callable[[], None],
    ) -> None:
        self._begun = begun
        self._failed = failed
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def __enter__(self) -> "Looping":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.ask_to_stop()
        self._thread.join()

    def ask_to_stop(self) -> None:
        """Nothing more is begun from now on."""
        self._stopping.set()

    def _run(self) -> None:
        while True:
            try:
                asyncio.run(self._begun(self._stopping))
            except Exception:  # whatever it was, what is due tomorrow must be done tomorrow
                self._failed()
            if self._stopping.wait(PAUSE):
                return
