"""Words about leads: who holds them, their clocks, how they are reached, and where they lie."""

from firstright import wiring
from firstright.desk.acting import Acted
from firstright.desk.asked import ActAsked, done, operator
from firstright.desk.clockasked import ClockAsked, Excused, SpanAsked, clocked, excuse_span
from firstright.desk.distinct import Apart
from firstright.desk.distinct import TellApart as TellingApart
from firstright.desk.outreachasked import OutreachAsked, OutreachDone, reached_out
from firstright.desk.proposing import Alike, Proposed, propose
from firstright.desk.watch.stuck import StuckAsked, StuckDone, looked
from firstright.web.commands.house import House
from firstright.web.commands.request import Request


class Act(Request[Acted], frozen=True, tag="act"):
    asked: ActAsked
    by: str

    def done(self, house: House) -> Acted:
        return done(house.desk, self.asked, by=self.by)


class Clocks(Request[Acted], frozen=True, tag="clocks"):
    """Of one lead: stand still, go on, a miss excused or put right."""

    asked: ClockAsked
    by: str

    def done(self, house: House) -> Acted:
        return clocked(house.desk, self.asked, operator(self.by))


class ExcuseSpan(Request[Excused], frozen=True, tag="excuse-span"):
    """All misses of a span of time."""

    asked: SpanAsked
    by: str

    def done(self, house: House) -> Excused:
        return excuse_span(house.desk, self.asked, operator(self.by))


class ReachOut(Request[OutreachDone], frozen=True, tag="reach-out"):
    """Sequences, consent, and the list of whom not to contact."""

    asked: OutreachAsked
    by: str

    def done(self, house: House) -> OutreachDone:
        return reached_out(house.desk, self.asked, by=self.by)


class LookAtStuck(Request[StuckDone], frozen=True, tag="stuck"):
    """What somebody decided about a lead that lies; without a lead: sweep now."""

    asked: StuckAsked
    by: str

    def done(self, house: House) -> StuckDone:
        return looked(house.desk, self.asked, operator(self.by), wiring.now())


class Propose(Request[Proposed], frozen=True, tag="propose-pairs"):
    """Pairs of leads a clean-up found alike, for review."""

    pairs: list[Alike]
    by: str

    def done(self, house: House) -> Proposed:
        return propose(house.desk, self.pairs)


class TellApart(Request[Apart], frozen=True, tag="tell-apart"):
    """Two leads are two: remembered, proposed and linked no more."""

    lead: str
    other: str
    reason: str
    by: str

    def done(self, house: House) -> Apart:
        return house.desk.act(TellingApart(self.lead, self.other, operator(self.by), self.reason))
