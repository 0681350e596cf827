"""One lead: what it is, who has it and why, what comes next, what happened. What can be done to it is `leadacts`.

A rep sees their own part of every explanation, and colleagues without names.
"""

from typing import Any  # what a template is given is of any type

import msgspec
from fastapi import APIRouter, Request, Response

from firstright.core.authority import Right, Role
from firstright.core.identifiers import is_id
from firstright.core.lead import Fact
from firstright.core.policy import DECLINE_REASONS
from firstright.core.record import read_record
from firstright.core.why.explanation import redacted
from firstright.desk.acting import CHANNELS
from firstright.desk.attribution import arrivals_of
from firstright.desk.explain.explaining import explained, last_routing
from firstright.desk.explain.whatif import WhatIf, changeable, what_if
from firstright.desk.scored import NO_ACCOUNT, Scored, account_of, scored
from firstright.storage import enrichments, leads, leadview, recorded, timeline
from firstright.storage.inbox import Scope
from firstright.storage.leadview import Seen
from firstright.storage.recorded import Recorded
from firstright.storage.transactions import Tx
from firstright.web.console.askedseen import asked_seen
from firstright.web.console.form import NOTHING_TYPED, Form
from firstright.web.console.handoffseen import HandoffSeen, confirm
from firstright.web.console.lastmile import last_mile
from firstright.web.console.leadseen import Decided, LeadSeen, decided, lead_seen
from firstright.web.console.room import Room
from firstright.web.console.scoreseen import score_seen
from firstright.web.console.story import told
from firstright.web.console.together import together
from firstright.web.console.visit import Visit
from firstright.web.problems import away
from firstright.web.request import queried, read_head

MOST_HAPPENED = 60
MOST_DECISIONS = 50
RESULTS = {
    "no-answer": "No answer",
    "left-message": "Left a message",
    "sent": "Sent",
    "connected": "Talked to them",
    "replied": "They replied",
    "met": "Met",
    "booked": "Booked a meeting",
    "no-show": "They did not come",
    "wrong-number": "Wrong number or address",
}
_facts = msgspec.json.Decoder(dict[str, Fact]).decode
MOST_ARRIVALS = 20
_LEAD, _WHATIF = frozenset({"all", "decision"}), frozenset({"field", "value", "decision"})


