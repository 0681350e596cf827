"""One workspace of the last mile as a story drives it: a team with offers, a sequence, meetings and a hook, on a database that
may die, and beside a mail server.
"""

import json
import re
from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from chaos.flaky import Flaky
from chaos.milelooks import looks
from chaos.milepost import NOBODY, Post
from chaos.milepromises import Away, claimed, overdue, unkept, waiting
from chaos.scene import broken
from desk.office import Office
from desk.outreachroom import OPEN, SITE, THREE, Box
from firstright.desk import Desk
from firstright.desk.delivered import Ended, RecordDeliveries
from firstright.desk.delivering import ClaimDeliveries
from firstright.desk.explain.overfull import overfull
from firstright.desk.hooking import TakeEvent, read_event
from firstright.desk.writer import Work
from firstright.errors import DatabaseError, DatabaseUnavailable, FirstrightError
from firstright.storage import destinations, hooks, instants
from firstright.storage.database import open_database
from firstright.storage.destinations import DestinationRow
from firstright.storage.hooks import HookRow, HookSettings
from routing import ADA, CALENDARS, CATCH_ALL, HEAD, KIM, NOOR, OMAR, TO_SDR, rep

T = TypeVar("T")
AE = """
[pools.ae]
calendar = "berlin"

[handoffs.to-ae]
kind = "sales"
to = { pool = "ae" }
accept = "30min"
giver = "sdr"
taker = "ae"

[handoffs.help]
kind = "support"

[handoffs.rest]
kind = "nurture"
wait = "30d"

[meetings.demo]
with = "pool:sdr"
length = "30min"
notice = "1h"
remind = ["1h"]
"""
LADDER = 'untouched = "2h"\non_missed = ["re-route", "review"]\n'
TAKERS = """
[pools.takers]
method = "pull"
preview = true
calendar = "berlin"
"""
SUPPORT = """
[[rule]]
id = "help"
tier = "first"
when = { intent = "support" }
send_to = { support = "helpdesk" }

[[rule]]
id = "prices"
tier = "first"
when = { intent = "quote" }
send_to = { pool = "takers" }

[[rule]]
id = "jobs"
tier = "first"
when = { intent = "job" }
send_to = { queue = "desk" }

[[rule]]
id = "large"
tier = "first"
when = { employees = { min = 500 } }
send_to = { pool = "ae" }
"""
TO_WELCOME = TO_SDR.rstrip() + '\nsequence = "welcome"\n'
RULES = (
    HEAD.replace('untouched = "2h"\n', LADDER, 1)
    + AE
    + TAKERS
    + THREE
    + OPEN
    + SUPPORT
    + TO_WELCOME
    + CATCH_ALL
)
OTHER = RULES.replace('first_touch = "same-business-day"', 'first_touch = "3h"').replace(
    'when = { intent = "support" }', 'when = { intent = ["support", "chat"] }'
)
FEW = "capacity = 3"


def people(*, left: str = "", away: str = "") -> str:
    """The team; one of them may have left, or be away today and tomorrow. Nobody takes more than three."""
    found = [ADA, *[each.replace('manager = "ada"', f'manager = "ada"\n{FEW}') for each in (KIM, NOOR, OMAR)]]
    found += [
        rep(name, f'manager = "ada"\n{FEW}', pools="{ ae = 1, takers = 1 }")
        for name in ("Uma Voss", "Vic Stone")
    ]
    text = re.sub(r'id = "(\w+)"', r'id = "\1"\nemail = "\1@ours.example"', "".join(found))
    if left:
        text = text.replace(f'id = "{left}"', f'id = "{left}"\nleft = "2026-01-01"')
    if away:
        gone = 'absences = [{ type = "sick", from = "2026-03-02", until = "2026-03-04" }]'
        text = text.replace(f'id = "{away}"', f'id = "{away}"\n{gone}')
    return CALENDARS + text


class Numbers:
    """Names that are the same on both databases as long as the same things happen."""

    def __init__(self) -> None:
        self.given = 0

    def __call__(self) -> str:
        self.given += 1
        return f"019f0000-0000-7000-8000-{self.given:012x}"


