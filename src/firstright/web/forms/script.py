"""The script and the style of forms, for pages of others: small, without dependencies, kept by browsers for a while."""

import hashlib
from importlib import resources

from fastapi import Request, Response

FOR_EVER = "public, max-age=31536000, immutable"
A_WHILE = "public, max-age=300, stale-while-revalidate=86400"  # pages of others name it without its mark


class Files:
    """Read once."""

    def __init__(self) -> None:
        folder = resources.files("firstright.web") / "static"
        self._script = (folder / "forms.js").read_bytes()
        self._style = (folder / "forms.css").read_bytes()
        self.script_url = f"/forms.js?v={_mark(self._script)}"
        self.style_url = f"/forms.css?v={_mark(self._style)}"

    def script(self, request: Request) -> Response:
        return sent(request, self._script, "text/javascript; charset=utf-8")

    def style(self, request: Request) -> Response:
        return sent(request, self._style, "text/css; charset=utf-8")


def _mark(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:12]


def sent(request: Request, data: bytes, kind: str) -> Response:
    """For any page: nothing in it is anybody's. The exact version, asked for by its mark, is kept for ever."""
    known = f'"{_mark(data)}"'
    exact = request.query_params.get("v") == known.strip('"')
    headers = {
        "cache-control": FOR_EVER if exact else A_WHILE,
        "etag": known,
        "access-control-allow-origin": "*",
        "cross-origin-resource-policy": "cross-origin",
    }
    if request.headers.get("if-none-match") == known:
        return Response(status_code=304, headers=headers)
    return Response(data, media_type=kind, headers=headers)
