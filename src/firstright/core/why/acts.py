"""What people and clocks did, in an explanation: the act itself, what it settled, and the ladder that was climbed.

`trace` gathers it with the rest; nothing is decided again here.
"""

from collections.abc import Iterator

from firstright.core.clockwork import ClockExcused, ClocksPaused, ClocksResumed
from firstright.core.decision import Accepted, ClockMet, ClockMissed, Decision, Effect, TaskDone
from firstright.core.lead import Lead
from firstright.core.roster import Roster
from firstright.core.why.creditwords import credit_sentence
from firstright.core.why.explanation import ActSaid, DoneSaid, Explanation, Person, RungSaid
from firstright.core.why.moments import Moments
from firstright.core.why.reasons import CLOCKS
from firstright.core.why.whynot import person

CHANNELS = {
    "internal": "within the team",
    "email": "by e-mail",
    "call": "by phone",
    "sms": "by SMS",
    "slack": "in Slack",
    "meeting": "in person",
}
RUNGS = {
    "re-route": "Routing it again",
    "priority-queue": "The priority queue",
    "manager": "The manager",
    "review": "A person's decision",
    "next": "The next who could be asked",
    "back": "Who gave it",
}
RUNG_VERDICTS = {
    "true": "takes it",
    "budget-spent": "missed deadlines have moved it as often as the policy allows",
    "nobody-else": "nobody else can take it",
    "no-place": "there is nobody and nothing to take it",
    "there-already": "it is there already",
    "offered": "somebody is asked whether they take it",
}

_FOUND = {
    "found-met": "it was met",
    "found-missed": "it was missed all the same",
    "found-running": "it goes on",
    "found-excused": "it counts no more",
}


def acted(lead: Lead, roster: Roster) -> ActSaid | None:
    """What was handed in beside the cause; nothing for most decisions."""
    act = lead.act
    if act is None:
        return None
    return ActSaid(
        Person(act.by, act.called) if act.called else _somebody(act.by, roster),
        act.reason,
        act.channel,
        act.result,
        act.at,
        act.clock,
        act.percent,
        act.due,
        chose=act.chosen.outcome if act.chosen else "",
        why=act.chosen.why if act.chosen else "",
        into=act.joined.into if act.joined else "",
        child=act.joined.child if act.joined else "",
    )


def _somebody(rep_id: str, roster: Roster) -> Person | None:
    return person(rep_id, roster) if rep_id else None


def settled(decision: Decision, lead: Lead, roster: Roster) -> tuple[DoneSaid, ...]:
    return tuple(done for effect in decision.effects for done in _settled(effect, lead, roster))


def _settled(effect: Effect, lead: Lead, roster: Roster) -> Iterator[DoneSaid]:
    match effect:
        case Accepted(rep):
            yield DoneSaid("accepted", _somebody(rep, roster))
        case ClockMet("speed-to-lead") if lead.touched:
            return  # an earlier touch met it
        case ClockMet(clock, at):
            yield DoneSaid("met", clock=clock, at=at)
        case ClockMissed(clock, percent):
            yield DoneSaid("missed", clock=clock, percent=percent)
        case ClocksPaused(why=why, until=until):
            yield DoneSaid("paused", channel=why, at=until)
        case ClocksResumed():
            yield DoneSaid("resumed")
        case ClockExcused(clock=clock, reason=why, state=state, due=due):
            yield DoneSaid(f"found-{state}" if due else "excused", clock=clock, channel=why, at=due)
        case TaskDone(rep, channel):
            yield DoneSaid("task-done", _somebody(rep, roster), channel=channel)
        case _:
            return


def rungs(decision: Decision) -> tuple[RungSaid, ...]:
    considered = decision.trace.considered
    return tuple(RungSaid(c.id, c.verdict, c.then) for c in considered if c.what == "rung")


def act_lines(explanation: Explanation, tell: Moments) -> list[str]:
    """What happened and what it settled, each in a sentence."""
    act = explanation.act
    lines = [f"It happened {tell(act.at)}."] if act and act.at and act.at != explanation.as_of else []
    if act and act.chose and explanation.verdict.kept and act.reason:
        lines.append(f"The reason given: {quoted(act.reason)}.")
    lines += [_done(done, tell) for done in explanation.done]
    return lines + [credit_sentence(said) for said in explanation.credits]


def rung_lines(explanation: Explanation) -> list[str]:
    return [
        f"{RUNGS.get(rung.id, rung.id)}: {RUNG_VERDICTS.get(rung.verdict, rung.verdict)}."
        for rung in explanation.rungs
    ]


def quoted(words: str) -> str:
    """What somebody wrote, on one line."""
    return f"“{' '.join(words.split())}”"


def how(channel: str) -> str:
    """`by phone`; a channel nobody has worded is named."""
    return CHANNELS.get(channel, f"by {channel}")


def _done(done: DoneSaid, tell: Moments) -> str:
    who = done.rep.name if done.rep else "somebody"
    clock = CLOCKS.get(done.clock, done.clock)
    match done.what:
        case "accepted":
            return f"{who[:1].upper()}{who[1:]} has accepted the lead."
        case "met":
            return f"The {clock} is met{f' {tell(done.at)}' if done.at else ''}."
        case "missed":
            return f"The {clock} is missed: {done.percent} % of its time have passed."
        case "paused":
            until = f", until {tell(done.at)} at the latest" if done.at else ""
            return f"Clocks of whoever has it stand still ({done.channel.replace('-', ' ')}){until}."
        case "resumed":
            return "They go on, with the business time that was left."
        case "excused":
            return f"The {clock} was missed, and that is excused ({done.channel.replace('-', ' ')})."
        case "found-met" | "found-missed" | "found-running" | "found-excused" if done.at:
            found = _FOUND[done.what]
            return f"The {clock} was due {tell(done.at)} ({done.channel.replace('-', ' ')}): {found}."
        case _:
            channel = f" {how(done.channel)}" if done.channel else ""
            return f"Open tasks of {who}{channel} are done."
