"""What `firstright meeting` does. Whether a slot is free, and what a booking is, the desk and the core say."""

from datetime import timedelta

import msgspec

from firstright import wiring
from firstright.cli.exits import FOUND, Stop
from firstright.cli.leads import act as act_on_lead
from firstright.cli.screen import safe
from firstright.cli.workspace import workspace
from firstright.core.compiled import Compiled
from firstright.core.identifiers import is_id
from firstright.core.lead import HolderKind
from firstright.core.roster import Roster
from firstright.desk.bookable import offer
from firstright.desk.versions import compiled, rostered
from firstright.storage import leads, meetings, people, policies
from firstright.storage.meetings import MeetingRow
from firstright.storage.transactions import Tx

AHEAD = timedelta(days=14)
MOST = 500


def slots(database: str | None, kind: str, lead: str, most: int, *, json: bool) -> None:
    with workspace(database) as (opened, _), opened.read() as tx:
        policy, roster = _current(tx)
        type = policy.policy.meetings.get(kind)
        if type is None:
            known = ", ".join(policy.policy.meetings) or "none"
            raise Stop(f"{safe(kind)}: is no kind of meeting of the policy; there are {known}", code=FOUND)
        row = leads.rows(tx, [lead]).get(lead) if lead and is_id(lead) else None
        if lead and row is None:
            raise Stop(f"lead {safe(lead)}: is not there", code=FOUND)
        owner = row.holder_id if row and row.holder_kind == HolderKind.REP else ""
        facts = leads.as_lead(row).facts if row else {}
        found = offer(tx, policy.policy, roster, type, owner, facts, wiring.now(), most=most)
    if json:
        print(msgspec.json.encode(found.slots).decode())
        return
    for at in found.slots:
        print(f"{at:%Y-%m-%dT%H:%MZ}")
    if not found.slots:
        print("none")


def show(database: str | None, lead: str, rep: str, *, json: bool) -> None:
    with workspace(database) as (opened, _), opened.read() as tx:
        if lead:
            rows = meetings.of_lead(tx, lead) if is_id(lead) else []
        else:
            rows = meetings.between(tx, wiring.now(), wiring.now() + AHEAD, MOST)
    found = [row for row in rows if not rep or row.rep_id == rep]
    if json:
        print(msgspec.json.encode(found).decode())
        return
    for row in found:
        print(safe(_line(row)))
    if not found:
        print("none")


def act(
    database: str | None, verb: str, lead: str, *, kind: str = "", at: str = "", reason: str = ""
) -> None:
    act_on_lead(database, verb=verb, lead=lead, kind=kind, at=at, reason=reason)


def _current(tx: Tx) -> tuple[Compiled, Roster]:
    """Policy and roster as published. Stop where one is missing."""
    policy, roster = policies.current(tx), people.current(tx)
    if policy is None or roster is None:
        raise Stop("nothing is published yet: firstright policy publish, firstright roster publish")
    how = compiled(tx, policies.load(tx, policy.version), policy.version)
    return how, rostered(people.load(tx, roster.version), roster.version)


def _line(row: MeetingRow) -> str:
    reason = f" ({row.reason})" if row.reason else f", {row.answer}" if row.answer else ""
    return (
        f"{row.starts_at:%Y-%m-%dT%H:%MZ}  {row.type}  {row.rep_id}  {row.state}{reason}  lead {row.lead_id}"
    )
