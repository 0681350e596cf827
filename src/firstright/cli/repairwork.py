"""What `firstright repair` does. What is decided, and what is left alone, is the desk's to say."""

from collections.abc import Iterable, Mapping
from datetime import datetime

import msgspec

from firstright.cli.errandtold import bar
from firstright.cli.exits import FOUND, Stop
from firstright.cli.reach import ask
from firstright.cli.screen import safe
from firstright.cli.workspace import workspace
from firstright.core.causes.correcting import Selection
from firstright.core.clean.problem import Refusal
from firstright.core.clean.timestamp import instant
from firstright.core.identifiers import is_id
from firstright.core.why.sagawords import WHY_KEPT, did_words
from firstright.desk.errands import stopped_words
from firstright.desk.previewseen import Seen, seen_of
from firstright.desk.repairing import RepairAsked
from firstright.storage import errands, previews, repairs
from firstright.storage.repairs import Repair, Standing
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


class Page(msgspec.Struct, frozen=True):
    """Which of its leads are shown, and of which preview; empty: a new one."""

    preview: str
    listed: bool
    state: str
    after: str
    limit: int


def page(preview: str, leads: str, after: str, limit: int) -> Page:
    if leads and leads not in previews.STATES:
        raise Stop(f"--leads {safe(leads[:40])}: is one of {', '.join(previews.STATES)}")
    if after and not is_id(after):
        raise Stop(f"--after {safe(after[:80])}: is no lead's id")
    return Page(preview, bool(leads), leads or "moved", after, limit)


def preview(database: str | None, asked: Asked, page: Page, *, json: bool) -> None:
    chosen = asked.selection()
    name = page.preview
    if name and chosen != Selection():
        raise Stop("name what to preview, or a preview that is kept")
    if not name:
        with bar("Deciding") as progress:
            name = ask(database, tending.PreviewRepair(selection=chosen, by=BY), progress).errand
    show(database, name, page, json=json)


def show(database: str | None, name: str, page: Page, *, json: bool) -> None:
    """A preview that is kept, or under way."""
    with workspace(database) as (opened, _), opened.read() as tx:
        errand = errands.one(tx, name) if is_id(name) else None
        if errand is None or errand.kind != errands.PREVIEW:
            raise Stop(f"there is no preview {safe(name[:80])}", code=FOUND)
        seen = seen_of(tx, errand)
        listed = previews.listed(tx, name, page.state, page.after or repairs.FIRST, page.limit)
    if json:
        said = {"preview": seen, "leads": [each._asdict() for each in listed]}
        print(msgspec.json.format(msgspec.json.encode(said)).decode())
        return
    _told(seen)
    if page.listed:
        for each in listed:
            print(safe(f"  {each.lead}  {each.was} -> {each.now}  {each.why}"))
        if len(listed) == page.limit:
            print(f"  more: --after {listed[-1].lead}")


def run(database: str | None, asked: Asked, reason: str, preview: str) -> None:
    chosen = asked.selection()
    if preview and chosen != Selection():
        raise Stop("name what to repair, or a preview that is kept")
    if preview and not is_id(preview):
        raise Stop(f"{safe(preview[:80])}: is no preview's id")
    done = ask(database, tending.Repair(asked=RepairAsked(chosen, reason, preview), by=BY))
    if preview:
        with workspace(database) as (opened, _), opened.read() as tx:
            errand = errands.one(tx, preview)
            _since(seen_of(tx, errand)) if errand else None
    print(f"repair {done.repair} has begun; firstright repair status tells how far it is")


def status(database: str | None, name: str, *, json: bool) -> None:
    if name and not is_id(name):
        raise Stop(f"{safe(name[:80])}: is no repair's id")
    with workspace(database) as (opened, _), opened.read() as tx:
        found = repairs.one(tx, name) if name else next(iter(repairs.latest(tx, 1)), None)
        stands = repairs.standing(tx, found.id) if found else None
        otherwise = previews.otherwise(tx, found.id, found.preview, MOST) if found and found.preview else []
    if found is None or stands is None:
        raise Stop(f"there is no repair {name}".rstrip(), code=FOUND)
    if json:
        said = {"repair": found._asdict(), "standing": stands._asdict(), "otherwise": otherwise}
        print(msgspec.json.format(msgspec.json.encode(said)).decode())
    else:
        _shown(found, stands)
        for each in otherwise:
            print(safe(f"  {each.lead}  otherwise than previewed: {each.became}, not {each.told}"))


def stop(database: str | None, name: str, reason: str) -> None:
    """A repair, or the working out of a preview; why is kept with the preview."""
    if not is_id(name):
        raise Stop(f"{safe(name[:80])}: is no repair's id")
    with workspace(database) as (opened, _), opened.read() as tx:
        is_preview = errands.one(tx, name) is not None
    if is_preview:
        ask(database, tending.StopErrand(errand=name, by=BY, reason=reason))
    else:
        ask(database, tending.StopRepair(repair=name, by=BY))
    print("stopped: what was decided stays")


def _told(seen: Seen) -> None:
    states = seen.told.states
    more = "" if seen.state == "done" else f", {seen.state} at {seen.done:,} of {seen.total:,}"
    print(f"{seen.done:,} {_were(seen.done)} placed so{more}")
    if seen.state == errands.STOPPED:
        print(safe(stopped_words(seen.stopped_by, seen.stopped_why)))
    print(f"{states['moved']:,} would go to somebody else, {states['stayed']:,} are where they belong")
    _kept({why: n for state, why, n in seen.told.reasons if state == "kept"})
    for state, why, n in seen.told.reasons:
        if state == "failed":
            print(safe(f"  {n:,} cannot be decided: {why}"))
    _moves(seen.told.moves)
    for title, counts in (("rule", seen.told.rules), ("queue", seen.told.queues)):
        for name, before, after in counts[:MOST]:
            if before != after:
                print(safe(f"  {title} {name or 'none'}: {before:,} before, {after:,} after"))
    ends = ("tasks", "deliveries", "sequence", "meetings")
    print(f"cancelled or moved: {', '.join(_count(seen.begun, kind) for kind in ends)}")
    print(
        f"cannot be taken back: {_count(seen.begun, 'sent')} messages sent, {_count(seen.begun, 'touches')} touches"
    )
    _since(seen)
    print(f"kept as preview {seen.preview}")


def _since(seen: Seen) -> None:
    """Where things have moved since."""
    for document in seen.published:
        print(f"since then a {document} was published: the repair decides by the newest")
    for why, n in seen.since.items():
        print(f"  {n:,} by now left alone: {WHY_KEPT.get(why, why)}")


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
