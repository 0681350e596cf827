"""A policy and a roster for benches, as TOML texts that go through the real loaders. Always open: the time of day must not matter."""

import json
from collections.abc import Mapping
from functools import lru_cache

from firstright.core.compiled import Compiled
from firstright.core.documents.policyfile import read_policy
from firstright.core.documents.rosterfile import read_roster
from firstright.core.roster import Roster
from firstright.simulate import workload

POOL = "p{}"
_HEAD = """[policy]
name = "bench"
tiers = ["rules", "fallback"]
tell_owner = "assigned"

[actions.call]
task = "Call {{first_name}} at {{company}}"
within = "5min"

[templates.assigned]
channel = "email"
subject = "New lead"
text = "{{name}} of {{company}} is yours."
"""
# What a policy says more whose leads nobody touches: three service levels, and everybody is told.
_TELLS = (
    'tell_owner = "assigned"\ntell_missed = "late"\ntell_moved = "gone"\nresponsible = "ops@bench.example"\n'
)
_LEVEL = """[services.{}]
priority = {}
untouched = "{}"
warnings = [100]
on_missed = ["tell-owner", "tell-manager", "re-route", "review"]

"""
# Whose owner is known goes by the shipped level, and by the close of business a first touch would be due: between 20:00 and 04:00
# in UTC that rang among the deadlines that are counted.
_STANDARD = """[services.standard]
first_touch = "30d"

"""
_TEMPLATES = """[templates.late]
channel = "email"
subject = "Overdue"
text = "{name} of {company} was due {due}."

[templates.gone]
channel = "email"
subject = "No longer yours"
text = "{name} of {company} is with {owner_name} now."

"""
LEVELS = {"gold": 10, "silver": 5, "plain": 0}  # by priority
UNTOUCHED = "30min"
_REST = """[queues.rest]

[[rule]]
id = "rest"
tier = "fallback"
when = {}
send_to = { queue = "rest" }
"""
_STATE_OF = {
    **dict.fromkeys(("CA", "NY", "TX", "WA", "IL", "MA", "FL", "CO"), "US"),
    **dict.fromkeys(("BY", "NW", "BW", "HE"), "DE"),
}
_NOT_SENT = ("domain", "email_domain", "email_kind", "segment")  # what intake works out itself


def documents(rules: int, *, sent: bool = False) -> list[dict[str, object]]:
    """The conditions of the workload; with `sent`, as they read on leads that came through intake."""
    found = workload.rules(rules)
    return [_as_sent(document) for document in found] if sent else found


def _as_sent(document: Mapping[str, object]) -> dict[str, object]:
    """Intake writes states with their country, and derives no segment."""
    asked = {name: value for name, value in document.items() if name not in _NOT_SENT}
    if state := asked.get("state"):
        names = [f"{_STATE_OF[str(s)]}-{s}" for s in (state if isinstance(state, list) else [state])]
        asked["state"] = names if len(names) > 1 else names[0]
    return asked if asked or not document else {"country": "AT"}


def policy_text(rules: int, pools: int = 1, *, sent: bool = False, deadlines: bool = False) -> str:
    """Rules in one tier, each to a pool in turn; the last of them takes everything, so that the queue stays empty.

    With `deadlines` they have service levels in turn, under which a lead that nobody touches goes to somebody else.
    """
    head = _HEAD.replace("{{", "{").replace("}}", "}")
    parts = [_overdue(head) if deadlines else head]
    levels = list(LEVELS)
    parts += [f"[pools.{POOL.format(number)}]\n" for number in range(pools)]
    for number, when in enumerate(documents(rules, sent=sent)):
        parts.append(
            f'[[rule]]\nid = "r{number}"\ntier = "rules"\nwhen = {_inline(when)}\n'
            f'send_to = {{ pool = "{POOL.format(number % pools)}" }}\nfirst_action = "call"\n'
            + (f'service = "{levels[number % len(levels)]}"\n' if deadlines else "")
        )
    return "\n".join([*parts, _REST])


def _overdue(head: str) -> str:
    levels = [_LEVEL.format(name, priority, UNTOUCHED) for name, priority in LEVELS.items()]
    return "".join([head.replace('tell_owner = "assigned"\n', _TELLS), "\n", *levels, _STANDARD, _TEMPLATES])


def roster_text(reps: int, pools: int = 1, *, manager: str = "") -> str:
    """That many reps, dealt evenly to the pools; one in ten has a limit that is never reached."""
    parts = ['[roster]\nzone = "UTC"\n']
    if manager:
        parts.append(f'[[rep]]\nid = "{manager}"\nname = "Manager"\n')
    above = f'manager = "{manager}"\n' if manager else ""
    for number in range(reps):
        capacity = "capacity = 1000000\n" if number % 10 == 0 else ""
        parts.append(
            f'[[rep]]\nid = "rep{number}"\nname = "Rep {number}"\n{capacity}{above}'
            f"pools = {{ {POOL.format(number % pools)} = {1 + number % 3} }}\n"
        )
    return "\n".join(parts)


def _inline(value: object) -> str:
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{name} = {_inline(inner)}" for name, inner in value.items()) + " }"
    return json.dumps(value)  # texts, numbers and lists of them are written alike in TOML


@lru_cache(maxsize=8)
def policy(rules: int, pools: int = 1, *, sent: bool = False) -> Compiled:
    found, findings = read_policy(policy_text(rules, pools, sent=sent))
    if found is None:
        raise ValueError(f"the bench's own policy is wrong: {findings[0].text}")
    return Compiled(found, 1)


def roster(reps: int, pools: int = 1) -> Roster:
    """A new one each time: what it remembers of one run must not speed up the next."""
    found, findings = read_roster(roster_text(reps, pools))
    if found is None:
        raise ValueError(f"the bench's own roster is wrong: {findings[0].text}")
    return Roster(found, 1)


def bodies(count: int, first: int = 0) -> list[bytes]:
    """Leads as a form sends them, JSON, each with an e-mail address and phone of its own."""
    return [json.dumps(_sent(lead)).encode() for lead in workload.leads(count, first)]


def _sent(lead: dict[str, str | int]) -> dict[str, str | int]:
    sent = {name: value for name, value in lead.items() if name not in _NOT_SENT}
    if _STATE_OF.get(str(sent.get("state"))) != sent["country"]:
        sent.pop("state", None)
    return sent
