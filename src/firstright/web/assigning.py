"""POST /v1/leads/{id}/reassign and /reroute: a lead is given to a rep by hand, or the rules decide once more.

A key that may do this decides as operations do: among all reps, with a reason that stands in the lead's history.
"""

from fastapi import APIRouter

from firstright.desk import Desk
from firstright.desk.acting import OnLead
from firstright.desk.asked import operator
from firstright.desk.assigning import LONGEST_REASON, Reassign, Reroute
from firstright.intake.strict import Field, Fields
from firstright.web.acts import EPOCH, REP, ActDoor, ActRoute, doors, epoch_of, text
from firstright.web.auth import Doorkeeper
from firstright.web.openapi import problem_responses

ASSIGN = "leads:assign"
REASON = Field(required=True, most=LONGEST_REASON)
REROUTE: Fields = {"reason": REASON, "epoch": EPOCH}
REASSIGN: Fields = {"rep": REP, **REROUTE}


def assigning(desk: Desk, keeper: Doorkeeper) -> APIRouter:
    door = ActDoor(desk, keeper, ASSIGN)
    responses = problem_responses(400, 401, 403, 404, 408, 409, 413, 415, 422, 503)
    router = APIRouter(prefix="/v1/leads/{lead_id}", responses=responses)

    doors(
        router,
        door,
        ActRoute("/reassign", "Give the lead to a rep by hand", REASSIGN, _reassign),
        ActRoute("/reroute", "Have the rules decide once more", REROUTE, _reroute),
    )
    return router


def _reassign(lead: str, values: dict[str, object], by: str, key: str) -> OnLead:
    to, reason = text(values, "rep"), text(values, "reason")
    return Reassign(lead, operator(by), to, reason, epoch=epoch_of(values), key=key)


def _reroute(lead: str, values: dict[str, object], by: str, key: str) -> OnLead:
    return Reroute(lead, operator(by), text(values, "reason"), epoch=epoch_of(values), key=key)
