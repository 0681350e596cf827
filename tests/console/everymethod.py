"""Northwind with a pool of nearly every method, limits, presence, rotas and holdovers: what pages show of each, with leads in hand."""

from collections.abc import Iterator
from pathlib import Path

from console.examples import EXAMPLES, send, work_some
from firstright.core.authority import Actor, Role
from firstright.core.world import Presence
from firstright.desk import Desk
from firstright.desk.staff.presence import PresenceAsked, SayPresence
from firstright.simulate.roundtheclock import round_the_clock
from web.houses import House, running

POLICY = (
    (
        "[pools.dach-ae]\n",
        '[pools.dach-ae]\nmethod = "load-balanced"\nload = "cost"\none_at_a_time = false\n',
    ),
    (
        "[pools.nordics-ae]\n",
        '[pools.nordics-ae]\nname = "Nordics"\nmethod = "soonest-available"\npresence = true\n',
    ),
    (
        "[pools.emea-sdr]\n",
        '[pools.emea-sdr]\nmethod = "best-fit"\nband = 2\nburst = { most = 5, within = "10min" }\n',
    ),
    ("[pools.amer-sdr]\n", '[pools.amer-sdr]\nname = "Americas"\nmethod = "pull"\n'),
    (
        "[pools.overflow]\n",
        '[pools.night-owls]\nname = "Night owls"\nmethod = "pull"\npreview = false\n\n[pools.overflow]\nmethod = "equal-count"\n',
    ),
    (
        "[queues.reception]\n",
        """[limits.an-hour]
most = 4
within = "1h"
pools = ["dach-ae"]
hard = false

[credit_back]
most = 10

[credit_back.reasons]
no-show = { credit = true, approval = "manager", window = "72h" }

[absences.parental]
make_up = true
max_debt = 5
rate = 25
expires = "30d"

[hysteresis]
employees = 10

[queues.reception]
""",
    ),
    (
        '[[rule]]\nid = "new-partner"',
        """[[holdover]]
territory = "bavaria"
send_to = { rep = "felix" }
from = 2026-01-01
until = 2099-04-01

[[rule]]
id = "after-dark"
tier = "intent"
name = "What comes after dark"
when = { intent = "webinar" }
send_to = { pool = "night-owls" }

[[rule]]
id = "new-partner\"""",
    ),
)
ROSTER = (
    ('id = "lena"\n', 'id = "lena"\ncapacities = { cost = 70 }\nlimits = { a-day = 90 }\n'),
    (
        "pools = { dach-ae = 2 }\nabsences",
        "pools = { dach-ae = 2, amer-sdr = 1, night-owls = 1, emea-sdr = { weight = 1, ramp = [{ from = 2098-01-01, weight = 2 }] } }\nabsences",
    ),
    ("pools = { nordics-ae = 2 }", "pools = { nordics-ae = 2, night-owls = 1 }"),
)


def changed(text: str, changes: tuple[tuple[str, str], ...]) -> str:
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


def varied(folder: Path, leads: int) -> Iterator[House]:
    """Always working hours; Astrid is at her desk, Mikko is not."""
    for house in running(f"sqlite:///{folder / 'workspace.db'}", published=False, spool=folder / "spool"):
        publish(house.desk)
        if leads:
            send(house.desk, leads)
            work_some(house.desk)
        yield house


def publish(desk: Desk) -> None:
    roster = changed(round_the_clock((EXAMPLES / "rosters/inbound.toml").read_text()), ROSTER)
    desk.publish_roster(roster, file="roster.toml", by="mara", reason="always open")
    policy = changed((EXAMPLES / "policies/inbound.toml").read_text(), POLICY)
    desk.publish_policy(policy, file="policy.toml", by="mara", reason="a method each")
    there(desk, "astrid")


def there(desk: Desk, rep: str) -> None:
    actor = Actor("u-mara", "Mara", Role.OPERATIONS)
    desk.act(SayPresence(PresenceAsked(rep, Presence.ONLINE), actor))
