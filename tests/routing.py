"""A small sales team to decide in. Policies and rosters are written as TOML, as users write them.

Ada leads; Kim, Noor and Omar share the pool "sdr" in Berlin; Zoe is the follow-the-sun desk "sun".
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from firstright.core.compiled import Compiled
from firstright.core.decide import decide, decide_knowing
from firstright.core.decision import Decision
from firstright.core.documents.policyfile import read_policy
from firstright.core.documents.rosterfile import read_roster
from firstright.core.lead import Cause, Fact, Holder, HolderKind, Lead, Outcome
from firstright.core.matching import candidates
from firstright.core.matchkeys import match_keys
from firstright.core.pools import LEAD
from firstright.core.roster import Roster
from firstright.core.why.explanation import Explanation
from firstright.core.why.trace import explain
from firstright.core.world import Candidate, Load, PoolStanding, Standing, World

E = TypeVar("E")

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)  # 10:00 in Berlin
SATURDAY = datetime(2026, 3, 7, 11, 0, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

HEAD = """
[policy]
name = "Test"
zone = "Europe/Berlin"
tiers = ["first", "second", "last"]
tell_owner = "yours"
tell_review = "look"
responsible = "ops@ours.example"

[pools.sdr]
name = "Sales development"
calendar = "berlin"

[pools.sun]
hours = false

[queues.desk]
name = "Front desk"
calendar = "berlin"
tell = ["ada"]

[services.standard]
routing = "30min"
first_touch = "same-business-day"
untouched = "2h"
review = "4h"

[services.urgent]
priority = 10
routing = "1min"
first_touch = "5min"
untouched = "1h"

[actions.call]
task = "Call {first_name} of {company}"
within = "5min"

[actions.write]
task = "Write to {first_name}"
channel = "email"

[templates.yours]
text = "{company} is yours."

[templates.look]
text = "{company} needs a decision."
"""

CATCH_ALL = """
[[rule]]
id = "rest"
tier = "last"
when = {}
send_to = { queue = "desk" }
"""

TO_SDR = """
[[rule]]
id = "to-sdr"
tier = "first"
name = "Everybody to sales development"
when = {}
send_to = { pool = "sdr" }
first_action = "call"
"""

CALENDARS = """
[calendars.berlin]
zone = "Europe/Berlin"
hours = { mon-fri = "09:00-17:00" }
"""


def rep(name: str, more: str = "", pools: str = "{ sdr = 1 }", calendar: str = "berlin") -> str:
    """One row of a roster; Kim Larsen is `rep("Kim Larsen")` with the id kim."""
    ident = name.split()[0].lower()
    lines = (f'id = "{ident}"', f'name = "{name}"', f'calendar = "{calendar}"', f"pools = {pools}", more)
    return "\n[[rep]]\n" + "\n".join(lines) + "\n"


ADA = rep("Ada Krüger", pools="{}")
KIM = rep("Kim Larsen", 'manager = "ada"')
NOOR = rep("Noor Haddad", 'manager = "ada"')
OMAR = rep("Omar Diaz", 'manager = "ada"')
ZOE = rep("Zoe Park", pools="{ sun = 1 }", calendar="24x7")
TEAM = (ADA, KIM, NOOR, OMAR, ZOE)


def policy(*rules: str, head: str = HEAD) -> Compiled:
    found, findings = read_policy(head + "".join(rules))
    assert found is not None, findings
    return Compiled(found)


def roster(*reps: str, calendars: str = CALENDARS) -> Roster:
    document, findings = read_roster(calendars + "".join(reps or TEAM))
    assert document is not None, findings
    return Roster(document)


def lead(arrived_at: datetime = MONDAY, *, id: str = "anna", **facts: Fact) -> Lead:
    """Anna of Acme, who wrote through the web form, with these facts on top. An empty fact takes one away."""
    given: dict[str, Fact] = {
        "first_name": "Anna",
        "email": "anna@acme.example",
        "domain": "acme.example",
        "company": "Acme",
        "country": "DE",
        **facts,
    }
    return Lead({k: v for k, v in given.items() if v != ""}, source="web", arrived_at=arrived_at, id=id)


def owned(by: str, **fields: object) -> dict[str, object]:
    """What a lead's state looks like while a rep has it."""
    return {
        "outcome": Outcome.OWNER,
        "holder": Holder(HolderKind.REP, by),
        "epoch": 1,
        "tried": (by,),
        **fields,
    }


def loaded(leads: int) -> Load:
    """What somebody has who accepted that many leads of ordinary cost."""
    return Load(leads, leads * LEAD)


def world(
    people: Roster | None = None,
    as_of: datetime = MONDAY,
    *,
    loads: dict[str, int] | None = None,
    credit: dict[str, int] | None = None,
    known: Iterable[Candidate] = (),
    about: Lead | None = None,
) -> World:
    """`loads` are open leads; `credit` is that of the pool sdr; `known` are found by the keys of `about`."""
    keys = dict(match_keys((about or lead()).facts, "web"))
    found: dict[tuple[str, str], tuple[Candidate, ...]] = {}
    for candidate in known:
        key = (candidate.key, keys[candidate.key])
        found[key] = (*found.get(key, ()), candidate)
    has = {name: loaded(leads) for name, leads in (loads or {}).items()}
    standing = Standing(loads=has)
    if credit:
        amounts = tuple(credit.values())
        pool = PoolStanding(len(credit), tuple(credit), amounts, tuple([0] * len(credit)))
        standing = Standing({("sdr", "main"): pool}, has)
    return World(as_of, 1, people or roster(), standing, found)


def routed(
    rules: Compiled,
    subject: Lead | None = None,
    where: World | None = None,
    cause: Cause = Cause.ARRIVED,
) -> Decision:
    return decide(subject or lead(), cause, rules, where or world())


def explained(rules: Compiled, subject: Lead, where: World, cause: Cause = Cause.ARRIVED) -> Explanation:
    found = candidates(subject, where, rules.policy.matching)
    decision = decide_knowing(subject, cause, rules, where, found)
    return explain(decision, subject, cause, rules, where.roster, where.as_of, found, where.standing)


def effects(decision: Decision, kind: type[E]) -> list[E]:
    return [effect for effect in decision.effects if isinstance(effect, kind)]


def verdicts(decision: Decision) -> list[tuple[str, str, str]]:
    """What spoke, what it said and what became of it."""
    return [(c.id, c.verdict, c.then) for c in decision.trace.considered]


def kept_by(decision: Decision) -> str:
    """Where the lead went, in a word a test can be read by: `kim`, `queue:desk`, `review:owner-conflict`, `waiting`."""
    holder = decision.holder
    if holder.kind is HolderKind.REP:
        return holder.id
    return f"{holder.kind}:{holder.id}" if holder.kind is not HolderKind.NONE else str(decision.outcome)
