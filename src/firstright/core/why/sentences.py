"""An explanation in English, line by line: each line stands alone, so that it can be shown, sent or searched by itself.

Dates are told in the policy's zone, which each of them names. It works nothing out: that is `trace`'s.
"""

from collections.abc import Iterable

from firstright.core.decision import AlarmSet, ClockStarted
from firstright.core.lead import Value
from firstright.core.policy import Step
from firstright.core.why.acts import act_lines, how, rung_lines
from firstright.core.why.apartwords import apart_lines
from firstright.core.why.barrierwords import barrier_phrase
from firstright.core.why.derived import HEADING, kind_lines
from firstright.core.why.explanation import (
    Explanation,
    KnownSaid,
    LeafSaid,
    Member,
    PoolSaid,
    RuleSaid,
    StepSaid,
    TaskSaid,
    ToldSaid,
)
from firstright.core.why.groupwords import group_lines
from firstright.core.why.moments import Moments, leads, listed
from firstright.core.why.origins import HEADING as FILLED
from firstright.core.why.origins import OTHERWISE, filled_lines, odds_lines
from firstright.core.why.reasons import CLOCKS, counted_in
from firstright.core.why.verdicts import capital, verdict_sentence
from firstright.core.why.worth import WORTH, worth_lines

LONGEST_PHRASE = 160  # characters of one test: account lists of hundreds are told by their beginning
LONGEST_VALUE = 60

STEPS = {
    Step.MANUAL_LOCK: ("Manual lock", "nobody was chosen by hand"),
    Step.DO_NOT_ASSIGN: ("Do-not-assign list", "neither the e-mail address nor the domain is on it"),
    Step.OPEN_OPPORTUNITY: ("Open opportunity", "none known"),
    Step.ACCOUNT_OWNER: ("Account owner", "no account known"),
    Step.ACTIVE_HANDOFF: ("Active handoff", "none"),
    Step.PREVIOUS_OWNER: ("Previous owner", "this person is new"),
    Step.SAME_COMPANY: ("Same company", "no open lead of the company"),
}
NOBODY = "Nobody and no company we know."
NOT_ASKED = ("not-reached", "not-in-force")
MISSED = {
    "tell-owner": "the owner is told",
    "tell-manager": "the manager is told",
    "priority-queue": "it moves to the priority queue",
    "re-route": "it is routed again",
    "manager": "it goes to the manager",
    "review": "a person decides",
}


def sentences(explanation: Explanation) -> list[str]:
    """Every line of every section, the verdict first."""
    return [line for _, lines in sections(explanation) for line in lines]


def sections(explanation: Explanation) -> list[tuple[str, list[str]]]:
    """Headings and their lines, in the order in which the decision was made; the first has no heading.

    What was not asked at all is left out: a lead that stays because somebody touched it asks no rule.
    """
    told = _Teller(Moments(explanation.zone, explanation.as_of))
    known = [told.known(k) for k in explanation.known]
    asked = [line for pool in explanation.pools for line in told.pool(pool)]
    follows = [text for _, text in follow_ups(explanation)]
    apart = apart_lines(explanation.apart, told.tell)
    walk = [
        ("What we already knew", [*group_lines(explanation.group, told.tell), *known] or [NOBODY]),
        ("Who had a claim", [told.step(s) for s in explanation.steps]),
        ("Rules", told.rules(explanation.rules)),
        ("Who was asked", asked or ["No pool was asked."]),
    ]
    against = [line for pool in explanation.pools for line in told.set_aside(pool)]
    kind, filled = kind_lines(explanation.kind), filled_lines(explanation.filled)
    worth = worth_lines(explanation.worth, told.tell)
    happened, climbed = act_lines(explanation, told.tell), rung_lines(explanation)
    return [
        ("", [verdict_sentence(explanation)]),
        *([("What happened", happened)] if happened else []),
        *([(FILLED, filled)] if filled else []),
        *([(OTHERWISE, odds_lines(explanation.odds))] if explanation.odds else []),
        *([(HEADING, kind)] if kind else []),
        *([(WORTH, worth)] if worth else []),
        *([("What stood against it", against)] if against else []),
        *([("As if nobody had it", [NOT_MOVED])] if explanation.verdict.reason in STAYS_ANYWAY else []),
        *([("Who it is not", apart)] if apart else []),
        *(walk if _walked(explanation) else []),
        *([("The ladder", climbed)] if climbed else []),
        ("What follows", follows or ["Nothing new."]),
    ]


