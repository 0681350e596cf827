"""What `firstright fairness` does: reads one snapshot and prints the report. A server may run meanwhile."""

from datetime import datetime

import msgspec
from rich.console import Console
from rich.table import Table

from firstright.cli.exits import USAGE, Stop
from firstright.cli.screen import console, heading, line, safe
from firstright.cli.workspace import workspace
from firstright.core.authority import Actor, Role
from firstright.core.clean.period import period
from firstright.core.clean.problem import Refusal
from firstright.core.pools import LEAD
from firstright.core.why.moments import Moments
from firstright.desk.explain.explaining import Versions
from firstright.desk.explain.fairness import Period, RepFairness, Report, report
from firstright.storage import people, policies
from firstright.storage.transactions import Tx
from firstright.web.fairness import view
from firstright.wiring import now

WHO = Actor("", "firstright fairness", Role.OPERATIONS)


def fairness(database: str, pool: str, begins: str, ends: str, *, json: bool) -> None:
    with workspace(database) as (opened, place), opened.read() as tx:
        found = _found(tx, pool, begins, ends, place, now())
    if json:
        print(msgspec.json.format(msgspec.json.encode(view(found))).decode())
    else:
        show(found, console(), now())


def _found(tx: Tx, pool: str, begins: str, ends: str, place: str, as_of: datetime) -> Report:
    known, staff = policies.current(tx), people.current(tx)
    if known is None or staff is None:
        raise Stop(f"{place} has no policy and no roster yet")
    versions = Versions()
    policy, roster = versions.policy(tx, known.version).policy, versions.roster(tx, staff.version)
    if pool not in policy.pools:
        raise Stop(
            f'"{safe(pool)}" is no pool of the policy: {", ".join(policy.pools) or "it has none"}', code=USAGE
        )
    zone = policy.pools[pool].zone or policy.zone
    asked = period(begins, ends, zone, as_of)
    if isinstance(asked, Refusal):
        raise Stop(f"--from and --until: {asked.reason}", code=USAGE)
    found = report(tx, WHO, pool, policy, roster, versions, Period(*asked, zone))
    assert found is not None
    return found


def show(found: Report, to: Console, as_of: datetime) -> None:
    tell = Moments(found.period.zone, as_of)
    heading(to, f"{found.name}, {tell(found.period.begins)} to {tell(found.period.ends)}")
    line(to, f"{found.counted:,} leads counted: {found.denominator}, lane {found.lane}.")
    if found.since:
        line(to, f"There are more: read are the latest {found.read:,} rows, from {tell(found.since)} on.")
    if not found.counted:
        return
    line(
        to,
        f"Largest deviation {found.furthest / LEAD:.2f} leads. Jain index of actual over target {found.jain:.4f}.",
    )
    if found.parity:
        parity = found.parity
        line(
            to,
            f"Quality: {parity.scored:,} leads with a score, mean {parity.mean:.1f}; reps differ at least so much in "
            f"{100 * parity.p:.1f} % of {parity.rounds} random deals.",
        )
    to.print()
    to.print(_table(found))
    if found.skips_since:
        line(to, f"Reasons are told from {tell(found.skips_since)} on.", style="dim")


def _table(found: Report) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("rep")
    scored = any(each.share.scored for each in found.reps)
    for head in ("got", "target", "off by", "wait", *(("score",) if scored else ())):
        table.add_column(head, justify="right")
    table.add_column("could not take")
    for each in sorted(found.reps, key=lambda rep: (-rep.share.target, rep.name)):
        table.add_row(*_row(each, scored))
    return table


def _row(each: RepFairness, scored: bool) -> tuple[str, ...]:
    share = each.share
    score = "" if share.score is None else f"{share.score:.1f}"
    skips = sorted(share.skips.items(), key=lambda skip: -skip[1])
    return (
        safe(each.name),
        f"{share.turns:,}",
        f"{share.target / LEAD:,.1f}",
        f"{share.deviation / LEAD:+.2f}",
        f"{share.wait:,}",
        *((score,) if scored else ()),
        ", ".join(f"{code} {n:,}" for code, n in skips),
    )
