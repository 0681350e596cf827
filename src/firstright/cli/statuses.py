"""What `firstright lead move`, `firstright lead convert` and `firstright status list` do. Whether it may be is the desk's to say."""

from datetime import timedelta

import msgspec

from firstright.cli import leads, screen
from firstright.cli.exits import Stop
from firstright.cli.screen import safe
from firstright.cli.workspace import workspace
from firstright.core.documents.policyfile import read_policy
from firstright.desk.asked import ActAsked
from firstright.desk.funnel import Stage, funnel
from firstright.storage import policies, statuses
from firstright.wiring import now


def move(
    database: str | None,
    lead: str,
    to: str,
    rep: str,
    reason: str,
    met: list[str],
    note: str,
    facts: list[str],
    epoch: int | None,
) -> None:
    known = leads.pairs(facts)
    asked = ActAsked(
        "move", lead, rep=rep, to=to, reason=reason, met=tuple(met), note=note, facts=known, epoch=epoch
    )
    leads.told(leads.done(database, asked))


def convert(
    database: str | None, lead: str, deal: str, amount: int | None, rep: str, epoch: int | None
) -> None:
    asked = ActAsked("convert", lead, rep=rep, deal=deal, amount=amount, epoch=epoch)
    acted = leads.done(database, asked)
    leads.told(acted)
    with workspace(database) as (opened, _), opened.read() as tx:
        row = statuses.converted(tx, acted.lead)
    if row is not None:
        ids = [("contact", row.contact_id), ("account", row.account_id), ("deal", row.opportunity_id)]
        screen.pairs(screen.console(), [(kind, name) for kind, name in ids if name])


def list_(database: str | None, *, json: bool) -> None:
    with workspace(database) as (opened, _), opened.read() as tx:
        version = policies.current(tx)
        if version is None:
            raise Stop("no policy is published yet")
        policy, _ = read_policy(str(policies.load(tx, version.version)))
        assert policy is not None
        found = funnel(tx, policy, now())
    if json:
        print(msgspec.json.encode(found).decode())
        return
    to = screen.console()
    for heading, on_the_way in (("On the way", True), ("Aside", False)):
        screen.heading(to, heading)
        screen.pairs(to, [(each.status, _line(each)) for each in found if each.on_the_way is on_the_way])
    screen.heading(to, "Disqualified because of")
    screen.line(to, safe(", ".join(policy.pipeline.disqualified)), indent=2)


def _line(stage: Stage) -> str:
    parts = [f"{stage.leads:,} {'lead' if stage.leads == 1 else 'leads'}"]
    if stage.median_seconds is not None:
        parts.append(f"stays {_span(timedelta(seconds=stage.median_seconds))} (of {stage.left} that left it)")
    if stage.role:
        parts.append(f"work of the {stage.role}")
    if stage.asks:
        parts.append(f"asks for {', '.join(stage.asks)}")
    return safe("; ".join(parts))


def _span(span: timedelta) -> str:
    hours = span.total_seconds() / 3600
    return (
        f"{hours / 24:.1f} days"
        if hours >= 48
        else f"{hours:.1f} h"
        if hours >= 1
        else f"{hours * 60:.0f} min"
    )