def _walked(explanation: Explanation) -> bool:
    """Whether precedence or rules were asked: always, unless the lead was kept, or climbed a ladder, without it."""
    said = [step.verdict for step in explanation.steps] + [rule.verdict for rule in explanation.rules]
    by_hand = explanation.act is not None and explanation.act.chose not in ("", "pending")
    silent = explanation.verdict.kept or explanation.rungs or by_hand
    return not silent or any(verdict not in NOT_ASKED for verdict in said)


def follow_ups(explanation: Explanation) -> list[tuple[str, str]]:
    """What happens because of the decision: a label for a table, and the sentence."""
    told = _Teller(Moments(explanation.zone, explanation.as_of))
    rows = [("next action", told.task(t)) for t in explanation.tasks]
    if explanation.expected_at:
        rows.append(
            ("expected", f"A first response may be expected by {told.tell(explanation.expected_at)}.")
        )
    rows += [("clock", told.clock(c)) for c in explanation.clocks]
    rows += [("told", told.notice(t)) for t in explanation.told]
    rows += [("alarm", told.alarm(a)) for a in explanation.alarms]
    if explanation.next_at:
        rows.append(("next", f"Something happens next {told.tell(explanation.next_at)}."))
    return rows


STAYS_ANYWAY = frozenset(("no-better", "to-and-fro", "hysteresis"))
NOT_MOVED = "The rules were asked where it would go now; what they say here moved nothing."
RELAXED = "Less is asked of a rep by now, because the lead has waited."


def alike(reasons: Iterable[tuple[str, str, int]]) -> str:
    """What makes two records alike and what does not, the weightiest first."""
    weighed = sorted(reasons, key=lambda reason: -abs(reason[2]))
    told = [f"{verdict} {field.replace('_', ' ')}" for field, verdict, weight in weighed if weight][:6]
    return ", ".join(told) or "by name"


