"""Extracts of a CRM in a browser: upload one, see what it is and what it would change, begin; owners nobody of ours is."""

from collections.abc import Iterator

from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse

from firstright.core.authority import Right
from firstright.desk.crm.accountproblems import problem_parts
from firstright.desk.crm.accountuploads import AccountUploads, Looked, Said
from firstright.errors import NotFound, Refused
from firstright.intake.crmshapes import ASKED, SYSTEMS
from firstright.storage import crmimports, crmstanding
from firstright.web.console.form import Posted
from firstright.web.console.room import Room
from firstright.web.console.uploading import uploading
from firstright.web.console.visit import Visit
from firstright.web.problems import away

FILES = "/accounts/files"
TONES = {"running": "accent", "done": "good"}
LATEST = 30


def extracts(room: Room) -> APIRouter:
    router = APIRouter(include_in_schema=False)
    taken = AccountUploads(room.desk, room.uploads.spool) if room.uploads else None
    _listing(router, room)
    uploading(
        router,
        room,
        lambda: _here(taken).spool,
        at=f"{FILES}/new",
        template="account-file-new.html",
        here="/accounts",
        onward=lambda sha256: f"{FILES}/look/{sha256}",
    )
    _looking(router, room, taken)
    return router


def _here(taken: AccountUploads | None) -> AccountUploads:
    if taken is None:
        raise away(503, "uploads.off", "this process takes no files: use firstright accounts import")
    return taken


def _listing(router: APIRouter, room: Room) -> None:
    @router.get(FILES)
    def listed(request: Request) -> Response:
        visit = room.enter(request, Right.SEE_SOURCES)
        with room.desk.read() as tx:
            files = crmimports.latest(tx, LATEST)
            nobodys = [
                each for system in crmstanding.systems(tx) for each in crmstanding.unmapped(tx, system)
            ]
        return room.page(
            visit, "account-files.html", here="/accounts", files=files, nobodys=nobodys, tones=TONES
        )

    @router.get(FILES + "/{import_id}/problems.csv")
    def problems(request: Request, import_id: str) -> Response:
        room.enter(request, Right.IMPORT)  # rows of the file stand in it
        with room.desk.read() as tx:
            found = crmimports.one(tx, import_id)
        if found is None:
            raise away(404, "not_found", "there is no such import")
        named = {"content-disposition": 'attachment; filename="problems.csv"'}
        parts = _parts(room, found.id, found.file_hash)
        return StreamingResponse(parts, media_type="text/csv; charset=utf-8", headers=named)


def _parts(room: Room, import_id: str, file_hash: str) -> Iterator[bytes]:
    """With the rows themselves while the file is still here."""
    try:
        stream = room.uploads.spool.open(file_hash) if room.uploads else None
    except NotFound:
        stream = None
    if stream is None:
        yield from problem_parts(room.desk.database, import_id, None)
        return
    with stream:
        yield from problem_parts(room.desk.database, import_id, stream)


def _looking(router: APIRouter, room: Room, taken: AccountUploads | None) -> None:
    def look(sha256: str, said: Said, visit: Visit) -> Looked:
        try:
            return _here(taken).look(sha256, said, visit.now)
        except NotFound:
            raise away(404, "not_found", "this upload is not here any more: upload the file again") from None

    def shown(visit: Visit, sha256: str, said: Said, problem: str = "") -> Response:
        return room.page(
            visit,
            "account-file.html",
            status=422 if problem else 200,
            here="/accounts",
            it=look(sha256, said, visit),
            said=said,
            systems=SYSTEMS,
            kinds=ASKED,
            problem=problem,
        )

    @router.get(FILES + "/look/{sha256}")
    def first(request: Request, sha256: str) -> Response:
        return shown(room.enter(request, Right.IMPORT), sha256, Said())

    @router.post(FILES + "/look/{sha256}")
    def chosen(request: Request, sha256: str, given: Posted) -> Response:
        visit = room.enter_to_change(request, given, Right.IMPORT)
        kind = given.get("kind", "")
        said = Said(given.get("system", "").strip()[:100], kind if kind in ASKED else "")
        if given.get("do") != "start":
            return shown(visit, sha256, said)
        try:
            _here(taken).start(sha256, said, visit.actor)
        except Refused as refusal:
            return shown(visit, sha256, said, "; ".join(refusal.reasons))
        except NotFound:
            raise away(404, "not_found", "this upload is not here any more: upload the file again") from None
        return room.done(FILES, "The import has begun.")
