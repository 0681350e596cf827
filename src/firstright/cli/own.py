"""Commands that write at a desk of their own process, under the lock. It decides nothing, and `reach` says when it is used."""

import gc
from collections.abc import Callable
from datetime import datetime

import msgspec

from firstright import wiring
from firstright.desk import Desk
from firstright.desk.accountfile import WantedAccounts, import_accounts
from firstright.desk.accountimport import Report as AccountReport
from firstright.desk.acting import Acted
from firstright.desk.asked import ActAsked, done, operator
from firstright.desk.clockasked import ClockAsked, Excused, SpanAsked, clocked, excuse_span
from firstright.desk.crediting import Adjusted, Answered, CreditAdjusted, CreditAnswer
from firstright.desk.crmowners import Mapped, OwnerAsked, map_owner
from firstright.desk.destinations import Asked, Registered
from firstright.desk.distinct import Apart, TellApart
from firstright.desk.drifting import Looked, look
from firstright.desk.feeds import FeedChange
from firstright.desk.hooks import HookAsked, HookNow
from firstright.desk.hygiene import Audited
from firstright.desk.importfile import Wanted, import_file
from firstright.desk.importing import Report
from firstright.desk.keys import NewKey, RevokeKey
from firstright.desk.learned import Added, AddModel
from firstright.desk.learned import judged as judged_model
from firstright.desk.lists import Imported, ImportList
from firstright.desk.lists import judged as judged_list
from firstright.desk.outreachasked import OutreachAsked, OutreachDone, reached_out
from firstright.desk.pausing import PauseAsked, Paused
from firstright.desk.performing import Weigh, Weighed, asked_for
from firstright.desk.proposing import Alike, Proposed, propose
from firstright.desk.providers import ProviderChange, ProviderNow
from firstright.desk.publish import Published
from firstright.desk.quarantine import ReplayAsked, Replayed, replay
from firstright.desk.repairing import RepairAsked, Started, StopRepair
from firstright.desk.repasked import RepAsked, staffed
from firstright.desk.repwork import Changed
from firstright.desk.resending import Resend, Resent
from firstright.desk.reviving import Revive, Revived
from firstright.desk.sources import Described, SourceAsked, change_sources
from firstright.desk.stewards import Noted, PartReviewed
from firstright.desk.stuck import StuckAsked, StuckDone, looked
from firstright.desk.synonyms import Mapped as Meant
from firstright.desk.synonyms import SynonymsAsked, map_values
from firstright.desk.tending import EndAlarm, Ended, audit_now
from firstright.desk.userasked import Admitted, UserAsked
from firstright.settings import Settings

Progress = Callable[[int, int], None]  # records taken, of how many; of 0 while that is not known