class _Teller:
    """Renders each part with the same way of telling time."""

    def __init__(self, tell: Moments) -> None:
        self.tell = tell

    def known(self, known: KnownSaid) -> str:
        label = f" “{known.label}”" if known.label else ""
        key = {"email": "e-mail address", "external": "external id"}.get(known.key, known.key)
        owner = f"owned by {known.owner.name}" if known.owner else "without an owner"
        if known.aside:
            owner = "to be decided again, so whoever has it does not count"
        state = "open" if known.open else "closed"
        since = f", last changed {self.tell(known.at)}" if known.at else ""
        if known.score:
            doubt = "; whether they are one is for a person to say" if known.unsure else ""
            like = f"is {known.score / 10:.0f} % alike ({alike(known.reasons)}){doubt}"
            return f"{known.kind.capitalize()} {known.id}{label} {like}: {owner}, {state}{since}."
        return f"{known.kind.capitalize()} {known.id}{label} has the same {key}: {owner}, {state}{since}."

    def step(self, step: StepSaid) -> str:
        name, nothing = STEPS.get(Step(step.step), (step.step, "nothing"))
        owners = listed([owner.name for owner in step.owners])
        match step.verdict:
            case "not-reached":
                return f"{name}: not reached."
            case "nothing":
                return f"{name}: {self._nothing(step, nothing)}."
            case "contradiction":
                return f"{name}: {owners} have equal claims, so a person must decide."
            case "listed":
                return f"{name}: it asks for a person to decide."
            case "not-in-force":
                return f"{name}: not in force at that time."
            case "parent":
                return f"{name}: {owners}, who owns a parent of the account and takes the lead."
            case "barred":
                return f"{name}: {owners}, whom a list of theirs keeps from this lead, so the next step was asked."
            case "unknown-rep":
                return f"{name}: {owners}, who is not in the roster, so the next step was asked."
            case "tried-before":
                return f"{name}: {owners} had this lead before in this cycle, so the next step was asked."
            case "away":
                why = "; ".join([barrier_phrase(b, self.tell) for b in step.barriers])
                away = f"{owners} is away ({why})" if why else f"{owners} is away"
                return f"{name}: {away}, {_meanwhile(step.then)}."
            case "full":
                return f"{name}: {owners} has no room for another lead, {_meanwhile(step.then)}."
            case _:
                return f"{name}: {owners}, who takes the lead."

    def _nothing(self, step: StepSaid, nothing: str) -> str:
        if not step.found:
            return nothing
        if step.late == step.found:
            return f"{step.found} known, all older than {step.days} days"
        return f"{step.found} known, none with an owner"

    def rules(self, rules: tuple[RuleSaid, ...]) -> list[str]:
        lines = [self.rule(rule) for rule in rules if rule.verdict != "not-reached"]
        skipped = [_named(rule) for rule in rules if rule.verdict == "not-reached"]
        return [*lines, *([f"Not reached: {listed(skipped)}."] if skipped else [])]

    def rule(self, rule: RuleSaid) -> str:
        head = f"[{rule.tier}] {_named(rule)}"
        match rule.verdict:
            case "true":
                because = f" ({_cut(rule.asks, LONGEST_PHRASE)})" if rule.leaves else ""
                return f"{head} matches{because}{_of_territories(rule)}{_of_rota(rule)}{_became(rule.then)}."
            case "false":
                return f"{head} does not match: {self._leaves(rule.leaves, 'false')}."
            case "unknown":
                then = _unanswered(rule.then)
                return f"{head} cannot be answered: {self._leaves(rule.leaves, 'unknown')}; {then}."
            case "not-in-force":
                since = f" from {self.tell(rule.since)}" if rule.since else ""
                until = f" until {self.tell(rule.until)}" if rule.until else ""
                return f"{head} is in force only{since}{until}."
            case _:
                return f"{head} was not reached."

    def _leaves(self, leaves: tuple[LeafSaid, ...], truth: str) -> str:
        return "; ".join([self._leaf(leaf) for leaf in leaves if leaf.truth == truth]) or "it never holds"

    def _leaf(self, leaf: LeafSaid) -> str:
        asks = _cut(leaf.asks, LONGEST_PHRASE)
        if leaf.have is None or leaf.have in ("", ()):
            return f"{asks}, but that is missing"
        return f"{asks}, the lead has {self._value(leaf.have)}"

    def _value(self, value: Value) -> str:
        match value:
            case bool():
                return "yes" if value else "no"
            case tuple():
                return _cut(", ".join(value), LONGEST_VALUE)
            case str() | int():
                return _cut(str(value), LONGEST_VALUE)
            case _:
                return self.tell(value)

    def pool(self, pool: PoolSaid) -> list[str]:
        if pool.direct and pool.members:
            member = pool.members[0]
            why = "; ".join([barrier_phrase(b, self.tell) for b in member.barriers])
            return [f"{pool.name} alone: {'takes it' if pool.winner else f'cannot take it, {why}'}."]
        if pool.direct:
            return [f"{pool.name} alone: {'takes it' if pool.winner else 'cannot take it'}."]
        result = f"it goes to {pool.winner.name}" if pool.winner else "so it goes to nobody there"
        named = f" ({pool.name})" if pool.name != pool.pool else ""
        head = f"{pool.pool}{named}: {pool.eligible} of {pool.size} can take it, {result}."
        asked = [RELAXED] if pool.relaxed else []
        return [head, *asked, *[f"{pool.pool}: {self.member(m)}" for m in pool.members]]

    def set_aside(self, pool: PoolSaid) -> list[str]:
        """Why somebody would not have got the lead who was given it by hand."""
        given = [m for m in pool.members if pool.direct and m.verdict == "won" and m.barriers]
        return [
            f"{m.rep.name} gets it all the same: {'; '.join(barrier_phrase(b, self.tell) for b in m.barriers)}."
            for m in given
        ]

    def member(self, member: Member) -> str:
        """One line of "why not me?"."""
        counted = member.credit is not None and (member.credit or member.verdict != "ruled-out")
        credit = f"; credit {leads(member.credit or 0)} before this turn" if counted else ""
        measured = f"; {member.measured}" if member.measured else ""
        if member.verdict == "won":
            return f"{member.rep.name} wins{measured}{credit}."
        if member.verdict == "eligible":
            return f"{member.rep.name} could take it{measured}{credit}."
        why = "; ".join([barrier_phrase(b, self.tell) for b in member.barriers])
        return f"{member.rep.name} cannot: {why}{credit}."

    def clock(self, clock: ClockStarted) -> str:
        name = capital(CLOCKS.get(clock.clock, clock.clock))
        time = counted_in(clock.calendar) if clock.calendar else "24×7"
        missed = [MISSED.get(step, step) for step in clock.ladder]
        then = f"; if missed, {listed(missed)}" if missed else ""
        early = [f"{percent} % {self.tell(at)}" for percent, at in clock.warnings if at < clock.due]
        warned = f"; warnings at {listed(early)}" if early else ""
        return f"{name} is due {self.tell(clock.due)} ({time}){warned}{then}."

    def task(self, task: TaskSaid) -> str:
        return f"Task for {task.rep.name}: {task.text}, {how(task.channel)}, due {self.tell(task.due)}."

    def notice(self, told: ToldSaid) -> str:
        if told.subscriber:
            return f"Subscriber {told.to.name} is told {how(told.channel)} ({told.event})."
        return capital(f"{told.to.name} is told {how(told.channel)} ({told.template}).")

    def alarm(self, alarm: AlarmSet) -> str:
        return f"It is decided again {self.tell(alarm.at)} ({alarm.cause})."


