"""GET /v1/decisions/{id}/what-if: a stored decision made once more with one fact changed. Nothing is changed by it."""

import msgspec
from fastapi import APIRouter, Request, Response

from firstright.core.clean.problem import Problem
from firstright.core.identifiers import is_id
from firstright.core.lead import Fact
from firstright.core.record import read_record
from firstright.core.why.explanation import Explanation
from firstright.core.why.sentences import sentences
from firstright.desk import Desk
from firstright.desk.explain.explaining import Versions
from firstright.desk.explain.whatif import changeable, what_if
from firstright.storage import recorded
from firstright.web.auth import Doorkeeper
from firstright.web.openapi import problem_responses
from firstright.web.problems import away
from firstright.web.reading import READ, Id, nothing, said
from firstright.web.request import queried, read_head

LONGEST = 500  # characters of a value
_PARAMETERS = frozenset({"field", "value"})
_ASKED = {
    "parameters": [
        {"name": "field", "in": "query", "required": True, "schema": {"type": "string"}},
        {
            "name": "value",
            "in": "query",
            "description": "as a form would have it; empty: it had not been told",
            "schema": {"type": "string", "maxLength": LONGEST},
        },
    ]
}


class Told(msgspec.Struct, frozen=True):
    """One of the two decisions, in sentences and as data."""

    sentences: list[str]
    explanation: Explanation


class WhatIfView(msgspec.Struct, frozen=True):
    """`facts` are those that differ, as they were understood. `would` is null when the value could not be read: see `problems`.
    `guessed`: another pool was asked, and how much its reps had in hand is as of now."""

    decision: str
    same: bool
    facts: dict[str, Fact]
    was: Told
    would: Told | None
    guessed: bool
    problems: tuple[Problem, ...]


def what_ifs(desk: Desk, keeper: Doorkeeper) -> APIRouter:
    router = APIRouter(prefix="/v1", responses=problem_responses(400, 401, 403, 404, 503))
    versions = Versions()

    @router.get(
        "/decisions/{decision_id}/what-if",
        summary="What would have been decided with one fact changed",
        openapi_extra=_ASKED,
    )
    def asked(request: Request, decision_id: Id) -> Response:
        keeper.admit(read_head(request.scope, _PARAMETERS).authorization, READ)
        given = queried(request.scope)
        field, value = given.get("field", ""), given.get("value", "")
        if len(value) > LONGEST:
            raise away(400, "query.invalid", f"value has at most {LONGEST} characters")
        with desk.read() as tx:
            stored = recorded.one(tx, decision_id) if is_id(decision_id) else None
            if stored is None or not stored.record:
                raise nothing()
            fields = changeable(versions.policy(tx, stored.policy_version), read_record(stored.record).lead)
            if field not in fields:
                raise away(400, "query.invalid", f"field is one of {', '.join(fields)}", field[:64])
            found = what_if(tx, stored, field, value, versions)
        would = _told(found.would) if found.would else None
        same = found.would == found.was
        view = WhatIfView(
            decision_id, same, found.facts, _told(found.was), would, found.guessed, found.problems
        )
        return said(view)

    return router


def _told(explanation: Explanation) -> Told:
    return Told(sentences(explanation), explanation)
