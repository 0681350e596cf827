"""How long a test waits for what other threads and processes do: longer than the busiest machine needs, as nobody waits for it who passes."""

import time
from collections.abc import Callable

PATIENCE = 180.0  # seconds


def until(reached: Callable[[], object], seconds: float = PATIENCE) -> None:
    deadline = time.monotonic() + seconds
    while not reached():
        assert time.monotonic() < deadline, f"not reached within {seconds:.0f} s"
        time.sleep(0.02)
