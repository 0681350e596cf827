"""The first sentence of an explanation: what became of the lead, and the one reason for it."""

from firstright.core.causes.creditback import BY_ITSELF
from firstright.core.causes.joining import MERGED, UNMERGED
from firstright.core.lead import Cause, HolderKind, Outcome
from firstright.core.policy import Step
from firstright.core.routing import MAYBE_KNOWN
from firstright.core.rules.phrases import label
from firstright.core.why.acts import how, quoted
from firstright.core.why.barrierwords import turn_phrase
from firstright.core.why.explanation import (
    LOOKED_AT,
    NOBODY_ACTED,
    ActSaid,
    Explanation,
    PoolSaid,
    RuleSaid,
    StepSaid,
    Verdict,
)
from firstright.core.why.handedwords import handed_sentence
from firstright.core.why.joinedwords import joined_before, joined_sentence
from firstright.core.why.moments import Moments, listed
from firstright.core.why.reasons import CLOCKS, UNCHANGED
from firstright.core.why.statuswords import moved_sentence

CLAIMS = {
    Step.MANUAL_LOCK: "somebody chose {them} for it by hand",
    Step.DO_NOT_ASSIGN: "the do-not-assign list says that {they} must have it",
    Step.OPEN_OPPORTUNITY: "{they} own an open opportunity there",
    Step.ACCOUNT_OWNER: "{they} own the account",
    Step.ACTIVE_HANDOFF: "{they} are in a handoff with this person",
    Step.PREVIOUS_OWNER: "{they} had this person before",
    Step.SAME_COMPANY: "{they} have an open lead of the same company",
}
LADDER = {
    "ladder:manager": "they are the next up the reporting line who is there",
    "ladder:priority-queue": "that is where its ladder sends it",
}
STANDS_IN = {"backup": "they are the backup", "manager": "they are the manager"}


def verdict_sentence(explanation: Explanation) -> str:
    """One line with a full stop: `Kim Larsen owns this lead because ...`."""
    return capital(_sentence(explanation))


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _sentence(explanation: Explanation) -> str:
    verdict = explanation.verdict
    tell = Moments(explanation.zone, explanation.as_of)
    if verdict.reason == "repeat-enquiry":
        return f"This is a repeat enquiry: it joins lead {verdict.joins}, which {_place(verdict)}."
    if moved := moved_sentence(explanation):
        return moved
    if verdict.reason in UNCHANGED:
        return f"Nothing changed: {_name(verdict)} keeps this lead because {UNCHANGED[verdict.reason]}."
    if verdict.kept and verdict.reason not in (MERGED, UNMERGED):
        return _kept(explanation, tell)
    if verdict.reason in (MERGED, UNMERGED):
        return joined_sentence(explanation)
    again = f"{_before(explanation)}{_new_cycle(verdict)}"
    if explanation.act and explanation.act.chose not in ("", "pending"):
        return again + _by_hand(explanation, explanation.act, tell)
    if told := handed_sentence(explanation, _matched(verdict)):
        return again + told
    match verdict.outcome:
        case Outcome.OWNER:
            return f"{again}{capital(_name(verdict))} owns this lead because {_owned(explanation)}."
        case Outcome.WAITING:
            return again + _waits(explanation, tell)
        case Outcome.REVIEW:
            return again + _for_review(verdict)
        case Outcome.NURTURE:
            back = f" until {tell(explanation.next_at)}" if explanation.next_at else ""
            return f"{again}This lead goes to nurture{back} because {_matched(verdict)}."
        case Outcome.QUEUED:
            queue = verdict.target or _name(verdict)
            because = LADDER.get(verdict.reason) or _matched(verdict)
            return f"{again}This lead is in queue {queue} because {because}."
        case Outcome.SUPPORT:
            return f"{again}This lead goes to support ({verdict.target}) because {_matched(verdict)}."
        case Outcome.PARTNER:
            return f"{again}This lead goes to partner {_name(verdict)} because {_matched(verdict)}."
        case Outcome.REJECTED:
            return f"{again}This lead is rejected ({verdict.target}) because {_matched(verdict)}."
        case _:
            return f"{again}This lead is {verdict.outcome} ({verdict.reason})."


