"""The parts of a lead's page about its last mile, each made by a file of its own."""

from firstright.storage.leadview import Seen
from firstright.storage.transactions import Tx
from firstright.web.console.clocksseen import clocks_seen
from firstright.web.console.handoffseen import handoff_seen
from firstright.web.console.meetingseen import meeting_seen
from firstright.web.console.nextactionseen import nextaction_seen
from firstright.web.console.outreachseen import outreach_seen
from firstright.web.console.statusseen import status_seen
from firstright.web.console.visit import Visit


def last_mile(tx: Tx, visit: Visit, seen: Seen) -> dict[str, object | None]:
    """By the name of the part; None leaves it out."""
    return {
        "status": status_seen(tx, visit, seen),
        "clocks": clocks_seen(tx, visit, seen),
        "handoff": handoff_seen(tx, visit, seen),
        "outreach": outreach_seen(tx, visit, seen),
        "meeting": meeting_seen(tx, visit, seen),
        "nextaction": nextaction_seen(tx, visit, seen),
    }
