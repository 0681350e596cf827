"""Files of leads in a browser: upload one, say what its columns are, look at the first rows, start it, watch it, take home
what was wrong. What an import is and does, the desk says.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

import msgspec
from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse

from firstright.core.authority import Right
from firstright.core.rules.fields import CATALOGUE
from firstright.desk.files.problemfile import problem_file
from firstright.desk.files.spool import Spooled
from firstright.desk.files.uploads import Look, Preview, Uploads
from firstright.errors import NotFound, Refused
from firstright.intake.guessing import DATES, Guess, dates_of, guess
from firstright.intake.mapfile import ARRIVED, EVENT, IGNORED, Choice, Clicked, map_text
from firstright.intake.shape import is_settable
from firstright.storage import imports as stored
from firstright.storage import sourceview
from firstright.storage.imports import Shown
from firstright.storage.inbox import Scope
from firstright.web.console.form import Form, Posted
from firstright.web.console.room import Room
from firstright.web.console.saying import BECAME
from firstright.web.console.uploading import uploading
from firstright.web.console.visit import Visit
from firstright.web.paging import begins, cut, identifier
from firstright.web.problems import away
from firstright.web.request import queried, read_head

PAGE, TROUBLES = 50, 50
OUTCOMES = (  # as they are told, with their colours
    ("created", "New leads", "good"),
    ("merged", "Joined known leads", "accent"),
    ("unchanged", "Known already", ""),
    ("quarantined", "Kept aside: no lead", "warn"),
    ("rejected", "Refused", "bad"),
)
STATES = {"running": "accent", "done": "good", "stopped": "warn", "failed": "bad"}
_AFTER = frozenset({"after"})
_OF_COLUMN = re.compile("c[0-9]+")


class Progress(msgspec.Struct, frozen=True):
    """One import as a page shows it; `part` of a hundred is how much of it is taken."""

    shown: Shown
    part: int
    tone: str
    counts: tuple[tuple[str, str, str, int], ...]


class ColumnSeen(msgspec.Struct, frozen=True):
    """What the page of a map offers and shows for one column."""

    column: str
    name: str  # of its field in the form
    target: str
    why: str
    samples: tuple[str, ...]


def imports(room: Room) -> APIRouter:
    router = APIRouter(include_in_schema=False)
    _listing(router, room)
    uploading(
        router,
        room,
        lambda: _uploads(room).spool,
        at="/imports/new",
        template="import-new.html",
        here="/imports",
        onward=lambda sha256: f"/imports/map/{sha256}",
    )
    _mapping(router, room)
    _watching(router, room)
    return router


def _uploads(room: Room) -> Uploads:
    if room.uploads is None:
        raise away(503, "uploads.off", "this process takes no files: use firstright import")
    return room.uploads


def _listing(router: APIRouter, room: Room) -> None:
    @router.get("/imports")
    def listed(request: Request) -> Response:
        visit = room.enter(request, Right.SEE_SOURCES)
        read_head(request.scope, _AFTER)
        after = begins(queried(request.scope), stored.LAST, identifier)
        with room.desk.read() as tx:
            found = stored.latest(tx, visit.actor, before=after, limit=PAGE + 1)
        shown, last = cut(found, PAGE)
        rows, following = [_progress(each) for each in shown], last.id if last else ""
        began = after == stored.LAST
        return room.page(visit, "imports.html", here="/imports", rows=rows, following=following, began=began)


def _mapping(router: APIRouter, room: Room) -> None:
    @router.get("/imports/map/{sha256}")
    def first(request: Request, sha256: str) -> Response:
        visit = room.enter(request, Right.IMPORT)
        return _mapped(room, visit, sha256, {})

    @router.post("/imports/map/{sha256}")
    def clicked(request: Request, sha256: str, given: Posted) -> Response:
        visit = room.enter_to_change(request, given, Right.IMPORT)
        if given.get("do") == "download":
            look = _look(room, sha256, given)
            text = map_text(_chosen(look, given, {}, visit.zone))
            return Response(text, media_type="application/toml", headers=_named("map.toml"))
        return _mapped(room, visit, sha256, given)


def _mapped(room: Room, visit: Visit, sha256: str, given: Mapping[str, str]) -> Response:
    """The map so far with what the first rows would be under it; or the import, when it was to be started."""
    uploads = _uploads(room)
    look = _look(room, sha256, given)
    policy = room.desk.policy
    catalogue = policy.policy.catalogue if policy else CATALOGUE
    sheet = look.sheet
    guesses = guess(sheet.header, sheet.sample, catalogue=catalogue) if sheet else ()
    preview, problem = Preview(), ""
    if given.get("cut", "") != _cut(given):  # what was said of columns was said of others
        given = {
            name: value for name, value in given.items() if name != "do" and not _OF_COLUMN.fullmatch(name)
        }
    chosen = _chosen(look, given, {g.column: g for g in guesses}, visit.zone)
    if sheet is not None:
        text = map_text(chosen)
        if given.get("do") == "start":
            try:
                started = uploads.start(sha256, text, actor=visit.actor, may=_may(room, visit))
                return room.done(f"/imports/{started}", "The import has begun.")
            except Refused as refusal:
                problem = "; ".join(refusal.reasons)
        preview = uploads.preview(sha256, text)
    targets = [(f.name, f.label[:1].upper() + f.label[1:]) for f in catalogue.values() if is_settable(f)]
    return room.page(
        visit,
        "import-map.html",
        status=422 if problem else 200,
        here="/imports",
        file=look.file,
        look=look,
        form=Form(given),
        columns=[_column(look, given, place, each) for place, each in enumerate(guesses)],
        dates=[(form, _written(form, visit.now)) for form in _formats(look, chosen.choices)],
        date=chosen.date,
        targets=sorted(targets, key=lambda each: each[1].casefold()),
        specials=[(EVENT, "The row's own key"), (ARRIVED, "When it arrived"), (IGNORED, "Leave it out")],
        source=given.get("source") or _source_of(look.file),
        cut=_cut(given),
        preview=preview,
        problem=problem,
        ready=sheet is not None
        and not preview.blocking
        and not any(f.severity == "error" for f in preview.findings),
        zone=given.get("zone", visit.zone),
        told=_told(preview, chosen),
    )


def _cut(given: Mapping[str, str]) -> str:
    """How somebody said the file is to be read; its columns were shown under one of these."""
    return f"{given.get('encoding', '')} {given.get('delimiter', '')}".strip()


def _told(preview: Preview, chosen: Clicked) -> list[str]:
    """The fields that were chosen and that some row has, in the file's order: what follows from them is not shown."""
    have = {name for row in preview.rows for name in row.facts}
    return list(dict.fromkeys(each.target for each in chosen.choices if each.target in have))


