"""What is known of a lead before it is written to or called: consent, suppression, who of ours reached out to it or to its
company lately. It judges nothing (`core.outreach`) and writes nothing.
"""

from collections.abc import Sequence
from datetime import datetime

from firstright.core.lead import HolderKind, Lead
from firstright.core.outreach import ALL, WEEK, Consent, Contact, Other, Outreach, zones_of
from firstright.core.policy import Policy
from firstright.core.roster import Roster
from firstright.desk.marks import Marks
from firstright.storage import consents
from firstright.storage.consents import ConsentRow, Reached
from firstright.storage.rows import TouchRow
from firstright.storage.transactions import Tx

ADDRESS = {"email": "email", "sms": "phone", "call": "phone"}  # the fact a channel goes to
INVALID = {"email": "email_bounced", "sms": "phone_invalid", "call": "phone_invalid"}
KINDS = {"email": ("email", "domain"), "sms": ("phone", "domain"), "call": ("phone", "domain")}


def contact_of(
    tx: Tx,
    lead: Lead,
    channel: str,
    policy: Policy,
    roster: Roster,
    marks: Marks | None,
    as_of: datetime,
    touches: Sequence[TouchRow] = (),
) -> Contact:
    """`touches` are those of a batch that are not written yet. Without `marks` nobody is on the list."""
    one = consents.as_one(tx, lead.person)
    persons = {lead.person, *one.values()}
    lately = consents.touched_since(tx, persons, as_of - WEEK)
    lately += [t.happened_at for t in touches if t.person_id in persons]
    return Contact(
        address=str(lead.facts.get(ADDRESS[channel], "")),
        invalid=lead.facts.get(INVALID[channel]) is True,
        zones=zones_of(lead.facts, _owner_zone(lead, roster), policy.zone),
        consents=(*_in_the_form(lead, channel), *map(said, consents.of_persons(tx, persons))),
        suppressed=_suppressed(tx, lead, channel, marks),
        touches=tuple(sorted(lately)),
        others=_others(tx, lead, {lead.id, *one}, policy.outreach, as_of, touches),
    )


def _in_the_form(lead: Lead, channel: str) -> tuple[Consent, ...]:
    """What the person ticked where they wrote from; what they say later goes before it."""
    ticked = lead.facts.get("consent")
    if not isinstance(ticked, bool):
        return ()
    return (Consent(channel, ALL, "given" if ticked else "withdrawn", lead.arrived_at),)


def said(row: ConsentRow) -> Consent:
    return Consent(row.channel, row.purpose, row.state, row.at)


def _owner_zone(lead: Lead, roster: Roster) -> str:
    rep = roster.reps.get(lead.holder.id) if lead.holder.kind is HolderKind.REP else None
    return roster.hours(rep.calendar).calendar.zone if rep else ""


def _suppressed(tx: Tx, lead: Lead, channel: str, marks: Marks | None) -> tuple[tuple[str, str], ...]:
    if marks is None:
        return ()
    digests = marks.of_facts(lead.facts)
    asked = [(kind, digest) for kind in KINDS[channel] for digest in digests[kind]]
    return tuple((row.kind, row.reason) for row in consents.suppressed(tx, asked))


def _others(
    tx: Tx, lead: Lead, own: set[str], rules: Outreach, as_of: datetime, touches: Sequence[TouchRow]
) -> tuple[Other, ...]:
    """Whoever has the lead may go on with it: it is everybody else who counts."""
    domain = str(lead.facts.get("domain", ""))
    leads = sorted(own | set(consents.colleagues(tx, domain)))
    found = consents.reached_since(tx, leads, as_of - rules.apart)
    found += [Reached(t.rep_id, t.happened_at, t.lead_id) for t in touches if t.lead_id in leads]
    return tuple(
        Other(each.rep, each.at, account=each.lead not in own)
        for each in found
        if each.rep and each.rep != lead.holder.id
    )
