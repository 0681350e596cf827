"""Holds: a lead that waits for a pool, an owner or a fact, up to a limit that is set once. It decides nothing."""

from datetime import datetime

from firstright.core.lead import Cause, Lead, Waiting

RESUMING = frozenset({Cause.HOURS_OPENED, Cause.CAPACITY_FREED, Cause.ENRICHED})  # causes that end a hold


def cause_of(lead: Lead, cause: Cause) -> Cause:
    """Why the lead is really decided: a hold that ends goes on with the cause it began with."""
    return lead.waiting.cause if lead.waiting and cause in RESUMING else cause


def hold(
    lead: Lead, cause: Cause, reason: str, until: datetime, *, pool: str = "", since: datetime | None = None
) -> Waiting:
    """The hold under `reason`: with its first limit when there was one before, else with `until`.

    `since` is now: a lead that goes on waiting for the same has waited since it first did.
    """
    going = lead.waiting
    if going is None:
        return Waiting(reason, until, cause, pool=pool, since=since)
    limits = {**dict(going.spent), going.rule: going.until}
    until = limits.pop(reason, until)
    began = going.since if going.rule == reason else since
    return Waiting(reason, until, going.cause, tuple(limits.items()), pool, began)
