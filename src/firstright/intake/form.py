"""A submitted form is a row of columns: the source's map makes a lead of it, and what only machines do is told apart.

Pure: the instant comes in. Names that begin with _ are between our script and this room, and never a column.
"""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime

import msgspec

from firstright.core.clean.problem import Problem, Refusal, problem
from firstright.core.rules.fields import Catalogue
from firstright.intake.fieldmap import Column, FieldMap, folded
from firstright.intake.formbody import Pairs
from firstright.intake.formsettings import FormSettings
from firstright.intake.mapping import Mapped, apply_map
from firstright.intake.shape import is_settable

EVENT, TOOK, BEGAN, HOSTED = "_event", "_took", "_began", "_hosted"
LONGEST_EVENT = 100

# What our script and most others call these, whatever the form's own fields are.
TAGS = {
    "utm_source": "source",
    "utm_medium": "medium",
    "utm_campaign": "campaign",
    "landing_page": "landing_page",
    "referrer": "referrer",
}
# A stranger may not say these of themselves, unless the source's own map lets them.
KEPT_BACK = frozenset(("score", "external_id", "occurred_at", "source"))
# Wrong in the eyes of rules, but no reason to send a person back: the number may well be right.
FORGIVEN = frozenset(("phone.needs_country",))

_encode = msgspec.json.Encoder().encode


class Filled(msgspec.Struct, frozen=True):
    """One submission. `mark` is of what the person typed; `event` names it when our script did."""

    mapped: Mapped
    given: dict[str, str]
    mark: str
    event: str = ""
    hosted: bool = False
    trap: Problem | None = None  # what only a machine does


def whole_map(own: FieldMap | None, source: str, settings: FormSettings, catalogue: Catalogue) -> FieldMap:
    """The source's map, and what every form has: its tags, and fields that are called as ours are."""
    found = own or FieldMap(source, ())
    taken = {name for column in found.fields for name in column.columns} | found.ignored
    filled = {column.field for column in found.fields} | found.constants.keys()
    free = [f for f, field in catalogue.items() if is_settable(field) and f not in KEPT_BACK]
    shown = [field.name for field in settings.fields]
    same = [name for name in (shown if own else free) if folded(name) in free]
    more = []
    for name, field in [*TAGS.items(), *((name, folded(name)) for name in same)]:
        if field not in filled and folded(name) not in taken:
            more.append(Column(field, (folded(name),)))
            filled.add(field)
            taken.add(folded(name))
    return msgspec.structs.replace(found, fields=(*found.fields, *more), required=(), arrived=None)


def fill(pairs: Pairs, fieldmap: FieldMap, settings: FormSettings, now: datetime) -> Filled:
    """The lead a submission would be, and the trap it went into. Values of a name given twice are joined."""
    given: dict[str, str] = {}
    for name, value in pairs:
        given[name] = f"{given[name]}, {value}" if given.get(name) and value else given.get(name) or value
    row = {n: v for n, v in given.items() if not n.startswith("_") and n != settings.honeypot}
    mapped = apply_map(fieldmap, row)
    problems = tuple(p for p in mapped.problems if p.code != "event_id.missing")
    event = given.get(EVENT, "")
    named = event if 0 < len(event) <= LONGEST_EVENT and event.isprintable() else mapped.event_id or ""
    return Filled(
        msgspec.structs.replace(mapped, problems=problems),
        given,
        hashlib.sha256(_encode([(n, v) for n, v in pairs if n in row])).hexdigest(),
        named,
        HOSTED in given,
        _trap(given, settings, now),
    )


def _trap(given: Mapping[str, str], settings: FormSettings, now: datetime) -> Problem | None:
    if given.get(settings.honeypot, "").strip():
        reason = "a field was filled in that nobody can see"
        return problem(settings.honeypot, Refusal("junk.honeypot", reason), given[settings.honeypot])
    took = _seconds(given, now)
    if took is not None and took < settings.min_seconds:
        reason = f"was filled in within {settings.min_seconds} s"
        return Problem("", "junk.too_fast", reason, f"{max(took, 0.0):.1f} s")
    return None


def _seconds(given: Mapping[str, str], now: datetime) -> float | None:
    """How long it took by the browser's own watch, or since we made the page; None when nobody said."""
    took, began = given.get(TOOK, ""), given.get(BEGAN, "")
    if took.isascii() and took.isdigit() and len(took) < 12:
        return int(took) / 1000
    if began.isascii() and began.isdigit() and len(began) < 12:
        return now.timestamp() - int(began)
    return None


def to_mend(
    filled: Filled, found: Iterable[Problem], fieldmap: FieldMap, settings: FormSettings, *, strict: bool
) -> tuple[Problem, ...]:
    """What a person can put right, by the names of their form: what was required, an address that is none.

    What is wrong with hidden fields is ours to bear, and so is what is only unknown to rules; a `strict` source sends
    back all of it.
    """
    shown = {folded(field.name): field for field in settings.fields if field.kind != "hidden"}
    wrong = []
    for name, field in shown.items():
        value = _given(filled.given, name)
        if field.required and not value.strip():
            wrong.append(problem(field.name, Refusal("field.missing", "is required"), None))
    for each in found:
        if each.code == "lead.no_contact":
            if wrong:
                continue  # an address was required, and that was said
            wrong.append(Problem("", each.code, "needs an e-mail address or a phone number", ""))
            continue
        name = _their_name(each, filled.given, fieldmap)
        if strict or (each.code not in FORGIVEN and (folded(name) in shown or _is_contact(each))):
            escaped = name.replace("~", "~0").replace("/", "~1")
            wrong.append(msgspec.structs.replace(each, pointer=f"/{escaped}"))
    return tuple({(p.pointer, p.code): p for p in reversed(wrong)}.values())[::-1]


def _is_contact(each: Problem) -> bool:
    return each.pointer in ("/email", "/phone")


def _given(given: Mapping[str, str], name: str) -> str:
    return next((value for each, value in given.items() if folded(each) == name), "")


def _their_name(each: Problem, given: Mapping[str, str], fieldmap: FieldMap) -> str:
    """The field of the form that a problem of ours is about."""
    ours = each.pointer.removeprefix("/").replace("~1", "/").replace("~0", "~")
    columns = next((c.columns for c in fieldmap.fields if c.field == ours), (ours,))
    return next((name for name in given if folded(name) in columns), columns[0])
