"""GET /v1/statuses, and POST /v1/leads/{id}/status, /roles and /convert: the pipeline, a lead moved along it, made a contact.

The desk judges whether a status has what it asks for; all that it lacks comes back at once.
"""

from collections.abc import Callable
from datetime import datetime

import msgspec
from fastapi import APIRouter, Request, Response

from firstright.core.authority import Actor, Role
from firstright.core.clean.problem import Problem
from firstright.core.pipeline import PIPELINE, ROLES
from firstright.desk import Desk
from firstright.desk.acting import Acted, OnLead
from firstright.desk.assigning import LONGEST_REASON
from firstright.desk.converted import LONGEST_NAME, MOST_AMOUNT, Conversion, Convert
from firstright.desk.funnel import Stage, funnel
from firstright.desk.moving import TARGETS, MoveStatus, SetRole
from firstright.errors import NoPolicy
from firstright.intake.strict import Field, Fields
from firstright.web.acts import EPOCH, NOTE, REP, ActDoor, ActedView, ActRoute, doors, epoch_of, text
from firstright.web.auth import Doorkeeper
from firstright.web.lists import as_operations
from firstright.web.openapi import problem_responses
from firstright.web.problems import away
from firstright.web.reading import READ, said
from firstright.web.request import read_head

MOVE: Fields = {
    "rep": REP,
    "to": Field(required=True, among=TARGETS),
    "reason": Field(most=LONGEST_REASON),
    "met": Field("names", most=20),
    "note": NOTE,
    "epoch": EPOCH,
}
GIVE: Fields = {
    "rep": REP,
    "role": Field(required=True, among=ROLES),
    "to": Field(most=64),
    "epoch": EPOCH,
}
CONVERT: Fields = {
    "rep": REP,
    "deal": Field(most=LONGEST_NAME),
    "amount": Field("integer", most=MOST_AMOUNT),
    "epoch": EPOCH,
}


class StatusesView(msgspec.Struct, frozen=True):
    """The pipeline in its order, why a lead may be disqualified, and the pools whose members may have a role."""

    statuses: tuple[Stage, ...]
    disqualified: tuple[str, ...]
    roles: dict[str, tuple[str, ...]]


class ConvertedView(ActedView, frozen=True):
    """What a lead has become; null for what it has not."""

    contact: str | None
    account: str | None
    opportunity: str | None


class _ConvertDoor(ActDoor):
    def _view(self, acted: Acted, problems: tuple[Problem, ...]) -> ActedView:
        view = super()._view(acted, problems)
        assert isinstance(acted, Conversion)
        return ConvertedView(
            **msgspec.structs.asdict(view),
            contact=acted.contact or None,
            account=acted.account or None,
            opportunity=acted.opportunity or None,
        )


def statuses(desk: Desk, keeper: Doorkeeper, now: Callable[[], datetime]) -> APIRouter:
    router = APIRouter(prefix="/v1", responses=problem_responses(400, 401, 403, 404, 409, 503))

    @router.get(
        "/statuses", summary="The pipeline of leads: what each status asks for, and what stands in it"
    )
    def pipeline(request: Request) -> Response:
        as_operations(keeper.admit(read_head(request.scope).authorization, READ).key)
        if desk.policy is None:
            error = NoPolicy("policy")
            raise away(409, f"{error.missing}.missing", f"{error}: leads are kept and not decided")
        policy = desk.policy.policy
        with desk.read() as tx:
            found = funnel(tx, policy, now())
        listed = policy.pipeline
        return said(StatusesView(found, listed.disqualified or PIPELINE.disqualified, listed.roles))

    return router


def moving(desk: Desk, keeper: Doorkeeper) -> APIRouter:
    door, converting = ActDoor(desk, keeper), _ConvertDoor(desk, keeper)
    responses = problem_responses(400, 401, 403, 404, 408, 409, 413, 415, 422, 503)
    router = APIRouter(prefix="/v1/leads/{lead_id}", responses=responses)

    doors(
        router,
        door,
        ActRoute("/status", "Say where the lead is in the pipeline", MOVE, _move),
        ActRoute(
            "/roles", "Somebody has a role on the lead beside its owner, or nobody any more", GIVE, _give
        ),
    )
    becomes = "The lead becomes a contact, with its account and a deal"
    doors(router, converting, ActRoute("/convert", becomes, CONVERT, _convert))
    return router


def _actor(values: dict[str, object]) -> Actor:
    rep = text(values, "rep")
    return Actor(rep, rep, Role.REP, rep)


def _move(lead: str, values: dict[str, object], by: str, key: str) -> OnLead:
    met = values.get("met")
    return MoveStatus(
        lead,
        _actor(values),
        text(values, "to"),
        reason=text(values, "reason"),
        met=met if isinstance(met, tuple) else (),
        note=text(values, "note"),
        epoch=epoch_of(values),
        key=key,
    )


def _give(lead: str, values: dict[str, object], by: str, key: str) -> OnLead:
    role, to = text(values, "role"), text(values, "to")
    return SetRole(lead, _actor(values), role, to, epoch=epoch_of(values), key=key)


def _convert(lead: str, values: dict[str, object], by: str, key: str) -> OnLead:
    amount = values.get("amount")
    return Convert(
        lead,
        _actor(values),
        deal=text(values, "deal"),
        amount=amount if isinstance(amount, int) else None,
        epoch=epoch_of(values),
        key=key,
    )
