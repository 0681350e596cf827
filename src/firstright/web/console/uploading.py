"""The page on which somebody hands in a file: it is kept, and they go on to where it is looked at. What is in it is not read here."""

from collections.abc import Callable, Mapping

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool

from firstright.core.authority import Right
from firstright.desk.files.spool import Spool
from firstright.errors import Refused
from firstright.web.console.form import NOTHING_TYPED, Form
from firstright.web.console.room import Room
from firstright.web.console.visit import Visit
from firstright.web.uploads import received


def uploading(
    router: APIRouter,
    room: Room,
    spool: Callable[[], Spool],
    *,
    at: str,
    template: str,
    here: str,
    onward: Callable[[str], str],
) -> None:
    """The page at `at`. `onward` says where a file with that SHA-256 is looked at."""

    def shown(visit: Visit, form: Form = NOTHING_TYPED, status: int = 200) -> Response:
        largest = spool().largest // 2**20
        return room.page(visit, template, status=status, here=here, form=form, largest=largest)

    @router.get(at)
    def begin(request: Request) -> Response:
        return shown(room.enter(request, Right.IMPORT))

    @router.post(at)
    async def upload(request: Request) -> Response:
        def check(fields: Mapping[str, str]) -> Visit:
            return room.enter_to_change(request, fields, Right.IMPORT)

        await run_in_threadpool(room.enter, request, Right.IMPORT)  # before a byte of a stranger's is read
        try:
            file, _ = await received(request, spool(), check)
        except Refused as refusal:
            return await run_in_threadpool(again, refusal, request)
        return room.done(onward(file.sha256))

    def again(refusal: Refused, request: Request) -> Response:
        visit = room.enter(request, Right.IMPORT)
        return shown(visit, NOTHING_TYPED.refused({"file": "; ".join(refusal.reasons)}), 422)
