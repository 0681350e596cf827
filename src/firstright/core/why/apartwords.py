"""Of an explanation: who said of which other leads that they are somebody else. Told as it is known now, not as it was then."""

from datetime import datetime

import msgspec

from firstright.core.why.moments import Moments


class ApartSaid(msgspec.Struct, frozen=True):
    """`by` is the id and `name` what a sentence calls whoever said it: a user, a key, or a command."""

    lead: str
    by: str
    name: str
    reason: str
    at: datetime


def apart_lines(apart: tuple[ApartSaid, ...], tell: Moments) -> list[str]:
    return [f"Not lead {each.lead}, said {each.name} on {tell(each.at)}: “{each.reason}”." for each in apart]
