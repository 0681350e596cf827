"""Whether somebody may be written to or called just now: consent, suppression, quiet hours, how often, who else does.

A pure judgement over what is known of a contact. It looks nobody up, sends nothing and words nothing: every no carries
a code, a datum, and the next instant at which it may be tried; none where no instant helps.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

import msgspec

from firstright.core.clean.tables import ONLY_ZONE
from firstright.core.lead import Facts

DAY = 24 * 60  # minutes
WEEK = timedelta(days=7)
ALL = "all"  # a purpose that stands for every one
STEPS = 100  # looks for an instant that is not quiet anywhere


class Asks(StrEnum):
    """Whether a channel needs a yes, or only no no."""

    OPT_IN = "opt-in"
    OPT_OUT = "opt-out"


class No(StrEnum):
    """Why not. The first group is final for this step, the second puts it off."""

    NO_ADDRESS = "no-address"
    INVALID = "invalid-contact"
    SUPPRESSED = "suppressed"
    WITHDRAWN = "consent-withdrawn"
    NO_CONSENT = "no-consent"
    QUIET = "quiet-hours"
    WEEKLY = "weekly-cap"
    OTHERS = "double-contact"


STOPS = frozenset(
    {No.SUPPRESSED, No.WITHDRAWN}
)  # they are told to be left alone: nothing more of ours is sent


class Outreach(msgspec.Struct, frozen=True):
    """What a policy says about it. Hours are minutes of the day on the lead's own clock."""

    quiet_from: int = 20 * 60
    quiet_until: int = 8 * 60
    most_a_week: int = 5  # touches of one person, over all sequences and people; 0: no limit
    apart: timedelta = timedelta(hours=24)  # nobody else of ours touched person or account within this
    consent: tuple[tuple[str, Asks], ...] = (
        ("email", Asks.OPT_OUT),
        ("sms", Asks.OPT_IN),
        ("call", Asks.OPT_OUT),
    )

    def asks(self, channel: str) -> Asks:
        return dict(self.consent).get(channel, Asks.OPT_OUT)


OUTREACH = Outreach()


class Consent(msgspec.Struct, frozen=True):
    """The newest word of a person about a channel and a purpose."""

    channel: str
    purpose: str
    state: str  # given | withdrawn
    at: datetime


class Other(msgspec.Struct, frozen=True):
    """Somebody else of ours, who touched this person, or a colleague of theirs at the same account."""

    rep: str
    at: datetime
    account: bool = False


class Contact(msgspec.Struct, frozen=True):
    """What is known of one person before a touch on one channel."""

    address: str = ""  # where it would go
    invalid: bool = False  # it came back, or nobody is there
    zones: tuple[str, ...] = ("UTC",)  # clocks that count: quiet on one of them is quiet
    consents: tuple[Consent, ...] = ()
    suppressed: tuple[tuple[str, str], ...] = ()  # (kind, reason)
    touches: tuple[datetime, ...] = ()  # of this person by us in the last week, ascending
    others: tuple[Other, ...] = ()


class Touching(msgspec.Struct, frozen=True):
    """The touch that is meant."""

    channel: str
    purpose: str = "sales"


class Allowed(msgspec.Struct, frozen=True):
    pass


class Refused(msgspec.Struct, frozen=True):
    code: No
    datum: str = ""
    until: datetime | None = None


ALLOWED = Allowed()
Judged = Allowed | Refused


def judge(step: Touching, contact: Contact, rules: Outreach, as_of: datetime) -> Judged:
    """The first reason for which it is never sent, else the one that lasts longest, else that it may be."""
    found = objections(step, contact, rules, as_of)
    final = next((no for no in found if no.until is None), None)
    if final or not found:
        return final or ALLOWED
    return max(found, key=lambda no: no.until or as_of)


def final_objection(step: Touching, contact: Contact, rules: Outreach) -> Refused | None:
    """Why it is never sent, whatever the hour."""
    return next(_final(step, contact, rules), None)


def objections(step: Touching, contact: Contact, rules: Outreach, as_of: datetime) -> tuple[Refused, ...]:
    """Everything that speaks against a touch, gravest first: what stops one that is automatic, and warns a human."""
    return (*_final(step, contact, rules), *_later(contact, rules, as_of))


def _final(step: Touching, contact: Contact, rules: Outreach) -> Iterator[Refused]:
    if not contact.address:
        yield Refused(No.NO_ADDRESS, step.channel)
    if contact.invalid:
        yield Refused(No.INVALID, step.channel)
    for kind, reason in contact.suppressed:
        yield Refused(No.SUPPRESSED, f"{kind}: {reason}" if reason else kind)
    said = consent_of(contact.consents, step.channel, step.purpose)
    if said is not None and said.state == "withdrawn":
        yield Refused(No.WITHDRAWN, said.at.isoformat())
    elif said is None and rules.asks(step.channel) is Asks.OPT_IN:
        yield Refused(No.NO_CONSENT, f"{step.channel} {step.purpose}")


def _later(contact: Contact, rules: Outreach, as_of: datetime) -> Iterator[Refused]:
    loud = not_quiet(contact.zones, rules, as_of)
    if loud > as_of:
        yield Refused(
            No.QUIET, contact.zones[0] if len(contact.zones) == 1 else ", ".join(contact.zones), loud
        )
    lately = [at for at in contact.touches if as_of - WEEK < at <= as_of]
    if rules.most_a_week and len(lately) >= rules.most_a_week:
        yield Refused(No.WEEKLY, str(len(lately)), lately[-rules.most_a_week] + WEEK)
    near = [other for other in contact.others if as_of < other.at + rules.apart]
    if near:
        last = max(near, key=lambda other: other.at)
        yield Refused(No.OTHERS, last.rep, last.at + rules.apart)


def consent_of(consents: tuple[Consent, ...], channel: str, purpose: str) -> Consent | None:
    """The last word about a channel and a purpose; one about every purpose counts for each."""
    said = [c for c in consents if c.channel == channel and c.purpose in (purpose, ALL)]
    return max(said, key=lambda c: (c.at, c.state == "withdrawn"), default=None)


def zones_of(facts: Facts, owner: str, policy: str) -> tuple[str, ...]:
    """The clocks a lead may live by: its own, that of its country where there is one, else its owner's and the policy's."""
    known = facts.get("zone") or ONLY_ZONE.get(str(facts.get("country", "")))
    if known:
        return (str(known),)
    return tuple(dict.fromkeys(zone for zone in (owner, policy) if zone)) or ("UTC",)


def not_quiet(zones: tuple[str, ...], rules: Outreach, as_of: datetime) -> datetime:
    """The first instant from now on at which it is quiet on none of these clocks; where there is never one, on the first."""
    at = as_of
    for _ in range(STEPS):
        later = max(_loud(zone, rules, at) for zone in zones)
        if later == at:
            return at
        at = later
    return _loud(zones[0], rules, as_of)


def _loud(zone: str, rules: Outreach, at: datetime) -> datetime:
    """`at`, or the end of the quiet hours it lies in."""
    begins, ends = rules.quiet_from, rules.quiet_until
    local = at.astimezone(ZoneInfo(zone))
    minute = local.hour * 60 + local.minute
    quiet = begins <= minute < ends if begins <= ends else minute >= begins or minute < ends
    if begins == ends or not quiet:
        return at
    day = local.date() if minute < ends else local.date() + timedelta(days=1)
    wall = datetime.combine(day, time(ends // 60 % 24, ends % 60), ZoneInfo(zone))
    return max(wall.astimezone(UTC), at + timedelta(minutes=1))
