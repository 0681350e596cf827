"""Files a browser may keep for ever: each is asked for under a name that changes with its content. They are read once."""

import hashlib
from importlib import resources
from importlib.resources.abc import Traversable

from fastapi import APIRouter, Request, Response

KINDS = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
    "woff2": "font/woff2",
}
FOR_EVER = "public, max-age=31536000, immutable"


class Static:
    """All files of web/static, in memory: half a megabyte."""

    def __init__(self) -> None:
        folder = resources.files("firstright.web") / "static"
        self._files = dict(_found(folder, ""))
        self._marks = {name: hashlib.sha256(data).hexdigest()[:10] for name, data in self._files.items()}

    def url(self, name: str) -> str:
        """KeyError for a file that is not there: a page with a dead link is a defect."""
        return f"/static/{name}?v={self._marks[name]}"

    def routes(self) -> APIRouter:
        router = APIRouter(include_in_schema=False)

        @router.get("/static/{name:path}")
        def static(request: Request, name: str) -> Response:
            data = self._files.get(name)
            if data is None:
                return Response(status_code=404)
            known = f'"{self._marks[name]}"'
            headers = {"cache-control": FOR_EVER, "etag": known}
            if request.headers.get("if-none-match") == known:
                return Response(status_code=304, headers=headers)
            return Response(data, media_type=KINDS[name.rpartition(".")[2]], headers=headers)

        return router


def _found(folder: Traversable, prefix: str) -> list[tuple[str, bytes]]:
    found: list[tuple[str, bytes]] = []
    for each in folder.iterdir():
        if each.is_dir():
            found += _found(each, f"{prefix}{each.name}/")
        elif each.name.rpartition(".")[2] in KINDS:
            found.append((f"{prefix}{each.name}", each.read_bytes()))
    return found
