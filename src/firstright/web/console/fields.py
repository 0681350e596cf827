"""Fields: which source fills them how often, values that came and mean nothing yet, and saying what one means. What may be said
the desk judges.
"""

from collections.abc import Iterable
from datetime import timedelta

import msgspec
from fastapi import APIRouter, Request, Response

from firstright.core.authority import Right
from firstright.core.clean.normalize import FIELDS as SENT
from firstright.core.meanings import known_meanings, suggestion
from firstright.core.policy import Policy
from firstright.core.rules.fields import CATALOGUE, Catalogue
from firstright.desk.synonyms import SynonymsAsked, map_values
from firstright.errors import NoPolicy, Refused
from firstright.intake.strict import Field, Fields
from firstright.storage import profiles
from firstright.storage.profiles import ARRIVED, FILLED, UNMAPPED, WRONG, Missed
from firstright.web.console.form import NOTHING_TYPED, Form, Posted, refused
from firstright.web.console.room import Room
from firstright.web.console.visit import Visit
from firstright.web.problems import away
from firstright.web.request import queried, read_head

DAYS = 7
SHOWN = 12  # values of a field
ORDERS = ("frequent", "newest")
MOST_BARS = 6  # sources of a field
MAP: Fields = {
    "field": Field(required=True, most=64),
    "value": Field(required=True, most=200),
    "means": Field(required=True, most=200),
    "reason": Field(most=500),
    "again": Field(among=("yes",)),
}
Totals = dict[tuple[str, str, str], int]


class Bar(msgspec.Struct, frozen=True):
    """How often a source fills a field, in per cent of its arrivals, and how often it could not be read."""

    source: str
    filled: int
    wrong: int


class FieldSeen(msgspec.Struct, frozen=True):
    """`custom` is of the policy. `others` is how many sources more there are than bars."""

    name: str
    label: str
    type: str
    custom: bool
    bars: tuple[Bar, ...]
    others: int


class ValueSeen(msgspec.Struct, frozen=True):
    """A value without a meaning; `near` is what it may mean."""

    missed: Missed
    near: str
    sources: str
    mark: str  # tells the forms of a page apart


class Group(msgspec.Struct, frozen=True):
    """Values of one field. `choices` are all it can mean, where there are few."""

    name: str
    label: str
    choices: tuple[str, ...]
    values: tuple[ValueSeen, ...]


def fields(room: Room) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    def shown(
        visit: Visit, form: Form = NOTHING_TYPED, status: int = 200, *, newest: bool = False
    ) -> Response:
        policy = visit.policy.policy if visit.policy else None
        with room.desk.read() as tx:
            totals = profiles.totals(tx, visit.now - timedelta(days=DAYS))
            missed = profiles.all_missed(tx, SHOWN, newest=newest)
        catalogue = policy.catalogue if policy else CATALOGUE
        return room.page(
            visit,
            "fields.html",
            status=status,
            here="/fields",
            groups=_groups(missed, policy, catalogue),
            rows=_rows(totals, catalogue),
            days=DAYS,
            newest=newest,
            form=form,
        )

    @router.get("/fields")
    def page(request: Request) -> Response:
        visit = room.enter(request, Right.SEE_SOURCES)
        read_head(request.scope, frozenset({"order"}))
        order = queried(request.scope).get("order", ORDERS[0])
        if order not in ORDERS:
            raise away(400, "query.invalid", f"order is one of {', '.join(ORDERS)}", order[:64])
        return shown(visit, newest=order == "newest")

    @router.post("/fields/map")
    def mean(request: Request, given: Posted) -> Response:
        visit = room.enter_to_change(request, given, Right.EDIT_SOURCES)
        values = room.values(visit, given, MAP)
        if isinstance(values, Form):
            return shown(visit, values, 422)
        field, value, means = (str(values[name]) for name in ("field", "value", "means"))
        reason = str(values.get("reason", "")).strip() or f'"{value}" means {means}'
        asked = SynonymsAsked(field, {value: means}, reason, values.get("again") == "yes")
        try:
            done = map_values(room.desk, asked, by=visit.actor.user)
        except (Refused, NoPolicy) as refusal:
            reasons = refusal.reasons if isinstance(refusal, Refused) else [str(refusal)]
            return shown(visit, refused(given, reasons), 422)
        again = f" {done.decided} of {done.leads} leads were decided again." if done.leads else ""
        return room.done("/fields", f'"{value}" means {means} from policy version {done.version} on.{again}')

    return router


def _groups(missed: list[Missed], policy: Policy | None, catalogue: Catalogue) -> list[Group]:
    found = []
    for name in dict.fromkeys(each.field for each in missed):
        known = known_meanings(name, policy) if policy else {}
        field = catalogue.lookup(name)
        values = tuple(
            ValueSeen(each, suggestion(each.value, known), _listed(each.sources), f"{name}-{place}")
            for place, each in enumerate(each for each in missed if each.field == name)
        )
        found.append(Group(name, field.label if field else name, field.values if field else (), values))
    return found


def _listed(sources: Iterable[str]) -> str:
    names = sorted(sources)
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")


def _rows(totals: Totals, catalogue: Catalogue) -> list[FieldSeen]:
    """Fields that came in these days, those of the policy also where they did not."""
    came = {field for (_, field, what) in totals if field and what in (FILLED, WRONG, UNMAPPED)}
    arrived = {source: n for (source, field, what), n in totals.items() if what == ARRIVED and not field}
    rows = []
    for name, field in catalogue.items():
        if not (field.custom or (name in SENT and name in came)):
            continue  # what is worked out, no source fills
        bars = [_bar(totals, source, name, n) for source, n in arrived.items() if n]
        there = sorted(
            (bar for bar in bars if bar.filled or bar.wrong), key=lambda bar: (-bar.filled, bar.source)
        )
        seen = tuple(there[:MOST_BARS])
        rows.append(
            FieldSeen(name, field.label, field.type.value, field.custom, seen, len(there) - len(seen))
        )
    return sorted(rows, key=lambda row: (not row.custom, row.label))


def _bar(totals: Totals, source: str, field: str, arrived: int) -> Bar:
    filled, wrong = (totals.get((source, field, what), 0) for what in (FILLED, WRONG))
    return Bar(source, _percent(filled, arrived), _percent(wrong, arrived))


def _percent(n: int, of: int) -> int:
    """What is there is seen, however little."""
    return min(100, max(1, 100 * n // of)) if n else 0