class LeadPage:
    """Shows a lead; the acts use it to show it once more with a form that was refused."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._versions = room.versions

    def seen(self, tx: Tx, visit: Visit, lead_id: str) -> Seen:
        """Raises TurnedAway(404) for what is not there and for what is not theirs."""
        found = None
        if is_id(lead_id):
            found = leadview.seen(tx, Scope(visit.actor, visit.queues), lead_id)
        if found is None:
            raise away(
                404, "not_found", "this lead is not there, or with somebody whose leads you do not see"
            )
        return found

    def show(
        self,
        visit: Visit,
        lead_id: str,
        *,
        form: Form = NOTHING_TYPED,
        status: int = 200,
        everything: bool = False,
        decision: str = "",
    ) -> Response:
        with self._room.desk.read() as tx:
            found = self.seen(tx, visit, lead_id)
            limit = 500 if everything else MOST_HAPPENED
            happened = timeline.page(tx, found.row.id, limit=limit + 1)
            made = recorded.of_lead(tx, found.row.id, MOST_DECISIONS)
            arrivals = arrivals_of(tx, found.row.id, MOST_ARRIVALS)
            told_of = _asked_about(made, decision)
            why = self._why(tx, visit, told_of) if told_of else None
            questions = enrichments.of_lead(tx, found.row.id)
            mile = last_mile(tx, visit, found)
            fields = self._fields(tx, told_of) if told_of and not _is_rep(visit) else []
        hand = mile["handoff"]
        if isinstance(hand, HandoffSeen) and hand.mine and hand.offer and hand.offer.received_at is None:
            confirm(self._room, visit, [found.row.id])
        worth = _worth(visit, found, made)
        with self._room.desk.read() as tx:
            beside = together(tx, visit, found.row)
        lead = lead_seen(visit, found)
        return self._room.page(
            visit,
            "lead.html",
            status=status,
            here="/inbox",
            lead=lead,
            form=form,
            why=why,
            made=[(each, each.id == (told_of.id if told_of else "")) for each in reversed(made)],
            story=told(visit, happened[:limit], leads.as_lead(found.row).facts),
            asked=asked_seen(visit, questions, made),
            more=len(happened) > limit,
            arrivals=arrivals,
            fields=fields,
            together=beside,
            worth=score_seen(worth),
            mile=mile,
            **self._choices(visit, lead),
        )

    def _why(self, tx: Tx, visit: Visit, stored: Recorded) -> Decided:
        explanation = explained(tx, stored, self._versions)
        if _is_rep(visit):
            explanation = redacted(explanation, visit.actor.rep)
        return decided(stored.id, explanation)

    def _fields(self, tx: Tx, stored: Recorded) -> list[tuple[str, str, tuple[str, ...], str]]:
        """(name, label, known values, value it had) of what one can ask "what if" about."""
        policy = self._versions.policy(tx, stored.policy_version)
        lead = read_record(stored.record).lead
        catalogue = policy.policy.catalogue
        return [
            (name, catalogue[name].label, catalogue[name].values, _shown(lead.facts.get(name)))
            for name in changeable(policy, lead)
        ]

    def what_if(
        self, visit: Visit, lead_id: str, field: str, value: str, decision: str
    ) -> tuple[WhatIf, str]:
        """The answer, and how the field is called. Raises TurnedAway."""
        if _is_rep(visit):
            raise away(403, "auth.role", "what-if shows whom the others' rules would choose: ask operations")
        with self._room.desk.read() as tx:
            found = self.seen(tx, visit, lead_id)
            stored = _asked_about(recorded.of_lead(tx, found.row.id, MOST_DECISIONS), decision)
            if stored is None:
                raise away(404, "not_found", "nothing was decided about this lead yet")
            policy = self._versions.policy(tx, stored.policy_version)
            if field not in changeable(policy, read_record(stored.record).lead):
                raise away(400, "query.invalid", "one cannot ask about this field")
            return what_if(tx, stored, field, value, self._versions), policy.policy.catalogue[field].label

    def _choices(self, visit: Visit, lead: LeadSeen) -> dict[str, Any]:
        """What the forms of the page offer."""
        reps = visit.roster.document.reps if visit.roster else ()
        holder = lead.seen.holder
        takers = [
            (rep.id, rep.name or rep.id)
            for rep in reps
            if rep.active and visit.actor.may_assign(holder, rep.id)
        ]
        return {
            "reasons": [(reason, reason.replace("-", " ")) for reason in DECLINE_REASONS],
            "channels": [
                (channel, {"sms": "SMS", "email": "E-mail"}.get(channel, channel.title()))
                for channel in CHANNELS
            ],
            "results": list(RESULTS.items()),
            "takers": sorted(
                (each for each in takers if each[0] != holder.id), key=lambda each: each[1].casefold()
            ),
        }


def lead(room: Room) -> APIRouter:
    router = APIRouter(include_in_schema=False)
    pages = LeadPage(room)

    @router.get("/leads/{lead_id}")
    def page(request: Request, lead_id: str) -> Response:
        visit = room.enter(request, Right.SEE_LEADS)
        read_head(request.scope, _LEAD)
        given = queried(request.scope)
        return pages.show(visit, lead_id, everything="all" in given, decision=given.get("decision", ""))

    @router.get("/leads/{lead_id}/what-if")
    def asked(request: Request, lead_id: str) -> Response:
        visit = room.enter(request, Right.SEE_LEADS)
        read_head(request.scope, _WHATIF)
        given = queried(request.scope)
        field, value = given.get("field", ""), given.get("value", "")[:500]
        found, label = pages.what_if(visit, lead_id, field, value, given.get("decision", ""))
        was = decided("", found.was)
        would = decided("", found.would) if found.would else None
        return room.page(
            visit,
            "what-if.html",
            here="/inbox",
            lead_id=lead_id,
            field=label,
            value=value,
            found=found,
            was=was,
            would=would,
            same=would is not None and would.verdict == was.verdict,
        )

    return router


def _worth(visit: Visit, found: Seen, made: list[Recorded]) -> Scored | None:
    """Now, by the current policy, with the account its last routing saw."""
    if visit.policy is None or visit.policy.scoring is None:
        return None
    last = last_routing(made)
    account = account_of(read_record(last.record).candidates) if last else NO_ACCOUNT
    facts = _facts(found.row.facts)
    return scored(facts, account, visit.policy, found.row.arrived_at, visit.now)


def _is_rep(visit: Visit) -> bool:
    return visit.actor.role is Role.REP


def _asked_about(made: list[Recorded], decision: str) -> Recorded | None:
    """The decision that was asked for, else the last one that said where the lead goes."""
    for each in made:
        if each.id == decision:
            return each if each.record else None
    return last_routing(made)


def _shown(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, tuple) else "" if value is None else str(value)
