"""Who says yes to an offer in the last moment races the clock that ends it: the lead is theirs or the offer is over, never both and
never early, and whoever is too late is told so.

FIRSTRIGHT_CHAOS_RACES says how many offers are raced, as it does for `test_accept_or_expiry`.
"""

import random
from collections import Counter
from datetime import datetime
from itertools import count

import msgspec

from chaos.racing import HELD, RACES, ROUND, Arm, Lag, around, naively, ringing
from chaos.scene import POLICY, arrival, broken, opened, person, replayed, reps, roster
from firstright.core.replay import Verdict
from firstright.desk import Desk
from firstright.desk.acting import Acted, OnLead
from firstright.desk.batch import Batch
from firstright.desk.handover import AcceptOffer, HandOver
from firstright.errors import Superseded
from firstright.storage import instants, offers
from firstright.storage.statement import Statement
from firstright.storage.transactions import Database
from firstright.wiring import now

OFFERS = RACES
RULES = POLICY + '\n[pools.ae]\n\n[handoffs.over]\nto = { pool = "ae" }\naccept = "2h"\nhops = 1\n'
TAKERS = "".join(f'[[rep]]\nid = "taker{n}"\nname = "taker{n}"\npools = {{ ae = 1 }}\n\n' for n in range(7))
_keys = count(1)

LEAD_MILE = Statement("UPDATE lead SET mile = ? WHERE id = ?")
OFFER_DUE = Statement("UPDATE offer SET expires_at = ? WHERE lead_id = ? AND state = 'offered'")
MILE = Statement("SELECT mile FROM lead WHERE id = ?")
ENDS = Statement("SELECT lead_id, rep_id, state, answered_at, expires_at FROM offer")
STATE = Statement("SELECT state FROM offer WHERE lead_id = ?")
ACCEPTED = Statement("UPDATE offer SET state = 'accepted', reason = reason || 'a' WHERE lead_id = ?")
EXPIRED = Statement("UPDATE offer SET state = 'expired', reason = reason || 'e' WHERE lead_id = ?")
BOTH = Statement("SELECT count(*) FROM offer WHERE reason IN ('ae', 'ea')")
STOOD = Statement("SELECT id, holder_id, epoch, outcome FROM lead")


class ArmOffers(Arm):
    """The offers themselves end then, too."""

    def __init__(self, leads: list[str]) -> None:
        super().__init__(leads, "acceptance")

    def perform(self, batch: Batch) -> datetime:
        due = super().perform(batch)
        batch.tx.many(OFFER_DUE, [(instants.text(due), lead) for lead in self.leads])
        for lead in self.leads:
            mile = msgspec.json.decode(batch.tx.all(MILE, (lead,))[0][0])
            mile["offer"]["until"] = due
            batch.tx.run(LEAD_MILE, (msgspec.json.encode(mile).decode(), lead))
        return due


def offered(desk: Desk) -> dict[str, tuple[str, str]]:
    """Leads, each with who gave it and to whom it is offered."""
    desk.publish_roster(roster(reps(7)) + TAKERS, file="roster.toml", by="mara", reason="test")
    desk.publish_policy(RULES, file="policy.toml", by="mara", reason="test")
    arrivals = [arrival(person(n), f"event-{n}") for n in range(OFFERS)]
    for first in range(0, OFFERS, 500):
        desk.take_in(arrivals[first : first + 500])
    with desk.read() as tx:
        held: dict[str, str] = dict(tx.all(HELD))
    given = [desk.writer.submit(HandOver(lead, by, "over")) for lead, by in held.items()]
    assert {getattr(each.result(), "outcome", each.result()) for each in given} == {"offered"}
    with desk.read() as tx:
        return {row.lead_id: (held[row.lead_id], row.rep_id) for row in offers.open_ones(tx, OFFERS)}


def raced(
    desk: Desk, leads: list[str], whom: dict[str, tuple[str, str]], dice: random.Random, lag: float
) -> dict[str, object]:
    def accepted(lead: str) -> OnLead:
        return AcceptOffer(lead, whom[lead][1], key=f"yes-{next(_keys)}")

    return around(desk, ArmOffers(leads), accepted, dice, lag)


def judged(database: Database, answers: dict[str, object], whom: dict[str, tuple[str, str]]) -> Counter[str]:
    """How they ended: by what is stored, which must be what was answered, one way or the other."""
    with database.read() as tx:
        ends = {lead: rest for lead, *rest in tx.all(ENDS)}
        stood = {lead: tuple(rest) for lead, *rest in tx.all(STOOD)}
        assert len(tx.all(ENDS)) == OFFERS
    found: Counter[str] = Counter()
    for lead, (giver, taker) in whom.items():
        rep, state, answered, until = ends[lead]
        assert rep == taker
        if isinstance(answers[lead], Acted):
            assert (state, stood[lead]) == ("accepted", (taker, 2, "owner"))
        else:
            assert isinstance(answers[lead], Superseded)
            assert (state, stood[lead]) == ("expired", (giver, 1, "owner"))
            assert instants.read(answered) >= instants.read(until)  # never early
        found[state] += 1
    return found


def test_an_offer_is_accepted_or_over_never_both(database_url: str) -> None:
    dice = random.Random(20260302)
    with opened(database_url) as desk:
        whom = offered(desk)
        names, answers, lag = list(whom), dict[str, object](), Lag()
        with ringing(lambda: desk.work_due(now())[0]):
            for first in range(0, OFFERS, ROUND):
                answered = raced(desk, names[first : first + ROUND], whom, dice, lag.seconds)
                lag.move(sum(isinstance(each, Acted) for each in answered.values()))
                answers |= answered
        ends = judged(desk.database, answers, whom)
        assert ends.total() == OFFERS
        assert min(ends["accepted"], ends["expired"]) > OFFERS // 50  # else it was no race
        assert broken(desk.database) == []
        assert set(replayed(desk.database)[0]) == {Verdict.EQUAL}
    print(f"\n{OFFERS} offers raced: {dict(ends)}")


def test_looking_at_an_offer_first_and_answering_then_is_seen_to_do_both(database_url: str) -> None:
    with opened(database_url) as desk:
        leads = list(offered(desk))[:ROUND]
        naively(desk.database, leads, STATE, ("offered",), (ACCEPTED, EXPIRED))
        with desk.read() as tx:
            assert tx.all(BOTH)[0][0] > 0