def _look(room: Room, sha256: str, given: Mapping[str, str]) -> Look:
    try:
        return _uploads(room).look(
            sha256, encoding=given.get("encoding", ""), delimiter=given.get("delimiter", "")
        )
    except NotFound:
        raise away(404, "not_found", "this upload is not here any more: upload the file again") from None


def _may(room: Room, visit: Visit) -> Callable[[], bool]:
    """Asked while it runs: whoever may import no more does not go on."""
    return lambda: room.still_may(visit.actor.user, Right.IMPORT)


def _chosen(look: Look, given: Mapping[str, str], guessed: Mapping[str, Guess], zone: str) -> Clicked:
    header = look.sheet.header if look.sheet else ()
    choices = [
        Choice(column, given.get(f"c{place}", _target(guessed.get(column))))
        for place, column in enumerate(header)
    ]
    dates = _formats(look, choices)
    date = given.get("date", "")
    return Clicked(
        source=given.get("source", "").strip() or _source_of(look.file),
        choices=tuple(choices),
        country=given.get("country", "").strip().upper(),
        zone=given.get("zone", zone).strip(),
        encoding=given.get("encoding", ""),
        delimiter=given.get("delimiter", ""),
        date=date if date in dates or not dates else dates[0],
        time="12:00" if dates else "",  # of a date alone
    )


def _formats(look: Look, choices: Iterable[Choice]) -> tuple[str, ...]:
    """How the dates of the column of arrival may be written, whoever chose it: every way when none reads most of them."""
    place = next((place for place, each in enumerate(choices) if each.target == ARRIVED), None)
    if place is None or look.sheet is None:
        return ()
    rows = look.sheet.sample
    return dates_of([row[place].strip() for row in rows if place < len(row) and row[place].strip()]) or DATES


def _written(form: str, now: datetime) -> str:
    """A format by its example; 2026-03-01T09:30Z stands for RFC 3339."""
    if not form:
        return "2026-03-01T09:30Z"
    names = {"%d": "day", "%m": "month", "%Y": "year", "%y": "year in two digits"}
    order = " ".join(names[part] for part in re.findall("%[dmYy]", form))
    return f"{now.strftime(form)} ({order})"


