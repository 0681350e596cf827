"""What an explanation says of a lead that is offered, handed over, or had back."""

from msgspec.structs import replace

from firstright.core.apply import after
from firstright.core.compiled import Compiled
from firstright.core.decide import decide
from firstright.core.lead import Act, Cause, Handed, Lead
from firstright.core.why.sentences import sentences
from routing import ADA, CATCH_ALL, HEAD, TO_SDR, explained, lead, owned, policy, rep, roster, world

KINDS = """
[pools.ae]

[handoffs.to-ae]
to = { pool = "ae" }
accept = "30min"

[handoffs.at-once]
to = { pool = "ae" }

[handoffs.to-desk]
to = { queue = "desk" }

[handoffs.help]
kind = "support"

[handoffs.rest]
kind = "nurture"
wait = "30d"

[handoffs.robotix]
kind = "partner"
to = { partner = "robotix" }
"""
PEOPLE = roster(ADA, rep("Kim Larsen", calendar="24x7"), rep("Uma Voss", pools="{ ae = 1 }", calendar="24x7"))
RULES = policy(TO_SDR, CATCH_ALL, head=HEAD + KINDS)
ASKING = policy(
    TO_SDR, CATCH_ALL, head=HEAD.replace("[pools.sdr]\n", '[pools.sdr]\noffer = "10min"\n') + KINDS
)
KIMS = replace(lead(), **owned("kim"))


def first(subject: Lead, cause: Cause = Cause.HANDED_OVER, rules: Compiled = RULES) -> str:
    return sentences(explained(rules, subject, world(PEOPLE), cause))[0]


def handing(kind: str, *, back: bool = False) -> Act:
    return Act(by="kim", handed=Handed(kind, back=back))


def test_a_first_routing_that_asks_says_whom_and_by_which_rule() -> None:
    said = first(lead(), Cause.ARRIVED, ASKING)
    assert said.startswith("Kim Larsen is asked to take this lead because ")


def test_an_offer_says_who_gives_it_to_whom_and_where_it_stays() -> None:
    stays = "until they say yes it stays with Kim Larsen."
    assert (
        first(replace(KIMS, act=handing("to-ae"))) == f"Kim Larsen hands this lead over to Uma Voss: {stays}"
    )


def test_who_has_it_then_is_said_for_every_kind() -> None:
    assert {
        kind: first(replace(KIMS, act=handing(kind))) for kind in ("at-once", "to-desk", "help", "rest")
    } == {
        "at-once": "Uma Voss owns this lead because it was handed over to them.",
        "to-desk": "This lead is in queue Front desk because it was handed over to it.",
        "help": "This lead is with support because it was handed over to them.",
        "rest": "This lead goes to nurture because it was handed over to it.",
    }


def test_a_yes_is_said_and_so_is_that_it_came_back() -> None:
    subject = replace(KIMS, act=handing("to-ae"))
    handed = after(subject, decide(subject, Cause.HANDED_OVER, RULES, world(PEOPLE)))
    asked = after(lead(), decide(lead(), Cause.ARRIVED, ASKING, world(PEOPLE)))
    yes = Act(by="kim", offered=True)
    assert first(replace(asked, act=yes), Cause.ACCEPTED, ASKING) == (
        "Kim Larsen owns this lead because they accepted what was offered to them."
    )
    assert first(replace(handed, act=handing("to-ae", back=True))) == "Kim Larsen has this lead back."
