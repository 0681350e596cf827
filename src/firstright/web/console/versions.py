"""What was ever published: versions of the policy and of the roster, who published each and why, and what changed with it."""

from collections.abc import Mapping
from typing import NamedTuple

from fastapi import APIRouter, Request, Response

from firstright.core.authority import Right
from firstright.core.textdiff import difference
from firstright.storage import people, policies, users
from firstright.storage.transactions import Tx
from firstright.storage.versions import LAST, Version
from firstright.web.console.room import Room
from firstright.web.console.visit import Visit
from firstright.web.paging import cut
from firstright.web.problems import away
from firstright.web.request import queried, read_head

PAGE = 50
MOST_LINES = 5_000  # of a text that are shown; all of it can be had as a file
KINDS = {"policy": policies, "roster": people}
_BEFORE = frozenset({"before"})


class Published(NamedTuple):
    """A version, and who published it by name."""

    version: Version
    by: str
    current: bool


def versions(room: Room) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.get("/policy/versions")
    def of_policy(request: Request) -> Response:
        return _listed(room, request, "policy")

    @router.get("/policy/versions/{kind}")
    def of_kind(request: Request, kind: str) -> Response:
        return _listed(room, request, kind)

    @router.get("/policy/versions/{kind}/{number}")
    def one(request: Request, kind: str, number: str) -> Response:
        visit = _entered(room, request, kind)
        read_head(request.scope)
        return _one(room, visit, kind, _number(number))

    @router.get("/policy/versions/{kind}/{number}/text")
    def text(request: Request, kind: str, number: str) -> Response:
        _entered(room, request, kind)
        read_head(request.scope)
        n = _number(number)
        with room.desk.read() as tx:
            _found(tx, kind, n)
            content = str(KINDS[kind].load(tx, n))
        headers = {**room.headers, "content-disposition": f'attachment; filename="{kind}-{n}.toml"'}
        return Response(content, media_type="application/toml; charset=utf-8", headers=headers)

    return router


def _entered(room: Room, request: Request, kind: str) -> Visit:
    """The roster says who is away and why: that is for those who look after people."""
    visit = room.enter(request, Right.SEE_POLICY if kind != "roster" else Right.PAUSE_OTHERS)
    if kind not in KINDS:
        raise away(404, "not_found", "there are versions of the policy and of the roster")
    return visit


def _listed(room: Room, request: Request, kind: str) -> Response:
    visit = _entered(room, request, kind)
    read_head(request.scope, _BEFORE)
    given = queried(request.scope)
    before = _number(given["before"]) if "before" in given else LAST
    with room.desk.read() as tx:
        found = KINDS[kind].history(tx, PAGE + 1, before)
        current = KINDS[kind].current(tx)
        names = users.names(tx)
    shown, last = cut(found, PAGE)
    return room.page(
        visit,
        "versions.html",
        here="/policy",
        kind=kind,
        shown=[_published(each, current, names) for each in shown],
        began=before == LAST,
        following=last.version if last else 0,
    )


def _one(room: Room, visit: Visit, kind: str, n: int) -> Response:
    store = KINDS[kind]
    with room.desk.read() as tx:
        version = _published(_found(tx, kind, n), store.current(tx), users.names(tx))
        text = str(store.load(tx, n))
        before = str(store.load(tx, n - 1)) if n > 1 else None
        later = store.one(tx, n + 1) is not None
    lines = text.splitlines()
    return room.page(
        visit,
        "version.html",
        here="/policy",
        kind=kind,
        published=version,
        changed=None if before is None else difference(before, text),
        lines=lines[:MOST_LINES],
        beyond=max(len(lines) - MOST_LINES, 0),
        later=later,
    )


def _found(tx: Tx, kind: str, n: int) -> Version:
    found: Version | None = KINDS[kind].one(tx, n)
    if found is None:
        raise away(404, "not_found", f"there is no {kind} version {n}")
    return found


def _published(version: Version, current: Version | None, names: Mapping[str, str]) -> Published:
    """Whoever published it is a user, else what was noted."""
    by = names.get(version.published_by, version.published_by)
    return Published(version, by, current is not None and current.version == version.version)


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise away(404, "not_found", "a version has a number")
    return int(text)