def _named(rule: RuleSaid) -> str:
    return f"“{rule.name}” ({rule.id})" if rule.name else f"“{rule.id}”"


def _became(then: str) -> str:
    return {
        "took": " and takes the lead",
        "waited": ", and the lead waits for it",
        "next": ", but nobody it sends to can take the lead, so the next tier was asked",
        "review": ", as does another exclusive rule, so a person must decide",
        "passed-over": ", but an exclusive rule of its tier goes first",
    }.get(then, "")


def _unanswered(then: str) -> str:
    return {
        "review": "so a person must decide",
        "waited": "so the lead waits for enrichment",
    }.get(then, "so the next rule was asked")


def _of_territories(rule: RuleSaid) -> str:
    said = {t.verdict: t.id for t in rule.territories}
    if "tie" in said:
        return f", territories {listed([t.id for t in rule.territories])} hold it alike"
    if "true" in said:
        return f", territory {said['true']} holds it"
    if "holdover" in said:
        return f", territory {said['holdover']} holds it and has moved: for now it goes where it went before"
    if "unknown" in said:
        return f", but where it is in plan {said['unknown']} is unknown"
    return f", but no territory of plan {said['false']} holds it" if "false" in said else ""


def _of_rota(rule: RuleSaid) -> str:
    if rule.rota is None:
        return ""
    return f" (on call in {rule.rota.id}: {rule.rota.rep.name if rule.rota.rep else 'nobody'})"


def _meanwhile(then: str) -> str:
    return {
        "waited": "and the lead waits for them",
        "backup": "and the backup takes it",
        "manager": "and the manager takes it",
    }.get(then, "so the next step was asked")


def _cut(text: str, longest: int) -> str:
    line = " ".join(text.split())
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"
