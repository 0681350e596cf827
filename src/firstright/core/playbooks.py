"""Short texts for whoever acts: how to open, what to find out, what to verify. Shown, never enforced.

What is to be found out is made from what the lead's score, type and status ask for, so that no list of it has to be kept by
hand; what is known already is ticked, with where it came from. Nothing is looked up here.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime

import msgspec

from firstright.core.lead import Facts
from firstright.core.rules.predicates import AllOf, Condition, Truth, evaluate

OPEN, VERIFY, ASK = "open", "verify", "ask"
DERIVED = frozenset(
    {
        "score", "score.fit", "score.urgency", "score.model", "lifecycle", "intent", "segment", "lead_type", "junk", "region",
        "email_kind", "domain", "source", "medium", "campaign", "referrer", "landing_page", "page", "pages", "downloads", "offer",
        "occurred_at", "external_id", "zone",
    }
)  # fmt: skip


class Objection(msgspec.Struct, frozen=True):
    """What they may say, and what is true then."""

    says: str
    answer: str


class Playbook(msgspec.Struct, frozen=True):
    id: str
    name: str = ""
    when: Condition | None = None
    intents: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    opening: tuple[str, ...] = ()
    verify: tuple[str, ...] = ()
    objections: tuple[Objection, ...] = ()
    ask: tuple[str, ...] = ()  # fields to find out beside those that score, type and status ask for


class Point(msgspec.Struct, frozen=True):
    """One thing to go through. `field` is what an answer is kept as, where it is one; `because` is who asks for it: score, type,
    status, a criterion, or the playbook itself."""

    item: str  # what it is called where it is kept
    kind: str  # open | verify | ask
    text: str
    field: str = ""
    because: str = ""
    known: str = ""  # the value, where there is one


class Wanted(msgspec.Struct, frozen=True):
    """Fields somebody asks for, and who: one line of what a checklist is made from."""

    because: str
    fields: tuple[str, ...]
    text: str = ""  # said instead of the field's own name


def playbook_for(
    books: Mapping[str, Playbook], facts: Facts, status: str, as_of: datetime
) -> Playbook | None:
    """The one that says most about such a lead: those for its intent and its status go before those for one of the two, and
    those before one for anybody; of equals the first."""
    fit = [book for book in books.values() if _fits(book, facts, status, as_of)]
    return min(fit, key=lambda book: -(2 * bool(book.intents) + bool(book.statuses)), default=None)


def points(book: Playbook, wanted: tuple[Wanted, ...], facts: Facts) -> tuple[Point, ...]:
    """All of it in the order in which it is gone through. What two ask for stands once."""
    openings = [Point(f"open:{n}", OPEN, text) for n, text in enumerate(book.opening)]
    verify = [Point(f"verify:{n}", VERIFY, text) for n, text in enumerate(book.verify)]
    return (*openings, *_asks((Wanted("playbook", book.ask), *wanted), facts), *verify)


def _asks(wanted: tuple[Wanted, ...], facts: Facts) -> Iterator[Point]:
    told: set[str] = set()
    for each in wanted:
        if each.text:  # one question, which any of its fields answers
            field = next(
                (f for f in each.fields if facts.get(f) not in (None, "", ())),
                each.fields[0] if each.fields else "",
            )
            if not told & {*each.fields, each.because}:
                yield Point(
                    f"ask:{each.because}", ASK, each.text, field, each.because, _shown(facts.get(field))
                )
            told |= {*each.fields, each.because}
            continue
        for field in each.fields:
            if field not in told and field not in DERIVED:
                told.add(field)
                yield Point(f"ask:{field}", ASK, "", field, each.because, _shown(facts.get(field)))


def _shown(value: object) -> str:
    match value:
        case None | "" | ():
            return ""
        case bool():
            return "yes" if value else "no"
        case tuple():
            return ", ".join(map(str, value))
        case _:
            return str(value)


def _fits(book: Playbook, facts: Facts, status: str, as_of: datetime) -> bool:
    if book.intents and str(facts.get("intent", "")) not in book.intents:
        return False
    if book.statuses and status not in book.statuses:
        return False
    plain = book.when is None or book.when == AllOf()
    return plain or (book.when is not None and evaluate(book.when, facts, as_of) is Truth.TRUE)
