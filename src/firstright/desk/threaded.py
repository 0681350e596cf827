"""A thread that ends with the context it is used in. What it does until then is its maker's business."""

import threading
from typing import Self


class Threaded:
    """`_run` goes on until `_stopped` is set, and looks at that often."""

    def __init__(self, name: str) -> None:
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.ask_to_stop()
        self._thread.join()

    def ask_to_stop(self) -> None:
        """Nothing more is begun from now on."""
        self._stopped.set()

    def _run(self) -> None:
        raise NotImplementedError
