"""Where a lead lands, before what follows from it is worked out: what precedence and tiers hand to `followup`."""

from datetime import datetime

import msgspec

from firstright.core.decision import Asked, Considered, CreditChange, TaskGiven
from firstright.core.handoff import Offered
from firstright.core.lead import NOBODY, Holder, Outcome, Waiting
from firstright.core.policy import Rule


class Landing(msgspec.Struct, frozen=True):
    outcome: Outcome
    reason: str
    holder: Holder = NOBODY
    rule: Rule | None = None
    pool: str = ""  # whose business time counts
    waiting: Waiting | None = None
    next_at: datetime | None = None  # holds only: when to decide again
    again: str = ""  # holds only: with which cause
    review: tuple[str, ...] = ()  # review only: between whom
    credits: tuple[CreditChange, ...] = ()
    status: str = ""  # where it is not the one that the outcome is entered by
    offer: Offered | None = None  # to whom it is offered, while nobody has it or its giver keeps it
    service: str = ""  # where it is not the rule's or the queue's
    task: TaskGiven | None = None  # for somebody who does not have it: to find out what it is held for


class Notes:
    """What a walk through the policy leaves behind for the trace. Written while walking, frozen into the decision."""

    def __init__(self) -> None:
        self.considered: list[Considered] = []
        self.asked: list[Asked] = []

    def say(self, what: str, name: str, verdict: str, then: str) -> None:
        self.considered.append(Considered(what, name, verdict, then))
