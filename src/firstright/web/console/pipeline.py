"""The pipeline for those who lead: how many leads stand in each status, how long they stay, and what each asks for."""

from datetime import timedelta

import msgspec
from fastapi import APIRouter, Request, Response

from firstright.core.authority import Right
from firstright.desk.funnel import SPAN, Stage, funnel
from firstright.web.console.room import Room
from firstright.web.console.statusseen import ROLE, words
from firstright.web.request import read_head


class Bar(msgspec.Struct, frozen=True):
    """One status as it is drawn: `part` of 100 of the fullest."""

    name: str
    leads: int
    part: int
    stays: str
    left: int
    role: str
    asks: str


def pipeline(room: Room) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.get("/pipeline")
    def page(request: Request) -> Response:
        visit = room.enter(request, Right.REVIEW)
        read_head(request.scope)
        if visit.policy is None:
            return room.page(visit, "unpublished.html", here="/pipeline", title="Pipeline")
        policy = visit.policy.policy
        with room.desk.read() as tx:
            found = funnel(tx, policy, visit.now)
        most = max((each.leads for each in found), default=0)
        bars = [(each.on_the_way, _bar(each, most)) for each in found]
        return room.page(
            visit,
            "pipeline.html",
            here="/pipeline",
            on_the_way=[bar for way, bar in bars if way],
            aside=[bar for way, bar in bars if not way],
            total=sum(each.leads for each in found),
            own=policy.pipeline.own,
            days=SPAN.days,
            reasons=[words(reason) for reason in policy.pipeline.disqualified],
        )

    return router


def _bar(stage: Stage, most: int) -> Bar:
    return Bar(
        words(stage.status),
        stage.leads,
        round(100 * stage.leads / most) if most else 0,
        span(timedelta(seconds=stage.median_seconds)) if stage.median_seconds is not None else "",
        stage.left or 0,
        ROLE.get(stage.role, ""),
        ", ".join(each.replace("_", " ") for each in stage.asks),
    )


def span(length: timedelta) -> str:
    """How long, in the unit it is felt in."""
    minutes = length.total_seconds() / 60
    if minutes < 60:
        return f"{minutes:.0f} min"
    return f"{minutes / 60:.1f} h" if minutes < 48 * 60 else f"{minutes / 1440:.1f} days"
