"""GET /v1/users: who may come into the console, for programs that look after it. No password and no link is ever in it."""

from datetime import datetime

import msgspec
from fastapi import APIRouter, Request, Response

from firstright.desk import Desk
from firstright.storage import users
from firstright.web.auth import Doorkeeper
from firstright.web.openapi import problem_responses
from firstright.web.reading import said
from firstright.web.request import read_head

READ = "users:read"


class UserView(msgspec.Struct, frozen=True):
    user: str
    email: str
    name: str
    role: str
    rep: str  # who they are in the roster, or empty
    state: str  # invited | active | disabled
    has_factor: bool
    created_at: datetime


class UsersView(msgspec.Struct, frozen=True):
    users: list[UserView]


def users_of(desk: Desk, keeper: Doorkeeper) -> APIRouter:
    router = APIRouter(prefix="/v1", responses=problem_responses(400, 401, 403, 503))

    @router.get("/users", summary="Who may come into the console")
    def listed(request: Request) -> Response:
        keeper.admit(read_head(request.scope).authorization, READ)
        with desk.read() as tx:
            found = users.users(tx)
        views = [
            UserView(u.id, u.email, u.name, u.role, u.rep, u.state, u.totp is not None, u.created_at)
            for u in found
        ]
        return said(UsersView(views))

    return router
