"""What the account of a lead says becomes known of the lead: whose account it is, and of the company and its seat what the lead
did not say itself, each with where it came from. What the lead said stays; where both differ, that is noted.

It finds no account, and takes nothing away because an account is gone: nobody knows then that it was wrong.
"""

from collections.abc import Mapping

import msgspec

from firstright.core.lead import Fact
from firstright.core.matching import Match
from firstright.core.providers import ACCOUNT, FILLED_FROM, origin_of, origins
from firstright.core.world import Candidate

Facts = Mapping[str, Fact]
OURS = "account."  # how the names of facts about the account itself begin
STAGE = "opportunity.stage"
AT_ODDS = "at_odds"  # the fact that says where the account says something else: "country:account Acme:FR"
LONGEST_NAME = 80  # characters of an account's name in an origin


class Group(msgspec.Struct, frozen=True):
    """Fields that are filled in together or not at all: who said one of them means the others by it."""

    fields: tuple[str, ...]  # the first is filled in, the others follow from it
    shield: tuple[str, ...] = ()  # facts of the lead that keep it from being filled, too
    within: tuple[str, ...] = ()  # facts in which both must agree: else it is another place
    compared: bool = True


# A person may sit elsewhere than their company: its town is filled in only where nothing is known of theirs.
GROUPS = (
    Group(("industry", "sector")),
    Group(("employees", "employees_band")),
    Group(("revenue", "revenue_band")),
    Group(("country",), shield=("state", "city", "postcode")),
    Group(("state",), shield=("city", "postcode"), within=("country",)),
    Group(("city",), shield=("postcode",), within=("country", "state"), compared=False),
)


def said_by_account(known: Match, accounts: Mapping[str, Facts]) -> dict[str, Fact]:
    """What the account the lead matches says, by our fields, those about the account itself with `account.` before them; of a
    lead without one, the account of its contact. Where several match equally, nothing in which they differ."""
    if known.accounts:
        first = known.accounts[0]
        says = _of(first, accounts)
        for other in known.accounts[1:]:
            if (other.key, other.score) == (first.key, first.score):
                theirs = _of(other, accounts)
                says = {n: v for n, v in says.items() if n.startswith(OURS) or theirs.get(n, v) == v}
        return says
    account = next((c.account for c in known.contacts if c.account in accounts), "")
    return dict(accounts[account]) if account else {}


def with_stage(facts: dict[str, Fact], known: Match) -> dict[str, Fact]:
    """`facts` with the stage of the open opportunity the lead matches; of several that match equally, only one they share. The
    same object where nothing changes."""
    best = known.opportunities[:1]
    stages = {
        dict(each.facts).get(STAGE, "")
        for each in known.opportunities
        if (each.key, each.score) == (best[0].key, best[0].score)
    }
    stage = stages.pop() if len(stages) == 1 else ""
    if facts.get(STAGE, "") == stage:
        return facts
    return {**{n: v for n, v in facts.items() if n != STAGE}, **({STAGE: stage} if stage else {})}


def with_account(facts: Facts, whole: Facts, says: Facts, wanted: tuple[str, ...]) -> dict[str, Fact]:
    """`facts` with what the account says. `whole` is all that is known of the person, `wanted` which fields may be filled in.

    The same again when asked again on what it gave.
    """
    now = {n: v for n, v in facts.items() if n != AT_ODDS and not (n.startswith(OURS) and n in _ABOUT)}
    now |= {n: v for n, v in says.items() if n.startswith(OURS)}
    by, odds, seen = origin(says), list[str](), {**whole, **now}
    filled: dict[str, str] = {}
    for group in GROUPS:
        head = group.fields[0]
        if head not in wanted or head not in says:
            continue
        if group.within and not _same_place(group, seen, says):
            continue
        if _said(group, whole):
            odds += _differing(group, whole, says, by) if group.compared else []
            continue
        if any(field in whole and not _from_account(whole, field) for field in group.shield):
            continue
        for field in group.fields:
            now.pop(field, None)
            if field in says:
                now[field] = seen[field] = says[field]
        filled[head] = by
    return _noted(now, filled, tuple(odds))


def origin(says: Facts) -> str:
    """Where a fact of this account came from, as it is noted: what it was called then. No colon, which parts field and origin."""
    name = " ".join(str(says.get("account.name", "")).replace(":", " ").split())
    return f"{ACCOUNT}{name[:LONGEST_NAME].strip()}".strip()


_ABOUT = frozenset(f"{OURS}{each}" for each in ("name", "type", "tier", "owner", "parent"))


def _of(candidate: Candidate, accounts: Mapping[str, Facts]) -> dict[str, Fact]:
    named: dict[str, Fact] = {"account.name": candidate.label} if candidate.label else {}
    return {**named, **dict(candidate.facts), **accounts.get(candidate.id, {})}


def _said(group: Group, whole: Facts) -> bool:
    """Whether the lead itself says it, or somebody we asked about it. What was guessed from a telephone number is no answer."""
    head = group.fields[0]
    if head in whole:
        return origin_of(whole, head) != "phone" and not _from_account(whole, head)
    return any(field in whole for field in group.fields)


def _same_place(group: Group, seen: Facts, says: Facts) -> bool:
    """In a country that is known of both; whether it is one with states, the other fields tell."""
    return "country" in says and all(seen.get(field) == says.get(field) for field in group.within)


def _from_account(facts: Facts, field: str) -> bool:
    return origin_of(facts, field).startswith(ACCOUNT.strip())


def _differing(group: Group, whole: Facts, says: Facts, by: str) -> list[str]:
    """By the coarsest word both have: 510 and 600 employees are no contradiction."""
    compared = next((f for f in reversed(group.fields) if f in whole and f in says), "")
    if not compared or str(whole[compared]).casefold() == str(says[compared]).casefold():
        return []
    told = group.fields[0] if group.fields[0] in whole else compared
    return [f"{told}:{by}:{says[told]}"]


def _noted(now: dict[str, Fact], filled: Mapping[str, str], odds: tuple[str, ...]) -> dict[str, Fact]:
    if filled:
        others = [each for each in origins(now) if each.partition(":")[0] not in filled]
        now[FILLED_FROM] = (*others, *[f"{field}:{by}" for field, by in filled.items()])
    if odds:
        now[AT_ODDS] = odds
    return now
