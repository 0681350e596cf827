"""What pages about repairs and their previews have in common: names of holders, whose leads go to whom, and what was selected."""

from collections.abc import Callable, Iterable, Mapping

import msgspec

from firstright.core.causes.correcting import Selection
from firstright.core.glance import glance
from firstright.core.lead import Fact, HolderKind
from firstright.core.why.reasons import reason_phrase
from firstright.core.why.sagawords import WHY_KEPT
from firstright.storage.previews import Counts
from firstright.web.console.visit import Visit
from firstright.web.problems import away

MOST_WAYS = 20  # from one to another that are drawn


class Way(msgspec.Struct, frozen=True):
    """Leads that go from one to another; `part` of 100 of the largest such number."""

    was: str
    now: str
    n: int
    part: int


class Beside(msgspec.Struct, frozen=True):
    """How many leads somebody or something has before and after; parts of 100 of the largest such number."""

    name: str
    before: int
    after: int
    before_part: int
    after_part: int


def ways_of(visit: Visit, moves: Iterable[tuple[str, str, int]]) -> list[Way]:
    ordered = list(moves)
    most = max([n for _, _, n in ordered], default=1)
    return [
        Way(place(visit, was), place(visit, now), n, max(100 * n // most, 1))
        for was, now, n in ordered[:MOST_WAYS]
    ]


def beside(counts: Counts, name: Callable[[str], str]) -> list[Beside]:
    """Those with most leads."""
    most = max([max(before, after) for _, before, after in counts], default=1)
    return [
        Beside(name(each), before, after, 100 * before // most, 100 * after // most)
        for each, before, after in counts[:MOST_WAYS]
    ]


def selected(chosen: Selection, visit: Visit) -> list[tuple[str, str]]:
    """What was selected, as (label, text)."""
    told = [
        ("Policy version", ", ".join(map(str, chosen.versions))),
        ("Rule", ", ".join(chosen.rules)),
        ("Source", ", ".join(chosen.sources)),
        ("Decided since", visit.moment(chosen.since) if chosen.since else ""),
        ("Decided before", visit.moment(chosen.until) if chosen.until else ""),
        ("Touched or accepted", "decided again, too" if chosen.also_touched else "left alone"),
    ]
    return [(label, text) for label, text in told if text]


def kept_words(kept: Mapping[str, int]) -> list[tuple[str, int]]:
    return [(WHY_KEPT.get(why, why), n) for why, n in kept.items()]


def why_of(visit: Visit, state: str, why: str) -> str:
    """In words: why it is left alone, else why it would be where it would be."""
    if state in ("kept", "failed") or visit.policy is None:
        return WHY_KEPT.get(why, why)
    return reason_phrase(why, visit.policy.policy)


def holder_text(kind: str, name: str) -> str:
    return f"{kind}:{name}" if name else kind


def place(visit: Visit, text: str) -> str:
    kind, _, name = text.partition(":")
    if name:
        return visit.holder(kind, name)
    return "nobody" if kind == HolderKind.NONE else kind


def called(known: tuple[Mapping[str, Fact], str] | None) -> str:
    seen = glance(known[0] if known else {})
    return seen.company or seen.name or "a lead"


def missing() -> Exception:
    return away(404, "not_found", "there is no such repair")
