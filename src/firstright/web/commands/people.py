"""Words about people: who gets leads and how many, who may look and act, and with which key."""

import msgspec

from firstright import wiring
from firstright.desk.access.keys import NewKey, judged
from firstright.desk.access.keys import RevokeKey as Revoking
from firstright.desk.access.userasked import Admitted, UserAsked
from firstright.desk.asked import operator
from firstright.desk.crediting import Adjusted, Answered, CreditAdjusted, CreditAnswer
from firstright.desk.performing import Weigh as Weighing
from firstright.desk.performing import Weighed, asked_for
from firstright.desk.staff.pausing import PauseAsked, Paused
from firstright.desk.staff.repasked import RepAsked, staffed
from firstright.desk.staff.repwork import Changed
from firstright.web.commands.house import House
from firstright.web.commands.request import Request


class Staff(Request[Changed], frozen=True, tag="staff"):
    """A change of one rep: absences, hours, taking leads, leaving, a place in a pool, a calendar."""

    asked: RepAsked
    by: str

    def done(self, house: House) -> Changed:
        return staffed(house.desk, self.asked, operator(self.by))


class Pause(Request[Paused], frozen=True, tag="pause"):
    """Also to resume: without an instant."""

    asked: PauseAsked
    by: str

    def done(self, house: House) -> Paused:
        return house.desk.act(self.asked.work(operator(self.by)))


class Weigh(Request[Weighed], frozen=True, tag="weigh"):
    """A performance pool; without `publish` it is only worked out."""

    pool: str
    publish: bool
    by: str

    def done(self, house: House) -> Weighed:
        return asked_for(house.desk.act(Weighing(self.pool, self.by, publish=self.publish)))


class AnswerCredit(Request[Answered], frozen=True, tag="answer-credit"):
    asked: CreditAnswer
    by: str

    def done(self, house: House) -> Answered:
        return house.desk.act(self.asked.work(operator(self.by)))


class AdjustCredit(Request[Adjusted], frozen=True, tag="adjust-credit"):
    asked: CreditAdjusted
    by: str

    def done(self, house: House) -> Adjusted:
        return house.desk.act(self.asked.work(operator(self.by)))


class Admit(Request[Admitted], frozen=True, tag="admit"):
    asked: UserAsked
    by: str

    def done(self, house: House) -> Admitted:
        return msgspec.structs.replace(wiring.admit(house.desk, self.asked, by=self.by), url=house.url)


class MakeKey(Request[str], frozen=True, tag="make-key"):
    key: NewKey
    by: str

    def done(self, house: House) -> str:
        return wiring.make_key(house.desk, judged(self.key), by=self.by)


class RevokeKey(Request[bool], frozen=True, tag="revoke-key"):
    """False: there is no such key in force."""

    prefix: str
    by: str

    def done(self, house: House) -> bool:
        return house.desk.act(Revoking(self.prefix, self.by))