def _by_hand(explanation: Explanation, act: ActSaid, tell: Moments) -> str:
    """Who decided, what, and in which words."""
    by = capital(act.by.name) if act.by else "Somebody"
    reason = f": {quoted(act.reason)}" if act.reason else ""
    match act.chose:
        case "owner":
            return f"{by} gave this lead to {_name(explanation.verdict)} by hand{reason}."
        case "nurture":
            back = f" until {tell(explanation.next_at)}" if explanation.next_at else ""
            return f"{by} sent this lead to nurture{back}{reason}."
        case "closed":
            return f"{by} closed this lead{_in_brackets(act.why)}{reason}."
        case _:
            return f"{by} rejected this lead{reason}."


def _new_cycle(verdict: Verdict) -> str:
    which = f"lead {verdict.joins}" if verdict.joins else "this lead"
    return f"A new cycle of {which} begins. " if verdict.new_cycle else ""


def _before(explanation: Explanation) -> str:
    """What made us decide, where somebody or a clock did: a sentence in front of the verdict."""
    act = explanation.act
    if act and act.clock:
        return f"The {CLOCKS.get(act.clock, act.clock)} was missed. "
    if act and act.by and act.chose == "pending":
        reason = f": {quoted(act.reason)}" if act.reason else ""
        return f"{capital(act.by.name)} had the rules decide once more{reason}. "
    if act and act.by and (act.into or act.child):
        return f"{capital(joined_before(explanation.cause, act))}. "
    if act and act.by and explanation.cause is Cause.DECLINED:
        return f"{capital(act.by.name)} declined this lead{_in_brackets(act.reason)}. "
    if act and act.by and explanation.cause is Cause.RETURNED:
        return f"{capital(act.by.name)} gave this lead back{_in_brackets(act.reason)}. "
    return ""


def _kept(explanation: Explanation, tell: Moments) -> str:
    """The lead stays with whom it is: what somebody did to it, or which clock rang."""
    verdict, act = explanation.verdict, explanation.act or ActSaid()
    by = capital(act.by.name) if act.by else "Somebody"
    match verdict.reason:
        case "accepted":
            return f"{by} accepted this lead."
        case "touched":
            channel = f" {how(act.channel)}" if act.channel else ""
            return f"{by} reached out{channel}{_in_brackets(act.result)}: this lead {_stays(verdict)}."
        case "engaged":
            return f"The person did something{_in_brackets(act.reason)}: this lead {_stays(verdict)}."
        case "credit-back":
            found = act.by is not None and act.by.id == BY_ITSELF
            agreed = "It was found to be so" if found else f"{by} agreed"
            return f"{agreed}: a turn goes back{_in_brackets(act.reason)}, and this lead {_stays(verdict)}."
        case "reminded":
            return f"Nothing has happened to this lead for long: it {_stays(verdict)}, who is reminded."
        case "escalated":
            due = f", due {tell(act.due)}," if act.due else ""
            clock = CLOCKS.get(act.clock, act.clock) or "deadline"
            return f"The {clock}{due} was missed: this lead {_stays(verdict)}."
        case _:
            return f"Nothing changed: this lead {_stays(verdict)}{_in_brackets(verdict.reason)}."


def _in_brackets(code: str) -> str:
    return f" ({code.replace('-', ' ')})" if code else ""


def _stays(verdict: Verdict) -> str:
    match verdict.kind:
        case HolderKind.REP:
            return f"stays with {_name(verdict)}"
        case HolderKind.QUEUE:
            return f"stays in queue {_name(verdict)}"
        case HolderKind.REVIEW:
            return f"stays in review ({_name(verdict)})"
        case HolderKind.PARTNER:
            return f"stays with partner {_name(verdict)}"
        case _:
            return f"stays as it is ({verdict.outcome})"


def _name(verdict: Verdict) -> str:
    return verdict.holder.name if verdict.holder else "nobody"


def _place(verdict: Verdict) -> str:
    """Where a lead stands that was not moved."""
    match verdict.kind:
        case HolderKind.REP:
            return f"{_name(verdict)} owns"
        case HolderKind.QUEUE:
            return f"is in queue {_name(verdict)}"
        case HolderKind.REVIEW:
            return f"is in review ({_name(verdict)})"
        case HolderKind.PARTNER:
            return f"is with partner {_name(verdict)}"
        case _:
            return f"is {verdict.outcome}"


