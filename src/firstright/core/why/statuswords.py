"""Sentences about a lead's way through the pipeline: who moved it, won or lost it, made it a contact, or may not any more."""

from firstright.core.lead import HolderKind
from firstright.core.pipeline import DISQUALIFIED_AS, LOST, WON
from firstright.core.why.acts import quoted
from firstright.core.why.explanation import ActSaid, Explanation


def moved_sentence(explanation: Explanation) -> str:
    """The sentence for a decision about a status; empty for any other."""
    verdict, act = explanation.verdict, explanation.act or ActSaid()
    by = act.by.name[:1].upper() + act.by.name[1:] if act.by else "Somebody"
    said = f": {quoted(act.reason)}" if act.reason else ""
    what, _, which = verdict.reason.partition(":")
    word = which.replace("-", " ")
    match what:
        case "status" if verdict.kept:
            return f"{by} moved this lead to {word}{said}."
        case "role" if verdict.kept:
            return f"{by} changed who is {word} of this lead; {_owner(explanation)}."
        case "converted" if verdict.kept:
            return f"{by} made this lead a contact; {_owner(explanation)}."
        case "refused" if verdict.kept:
            status, _, cause = which.rpartition(":")
            return (
                f"Nothing changed: this lead is {status.replace('-', ' ')}, and what came ({cause.replace('-', ' ')})"
                " does not open it again."
            )
        case known if known == WON and act.by:
            return f"{by} won this lead{said}."
        case known if known == LOST and act.by:
            return f"{by} lost this lead{said}."
        case known if known == DISQUALIFIED_AS and act.by and not act.chose:
            return f"{by} disqualified this lead ({word}){said}."
        case _:
            return ""


def _owner(explanation: Explanation) -> str:
    verdict = explanation.verdict
    holds = verdict.kind is HolderKind.REP and verdict.holder is not None
    return f"it stays with {verdict.holder.name}" if holds and verdict.holder else "it stays where it is"