class Own:
    """Writes at a desk of this process."""

    def __init__(self, desk: Desk, chosen: Settings) -> None:
        self._desk = desk
        self._chosen = chosen

    def publish_policy(self, text: str, *, file: str, by: str, reason: str) -> Published:
        return self._desk.publish_policy(text, file=file, by=by, reason=reason)

    def publish_roster(self, text: str, *, file: str, by: str, reason: str) -> Published:
        return self._desk.publish_roster(text, file=file, by=by, reason=reason)

    def make_key(self, wanted: NewKey, *, by: str) -> str:
        return wiring.make_key(self._desk, wanted, by=by)

    def revoke_key(self, prefix: str, *, by: str) -> bool:
        return self._desk.writer.submit(RevokeKey(prefix, by)).result()

    def admit(self, asked: UserAsked, *, by: str) -> Admitted:
        done = wiring.admit(self._desk, asked, by=by)
        return msgspec.structs.replace(done, url=self._chosen.console)

    def destine(self, asked: Asked, *, by: str) -> Registered:
        chosen = self._chosen
        return wiring.destine(self._desk, wiring.sealer(chosen), wiring.egress(chosen), asked, by=by)

    def describe(self, asked: SourceAsked, *, by: str) -> Described:
        return change_sources(self._desk, asked, by=by)

    def add_list(self, name: str, text: str, *, by: str) -> Imported:
        return self._desk.writer.submit(ImportList(judged_list(name, text), by)).result()

    def add_model(self, text: str, *, by: str) -> Added:
        return self._desk.writer.submit(AddModel(judged_model(text), by)).result()

    def look_at_drift(self, *, by: str) -> Looked:
        return look(self._desk)

    def mean(self, asked: SynonymsAsked, *, by: str) -> Meant:
        return map_values(self._desk, asked, by=by)

    def end_alarm(self, alarm: str, *, by: str) -> Ended:
        return self._desk.act(EndAlarm(alarm, by))

    def audit(self, *, by: str) -> Audited:
        return audit_now(self._desk, wiring.now())

    def act(self, asked: ActAsked, *, by: str) -> Acted:
        return done(self._desk, asked, by=by)

    def pause(self, asked: PauseAsked, *, by: str) -> Paused:
        return self._desk.act(asked.work(operator(by)))

    def staff(self, asked: RepAsked, *, by: str) -> Changed:
        return staffed(self._desk, asked, operator(by))

    def feed(self, asked: FeedChange, *, by: str) -> Changed:
        return wiring.feeds(self._desk, self._chosen).change(asked, operator(by))

    def hook(self, asked: HookAsked, *, by: str) -> HookNow:
        return wiring.hooks(self._desk, self._chosen).change(asked, by)

    def provide(self, asked: ProviderChange, *, by: str) -> ProviderNow:
        return wiring.providers(self._desk, self._chosen).change(asked, by)

    def weigh(self, pool: str, *, publish: bool, by: str) -> Weighed:
        return asked_for(self._desk.act(Weigh(pool, by, publish=publish)))

    def answer_credit(self, asked: CreditAnswer, *, by: str) -> Answered:
        return self._desk.act(asked.work(operator(by)))

    def adjust_credit(self, asked: CreditAdjusted, *, by: str) -> Adjusted:
        return self._desk.act(asked.work(operator(by)))

    def clock(self, asked: ClockAsked, *, by: str) -> Acted:
        return clocked(self._desk, asked, operator(by))

    def excuse_span(self, asked: SpanAsked, *, by: str) -> Excused:
        return excuse_span(self._desk, asked, operator(by))

    def look_at_stuck(self, asked: StuckAsked, *, by: str) -> StuckDone:
        return looked(self._desk, asked, operator(by), wiring.now())

    def reach_out(self, asked: OutreachAsked, *, by: str) -> OutreachDone:
        return reached_out(self._desk, asked, by=by)

    def repair(self, asked: RepairAsked, *, by: str) -> Started:
        return self._desk.act(asked.work(operator(by)))

    def stop_repair(self, repair: str, *, by: str) -> Started:
        return self._desk.act(StopRepair(repair, operator(by)))

    def review_part(self, asked: PartReviewed, *, by: str) -> Noted:
        return self._desk.act(asked.work(operator(by)))

    def replay_arrivals(self, asked: ReplayAsked, *, by: str) -> list[Replayed]:
        return replay(self._desk, asked, operator(by))

    def resend(self, names: list[str], *, destination: str, since: datetime | None, by: str) -> Resent:
        return self._desk.act(Resend(names, by, destination=destination, since=since))

    def revive(self, names: list[str] | None, *, by: str) -> Revived:
        return self._desk.writer.submit(Revive(names, by)).result()

    def import_file(self, wanted: Wanted, progress: Progress) -> Report:
        self._desk.warm()
        gc.freeze()  # as the server does
        return import_file(self._desk, wanted, progress)

    def import_accounts(self, wanted: WantedAccounts, progress: Progress) -> AccountReport:
        return import_accounts(self._desk, wanted, progress, wiring.now())

    def propose(self, pairs: list[Alike], *, by: str) -> Proposed:
        return propose(self._desk, pairs)

    def tell_apart(self, lead: str, other: str, reason: str, *, by: str) -> Apart:
        return self._desk.act(TellApart(lead, other, operator(by), reason))

    def map_owner(self, asked: OwnerAsked, *, by: str) -> Mapped:
        return map_owner(self._desk, asked, by=by)
