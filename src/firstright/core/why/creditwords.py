"""Credit given back, in words: what became of the turn a lead cost somebody, for explanations, lists and pages."""

from collections.abc import Iterator

from firstright.core.causes.creditback import Judged
from firstright.core.decision import CreditAsked, Decision, Returned
from firstright.core.policy import Policy
from firstright.core.pools import LEAD
from firstright.core.roster import Roster
from firstright.core.why.explanation import CreditSaid
from firstright.core.why.whynot import person

NOT_GIVEN = {
    Judged.TOO_LATE: "it was said too late for that",
    Judged.OVER_CAP: "as much as the policy allows has been given back this month",
    Judged.GONE: "they are in that rotation no more",
}


def credited(decision: Decision, policy: Policy, roster: Roster) -> tuple[CreditSaid, ...]:
    """What a decision did about turns: with an effect where somebody gave a lead back, else by the credit alone."""
    return tuple(_credited(decision, policy, roster))


def _credited(decision: Decision, policy: Policy, roster: Roster) -> Iterator[CreditSaid]:
    told = [effect for effect in decision.effects if isinstance(effect, CreditAsked)]
    for asked in told:
        name = pool_name(asked.pool, policy)
        yield CreditSaid(person(asked.rep, roster), name, asked.cost, asked.state, asked.because)
    for change in decision.credits:
        if isinstance(change, Returned) and not told:
            name = pool_name(change.pool, policy)
            yield CreditSaid(person(change.rep, roster), name, change.cost, "given")


def credit_sentence(said: CreditSaid) -> str:
    who, turn = said.rep.name if said.rep else "somebody", turns(said.amount)
    match said.state:
        case "given":
            return f"{turn} in {said.pool} {_comes(said.amount)} back to {who}."
        case "asked":
            return f"{turn} in {said.pool} is to come back to {who} once somebody agrees."
        case _:
            return f"No turn comes back to {who} in {said.pool}: {not_given(said.because)}."


def not_given(because: str) -> str:
    """Why nothing is given back, as a clause; what somebody wrote is told as it is."""
    known = {str(code): words for code, words in NOT_GIVEN.items()}
    return known.get(because, because) or "no reason was given"


def turns(units: int) -> str:
    """`A turn`, `2 turns`, `0.9 of a turn`: what a lead cost, to hundredths."""
    hundredths = round(100 * units / LEAD)
    if hundredths == 100:
        return "A turn"
    number = f"{hundredths / 100:.2f}".rstrip("0").rstrip(".")
    return f"{number} of a turn" if hundredths < 100 else f"{number} turns"


def pool_name(pool: str, policy: Policy) -> str:
    known = policy.pools.get(pool)
    return (known.name if known else "") or pool


def _comes(units: int) -> str:
    return "goes" if round(100 * units / LEAD) <= 100 else "go"
