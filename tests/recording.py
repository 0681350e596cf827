"""Makes the recorded decisions of this engine: `python tests/recording.py`. Only while the engine's number has not been
released; once it has, a decision that comes out otherwise is a fault, or asks for the next number and a corpus of its own.
"""

import zlib
from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from firstright.core.apply import after, apply
from firstright.core.compiled import Compiled
from firstright.core.decide import decide_knowing
from firstright.core.decision import ENGINE
from firstright.core.documents.policyfile import read_policy
from firstright.core.documents.rosterfile import read_roster
from firstright.core.knowing import knowing
from firstright.core.lead import Act, Cause, Chosen, Fact, Lead, Outcome
from firstright.core.matching import candidates, match
from firstright.core.record import record_bytes
from firstright.core.roster import Roster
from firstright.core.world import PoolStanding, Presence, Seen, Standing, World
from routing import CALENDARS, CATCH_ALL, DAY, HEAD, HOUR, MINUTE, MONDAY, TEAM, lead, rep

FOLDER = Path(__file__).parent / "core" / "recorded"
METHODS = (
    "credit", "sequence", "least-recent", "equal-count", "load-balanced", "best-fit", "soonest-available", "performance",
)  # fmt: skip


class Recorded(msgspec.Struct):
    """Records with where rotations stood before each: (pool, lane, standing)."""

    policy: str
    roster: str
    decisions: list[tuple[str, list[tuple[str, str, PoolStanding]]]]


def _pool(method: str) -> str:
    return f"""
[pools.{method}]
method = "{method}"
calendar = "berlin"
load = "cost"
field = "employees"
on_skip = "lose"

[[rule]]
id = "to-{method}"
tier = "first"
when = {{ campaign = "{method}" }}
send_to = {{ pool = "{method}" }}
when_full = {{ wait = "30min", overflow = "sun" }}
first_action = "call"
cost = 2
"""


POLICY = (
    HEAD
    + """
[limits.daily]
most = 3
period = "day"

[limits.hot]
most = 2
within = "3h"
score = [80, 100]
hard = false

[absences.leave]
make_up = true
max_debt = 3
rate = 50
"""
    + "".join(map(_pool, METHODS))
    + """
[[rule]]
id = "large"
tier = "first"
when = { employees = { min = 1000 } }
send_to = { pool = "sdr" }
needs = { language = "lead", skills = { enterprise = 2 } }
relax = [{ after = "10min", needs = {} }]

[[rule]]
id = "night"
tier = "second"
when = { intent = "demo" }
send_to = { on-call = "nights" }
"""
    + CATCH_ALL
)
KNOWN = (
    HEAD.replace('"last"]', '"last"]\ngate = ["first"]', 1)
    + """
[matching]
link = 950

[[junk]]
id = "links"
is = "vendor"
words = ["backlinks"]

[[intent]]
id = "prices"
is = "pricing"
words = ["price"]

[[intent]]
id = "saw-prices"
is = "pricing"
when = { pages = { contains = "/pricing" } }

[score]
mql = 20

[[score.points]]
id = "large"
points = 15
when = { employees = { min = 500 } }

[[score.points]]
id = "wants"
points = 10
kind = "urgency"
half_life = "1d"
when = { intent = "pricing" }

[[rule]]
id = "junk"
tier = "first"
when = { junk = ["vendor", "spam", "test"] }
send_to = { reject = "nobody to sell to" }

[[rule]]
id = "ripe"
tier = "second"
when = { lifecycle = "mql" }
send_to = { pool = "sdr" }

[[rule]]
id = "from-search"
tier = "second"
when = { "first.source" = "search" }
send_to = { nurture = "30d" }
"""
    + CATCH_ALL
)
PLACES = "{ sdr = 1, " + ", ".join(f"{method} = {{ weight = {{w}} }}" for method in METHODS) + " }"


def _rep(name: str, weight: int, more: str) -> str:
    return rep(name, more, PLACES.replace("{w}", str(weight)))


ROSTER = (
    CALENDARS
    + rep("Ada Krüger", pools="{}")
    + _rep("Kim Larsen", 1, 'manager = "ada"\ncapacity = 9\ncapacities = { cost = 20 }\nlanguages = ["de"]\nskills = { enterprise = 3 }')
    + _rep("Noor Haddad", 2, 'absences = [{ type = "leave", from = "2026-03-03", until = "2026-03-04" }]\nlimits = { daily = 5 }')
    + _rep("Omar Diaz", 3, "left = 2026-03-05\ncapacities = { cost = 30 }")
    + rep("Zoe Park", pools="{ sun = 1 }", calendar="24x7")
    + '\n[rotas.nights]\nmembers = ["kim", "noor"]\nstarts = 2026-03-01T18:00:00\nzone = "Europe/Berlin"\ndays = 1\n'
    + "\n[performance.performance]\nkim = 150\n"
)  # fmt: skip


