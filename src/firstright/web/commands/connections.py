"""Words about other systems: who is told, read, heard and asked, what could not be delivered, and what came in unread."""

from datetime import datetime

from firstright import wiring
from firstright.desk.asked import operator
from firstright.desk.crm.owners import Mapped, OwnerAsked, map_owner
from firstright.desk.destinations import Asked, Registered
from firstright.desk.errands import Done, carry_out
from firstright.desk.hooks import HookAsked, HookNow
from firstright.desk.providers import ProviderChange, ProviderNow
from firstright.desk.quarantine import ReplayAsked, Replayed, replay
from firstright.desk.rereading import RereadAsked, StartRereading
from firstright.desk.resending import Resend, Resent
from firstright.desk.sources import Described, SourceAsked, change_sources
from firstright.desk.staff.feeds import FeedChange
from firstright.desk.staff.repwork import Changed
from firstright.web.commands.house import House
from firstright.web.commands.request import Request


class Destine(Request[Registered], frozen=True, tag="destine"):
    asked: Asked
    by: str

    def done(self, house: House) -> Registered:
        return house.destine(self.asked, self.by)


class Again(Request[Resent], frozen=True, tag="resend"):
    """Dead deliveries by name, or a destination's since an instant."""

    deliveries: list[str]
    destination: str
    since: datetime | None
    by: str

    def done(self, house: House) -> Resent:
        asked = Resend(self.deliveries, self.by, destination=self.destination, since=self.since)
        return house.desk.act(asked)


class Feed(Request[Changed], frozen=True, tag="feed"):
    """A calendar that is read by URL, or is no longer."""

    asked: FeedChange
    by: str

    def done(self, house: House) -> Changed:
        return house.feeds().change(self.asked, operator(self.by))


class Hooked(Request[HookNow], frozen=True, tag="hook"):
    """By which foreign systems report activity: registered, changed, switched, removed; or its quarantine read again."""

    asked: HookAsked
    by: str

    def done(self, house: House) -> HookNow:
        return house.hooks().change(self.asked, self.by)


class Provide(Request[ProviderNow], frozen=True, tag="provide"):
    """Whom facts are asked of: registered, changed, switched or removed."""

    asked: ProviderChange
    by: str

    def done(self, house: House) -> ProviderNow:
        return house.providers().change(self.asked, self.by)


class Describe(Request[Described], frozen=True, tag="source"):
    """A source, new, changed or switched."""

    asked: SourceAsked
    by: str

    def done(self, house: House) -> Described:
        return change_sources(house.desk, self.asked, by=self.by)


class ReplayArrivals(Request[list[Replayed]], frozen=True, tag="replay-arrivals"):
    """One in quarantine, read again."""

    asked: ReplayAsked
    by: str

    def done(self, house: House) -> list[Replayed]:
        return [replay(house.desk, self.asked, operator(self.by))]


class Reread(Request[Done], frozen=True, tag="reread"):
    """All that is in quarantine of a hook, of a source, or of every source: until it is done, by whoever does it."""

    asked: RereadAsked
    by: str

    def done(self, house: House) -> Done:
        begun = house.desk.act(StartRereading(self.asked, operator(self.by)))
        return carry_out(house.desk, begun.errand, wiring.now, house.progress)


class OwnerIs(Request[Mapped], frozen=True, tag="owner-is"):
    """Who of ours an owner in a CRM is; an empty `rep` is nobody of ours."""

    system: str
    external_id: str
    rep: str
    by: str

    def done(self, house: House) -> Mapped:
        return map_owner(house.desk, OwnerAsked(self.system, self.external_id, self.rep), by=self.by)
