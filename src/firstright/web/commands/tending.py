"""Words that keep the workspace in order: audits and alarms, repairs, what values mean, who reviewed what, dead jobs."""

from firstright import wiring
from firstright.core.causes.correcting import Selection
from firstright.desk.asked import operator
from firstright.desk.errands import Done, Stopped, carry_out
from firstright.desk.errands import StopErrand as StoppingErrand
from firstright.desk.previewing import StartPreview
from firstright.desk.repairing import RepairAsked, Started
from firstright.desk.repairing import StopRepair as Stopping
from firstright.desk.reviving import Revive as Reviving
from firstright.desk.reviving import Revived
from firstright.desk.synonyms import Mapped, SynonymsAsked, map_values
from firstright.desk.watch.drifting import Looked, look
from firstright.desk.watch.hygiene import Audited
from firstright.desk.watch.stewards import Noted, PartReviewed
from firstright.desk.watch.tending import EndAlarm as EndingAlarm
from firstright.desk.watch.tending import Ended, audit_now
from firstright.web.commands.house import House
from firstright.web.commands.request import Request


class Audit(Request[Audited], frozen=True, tag="audit"):
    """The watch over sources and the audit of the base, now."""

    by: str

    def done(self, house: House) -> Audited:
        return audit_now(house.desk, wiring.now())


class EndAlarm(Request[Ended], frozen=True, tag="end-alarm"):
    alarm: str
    by: str

    def done(self, house: House) -> Ended:
        return house.desk.act(EndingAlarm(self.alarm, self.by))


class LookAtDrift(Request[Looked], frozen=True, tag="drift"):
    """Now: kept, and told where it alarms."""

    by: str

    def done(self, house: House) -> Looked:
        return look(house.desk)


class Mean(Request[Mapped], frozen=True, tag="synonyms"):
    """What values of a field mean: a new version of the policy."""

    asked: SynonymsAsked
    by: str

    def done(self, house: House) -> Mapped:
        return map_values(house.desk, self.asked, by=self.by)


class PreviewRepair(Request[Done], frozen=True, tag="preview-repair"):
    """What a repair would come to: until it is worked out, by whoever does it."""

    selection: Selection
    by: str

    def done(self, house: House) -> Done:
        begun = house.desk.act(StartPreview(self.selection, operator(self.by)))
        return carry_out(house.desk, begun.errand, wiring.now, house.progress)


class StopErrand(Request[Stopped], frozen=True, tag="stop-errand"):
    errand: str
    by: str
    reason: str = ""

    def done(self, house: House) -> Stopped:
        return house.desk.act(StoppingErrand(self.errand, self.by, self.reason))


class Repair(Request[Started], frozen=True, tag="repair"):
    asked: RepairAsked
    by: str

    def done(self, house: House) -> Started:
        return house.desk.act(self.asked.work(operator(self.by)))


class StopRepair(Request[Started], frozen=True, tag="stop-repair"):
    repair: str
    by: str

    def done(self, house: House) -> Started:
        return house.desk.act(Stopping(self.repair, operator(self.by)))


class ReviewPart(Request[Noted], frozen=True, tag="review-part"):
    asked: PartReviewed
    by: str

    def done(self, house: House) -> Noted:
        return house.desk.act(self.asked.work(operator(self.by)))


class Revive(Request[Revived], frozen=True, tag="revive"):
    """Dead jobs by name; with null all of them."""

    jobs: list[str] | None
    by: str

    def done(self, house: House) -> Revived:
        return house.desk.act(Reviving(self.jobs, self.by))
