"""How long a test waits for what other threads and processes do: longer than the busiest machine needs, as nobody waits for it who passes."""

import inspect
import time
from collections.abc import Callable

PATIENCE = 180.0  # seconds


def until(reached: Callable[[], object], seconds: float = PATIENCE) -> None:
    """Looks again and again. Whoever gives up says what was waited for."""
    deadline = time.monotonic() + seconds
    while not reached():
        assert time.monotonic() < deadline, f"not reached within {seconds:.0f} s: {_words(reached)}"
        time.sleep(0.02)


def _words(reached: Callable[[], object]) -> str:
    try:
        return " ".join(inspect.getsource(reached).split())
    except (OSError, TypeError):
        return repr(reached)
