"""A crew as a process of its own: it takes leads, and some of them its reps decline or close, several at once.

`python -m chaos.crew URL NODE CLIENTS FIRST COUNT` says ready, waits for a line, then works through its leads. A crew that is
killed is followed by another one with the same numbers: what was done is told again, and done no second time.
"""

import json
import sys
from concurrent.futures import ThreadPoolExecutor

from chaos.scene import arrival, opened, person
from firstright.core.lead import Act, Cause, Chosen, HolderKind, Lead, Outcome
from firstright.desk import Desk
from firstright.desk.acting import Decline, OnLead, with_act
from firstright.desk.batch import Batch
from firstright.desk.concluded import Concluded
from firstright.desk.deciding import decide_in
from firstright.errors import FirstrightError

STEADY, CROWD = "DE", "FR"


class Close(OnLead):
    """The lead is over, whoever has it: room for another one."""

    verb = "close"

    def refused(self, batch: Batch, lead: Lead) -> list[str]:
        return [] if lead.holder.kind is HolderKind.REP else ["nobody has it"]

    def done(self, batch: Batch, lead: Lead, trigger: str) -> Concluded:
        act = Act(by=self.by, reason="over", chosen=Chosen(Outcome.CLOSED, why="no-need"))
        return decide_in(batch, with_act(lead, act), Cause.OVERRIDDEN, trigger)


def lead_of(number: int) -> dict[str, str]:
    """Every second one is for the steady pool, the others are for the crowd."""
    return {**person(number), "country": STEADY if number % 2 else CROWD}


def work(desk: Desk, numbers: range) -> None:
    for number in numbers:
        told = json.loads(desk.take_in([arrival(lead_of(number), f"event-{number}")])[0].body)
        owner = told.get("owner")
        if number % 2 or not owner:
            continue
        deed: OnLead = Close(str(told["lead"]), "mara", key=f"close-{number}")
        if number % 6 == 0:
            deed = Decline(str(told["lead"]), owner["id"], "busy", key=f"decline-{number}")
        try:
            desk.act(deed)
        except FirstrightError:
            continue  # somebody else has it by now, or it was closed before the crew was killed


def main(url: str, node: str, clients: int, first: int, count: int) -> None:
    with opened(url, node) as desk:
        print("ready", flush=True)
        sys.stdin.readline()
        shares = [range(first + client, first + count, clients) for client in range(clients)]
        with ThreadPoolExecutor(clients) as pool:
            list(pool.map(lambda numbers: work(desk, numbers), shares))
    print("done", flush=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], *map(int, sys.argv[3:6]))
