"""What `firstright doctor` prints: one line for each thing looked at, ok, warning or problem, and what to do about it.

It looks and touches nothing; a server may run meanwhile.
"""

from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta

import msgspec
from rich.console import Console
from rich.text import Text

from firstright import settings, wiring
from firstright.cli import machine
from firstright.cli.exits import FOUND, OK
from firstright.cli.machine import Finding, ok, problem, warning
from firstright.cli.screen import MARKS, console, safe
from firstright.core.documents.lint import load
from firstright.core.documents.policyfile import read_policy
from firstright.core.rules.findings import errors
from firstright.desk.explain.auditing import look
from firstright.desk.outgoing import unplaced
from firstright.desk.providerstate import states
from firstright.errors import DatabaseError, SchemaMismatch, UnsafeDatabase
from firstright.settings import Settings
from firstright.storage import (
    access,
    deliveries,
    destinations,
    feeds,
    gauges,
    migrate,
    overdue,
    people,
    policies,
    turns,
)
from firstright.storage.database import open_database
from firstright.storage.transactions import Database, Tx

STEP = timedelta(seconds=5)  # between two clocks, before anybody is told
STYLES = {"ok": "good", "warning": "warning", "problem": "error"}


def examine(database: str, *, json: bool) -> int:
    """Looks and prints; the exit code."""
    chosen = settings.read(database=database or None)
    found = [*machine.looked_at(chosen.sqlite_path), *_database(chosen)]
    if json:
        print(msgspec.json.format(msgspec.json.encode(found)).decode())
    else:
        _show(found, console())
    return FOUND if any(each.level == "problem" for each in found) else OK


def _database(chosen: Settings) -> Iterator[Finding]:
    if chosen.sqlite_path and not chosen.sqlite_path.exists():
        yield problem("database", f"{chosen.sqlite_path} is not there", "firstright serve or demo makes it")
        return
    with closing(open_database(chosen.database, node=chosen.node)) as opened:
        try:
            yield from _settings(opened)
            with opened.read() as tx:
                yield from _schema(tx)
                if not migrate.missing(tx):
                    yield from _workspace(tx, opened)
        except UnsafeDatabase as error:
            do = "set it back: rows that were acknowledged can be lost"
            yield problem("database", f"{error.setting} is {error.value}", do)
        except SchemaMismatch as error:
            yield problem("schema", str(error), "use the program that wrote it, or a newer one")
        except DatabaseError as error:
            yield problem(
                "database", error.detail.strip().splitlines()[0], "see that it runs and can be reached"
            )


def _settings(opened: Database) -> Iterator[Finding]:
    found = opened.settings()  # refused on the way when they are not safe
    if opened.dialect == "sqlite":
        version = found["sqlite_version"]
        yield machine.sqlite_version(version)
        names: tuple[str, ...] = (
            "journal_mode",
            "synchronous",
            "foreign_keys",
            "secure_delete",
            "trusted_schema",
        )
    else:
        yield ok("database", f"PostgreSQL {found['server_version']}")
        names = ("fsync", "synchronous_commit", "full_page_writes", "statement_timeout", "lock_timeout",
                 "idle_in_transaction_session_timeout", "tcp_user_timeout")  # fmt: skip
    yield ok("settings", ", ".join(f"{name} {found[name]}" for name in names))


def _schema(tx: Tx) -> Iterator[Finding]:
    missing = migrate.missing(tx)
    newest = [each.name for each in migrate.known(tx.dialect)][-1]
    if missing:
        yield problem(
            "schema", f"{', '.join(missing)} not applied", "firstright serve applies what is missing"
        )
    else:
        yield ok("schema", newest)


def _workspace(tx: Tx, opened: Database) -> Iterator[Finding]:
    now = wiring.now()
    turn = turns.peek(tx)
    yield _clock(turn.now, now, turn.n)
    if opened.dialect == "postgresql":
        yield _skew(machine.database_clock(tx), now)
    yield from _published(tx, now)
    keys = [key for key in access.keys(tx) if key.revoked_at is None]
    valid = [key for key in keys if key.expires_at is None or key.expires_at > now]
    if valid:
        yield ok("API keys", f"{len(valid)} in force")
    else:
        yield warning("API keys", "none in force: no lead can be sent", "firstright key new")
    yield from _told(tx)
    yield from _calendars(tx)
    yield from _providers(tx, now)
    yield from _waiting(tx, now)


def _told(tx: Tx) -> Iterator[Finding]:
    """Where messages go: what is missing, what is off or fails, and what has died for it."""
    places, policy = destinations.load(tx), policies.current(tx)
    read = read_policy(str(policies.load(tx, policy.version)))[0] if policy else None
    lacking = unplaced(read, places) if read else []
    wrong = [warning("messages", said, do) for said, _, do in (each.partition(": ") for each in lacking)]
    for place in places.values():
        if not place.enabled:
            do = f"firstright destination on {place.name}, once it is mended"
            wrong.append(
                warning("messages", f"{place.name} is off: {place.off_reason or 'switched off'}", do)
            )
        elif place.failing_since is not None:
            since = f"{place.failing_since:%Y-%m-%d %H:%M} UTC"
            said = f"{place.name} has failed since {since}, {place.failures} times in a row"
            wrong.append(warning("messages", said, "see that it runs and can be reached"))
    dead = sum(count.number for count in deliveries.counts(tx) if count.state == "dead")
    if dead:
        do = "firstright deliveries list says why, firstright deliveries replay sends them once more"
        wrong.append(warning("messages", f"{dead} could not be sent", do))
    yield from wrong or [
        ok("messages", f"{len(places)} registered, none fails" if places else "nobody is told")
    ]


