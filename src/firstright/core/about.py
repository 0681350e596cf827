"""What a message is about, as data: fixed when it was decided. `messages` makes text or JSON of it when it is first sent."""

from datetime import datetime

import msgspec


class About(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a delivery tells, as it was when it was decided. Of whom (names, addresses) is read when it is sent."""

    event: str  # policy.EVENTS
    at: datetime
    cause: str
    outcome: str
    reason: str = ""
    rule: str = ""
    holder_kind: str = ""
    holder: str = ""
    previous: str = ""  # rep who had it before, when that was another
    epoch: int = 0
    cycle: int = 0
    priority: int = 0
    due: datetime | None = None  # of the first task, of the clock that rang, or of the first touch
    clock: str = ""
    percent: int = 0
    action: str = ""  # first action of the policy that was given as a task
    by: str = ""  # who did it, where a person did
    expected: datetime | None = None  # when a first response is due
