"""What an explanation says of a lead that is offered, handed over, or back: one sentence for each."""

from firstright.core.causes.receiving import BACK_HOME
from firstright.core.lead import Cause, Outcome
from firstright.core.why.explanation import Explanation, Verdict

HANDED = "handoff:"


def handed_sentence(explanation: Explanation, reason: str) -> str:
    """Empty where the decision is about none of it. `reason` is why a rule has it, as a clause."""
    verdict = explanation.verdict
    if verdict.outcome is Outcome.OFFERED:
        return _offered(explanation, reason)
    if verdict.reason == BACK_HOME:
        return f"{_who(verdict)} has this lead back."
    if verdict.reason == "accepted":
        return f"{_who(verdict)} owns this lead because they accepted what was offered to them."
    if not verdict.reason.startswith(HANDED):
        return ""
    return _taken(verdict)


def _offered(explanation: Explanation, reason: str) -> str:
    verdict = explanation.verdict
    to = verdict.offered.name if verdict.offered else "somebody"
    if verdict.holder is None:
        return f"{_capital(to)} is asked to take this lead because {reason}."
    stays = f"until they say yes it stays with {verdict.holder.name}"
    by = explanation.act.by if explanation.act else None
    if by and explanation.cause is Cause.HANDED_OVER:
        return f"{_capital(by.name)} hands this lead over to {to}: {stays}."
    return f"{_capital(to)} is asked to take this lead over: {stays}."


def _taken(verdict: Verdict) -> str:
    match verdict.outcome:
        case Outcome.OWNER:
            return f"{_who(verdict)} owns this lead because it was handed over to them."
        case Outcome.QUEUED:
            return f"This lead is in queue {_where(verdict)} because it was handed over to it."
        case Outcome.PARTNER:
            return f"This lead is with partner {_where(verdict)} because it was handed over to them."
        case Outcome.SUPPORT:
            return "This lead is with support because it was handed over to them."
        case Outcome.NURTURE:
            return "This lead goes to nurture because it was handed over to it."
        case _:
            return ""


def _who(verdict: Verdict) -> str:
    return _capital(verdict.holder.name) if verdict.holder else "Nobody"


def _where(verdict: Verdict) -> str:
    return verdict.holder.name if verdict.holder else "nobody"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
