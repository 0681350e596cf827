"""What `firstright lead` does. What an act means, and whether it may be, is the desk's to say."""

from collections.abc import Callable
from datetime import datetime

import msgspec
from rich.console import Console

from firstright.cli import screen
from firstright.cli.exits import FOUND, Stop
from firstright.cli.reach import ask
from firstright.cli.screen import safe
from firstright.cli.workspace import workspace
from firstright.core.clean.problem import Refusal
from firstright.core.clean.timestamp import instant
from firstright.core.identifiers import is_id
from firstright.core.lead import Fact
from firstright.core.why.origins import HEADING as FILLED
from firstright.core.why.origins import OTHERWISE, filled_lines, filled_said, odds_lines, odds_said
from firstright.core.why.outreachwords import because, happened
from firstright.core.why.sagawords import did_words
from firstright.desk.acting import Acted
from firstright.desk.asked import ActAsked
from firstright.storage import clocks, leads, timeline
from firstright.storage.rows import ClockRow, LeadRow
from firstright.storage.timeline import Happened
from firstright.storage.transactions import Tx
from firstright.web.commands.leads import Act

BY = "firstright lead"
LATEST = 20  # entries of the history
_told = msgspec.json.Decoder(dict[str, object]).decode


def act(database: str | None, *, at: str = "", **asked: object) -> None:
    wanted = msgspec.convert({**asked, "at": instant_of(at)}, ActAsked)
    told(done(database, wanted))


def reassign(
    database: str | None, *, lead: str, to: str, by_rules: bool, reason: str, epoch: int | None
) -> None:
    if bool(to) == by_rules:
        raise Stop("give --to REP or --by-rules, one of them")
    verb = "reroute" if by_rules else "reassign"
    act(database, verb=verb, lead=lead, to=to, reason=reason, epoch=epoch)


def learn(database: str | None, lead: str, facts: list[str]) -> None:
    told(done(database, ActAsked("learn", lead, facts=pairs(facts))))


def pairs(facts: list[str]) -> dict[str, str]:
    """FIELD=VALUE, each field once."""
    wrong = [f"{safe(each)}: write FIELD=VALUE" for each in facts if "=" not in each or each.startswith("=")]
    split = [each.split("=", 1) for each in facts if "=" in each]
    names = [name for name, _ in split]
    wrong += [
        f"{safe(name)}: is given more than once" for name in sorted(set(names)) if names.count(name) > 1
    ]
    if wrong:
        raise Stop(*wrong)
    return dict(split)


def show(database: str | None, lead: str, *, json: bool) -> None:
    with workspace(database) as (opened, _), opened.read() as tx:
        row = _standing(tx, lead)
        running = clocks.of_lead(tx, row.id)
        history = timeline.page(tx, row.id, limit=LATEST)
        accepted = any(
            held.accepted for held in leads.histories(tx, [row.id]).get(row.id, []) if held.epoch == row.epoch
        )
    if json:
        print(msgspec.json.encode(_view(row, running, history, accepted)).decode())
        return
    to = screen.console()
    screen.pairs(
        to, [*_standing_rows(row, accepted), *[("clock", _clock(each)) for each in running]], indent=0
    )
    _filled(to, msgspec.json.decode(row.facts, type=dict[str, Fact]))
    screen.heading(to, "Latest")
    screen.pairs(to, [(f"{each.at:%Y-%m-%d %H:%M}", _line(each)) for each in history])


def _filled(to: Console, facts: dict[str, Fact]) -> None:
    """What nobody said, with where it came from, and where an account says something else."""
    for heading, lines in (
        (FILLED, filled_lines(filled_said(None, facts))),
        (OTHERWISE, odds_lines(odds_said(facts))),
    ):
        if lines:
            screen.heading(to, heading)
            for line in lines:
                screen.line(to, line, indent=2)


def done(database: str | None, asked: ActAsked) -> Acted:
    return ask(database, Act(asked=asked, by=BY), lead=asked.lead)


def told(acted: Acted) -> None:
    owner = f"with {acted.owner}" if acted.owner else "with nobody"
    before = "; this was so before" if acted.repeat else ""
    print(safe(f"lead {acted.lead}: {acted.outcome}, {owner} (epoch {acted.epoch}), {acted.status}{before}"))


def instant_of(text: str) -> datetime | None:
    if not text:
        return None
    read = instant(text)
    if isinstance(read, Refusal):
        raise Stop(f"--at {safe(text)}: {read.reason}")
    return read


def _standing(tx: Tx, lead: str) -> LeadRow:
    """The lead, or the one that stands for it since they were merged."""
    row = leads.standing(tx, lead) if is_id(lead) else None
    if row is None:
        raise Stop(f"there is no lead {safe(lead[:80])}", code=FOUND)
    return row


