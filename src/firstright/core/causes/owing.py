"""An open offer that ends because the lead went elsewhere: whoever withdraws it, or takes the lead by any other cause, owes the
receiver their turn. It was not theirs to lose. One mechanism for every cause; which turn it was is handed in (`Act.owed`).
"""

from collections.abc import Callable

from firstright.core.causes.creditback import back, with_back
from firstright.core.compiled import Compiled
from firstright.core.decision import Decision
from firstright.core.handoff import OfferEnded
from firstright.core.lead import Spent
from firstright.core.world import World

WITHDRAWN = "withdrawn"


def withdraws(decision: Decision) -> bool:
    """Whether an offer ends by this without an answer, and before its time."""
    return any(isinstance(each, OfferEnded) and each.state == WITHDRAWN for each in decision.effects)


def with_turn_back(
    owed: Spent, policy: Compiled, world: World, decided: Callable[[World], Decision]
) -> Decision:
    """The decision from a rotation in which the turn is back, where it does end the offer."""
    given = back(WITHDRAWN, owed, policy.policy, world)
    decision = decided(given.world)
    return with_back(decision, given) if withdraws(decision) else decided(world)
