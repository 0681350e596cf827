"""The team of the stories between an owner and an outcome: SDRs who qualify, account executives who sell, a sequence, meetings,
a dialler that reports, and the short ways in which a story asks what became of somebody.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from desk.office import PEOPLE, Office, office
from desk.outreachroom import OPEN, THREE
from desk.views import Told
from firstright.core.authority import Actor, Role
from firstright.desk.hooking import TakeEvent, Taken, read_event
from firstright.storage import hooks, offers
from firstright.storage.hooks import HookRow, HookSettings
from handed import DESK, HELP, ROBOTIX, TO_AE
from routing import CATCH_ALL, HEAD, MONDAY, TO_SDR, rep

HANDOFFS = f"""{TO_AE}
[handoffs.quote]
kind = "quote"
to = {{ rep = "ada" }}
{HELP}{ROBOTIX}{DESK}"""
NEXT = """
[next_actions]
silent = "8h"

[meetings.demo]
with = "pool:sdr"
length = "30min"
notice = "2h"
remind = ["1h"]
"""
AT = HEAD.replace('untouched = "2h"', 'untouched = "2d"')
CALLED = AT + HANDOFFS + NEXT + TO_SDR + CATCH_ALL
WRITTEN = AT + HANDOFFS + NEXT + THREE + OPEN + TO_SDR.rstrip() + '\nsequence = "welcome"\n' + CATCH_ALL
UMA, VIC = (rep(name, 'manager = "ada"', pools="{ ae = 1 }") for name in ("Uma Voss", "Vic Stone"))
TEAM = PEOPLE.replace('id = "kim"', 'id = "kim"\nemail = "kim@ours.example"') + UMA + VIC
OPS = Actor("mara", "Mara Diaz", Role.OPERATIONS)
KIM = Actor("kim", "Kim Larsen", Role.REP, "kim")
NOTES = (("asked", "A price for ten arms"), ("next_step", "Call on Tuesday at ten"))
WORDS = ("need", "fit", "timeline", "authority", "budget")


@contextmanager
def team(url: str, rules: str = CALLED, people: str = TEAM, at: datetime = MONDAY) -> Iterator[Office]:
    with office(url, at=at, published=False) as here:
        here.publish(rules, people)
        with here.desk.database.write() as tx:
            hooks.add(tx, HookRow("dialler", b"", HookSettings(), True, at))
        yield here


def reported(here: Office, name: str, **said: str) -> Taken:
    """A system tells of something; `name` is the event's."""
    event = read_event(here.desk, "dialler", HookSettings(), name, json.dumps(said).encode())
    return here.desk.writer.submit(TakeEvent(event)).result()


def lead(told: Told) -> str:
    return str(told["lead"])


def stands(here: Office, told: Told) -> tuple[str, str, str]:
    """Outcome, who has it, status."""
    row = here.lead(told)
    return row.outcome, row.holder_id, row.status


def asked(here: Office, told: Told) -> str:
    """Whom it is offered to."""
    with here.desk.read() as tx:
        row = offers.open_of(tx, lead(told))
    return row.rep_id if row else ""


def activities(here: Office, told: Told) -> list[tuple[str, str]]:
    """What we did and what the lead did, oldest first: who and how."""
    rows = here.rows(
        """SELECT at, said, how FROM (
             SELECT happened_at AS at, rep_id AS said, channel AS how, lead_id FROM touch
             UNION ALL SELECT at, 'lead', kind, lead_id FROM engagement) AS a WHERE lead_id = ? ORDER BY at""",
        lead(told),
    )
    return [(who, how) for _, who, how in rows]


def sequence(here: Office, told: Told) -> list[tuple[str, str, int]]:
    """State, why it ended, how far it came."""
    rows = here.rows("SELECT state, reason, step FROM enrolment WHERE lead_id = ? ORDER BY id", lead(told))
    return [(state, reason, step) for state, reason, step in rows]
