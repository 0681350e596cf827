"""The first sentence about leads that are one, or are so no more: which of the two it is told of, by whom, and why."""

from firstright.core.causes.joining import UNMERGED
from firstright.core.lead import Cause, HolderKind
from firstright.core.why.acts import quoted
from firstright.core.why.explanation import ActSaid, Explanation, Verdict


def joined_sentence(explanation: Explanation) -> str:
    """One line with a full stop: `Mara said that this lead is lead 0190…: that one stands for it from now on (“twice”).`"""
    act, verdict = explanation.act or ActSaid(), explanation.verdict
    by = act.by.name if act.by else "somebody"
    why = f": {quoted(act.reason)}" if act.reason else ""
    if verdict.reason == UNMERGED:
        return f"{_apart(by, act)}, and {_place(verdict)}{why}."
    if act.into:
        return (
            f"{by} said that this lead is the same as lead {act.into}, which stands for it from now on{why}."
        )
    taken = "now" if not verdict.kept else "still"
    return f"{by} said that lead {act.child} is part of this one, which is {taken} {_with(verdict)}{why}."


def joined_before(cause: Cause, act: ActSaid) -> str:
    """What somebody said, where the rules then decided: a clause, without full stop."""
    by = act.by.name if act.by else "somebody"
    why = f": {quoted(act.reason)}" if act.reason else ""
    if cause is Cause.UNMERGED:
        return f"{_apart(by, act)}{why}"
    return f"{by} said that lead {act.child} is part of this one{why}"


def _apart(by: str, act: ActSaid) -> str:
    if act.into:
        return f"{by} said that this lead is not lead {act.into}"
    return f"{by} said that lead {act.child} is not part of this one"


def _place(verdict: Verdict) -> str:
    return f"it stays {_with(verdict)}" if verdict.kept else f"it is {_with(verdict)} again"


def _with(verdict: Verdict) -> str:
    name = verdict.holder.name if verdict.holder else ""
    match verdict.kind:
        case HolderKind.REP | HolderKind.PARTNER:
            return f"with {name}"
        case HolderKind.QUEUE:
            return f"in queue {name}"
        case HolderKind.REVIEW:
            return f"in review ({name.replace('-', ' ')})"
        case _:
            return str(verdict.outcome)