def compiled(made: Recorded) -> tuple[Compiled, Roster]:
    policy, told = read_policy(made.policy)
    people, found = read_roster(made.roster)
    assert policy is not None and people is not None, (told, found)
    return Compiled(policy), Roster(people)


class Going:
    """A world that goes on by one decision after another, each of them recorded."""

    def __init__(self, policy: str, roster: str, seen: dict[str, Seen]) -> None:
        self.made = Recorded(policy, roster, [])
        self.how, self.people = compiled(self.made)
        self.where = World(MONDAY, 1, self.people, Standing(seen=seen))

    def step(self, subject: Lead, cause: Cause, at: datetime) -> Lead:
        how, people, rules = self.how, self.people, self.how.policy.matching
        where = World(at, 1, people, self.where.standing, self.where.known, self.where.places)
        found = candidates(subject, where, rules)
        subject = knowing(subject, cause, match(found), how, at)
        decision = decide_knowing(subject, cause, how, where, found)
        record = record_bytes(
            subject, cause, decision, policy=how.policy.hash, roster=people.hash, turn=1, as_of=at, candidates=found
        )  # fmt: skip
        plain = zlib.decompress(record) if record[:1] == b"\x78" else record
        pools = [(*key, pool) for key, pool in where.standing.changed_pools.items()]
        asked = {change.pool for change in decision.credits} | {asked.pool for asked in decision.trace.asked}
        self.made.decisions.append((plain.decode(), [each for each in pools if each[0] in asked]))
        known = next((c.lead for c in found if c.id == decision.lead and c.lead), None)
        self.where = apply(where, known or subject, decision, subject)
        return after(subject, decision)


def known() -> Recorded:
    """Leads that are junk, want something, are worth something, come again, and are perhaps somebody there is."""
    going = Going(KNOWN, CALENDARS + "".join(TEAM), {})
    for n in range(24):
        at = MONDAY + n * timedelta(minutes=31)
        name = ("Anna Lindqvist", "Ana Lindkvist", "Bert Olsen", "Carla Nowak")[n % 4].split()
        facts: dict[str, Fact] = {
            "first_name": name[0],
            "last_name": name[1],
            "email": f"{name[0].lower()}{n // 8}@firm{n % 3}.example",
            "domain": f"firm{n % 3}.example",
            "message": ("what is the price", "we offer backlinks", "hello", "")[n % 4 if n % 5 else 1],
            "employees": 90 * n,
            "source": ("search", "fair")[n % 2],
        }
        if n % 3 == 0:
            facts["pages"] = ("/home", "/pricing")
        held = going.step(lead(at, id=f"lead{n:02}", **facts), Cause.ARRIVED, at)
        if n % 4 == 2 and held.epoch == 1:
            learnt = msgspec.structs.replace(held, facts={**held.facts, "employees": 5000}, act=Act(by="crm"))
            going.step(learnt, Cause.ENRICHED, at + MINUTE)
    return going.made


def made() -> Recorded:
    seen = {"kim": Seen(Presence.AWAY, MONDAY + 9 * DAY), "noor": Seen(Presence.ONLINE, MONDAY + DAY)}
    going = Going(POLICY, ROSTER, seen)
    step = going.step
    for n in range(66):
        at = MONDAY + n * timedelta(minutes=47)
        facts: dict[str, Fact] = {
            "campaign": (*METHODS, "")[n % 9],
            "score": n % 101,
            "employees": 40 * n,
            "language": "de",
        }
        facts["intent"] = "demo" if n % 18 == 17 else ""
        name = f"firm{n}.example"
        held = step(lead(at, id=f"lead{n}", email=f"p@{name}", domain=name, **facts), Cause.ARRIVED, at)
        if n % 5 == 1 and held.outcome is Outcome.OWNER:
            step(
                msgspec.structs.replace(held, act=Act(by=held.holder.id, reason="busy")),
                Cause.DECLINED,
                at + MINUTE,
            )
        if n % 5 == 3:
            chosen = Act(by="mara", reason="x", chosen=Chosen(Outcome.OWNER, "kim"))
            step(msgspec.structs.replace(held, act=chosen), Cause.OVERRIDDEN, at + MINUTE)
        if held.outcome is Outcome.WAITING:
            step(held, Cause.CAPACITY_FREED, at + HOUR // 4)
    return going.made


if __name__ == "__main__":
    for name, decided in ((f"engine{ENGINE}", made), (f"engine{ENGINE}-known", known)):
        text = msgspec.json.format(msgspec.json.encode(decided()), indent=0)
        (FOLDER / f"{name}.json").write_bytes(text + b"\n")
