"""How many a minute: token buckets by name, in memory and bounded. Who is counted under which name is the caller's to say."""

import math
import time
from collections import OrderedDict
from collections.abc import Callable

MOST = 10_000  # buckets; the one that was asked longest ago goes first


class Buckets:
    """Each fills up again within a minute. Threads do not share it: it belongs to an event loop."""

    def __init__(self, tick: Callable[[], float] = time.monotonic, most: int = MOST) -> None:
        self._tick = tick
        self._most = most
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()  # tokens, as of

    def wait(self, name: str, per_minute: int) -> int:
        """0, and one is taken; or the seconds until there is one again, and none is."""
        now = self._tick()
        tokens, at = self._left.get(name, (float(per_minute), now))
        tokens = min(float(per_minute), tokens + (now - at) * per_minute / 60)
        took = tokens >= 1
        self._left[name] = (tokens - 1 if took else tokens, now)
        self._left.move_to_end(name)
        if len(self._left) > self._most:
            self._left.popitem(last=False)
        return 0 if took else max(1, math.ceil((1 - tokens) * 60 / per_minute))
