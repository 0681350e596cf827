"""The pipeline with what stands in it: how many leads are in each status, and how long they stay. It reads, and changes nothing."""

from datetime import datetime, timedelta
from statistics import median

import msgspec

from firstright.core.criteria import called
from firstright.core.leadtypes import ANY
from firstright.core.pipeline import Status
from firstright.core.policy import Policy
from firstright.core.statuses import ON_THE_WAY
from firstright.storage import leadcounts, statuses
from firstright.storage.transactions import Tx

SPAN = timedelta(days=90)  # of which times in a status are told


class Stage(msgspec.Struct, frozen=True):
    """One status: what it asks for, how many leads are in it now, and how long those stayed that left it lately. `required` are the
    fields every lead must have by it; `left` is None where no changes are kept."""

    status: str
    on_the_way: bool
    role: str
    required: tuple[str, ...]
    enter_on: tuple[str, ...]
    criteria: tuple[str, ...]
    vouch: tuple[str, ...]
    leads: int
    left: int | None = None
    median_seconds: int | None = None

    @property
    def asks(self) -> tuple[str, ...]:
        """What it asks for, in words."""
        return (*self.required, *[called(name) for name in self.criteria])


def funnel(tx: Tx, policy: Policy, now: datetime) -> tuple[Stage, ...]:
    """Every status in its order. A time is the middle one of those that left it in the last ninety days, of the latest of them."""
    counts = leadcounts.by_status(tx)
    own = policy.pipeline.own
    every = policy.types.get(ANY.id, ANY).required
    return tuple(
        [
            _stage(
                status,
                counts.get(status.id, 0),
                statuses.durations(tx, status.id, now - SPAN) if own else None,
                every,
            )
            for status in policy.pipeline.statuses
        ]
    )


def _stage(
    status: Status, leads: int, times: list[timedelta] | None, every: dict[str, tuple[str, ...]]
) -> Stage:
    return Stage(
        status=status.id,
        on_the_way=status.id in ON_THE_WAY,
        role=status.role,
        required=every.get(status.id, ()),
        enter_on=status.enter_on,
        criteria=status.criteria,
        vouch=status.vouch,
        leads=leads,
        left=None if times is None else len(times),
        median_seconds=int(median(each.total_seconds() for each in times)) if times else None,
    )