def _target(found: Guess | None) -> str:
    return found.target if found else ""


def _column(look: Look, given: Mapping[str, str], place: int, found: Guess) -> ColumnSeen:
    rows = look.sheet.sample if look.sheet else ()
    samples = tuple(dict.fromkeys(row[place] for row in rows if place < len(row) and row[place].strip()))[:3]
    target = given.get(f"c{place}", found.target)
    return ColumnSeen(found.column, f"c{place}", target, found.why if target == found.target else "", samples)


def _source_of(file: Spooled) -> str:
    """A name for where the rows come from, until somebody gives a better one."""
    stem = file.name.rpartition(".")[0] or file.name
    return "-".join("".join(c if c.isalnum() else " " for c in stem).split()).lower()[:60] or "import"


def _watching(router: APIRouter, room: Room) -> None:
    def found(visit: Visit, import_id: str) -> Shown:
        with room.desk.read() as tx:
            shown = stored.shown(tx, visit.actor, import_id)
        if shown is None:
            raise away(404, "not_found", "there is no such import")
        return shown

    @router.get("/imports/{import_id}")
    def one(request: Request, import_id: str) -> Response:
        visit = room.enter(request, Right.SEE_SOURCES)
        read_head(request.scope, _AFTER)
        shown = found(visit, import_id)
        after = queried(request.scope).get("after", "0")
        line = int(after) if after.isascii() and after.isdigit() and len(after) < 10 else 0
        with room.desk.read() as tx:
            scope = Scope(visit.actor, visit.queues)
            found_wrong = sourceview.troubled(tx, scope, import_id, after=line, limit=TROUBLES + 1)
        troubles, last = cut(found_wrong, TROUBLES)
        return room.page(
            visit,
            "import.html",
            here="/imports",
            it=_progress(shown),
            became=BECAME,
            runs=_uploads(room).runs(import_id) if room.uploads else False,
            troubles=troubles,
            following=last.line if last else 0,
        )

    @router.get("/imports/{import_id}/problems.csv")
    def problems(request: Request, import_id: str) -> Response:
        visit = room.enter(request, Right.IMPORT)  # rows of the file stand in it, whosever they are now
        shown = found(visit, import_id)
        parts = problem_file(room.desk, _uploads(room).spool, import_id)
        name = f"problems of {shown.name.rpartition('.')[0] or shown.name}.csv"
        return StreamingResponse(parts, media_type="text/csv; charset=utf-8", headers=_named(name))

    @router.post("/imports/{import_id}/stop")
    def stop(request: Request, import_id: str, given: Posted) -> Response:
        visit = room.enter_to_change(request, given, Right.IMPORT)
        return _did(room, lambda: _uploads(room).stop(import_id, actor=visit.actor), import_id, "It stops.")

    @router.post("/imports/{import_id}/resume")
    def resume(request: Request, import_id: str, given: Posted) -> Response:
        visit = room.enter_to_change(request, given, Right.IMPORT)

        def go_on() -> None:
            _uploads(room).resume(import_id, actor=visit.actor, may=_may(room, visit))

        return _did(room, go_on, import_id, "It goes on where it was broken off.")


def _did(room: Room, does: Callable[[], None], import_id: str, said: str) -> Response:
    here = f"/imports/{import_id}"
    try:
        does()
    except Refused as refusal:
        return room.done(here, "; ".join(refusal.reasons), "bad")
    except NotFound as missing:
        return room.done(here, f"{missing}: upload the file again, and it goes on", "bad")
    return room.done(here, said)


def _named(name: str) -> dict[str, str]:
    """A download called so. Whoever uploaded the file chose the name: nothing but plain letters goes into the header."""
    plain = "".join(c if c.isascii() and (c.isalnum() or c in " .-_") else "_" for c in name)
    return {"content-disposition": f'attachment; filename="{plain}"', "x-content-type-options": "nosniff"}


def _progress(shown: Shown) -> Progress:
    part = 100 if shown.state == "done" else round(100 * shown.taken / shown.total) if shown.total else 0
    counts = tuple((key, label, tone, shown.counts.get(key, 0)) for key, label, tone in OUTCOMES)
    return Progress(shown, min(part, 100), STATES.get(shown.state, ""), counts)
