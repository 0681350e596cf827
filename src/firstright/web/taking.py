"""What the doors for leads share: who sends, and one lead's bytes as an arrival. It stores nothing and answers nobody."""

import asyncio
from http import HTTPStatus

from firstright.core.compiled import Compiled
from firstright.core.rules.fields import CATALOGUE
from firstright.desk import Arrival, Desk
from firstright.desk.arrival import cleaned, fingerprint
from firstright.intake.jsonbody import parse_lead
from firstright.intake.refused import Refused
from firstright.intake.shape import Shape
from firstright.web.auth import Caller, Doorkeeper
from firstright.web.problems import Header, Scope, TurnedAway, away, unavailable
from firstright.web.request import Head

PATH = "/v1/leads"
WRITE = "leads:write"
PATIENCE = 1.9  # seconds until a caller is told to try again
ALLOW: Header = (b"allow", b"OPTIONS, POST")


class Asked(Exception):
    """OPTIONS: what may be done here, and nothing else."""


def must_be_post(scope: Scope) -> None:
    if scope["method"] == "OPTIONS":
        raise Asked
    if scope["method"] != "POST":
        raise away(405, "method.not_allowed", "leads are sent by POST", headers=(ALLOW,))


def noted(desk: Desk, refusal: TurnedAway, request_id: str) -> None:
    """Counts a refusal of a request whose source is known."""
    if refusal.source and refusal.status < HTTPStatus.INTERNAL_SERVER_ERROR:
        desk.refusals.note(refusal.source, refusal.errors, request_id)


async def sender(keeper: Doorkeeper, head: Head) -> Caller:
    """Raises TurnedAway."""
    known = keeper.remembered(head.authorization, WRITE)
    if known is not None:
        return known
    try:
        async with asyncio.timeout(PATIENCE):
            return await asyncio.to_thread(keeper.admit, head.authorization, WRITE)
    except TimeoutError:
        raise unavailable("database.unavailable", "the key could not be looked up", seconds=2) from None


def mark_of(body: bytes) -> str:
    """The same for a lead that comes alone and one that comes in a batch: a repeat is one at either door."""
    return fingerprint("POST", PATH, body)


class Taking:
    """Threads may share it."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._shape: tuple[Compiled | None, Shape] = (None, Shape.of(CATALOGUE))

    def arrival(
        self, caller: Caller, body: bytes, mark: str, *, key: str, content_type: str, trace: str, lane: str
    ) -> Arrival:
        """What the body says, cleaned. TurnedAway when it cannot become a lead at this source.

        The `key` of the request names it, else its own event id; without either it is an event of its own.
        """
        source, policy = caller.source, self._desk.policy
        parsed = parse_lead(body, self._shape_of(policy), allow_extra=source.allow_extra)
        if isinstance(parsed, Refused):
            raise TurnedAway(parsed.status, *parsed.errors)
        clean = cleaned(parsed.raw, source, policy)
        if clean.problems and source.strict:
            raise TurnedAway(422, *clean.problems)
        event = key or (f"event:{parsed.event_id}" if parsed.event_id else "")
        return Arrival(
            source.name,
            event or f"one:{self._desk.new_id()}",
            mark,
            body,
            clean.facts,
            clean.problems,
            content_type,
            trace=trace,
            lane=lane,
            unmapped=clean.unmapped,
            meant=clean.meant,
            named_here=not event,
        )

    def _shape_of(self, policy: Compiled | None) -> Shape:
        known_for, shape = self._shape
        if known_for is not policy:
            shape = Shape.of(policy.policy.catalogue if policy else CATALOGUE)
            self._shape = (policy, shape)
        return shape