class Side(Office):
    """One database of the two."""

    def __init__(self, url: str, at: datetime) -> None:
        self.url = url
        self.at = at
        self.names = Numbers()
        self._events = 0
        self._claims = 0
        self.mail = Post()
        self.seen: list[str] = []  # what did not hold while something was under way
        self.away = Away()
        self._open()
        self.desk.publish_roster(people(), file="roster.toml", by="mara", reason="test")
        self.desk.publish_policy(RULES, file="policy.toml", by="mara", reason="test")
        with self.desk.database.write() as tx:
            hooks.add(tx, HookRow("dialler", b"", HookSettings(), True, at))
            for name, url in (("email", self.mail.url), ("email:kim", NOBODY)):
                destinations.add(
                    tx, DestinationRow(self.names(), name, "email", url, "{}", None, True, None, at)
                )

    def _open(self) -> None:
        self.flaky = Flaky(open_database(self.url, node="ada"))
        self.desk = Desk(self.flaky, node="ada", now=lambda: self.at, new_id=self.names)
        self.desk.keep_with(Box())

    def end(self) -> None:
        self.desk.close()
        self.mail.end()

    def restart(self) -> None:
        self.desk.close()
        self._open()
        self.desk.warm()

    def done(self, build: Callable[["Side"], Work[T | FirstrightError]]) -> T | FirstrightError:
        """Does it; where the database dies over it, does the same once more after a restart, as any caller would."""
        try:
            return self._did(build)
        except DatabaseError:
            self.restart()
            return self._did(build)
        finally:
            self.flaky.stand()

    def _did(self, build: Callable[["Side"], Work[T | FirstrightError]]) -> T | FirstrightError:
        return self.desk.writer.submit(build(self)).result()

    def sent(self, name: str, event: str, **facts: str) -> dict[str, object]:
        """Somebody's enquiry, under a name of its own: sent again when it was not answered."""
        one = self.arrival(name, event=event, **facts)
        try:
            [reply] = self.desk.take_in([one])
        except DatabaseError:
            self.restart()
            [reply] = self.desk.take_in([one])
        finally:
            self.flaky.stand()
        told: dict[str, object] = json.loads(reply.body)
        return told

    def work(self) -> None:
        """All that is due, as often as a worker would look; what it was about to do when the database died it does later."""
        for _ in range(60):
            try:
                if not self.desk.work_due(self.at)[0]:
                    self.seen += overdue(self.rows, self.at)
                    return
            except DatabaseError:
                self.restart()
            finally:
                self.flaky.stand()
        raise AssertionError("there is always something more to do")

    def staffed(self, left: str, away: str) -> None:
        """Another roster, with somebody who has gone and somebody who is ill."""
        self.published(roster=people(left=left, away=away))
        [(since,)] = self.rows("SELECT max(published_at) FROM roster_version")
        self.away = Away(left, away, instants.read(since))

    def published(self, *, policy: str = "", roster: str = "") -> None:
        """A new version, and once more where the database died over it."""
        try:
            self._published(policy, roster)
        except DatabaseError:
            self.restart()
            self._published(policy, roster)
        finally:
            self.flaky.stand()

    def _published(self, policy: str, roster: str) -> None:
        if policy:
            self.desk.publish_policy(policy, file="p", by="mara", reason="")
        if roster:
            self.desk.publish_roster(roster, file="r", by="mara", reason="")

    def deliver(self, says: str = "", dies: str = "", statement: int = 0) -> None:
        """Sends what is due until nothing is; where it dies, a worker that begins anew finds things as they are."""
        try:
            while self._delivered(says, dies, statement):
                pass
            self.seen += [] if says else waiting(self.rows, self.at)
        except DatabaseError:
            self.restart()
        finally:
            self.flaky.stand()

    def _delivered(self, says: str, dies: str, statement: int) -> bool:
        self._claims += 1
        token = f"claim-{self._claims}"
        work = ClaimDeliveries(64, token, "https://ours.example/leads/", SITE)
        self._arm(dies == "claim", dies == "claimed", statement)
        found = self.desk.writer.submit(work).result()
        self.seen += claimed(self.rows, token)
        if not found:
            return False
        results = self.mail.send(found, says)
        if dies == "out":
            raise DatabaseUnavailable("nobody is left to say what went out")
        self._arm(dies == "record", dies == "recorded", statement)
        ended = [Ended(each, result) for each, result in zip(found, results, strict=True)]
        self.desk.writer.submit(RecordDeliveries(ended)).result()
        return True

    def _arm(self, before: bool, after: bool, statement: int) -> None:
        if before:
            self.flaky.fall_at(statement)
        if after:
            self.flaky.fall_after_commit()

    def event(self, name: str, body: dict[str, str]) -> TakeEvent:
        return TakeEvent(read_event(self.desk, "dialler", HookSettings(), name, json.dumps(body).encode()))

    def wrong(self) -> list[object]:
        with self.desk.read() as tx:
            full = [f"I-14 {each}" for each in overfull(tx) if not each.by_hand]
        known = {str(name) for (name,) in self.rows("SELECT id FROM delivery")}
        more = unkept(self.rows, self.away, known, set(self.mail.times()))
        return [*broken(self.desk.database), *full, *self.mail.wrong(), *self.seen, *more]

    def looks(self) -> dict[str, list[str]]:
        """All that is stored of its leads, comparable."""
        return looks(self.flaky.dialect, self.rows)
