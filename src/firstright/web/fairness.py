"""GET /v1/pools/{id}/fairness: how fair a pool was over a period, with what was counted; its leads under /leads. Reads only."""

from collections.abc import Callable, Mapping
from datetime import datetime

import msgspec
from fastapi import APIRouter, Request, Response

from firstright.core.clean.period import period
from firstright.core.clean.problem import Refusal
from firstright.core.decision import Code
from firstright.core.fairness import Parity, RepShare
from firstright.core.policy import Policy
from firstright.desk import Desk
from firstright.desk.explain.explaining import Versions
from firstright.desk.explain.fairness import GivenLead, Period, RepFairness, Report, report
from firstright.web.auth import Doorkeeper
from firstright.web.lists import as_operations
from firstright.web.openapi import parameters, problem_responses
from firstright.web.paging import FOR_PROGRAMS, begins, cut
from firstright.web.problems import away
from firstright.web.reading import READ, nothing, said
from firstright.web.request import page_size, queried, read_head

PERIOD = frozenset({"from", "until"})
WHICH = frozenset({"rep", "code"})
_ABOUT = {
    "from": "a day in the zone of the pool, or an instant; thirty days back when it is left out",
    "until": "likewise, and not counted itself; now when it is left out",
}
_ABOUT_LEADS = {
    "rep": "leads this rep got; with `code`, those it barred them from",
    "code": "a code of eligibility, such as ABSENT",
    "after": "`next` of the page before",
}


class PeriodView(msgspec.Struct, frozen=True, rename={"begins": "from", "ends": "until"}):
    """[from, until)."""

    begins: datetime
    ends: datetime
    zone: str


class FilterView(msgspec.Struct, frozen=True):
    pool: str
    lane: str


class RepView(msgspec.Struct, frozen=True):
    """Credit in 10⁻⁹ leads. `part` is actual over target, null without a target."""

    rep: str
    name: str
    eligible: int
    turns: int
    target: int
    actual: int
    deviation: int
    part: float | None
    returned: int
    wait: int
    scored: int
    score: float | None
    skips: dict[Code, int]


class FairnessView(msgspec.Struct, frozen=True):
    """`since`: from when leads were counted, where the period has more rows than are read; `skips_since`: skips likewise."""

    pool: str
    name: str
    method: str
    period: PeriodView
    filter: FilterView
    denominator: str
    rows_read: int
    since: datetime | None
    skips_since: datetime | None
    counted: int
    jain: float
    furthest: int
    quality: Parity | None
    reps: list[RepView]


class LeadView(msgspec.Struct, frozen=True):
    seq: int
    at: datetime
    rep: str
    lead: str
    score: int | None
    ruled_out: dict[Code, list[str]]


class LeadsView(msgspec.Struct, frozen=True):
    """Newest first; `next` is what to give as `after` for those behind them, null at the end."""

    pool: str
    period: PeriodView
    since: datetime | None
    leads: list[LeadView]
    next: str | None


def fairness(desk: Desk, keeper: Doorkeeper, now: Callable[[], datetime]) -> APIRouter:
    router = APIRouter(prefix="/v1", responses=problem_responses(400, 401, 403, 404, 503))
    versions = Versions()

    def told(
        request: Request, pool: str, more: frozenset[str] = frozenset()
    ) -> tuple[Report, dict[str, str]]:
        head = read_head(request.scope, PERIOD | more)
        scope = as_operations(keeper.admit(head.authorization, READ).key)
        given = queried(request.scope)
        if desk.policy is None or desk.roster is None:
            raise nothing()
        policy = desk.policy.policy
        asked = asked_period(given, pool, policy, now())
        with desk.read() as tx:
            found = report(tx, scope.actor, pool, policy, desk.roster, versions, asked)
        if found is None:
            raise nothing()
        return found, given

    @router.get(
        "/pools/{pool_id}/fairness",
        summary="A pool over a period: target, actual, evenness, quality, waits and skips by rep",
        openapi_extra={"parameters": parameters(**_ABOUT)["parameters"][:-1]},
    )
    def one(request: Request, pool_id: str) -> Response:
        return said(view(told(request, pool_id)[0]))

    @router.get(
        "/pools/{pool_id}/fairness/leads",
        summary="The counted leads behind a pool's fairness",
        openapi_extra=parameters(**_ABOUT, **_ABOUT_LEADS),
    )
    def leads(request: Request, pool_id: str) -> Response:
        found, given = told(request, pool_id, WHICH | {"after", "limit"})
        return said(_leads(found, given))

    return router


def asked_period(given: Mapping[str, str], pool: str, policy: Policy, now: datetime) -> Period:
    """Raises TurnedAway: for a pool there is not, and for what is no period."""
    if pool not in policy.pools:
        raise nothing()
    zone = policy.pools[pool].zone or policy.zone
    found = period(given.get("from", ""), given.get("until", ""), zone, now)
    if isinstance(found, Refusal):
        raise away(400, "query.invalid", f"from and until: {found.reason}")
    return Period(*found, zone)


def chosen(found: Report, given: Mapping[str, str]) -> list[GivenLead]:
    """The leads that `rep` and `code` ask for, newest first. Raises TurnedAway."""
    rep, code = given.get("rep", ""), given.get("code", "")
    if code and (code not in set(Code) or not rep):
        raise away(400, "query.invalid", "code is one of eligibility's, and asks for a rep", code[:64])
    if rep and rep not in {each.rep for each in found.reps}:
        raise nothing()
    if code:
        return [lead for lead in found.leads if any(c == code and rep in reps for c, reps in lead.ruled)]
    return [lead for lead in found.leads if rep in ("", lead.rep)]


def behind(leads: list[GivenLead], after: int | None) -> list[GivenLead]:
    return leads if after is None else [lead for lead in leads if lead.seq < after]


def view(found: Report) -> FairnessView:
    """What a program is told, the leads left out."""
    return FairnessView(
        pool=found.pool,
        name=found.name,
        method=found.method,
        period=_period(found.period),
        filter=FilterView(found.pool, found.lane),
        denominator=found.denominator,
        rows_read=found.read,
        since=found.since,
        skips_since=found.skips_since,
        counted=found.counted,
        jain=found.jain,
        furthest=found.furthest,
        quality=found.parity,
        reps=[_rep(each) for each in found.reps],
    )


def _period(asked: Period) -> PeriodView:
    return PeriodView(asked.begins, asked.ends, asked.zone)


def _rep(each: RepFairness) -> RepView:
    share = each.share
    return RepView(
        rep=each.rep,
        name=each.name,
        eligible=share.eligible,
        turns=share.turns,
        target=share.target,
        actual=share.actual,
        deviation=share.deviation,
        part=part(share),
        returned=share.returned,
        wait=share.wait,
        scored=share.scored,
        score=share.score,
        skips=share.skips,
    )


def part(share: RepShare) -> float | None:
    return share.actual / share.target if share.target else None


def _leads(found: Report, given: Mapping[str, str]) -> LeadsView:
    after = begins(given, None, int, FOR_PROGRAMS)
    shown, last = cut(behind(chosen(found, given), after), page_size(given))
    return LeadsView(
        found.pool,
        _period(found.period),
        found.since,
        [
            LeadView(lead.seq, lead.at, lead.rep, lead.lead, lead.score, {c: list(r) for c, r in lead.ruled})
            for lead in shown
        ],
        str(last.seq) if last else None,
    )