def _calendars(tx: Tx) -> Iterator[Finding]:
    """Those that are read by URL; nothing is said where there are none."""
    read = feeds.load(tx)
    failing = [row for row in read if row.failures > 1]
    for row in failing:
        said = f"that of {row.rep_id} was not read {row.failures} times in a row: {row.problem}"
        yield warning("calendars", said, f"firstright rep feed set {row.rep_id} URL")
    if read and not failing:
        yield ok("calendars", f"{len(read)} read by URL, none fails")


def _providers(tx: Tx, now: datetime) -> Iterator[Finding]:
    """Whom facts are asked of; nothing is said where nobody is."""
    policy = policies.current(tx)
    read = read_policy(str(policies.load(tx, policy.version)))[0] if policy else None
    found = states(tx, read, now)
    for each in found:
        if not each.is_well:
            do = f"firstright provider show {each.name} says more; leads wait for nobody who does not answer"
            yield warning("providers", f"{each.name} is {each.state}: {each.why}", do)
    if found and all(each.is_well for each in found):
        yield ok("providers", f"{len(found)} registered, none fails")


def _clock(last: datetime, now: datetime, turn: int) -> Finding:
    if last - now > STEP:
        do = "correct the clock; until it has caught up, decisions carry instants just after the last one's"
        return warning("clock", f"{(last - now).total_seconds():.0f} s behind the last decision turn", do)
    return ok("clock", f"after the last decision turn, number {turn}")


def _skew(theirs: datetime, now: datetime) -> Finding:
    apart = abs((theirs - now).total_seconds())
    if apart > STEP.total_seconds():
        return warning("clocks", f"{apart:.0f} s between this machine and the database", "set both by NTP")
    return ok("clocks", f"{apart:.1f} s between this machine and the database, whose clock counts")


def _published(tx: Tx, now: datetime) -> Iterator[Finding]:
    policy, roster = policies.current(tx), people.current(tx)
    for name, version in (("policy", policy), ("roster", roster)):
        if version is None:
            yield problem(
                name, "none is published: leads wait undecided", f"firstright {name} publish FILE.toml"
            )
    if policy is None:
        return
    how = policies.load(tx, policy.version)
    who = people.load(tx, roster.version) if roster else None
    _, _, findings = load(how, who, as_of=now)
    wrong, said = errors(findings), f"policy {policy.version}, roster {roster.version if roster else 'none'}"
    if wrong:
        do = f"{wrong[0].text} [{wrong[0].code}]; correct and publish again"
        yield problem("lint", f"{said}: {len(wrong)} errors", do)
    elif findings:
        do = f"{findings[0].text} [{findings[0].code}]"
        yield warning("lint", f"{said}: {len(findings)} warnings", do)
    else:
        yield ok("lint", f"{said}: nothing to complain about")


def _waiting(tx: Tx, now: datetime) -> Iterator[Finding]:
    """What the auditor of a running server would find."""
    found = look(tx, gauges.instant(tx, now))
    for each in found:
        count = f"{each.count} or more" if each.count >= overdue.MOST else str(each.count)
        said, do = _AUDITED.get(each.what, _ALARMS)
        level = problem if each.what in _BROKEN else warning
        yield level("audit", f"{count} {said.format(each.what.removeprefix('overdue-'))}: {each.ids[0]}", do)
    if not found:
        yield ok("audit", "nothing is overdue, nothing was given up")


# Nothing mends these by itself; of the others a server that was off for a while will make short work.
_BROKEN = ("dead-jobs", "jobs-failing", "leads-without-next-instant")
# what is counted, and what to do about it
_ALARMS = ("{} jobs overdue by a minute", "see that firstright serve or worker runs")
_AUDITED = {
    "dead-jobs": (
        "jobs given up",
        "three times running a node died over each; firstright job list shows them, firstright job replay has them"
        " done once more",
    ),
    "jobs-failing": (
        "jobs fail again and again",
        "this is a defect, or a fact nobody can read: the log names the exception as work.failed",
    ),
    "leads-without-next-instant": (
        "leads have no next instant",
        "this is a defect: firstright verify names them, firstright why tells what was decided last",
    ),
    "deliveries-not-sent": (
        "deliveries overdue by five minutes",
        "see that firstright serve or worker runs and that the destination answers",
    ),
}


def _show(found: list[Finding], to: Console) -> None:
    for each in found:
        said = Text(f"{each.what:<12}")
        said.append(f"{each.level:<9}", MARKS[STYLES[each.level]])
        said.append(safe(each.found) + (f": {safe(each.do)}" if each.do else ""))
        to.print(said, soft_wrap=True)