def _standing_rows(row: LeadRow, accepted: bool) -> list[tuple[str, str]]:
    held = f"{row.holder_kind} {row.holder_id}".strip()
    next_at = f"{row.next_at:%Y-%m-%d %H:%M} UTC" if row.next_at else "nothing more is due"
    return [
        ("lead", row.id),
        ("source", row.source),
        ("outcome", f"{row.outcome} ({row.reason})"),
        ("holder", f"{held}, epoch {row.epoch}{', accepted' if accepted else ''}"),
        ("status", f"{row.status}, cycle {row.cycle}, {'touched' if row.touched else 'untouched'}"),
        ("next", next_at),
    ]


def _clock(row: ClockRow) -> str:
    ended = row.met_at or row.missed_at
    since = f" at {ended:%Y-%m-%d %H:%M}" if ended else ""
    return f"{row.clock} (epoch {row.epoch}): {row.state}{since}, due {row.due_at:%Y-%m-%d %H:%M} UTC"


def _line(each: Happened) -> str:
    about = {name: _text(name, value) for name, value in _told(each.told).items()}
    return safe(_LINES[each.kind](about))


def _delivered(about: dict[str, str]) -> str:
    what = f"{about['event']} to {about['destination']}: {about['state']}"
    tried = "" if about["attempts"] == "0" else f", tried {about['attempts']} times"
    answer = "" if about["last_status"] == "0" else f", last answer {about['last_status']}"
    waiting = about["state"] in ("ready", "behind") and tried
    return f"{what}{tried}{answer}{', next ' + about['due_at'][:16].replace('T', ' ') if waiting else ''}"


def _outreach(what: str, sequence: str, step: int, channel: str, code: str) -> str:
    why = because(what, code)
    return f"{happened(what, sequence, step, channel, code)}{': ' + why if why else ''}"


def _timed(about: dict[str, str]) -> str:
    ended = about["met_at"] or about["missed_at"]
    due = (ended or about["due_at"])[:16].replace("T", " ")
    return f"clock {about['clock']} started: {about['state']}{'' if ended else ', due'} {due}"


def _text(name: str, value: object) -> str:
    if value is None:
        return ""
    return did_words(msgspec.convert(value, list[tuple[str, str, int]])) if name == "did" else str(value)


_LINES: dict[str, Callable[[dict[str, str]], str]] = {
    "arrival": lambda a: f"arrived from {a['source']} ({a['label']})",
    "decision": lambda a: f"decided ({a['cause']}): {a['outcome']} {a['holder_id']}, {a['reason']}".replace(
        " ,", ","
    ),
    "holder": lambda a: (
        f"with {a['holder_kind']} {a['holder_id']}, epoch {a['epoch']} ({a['cause']})".replace(" ,", ",")
    ),
    "clock": _timed,
    "touch": lambda a: (
        f"{a['rep_id']}: {a['channel']}{', ' + a['result'] if a['result'] else ''}{': ' + a['note'] if a['note'] else ''}"
    ),
    "engagement": lambda a: f"the lead itself: {a['kind']}{', ' + a['what'] if a['what'] else ''}",
    "delivery": _delivered,
    "outreach": lambda a: _outreach(a["what"], a["sequence"], int(a["step"]), a["channel"], a["code"]),
    "credit": lambda a: f"turn of {a['rep']} in {a['pool']} ({a['reason']}): {a['state']}",
    "offer": lambda a: f"offered to {a['rep_id'] or 'nobody by name'}: {a['state']} {a['reason']}".rstrip(),
    "ticket": lambda a: f"ticket {a['outside'] or a['kind']}: {a['state']}",
    "reassigned": lambda a: f"what {a['was_kind']} {a['was_id']} had begun: {a['did']}",
    "repair": lambda a: f"repaired ({a['reason']}): from {a['was_id']} to {a['now_id']}; {a['did']}".rstrip(
        "; "
    ),
    "task": lambda a: f"task {a.get('said') or a['action']} ({a['channel']}) of {a['rep_id']}: {a['state']}",
}


def _view(
    row: LeadRow, running: list[ClockRow], history: list[Happened], accepted: bool
) -> dict[str, object]:
    return {
        "lead": row.id,
        "outcome": row.outcome,
        "reason": row.reason,
        "holder": {"kind": row.holder_kind, "id": row.holder_id},
        "epoch": row.epoch,
        "accepted": accepted,
        "status": row.status,
        "next_at": row.next_at,
        "facts": msgspec.Raw(row.facts.encode()),
        "clocks": running,
        "timeline": [
            {"at": h.at, "kind": h.kind, "id": h.name, "about": msgspec.Raw(h.told.encode())} for h in history
        ],
    }