def _matched(verdict: Verdict) -> str:
    return f"rule “{verdict.rule_name or verdict.rule}” matched"


def _owned(explanation: Explanation) -> str:
    verdict = explanation.verdict
    if verdict.step:
        return _claimed(explanation)
    if verdict.reason in LADDER:
        return LADDER[verdict.reason]
    asked = [p for p in explanation.pools if p.rule == verdict.rule]
    won = next((p for p in asked if p.winner), None)
    if won is None:
        return _matched(verdict)
    rule = next((r for r in explanation.rules if r.id == verdict.rule), None)
    vain = [_vain(p) for p in asked if p is not won]
    return ", ".join([f"{_matched(verdict)}{_territory(rule)}", *vain]) + f" and {_why(won, rule)}"


def _why(won: PoolSaid, rule: RuleSaid | None) -> str:
    on_call = rule.rota.rep if rule and rule.rota and won.direct else None
    return f"they are on call in {rule.rota.id}" if rule and rule.rota and on_call else turn_phrase(won)


def _territory(rule: RuleSaid | None) -> str:
    held = [t.id for t in rule.territories if t.verdict == "true"] if rule else []
    return f", territory {held[0]} holds it" if held else ""


def _vain(pool: PoolSaid) -> str:
    return f"{pool.name} could not take it" if pool.direct else f"nobody in {pool.name} could take it"


def _claimed(explanation: Explanation) -> str:
    step = _speaking(explanation)
    phrase = CLAIMS.get(Step(explanation.verdict.step), explanation.verdict.step)
    if step and step.verdict == "parent":
        phrase = "{they} own a parent of the account"
    if step and step.then in STANDS_IN and step.owners:
        claim = phrase.format(them=step.owners[0].name, they=step.owners[0].name)
        claim = claim.replace(" own ", " owns ").replace(" have ", " has ").replace(" are ", " is ")
        lacks = "has no room" if step.verdict == "full" else "is away"
        return f"{claim} but {lacks}, and {STANDS_IN[step.then]}"
    return phrase.format(them="them", they="they")


def _speaking(explanation: Explanation) -> StepSaid | None:
    return next((s for s in explanation.steps if s.step == explanation.verdict.step), None)


def _waits(explanation: Explanation, tell: Moments) -> str:
    verdict = explanation.verdict
    until = f" until {tell(verdict.waiting.until)} at the latest" if verdict.waiting else ""
    if verdict.reason.startswith("type:"):
        lacks = listed([label(name) for name in explanation.kind.lacks])
        return f"This lead waits for enrichment{until} because leads of its type must say more: {lacks or 'a field'}."
    step = _speaking(explanation)
    if step:
        away = listed([owner.name for owner in step.owners])
        return f"This lead waits for {away}, who is away,{until}."
    rule = next((r for r in explanation.rules if r.id == verdict.rule), None)
    name = verdict.rule_name or verdict.rule
    if rule and rule.verdict == "unknown":
        return f"This lead waits for enrichment{until} because rule “{name}” cannot be answered yet."
    pools = listed([p.name for p in explanation.pools if p.rule == verdict.rule])
    return f"This lead waits{until} because {_matched(verdict)} and nobody in {pools or 'its pool'} can take it now."


def _for_review(verdict: Verdict) -> str:
    why = _name(verdict).replace("-", " ")
    head = f"A person must decide about this lead ({why})"
    if verdict.reason == "no-dead-end":
        return f"{head} because no rule took it."
    if verdict.reason == NOBODY_ACTED:
        idle = listed(list(verdict.between))
        had = f"; {idle} had it" if idle else ""
        return f"{head} because deadlines were missed and nobody else could take it{had}."
    if verdict.reason == MAYBE_KNOWN:
        return f"{head} because it may be one we have: they are alike, and nothing proves it."
    if verdict.reason in LOOKED_AT:  # who gave it back, and as what, is said before
        return f"{head}."
    if verdict.between:
        source = "rules" if verdict.reason == "exclusive-conflict" else "territories" if verdict.rule else ""
        who = listed([f"“{name}”" for name in verdict.between])
        return f"{head} because {source} {who} claim it alike.".replace("  ", " ")
    if verdict.step == Step.DO_NOT_ASSIGN:
        return f"{head} because the do-not-assign list says so."
    return f"{head} because {_matched(verdict)}." if verdict.rule else f"{head}."
