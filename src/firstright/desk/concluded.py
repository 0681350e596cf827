"""A decision about to be stored: what was decided about whom, with the names it gets. A value; rows are `consequences`."""

from datetime import datetime

import msgspec

from firstright.core.decision import Decision
from firstright.core.lead import Act, Cause, Lead
from firstright.core.matchkeys import MatchKeys
from firstright.storage.rows import LeadRow


class Concluded(msgspec.Struct, frozen=True):
    """A decision with the identifiers it is stored under, the lead before and after it."""

    id: str
    decision: Decision
    before: Lead
    after: Lead
    cause: Cause
    trigger: str
    as_of: datetime
    seq: int
    row: LeadRow | None  # the stored row, when the lead was there before
    keys: MatchKeys  # by which it can be found from now on
    problems: str = "[]"  # of a new lead, as JSON
    history: bool = False  # decided as of an instant in the past
    act: Act | None = None  # what beside the cause was handed in
    trace: str = ""  # traceparent of the decision's span, for what is delivered about it
