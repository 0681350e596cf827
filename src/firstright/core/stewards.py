"""Who is responsible and accountable for each part of a policy, whom to inform when it changes, and when somebody is to look
at it again. Values, and the one date that follows from them.

Which parts a policy has, and which of them changed, is `parts`; it tells nobody.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta, tzinfo

import msgspec

# the key in a document -> how a part of that kind begins
KINDS: Mapping[str, str] = {
    "rules": "rule",
    "queues": "queue",
    "sequences": "sequence",
    "services": "service",
    "score": "score",
    "providers": "provider",
    "templates": "template",
    "synonyms": "synonyms",
}
EARLY = timedelta(days=30)  # a review that long before its fixed date counts for it


class Answers(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a table says; what is left out is as the one above says. `inform` None: left out."""

    responsible: str = ""
    accountable: str = ""
    inform: tuple[str, ...] | None = None
    every: timedelta | None = None
    review_by: date | None = None

    def over(self, above: "Answers") -> "Answers":
        """A date of review is for the part that has it, and stands before what is said of all."""
        return Answers(
            self.responsible or above.responsible,
            self.accountable or above.accountable,
            above.inform if self.inform is None else self.inform,
            self.every or (None if self.review_by else above.every),
            self.review_by or (None if self.every else above.review_by),
        )


class Stewards(msgspec.Struct, frozen=True, omit_defaults=True):
    """For all parts, by kind ("rule"), and by part ("rule:smb-emea")."""

    general: Answers = Answers()
    kinds: dict[str, Answers] = {}
    parts: dict[str, Answers] = {}

    @property
    def said(self) -> bool:
        return self != STEWARDS


STEWARDS = Stewards()


class Steward(msgspec.Struct, frozen=True):
    """Who answers for one part: "rule:smb-emea", "queue:reception", "score" and the like."""

    part: str
    responsible: str = ""
    accountable: str = ""
    inform: tuple[str, ...] = ()
    every: timedelta | None = None
    review_by: date | None = None


def due(steward: Steward, reviewed: datetime | None, since: datetime, zone: tzinfo) -> date | None:
    """The day by which somebody is to look at it; None where nobody has to. `since` is from when a part counts that nobody
    has looked at yet."""
    last = reviewed.astimezone(zone).date() if reviewed else None
    if steward.review_by and (last is None or last < steward.review_by - EARLY):
        return steward.review_by
    if steward.every is None:
        return None
    return (last or since.astimezone(zone).date()) + steward.every
