"""An event loop whose time goes by what comes over its lines: where a time-out must fall into the middle of something, that is
no question of how fast the machine is."""

import asyncio
import selectors

A_MOMENT = 0.01  # seconds of the loop's clock, whenever something has come


class _Moments(selectors.DefaultSelector):
    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        came = super().select(timeout)
        if came:
            self.now += A_MOMENT
        return came


class Moments(asyncio.SelectorEventLoop):
    """While nothing comes its clock stands still."""

    def __init__(self) -> None:
        self._moments = _Moments()
        super().__init__(self._moments)

    def time(self) -> float:
        return self._moments.now
