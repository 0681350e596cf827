"""Whatever happens to leads in whatever order: nothing of an earlier holder stays open, each saga is told once, loads hold, and no
decision made by itself gives a lead back to somebody who had it in this cycle."""

from contextlib import suppress
from datetime import timedelta

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desk.office import PEOPLE, Office, office
from desk.test_assigning import MARA
from desk.views import LOUD, Told, faults
from firstright.core.causes.correcting import Selection
from firstright.core.reassigning import CHOICES
from firstright.desk.acting import Accept, Decline, LogTouch
from firstright.desk.assigning import Reassign, Reroute
from firstright.desk.learning import LearnFacts
from firstright.desk.repairing import StartRepair
from firstright.errors import FirstrightError
from routing import HOUR, MINUTE, TO_SDR

# Said by somebody: they may give a lead to whom they will.
BY_HAND = {"overridden", "claimed", "merged", "unmerged", "corrected", "handed-over", "booked"}
FIRST = TO_SDR.replace('id = "to-sdr"', 'id = "big"').replace(
    "when = {}", "when = { employees = { min = 500 } }"
)
OTHER = LOUD.replace(TO_SDR, FIRST.replace('pool = "sdr"', 'pool = "sun"') + TO_SDR)
STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            [
                "decline",
                "touch",
                "accept",
                "grow",
                "shrink",
                "give",
                "rules",
                "wait",
                "long",
                "publish",
                "leave",
                "repair",
                "again",
            ]
        ),
        st.integers(0, 2),
        st.sampled_from(["kim", "noor", "omar", "zoe"]),
    ),
    min_size=3,
    max_size=12,
)
RULES = st.fixed_dictionaries({kind: st.sampled_from(choices) for kind, choices in CHOICES.items()})


@settings(deadline=None, max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS, rules=RULES)
def test_nothing_of_an_earlier_holder_stays_open_and_nobody_gets_a_lead_back_by_itself(
    database_url: str, steps: list[tuple[str, int, str]], rules: dict[str, str]
) -> None:
    said = "\n[reassignment]\n" + "".join(f'{kind} = "{rule}"\n' for kind, rule in rules.items())
    with office(database_url, published=False) as here:
        here.publish(LOUD + said)
        now = here.desk.new_id()[-12:]
        told = [here.send(f"{name}{now}", event=f"{name}{now}") for name in ("anna", "ben", "cleo")]
        for n, (verb, which, who) in enumerate(steps):
            here.at += MINUTE
            with suppress(FirstrightError):  # refused: nothing changed
                step(here, said, told[which], verb, who, n)
            settle(here)
        assert faults(here) == []
        assert [back for each in told for back in given_back(here, each)] == []


def step(here: Office, said: str, told: Told, verb: str, who: str, n: int) -> None:
    lead, now = str(told["lead"]), here.lead(told)
    match verb:
        case "decline":
            here.desk.act(Decline(lead, now.holder_id, "busy"))
        case "touch":
            here.desk.act(LogTouch(lead, now.holder_id, "call"))
        case "accept":
            here.desk.act(Accept(lead, now.holder_id))
        case "grow" | "shrink":
            here.desk.act(LearnFacts(lead, {"employees": 900 if verb == "grow" else 20}, "test"))
        case "give":
            here.desk.act(Reassign(lead, MARA, who, "they know each other"))
        case "rules":
            here.desk.act(Reroute(lead, MARA, "let them decide"))
        case "wait":
            here.at += HOUR
        case "long":
            here.at += timedelta(hours=30)
        case "publish":
            here.publish((OTHER if n % 2 else LOUD) + said)
        case "leave":
            here.publish(LOUD + said, PEOPLE.replace(f'id = "{who}"', f'id = "{who}"\nactive = false'))
        case "repair":
            here.desk.act(StartRepair(Selection(versions=(1, 2)), MARA, "it was wrong"))
        case _:
            here.send("anna", email=str(msgspec.json.decode(now.facts)["email"]), event=here.desk.new_id())


def settle(here: Office) -> None:
    for _ in range(200):
        if not here.desk.work_due(here.at)[0]:
            return
    raise AssertionError("something is due for ever")


def given_back(here: Office, told: Told) -> list[tuple[object, ...]]:
    """Holders whom a decision made by itself gave a lead they had had in this cycle."""
    rows = here.rows(
        "SELECT cycle, holder_kind, holder_id, cause FROM assignment WHERE lead_id = ? ORDER BY epoch",
        str(told["lead"]),
    )
    found, had = [], set()
    for cycle, kind, who, cause in rows:
        if kind == "rep" and (cycle, who) in had and cause not in BY_HAND:
            found.append((cycle, who, cause, rows))
        had.add((cycle, who))
    return found
