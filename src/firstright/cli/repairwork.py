"""What `firstright repair` does. What is decided, and what is left alone, is the desk's to say."""

from collections.abc import Iterable, Mapping
from datetime import datetime

import msgspec

from firstright import wiring
from firstright.cli.exits import FOUND, Stop
from firstright.cli.reach import reach
from firstright.cli.screen import safe
from firstright.cli.workspace import workspace
from firstright.core.clean.problem import Refusal
from firstright.core.clean.timestamp import instant
from firstright.core.correcting import Selection, problems
from firstright.core.identifiers import is_id
from firstright.core.why.sagawords import WHY_KEPT, did_words
from firstright.desk.repairing import RepairAsked
from firstright.desk.repairpreview import Preview, previewed
from firstright.desk.versions import compiled, rostered
from firstright.errors import NotFound, Refused
from firstright.storage import people, policies, repairs
from firstright.storage.repairs import Repair, Standing
from firstright.storage.transactions import Tx
from firstright.web.commands import tending

BY = "firstright repair"
MOST = 20  # ways from one to another that are shown


class Asked(msgspec.Struct, frozen=True):
    """The options, as they were typed."""

    versions: list[int]
    rules: list[str]
    sources: list[str]
    since: str
    until: str
    also_touched: bool

    def selection(self) -> Selection:
        return Selection(
            tuple(self.versions),
            tuple(self.rules),
            tuple(self.sources),
            _instant("--since", self.since),
            _instant("--until", self.until),
            self.also_touched,
        )


def preview(database: str | None, asked: Asked, *, json: bool) -> None:
    chosen = asked.selection()
    if wrong := problems(chosen):
        raise Stop(*wrong)
    with workspace(database) as (opened, _), opened.read() as tx:
        found = _previewed(tx, chosen)
    if json:
        print(msgspec.json.format(msgspec.json.encode(found)).decode())
        return
    more = ", and more beyond them: narrow it with --since and --until to see all" if found.more else ""
    print(f"{found.found:,} {_were(found.found)} placed so{more}")
    print(f"{found.moved:,} would go to somebody else, {found.stayed:,} are where they belong")
    _kept(found.kept)
    _moves(found.moves)
    begun = found.begun
    ends = ("tasks", "deliveries", "sequence", "meetings")
    print(f"cancelled or moved: {', '.join(_count(begun, kind) for kind in ends)}")
    print(f"cannot be taken back: {_count(begun, 'sent')} messages sent, {_count(begun, 'touches')} touches")


def run(database: str | None, asked: Asked, reason: str) -> None:
    try:
        with reach(database) as ask:
            done = ask(tending.Repair(asked=RepairAsked(asked.selection(), reason), by=BY))
    except Refused as refused:
        raise Stop(*refused.reasons) from None
    print(f"repair {done.repair} has begun; firstright repair status tells how far it is")


def status(database: str | None, name: str, *, json: bool) -> None:
    if name and not is_id(name):
        raise Stop(f"{safe(name[:80])}: is no repair's id")
    with workspace(database) as (opened, _), opened.read() as tx:
        found = repairs.one(tx, name) if name else next(iter(repairs.latest(tx, 1)), None)
        stands = repairs.standing(tx, found.id) if found else None
    if found is None or stands is None:
        raise Stop(f"there is no repair {name}".rstrip(), code=FOUND)
    if json:
        said = {"repair": found._asdict(), "standing": stands._asdict()}
        print(msgspec.json.format(msgspec.json.encode(said)).decode())
    else:
        _shown(found, stands)


def stop(database: str | None, name: str) -> None:
    if not is_id(name):
        raise Stop(f"{safe(name[:80])}: is no repair's id")
    try:
        with reach(database) as ask:
            ask(tending.StopRepair(repair=name, by=BY))
    except NotFound as error:
        raise Stop(str(error), code=FOUND) from None
    print("stopped: what was decided stays")


def _previewed(tx: Tx, chosen: Selection) -> Preview:
    policy, roster = policies.current(tx), people.current(tx)
    if policy is None or roster is None:
        raise Stop("nothing is published to decide with", code=FOUND)
    how = compiled(tx, policies.load(tx, policy.version), policy.version)
    who = rostered(people.load(tx, roster.version), roster.version)
    return previewed(tx, chosen, how, who, wiring.now())


def _shown(found: Repair, stands: Standing) -> None:
    print(f"repair {found.id}: {found.state}, {found.asked_at:%Y-%m-%d %H:%M} UTC by {safe(found.asked_by)}")
    print(f"because {safe(found.reason)}")
    counts = ", ".join(f"{n:,} {state}" for state, n in stands.counts.items() if n) or "no lead yet"
    print(f"{found.found:,} found: {counts}")
    _kept(stands.kept)
    _moves([(_place(was), _place(now), n) for was, now, n in stands.moves])
    if stands.did:
        print(did_words(stands.did))


def _kept(kept: Mapping[str, int]) -> None:
    for why, n in kept.items():
        print(f"  {n:,} left alone: {WHY_KEPT.get(why, why)}")


def _moves(moves: Iterable[tuple[str, str, int]]) -> None:
    ordered = list(moves)
    for was, now, n in ordered[:MOST]:
        print(safe(f"  {n:>6,}  {was} -> {now}"))
    if len(ordered) > MOST:
        print(f"  and {len(ordered) - MOST} more ways")


def _place(holder: tuple[str, str]) -> str:
    kind, name = holder
    return f"{kind}:{name}" if name else "nobody"


def _count(begun: Mapping[str, int], kind: str) -> str:
    n = begun.get(kind, 0)
    names = {
        "tasks": "tasks",
        "deliveries": "unsent messages",
        "sequence": "sequences",
        "meetings": "meetings",
    }
    return f"{n:,} {names.get(kind, '')}".rstrip()


def _were(n: int) -> str:
    return "lead was" if n == 1 else "leads were"


def _instant(option: str, text: str) -> datetime | None:
    if not text:
        return None
    found = instant(text)
    if isinstance(found, Refusal):
        raise Stop(f"{option} {safe(text[:40])}: {found.reason}")
    return found
