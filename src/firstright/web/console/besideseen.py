"""Two leads beside each other as a page shows them: field by field, what differs, what would survive, and why they look alike.
It fetches nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

import msgspec

from firstright.core.lead import Fact, Lead
from firstright.core.matchrules import MATCHING
from firstright.core.rules.phrases import label
from firstright.core.sidebyside import as_record, master_of, side_by_side
from firstright.core.survival import is_choosable
from firstright.storage.inbox import Entry
from firstright.storage.timeline import Happened
from firstright.web.console.leadseen import state_of
from firstright.web.console.story import Line, told
from firstright.web.console.visit import Visit

VERDICTS = {
    "same": "the same",
    "near": "spelt a little differently",
    "vague": "spelt differently",
    "nickname": "a nickname",
    "initial": "an initial",
    "part": "one says more",
    "swapped": "swapped",
    "shared": "shared by many",
    "differs": "different",
}
RULES = {
    "newest": "the newest",
    "trusted": "the most trusted source",
    "longest": "the longest",
    "only": "the only one",
    "master": "stays with the one that stands",
    "joined": "both, joined",
}
FIELDS = {"given": "first name", "family": "last name", "mail": "e-mail"}  # as a comparison calls them
NEVER = frozenset({"trail"})  # for programs only
MOST_HISTORY = 6
SURE, LIKELY = 950, 850  # per mille


class Reason(msgspec.Struct, frozen=True):
    """One thing that speaks for or against their being one; `tone` says which."""

    text: str
    tone: str


class Side(msgspec.Struct, frozen=True):
    id: str
    name: str
    company: str
    state: str
    tone: str
    holder: str
    arrived_at: datetime
    source: str
    history: tuple[Line, ...]
    stands: bool  # what is proposed: this one for both


class Row(msgspec.Struct, frozen=True):
    """`taken` is whose value survives: 0, 1, or -1 where it is neither's alone. `clash`: both say something, and not the same."""

    field: str
    values: tuple[str, str]
    clash: bool
    taken: int
    rule: str


class Beside(msgspec.Struct, frozen=True):
    """`differ` are fields in which they do; `beside` those that differ and are not for a merge to choose: how each came, and
    what was worked out."""

    sides: tuple[Side, Side]
    differ: tuple[Row, ...]
    beside: tuple[Row, ...]
    same: tuple[Row, ...]
    likeness: str
    tone: str
    reasons: tuple[Reason, ...]


class Told(msgspec.Struct, frozen=True):
    """A pair in a list."""

    id: str
    href: str
    names: tuple[str, str]
    companies: tuple[str, str]
    holders: tuple[str, str]
    likeness: str
    part: int  # the same, of 100
    why: str
    found_at: datetime


def beside(
    visit: Visit,
    leads: Sequence[Lead],
    entries: Mapping[str, Entry],
    histories: Mapping[str, Sequence[Happened]],
    score: int | None,
    reasons: Iterable[str],
) -> Beside:
    """Both leads must be among the `entries`, which are those this visitor may see."""
    first = master_of(leads)
    ordered = sorted(leads, key=lambda lead: (lead is not first, lead.id))
    rules = visit.policy.policy.matching if visit.policy else MATCHING
    differ: list[Row] = []
    apart: list[Row] = []
    same: list[Row] = []
    for line in side_by_side([as_record(lead) for lead in ordered], rules):
        one, other = (shown(value) for value in line.values)
        taken = -1 if line.taken is None else line.taken
        row = Row(_called(line.field), (one, other), line.differs, taken, _rule(line.rule))
        if not line.differs and one and other:
            same.append(row)
        elif line.field not in NEVER:
            (differ if is_choosable(line.field) else apart).append(row)
    sides = [_side(visit, entries[lead.id], histories.get(lead.id, ()), lead is first) for lead in ordered]
    return Beside(
        (sides[0], sides[1]),
        tuple(differ),
        tuple(apart),
        tuple(same),
        likeness(score),
        tone(score),
        tuple(map(reason, reasons)),
    )


def in_list(
    visit: Visit,
    pair_id: str,
    score: int,
    reasons: Sequence[str],
    found_at: datetime,
    one: Entry,
    other: Entry,
) -> Told:
    told_of = [reason(each) for each in reasons]
    speaks = [each.text for each in told_of if each.tone == "good"]
    return Told(
        pair_id,
        f"/duplicates/{one.id}/{other.id}",
        (one.glance.name or "Without a name", other.glance.name or "Without a name"),
        (one.glance.company, other.glance.company),
        (_holder(visit, one), _holder(visit, other)),
        likeness(score),
        round(score / 10),
        ", ".join(speaks[:3]),
        found_at,
    )


def likeness(score: int | None) -> str:
    """`91 %`: how alike, not how probable."""
    return "" if score is None else f"{score / 10:.0f} %"


def tone(score: int | None) -> str:
    if score is None:
        return ""
    return "good" if score >= SURE else "accent" if score >= LIKELY else ""


def reason(text: str) -> Reason:
    """`phone:same:80` as a phrase. What is written otherwise is shown as it is."""
    field, _, rest = text.partition(":")
    verdict, _, weight = rest.partition(":")
    words = VERDICTS.get(verdict)
    if words is None:
        return Reason(text.replace("-", " "), "")
    against = weight.startswith("-") or verdict == "differs"
    return Reason(
        f"{_called(field)}: {words}", "bad" if against else "good" if weight not in ("", "0") else ""
    )


def shown(value: Fact | None) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case tuple():
            return ", ".join(value)
        case _:
            return str(value)


def _side(visit: Visit, entry: Entry, happened: Sequence[Happened], stands: bool) -> Side:
    state, colour = state_of(entry.outcome, entry.touched, entry.accepted)
    known = {"name": entry.glance.name, "company": entry.glance.company}
    return Side(
        entry.id,
        entry.glance.name or "Without a name",
        entry.glance.company,
        state,
        colour,
        _holder(visit, entry),
        entry.arrived_at,
        entry.source,
        tuple(told(visit, happened, known)[:MOST_HISTORY]),
        stands,
    )


def _holder(visit: Visit, entry: Entry) -> str:
    return visit.holder(entry.holder.kind, entry.holder.id)


def _called(field: str) -> str:
    name = FIELDS.get(field) or label(field)
    return name[:1].upper() + name[1:]


def _rule(rule: str) -> str:
    if rule.startswith("with "):
        return f"comes with {label(rule.removeprefix('with '))}"
    return RULES.get(rule, rule)
