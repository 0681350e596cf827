"""Reads [matching] of a policy: from which likeness on records are one, by which keys, and which values survive a merge."""

from datetime import timedelta
from enum import StrEnum

from firstright.core.documents.reading import Table, not_known
from firstright.core.matchrules import KINDS, MATCHING, Matching
from firstright.core.rules.fields import Catalogue
from firstright.core.survival import FOLLOWS, RULES, TRUSTED, is_choosable

LONGEST = timedelta(days=1)  # people of one company who come further apart are no group
MOST = 1_000  # per mille


class Unsure(StrEnum):
    """What becomes of one that may be somebody known."""

    REVIEW = "review"
    ROUTE = "route"


def read_matching(root: Table, catalogue: Catalogue) -> Matching:
    table = root.table("matching", "[matching]")
    link = table.number("link", 1, MOST, MATCHING.link)
    review = table.number("review", 1, MOST, MATCHING.review)
    if review > link:
        text = f"What is linked at {link} would never be reviewed at {review}: review may be {link} at most."
        table.report("matching.review_above_link", "review" if table.has("review") else "link", text)
    trusted = table.texts("trusted")
    found = Matching(
        link=link,
        review=min(review, link),
        keys=_keys(table.table("keys", "[matching.keys]")),
        trusted=trusted,
        survives=_survives(table.table("survives", "[matching.survives]"), catalogue),
        unsure=table.choice("unsure", Unsure, Unsure(MATCHING.unsure)).value,
        group_within=_group(table),
    )
    _trust(table, found)
    table.close()
    return found


def _keys(table: Table) -> dict[str, tuple[str, ...]]:
    """By source. A list that is empty would have every lead of that source be somebody new."""
    found = {}
    for source in table.data:
        kinds = table.checked(
            source, lambda kind: None if kind in KINDS else _unknown_kind(kind), "matching.unknown_key"
        )
        if not kinds and table.raw(source) == []:
            text = f'Leads of "{source}" would be known by nothing; leave the line out for all keys.'
            table.report("matching.no_keys", source, text)
        found[source] = tuple(kind for kind in KINDS if kind in kinds)
    return found


def _unknown_kind(kind: str) -> str:
    return f"is no sort of key; it can be {', '.join(KINDS)}"


def _survives(table: Table, catalogue: Catalogue) -> dict[str, str]:
    found = {}
    for name in table.data:
        rule = table.text(name)
        if name not in catalogue:
            table.report("field.unknown", name, not_known(name, catalogue, "The field"))
        elif not is_choosable(name):
            table.report("matching.no_choice", name, _no_choice(name))
        elif rule and rule not in RULES:
            table.unknown("matching.unknown_rule", name, rule, RULES)
        elif rule:
            found[name] = rule
    return found


def _no_choice(name: str) -> str:
    leading = FOLLOWS.get(name)
    if leading:
        return f"{name} always comes with {leading}: say how that one survives."
    return f"{name} is worked out, or says how the lead came: it is always that of the lead that stands for the others."


def _group(table: Table) -> int:
    """Seconds; "none" for no groups."""
    within = table.duration("group_within", zero=True)
    if within is None:
        return MATCHING.group_within
    if within > LONGEST:
        table.report("value.range", "group_within", "People who come more than a day apart are no group.")
        return MATCHING.group_within
    return int(within.total_seconds())


def _trust(table: Table, found: Matching) -> None:
    asked = [name for name, rule in found.survives.items() if rule == TRUSTED]
    if asked and not found.trusted:
        text = f"{asked[0]} survives by trust, and no source is trusted: list them, the most trusted first."
        table.report("matching.nobody_trusted", "trusted" if table.has("trusted") else "survives", text)
    if found.trusted and not asked:
        text = "No field survives by trust, so this list has no effect."
        table.report("key.no_effect", "trusted", text, "warning")
