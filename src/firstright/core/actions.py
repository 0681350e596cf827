"""What to do next with a lead, as data: actions of a policy, the rows that choose one, and what a decision says of them.

Which row speaks is `nextaction`'s; who has the lead is nobody's here.
"""

from datetime import datetime, timedelta

import msgspec

from firstright.core.lead import Facts
from firstright.core.rules.predicates import AllOf, Condition, Truth, evaluate

CALL, EMAIL, SMS, CHAT, MEETING = "call", "email", "sms", "chat", "meeting"
ONE_SIDED = frozenset({EMAIL, SMS})  # we write, and then we wait
NO_CONTACT, NO_ANSWER, LEFT = "wrong-number", "no-answer", "left-message"
SENT = "sent"
UNANSWERED = frozenset({NO_ANSWER, LEFT})
WRONG = "wrong_contact"  # fact: channels by which somebody has tried to reach the lead, and found somebody else or nobody
AFTER_QUALIFIED = "after-qualified"
NEEDED = {CALL: "phone", SMS: "phone", EMAIL: "email"}  # what a channel needs to be known of a lead


class FirstAction(msgspec.Struct, frozen=True):
    """Something to do for who has a lead: a task, due in their business time, by a channel. `channels`, where it names any, are
    in order of preference: the lead's own preference wins among them. `sequence` begins with it."""

    id: str
    task: str
    channel: str = CALL
    within: timedelta | None = None  # None: the first-touch target
    template: str = ""
    channels: tuple[str, ...] = ()
    intents: tuple[str, ...] = ()  # none: every lead's
    when: Condition | None = None
    sequence: str = ""


class NextAction(msgspec.Struct, frozen=True):
    """A row of the table: the first one that fits what has happened names the action. What a row leaves out, it does not ask."""

    id: str
    action: str
    causes: tuple[str, ...] = ()  # assigned, touched, no-reply, qualified
    results: tuple[str, ...] = ()  # of a touch
    channels: tuple[str, ...] = ()  # of that touch
    statuses: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    queues: tuple[str, ...] = ()  # it was taken out of
    intents: tuple[str, ...] = ()
    tries: int = 0  # at least so many times by that channel in this cycle, and no answer
    when: Condition | None = None


class NextActions(msgspec.Struct, frozen=True):
    """The table. Without rows nothing is ever given but what a rule names."""

    rows: tuple[NextAction, ...] = ()
    silent: timedelta = timedelta(
        hours=16
    )  # business time without a reply, where the service level has no target


NEXT = NextActions()
ASSIGNED, TOUCHED, SILENT, QUALIFIED = "assigned", "touched", "no-reply", "qualified"
CAUSES = (ASSIGNED, TOUCHED, SILENT, QUALIFIED)


class Drafted(msgspec.Struct, frozen=True, tag="drafted"):
    """A first message for the owner to look at, written with what is known now. Nobody else ever sees it."""

    action: str
    template: str
    channel: str
    rep: str


class Acknowledged(msgspec.Struct, frozen=True, tag="acknowledged"):
    """The person is told that their enquiry has come, by nobody in particular; once in a cycle."""

    template: str


class TodoGiven(msgspec.Struct, frozen=True, tag="todo"):
    """A task in somebody's own words."""

    said: str
    channel: str
    rep: str
    due: datetime


class TodoEnded(msgspec.Struct, frozen=True, tag="todo-ended"):
    """One task is done, or there is no need for it any more."""

    task: str
    rep: str
    channel: str
    state: str  # done | cancelled


ActionEffect = Drafted | Acknowledged | TodoGiven | TodoEnded

SHIPPED_ACTIONS = {
    each.id: each
    for each in (
        FirstAction(
            "first-contact",
            "Reach {first_name} for the first time: they asked about {intent}",
            channels=(CALL, EMAIL, SMS),
        ),
        FirstAction("call-again", "Call {first_name} again", CALL, timedelta(hours=4)),
        FirstAction("write-instead", "Write to {first_name}: nobody answers the telephone", EMAIL, timedelta(hours=2)),
        FirstAction("call-instead", "Call {first_name}: they have not answered in writing", CALL, timedelta(hours=2)),
        FirstAction(
            "another-way",
            "Reach {first_name} another way: several calls came to nothing",
            EMAIL,
            timedelta(hours=4),
            channels=(SMS, EMAIL, CHAT),
        ),
        FirstAction("send-recap", "Send {first_name} what was agreed", EMAIL, timedelta(hours=4)),
        FirstAction("book-meeting", "Agree the next step with {first_name}", CALL, timedelta(hours=8)),
    )
}  # fmt: skip
SHIPPED_NEXT = (
    NextAction("first", "first-contact", causes=(ASSIGNED,)),
    NextAction("wrong-number", "write-instead", (TOUCHED,), (NO_CONTACT,), (CALL, SMS)),
    NextAction("wrong-address", "call-instead", (TOUCHED,), (NO_CONTACT,), (EMAIL,)),
    NextAction("many-calls", "another-way", (TOUCHED,), (NO_ANSWER, LEFT), (CALL,), tries=3),
    NextAction("no-answer", "write-instead", (TOUCHED,), (NO_ANSWER,), (CALL,)),
    NextAction("left-message", "call-again", (TOUCHED,), (LEFT,), (CALL,)),
    NextAction("talked", "send-recap", (TOUCHED,), ("connected", "met"), (CALL, CHAT, MEETING)),
    NextAction("no-show", "call-again", (TOUCHED,), ("no-show",)),
    NextAction("silent", "call-instead", (SILENT,), (), (EMAIL, SMS)),
    NextAction("qualified", "book-meeting", (QUALIFIED,)),
)


class Situation(msgspec.Struct, frozen=True):
    """What has happened to a lead, as the table asks."""

    cause: str
    rule: str
    queue: str
    status: str
    channel: str = ""
    result: str = ""
    tries: int = 0


def chosen(rows: tuple[NextAction, ...], now: Situation, facts: Facts, as_of: datetime) -> NextAction | None:
    """The first row that fits; None: nothing is to do by the table."""
    return next((row for row in rows if _fits(row, now, facts, as_of)), None)


def _fits(row: NextAction, now: Situation, facts: Facts, as_of: datetime) -> bool:
    asked = (
        (row.causes, now.cause),
        (row.results, now.result),
        (row.channels, now.channel),
        (row.statuses, now.status),
        (row.rules, now.rule),
        (row.queues, now.queue),
        (row.intents, str(facts.get("intent", ""))),
    )
    return (
        all(not wanted or have in wanted for wanted, have in asked)
        and now.tries >= row.tries
        and is_true(row.when, facts, as_of)
    )


def is_meant(action: FirstAction, facts: Facts, as_of: datetime) -> bool:
    """Whether an action is for such a lead."""
    intents = not action.intents or str(facts.get("intent", "")) in action.intents
    return intents and is_true(action.when, facts, as_of)


def is_true(when: Condition | None, facts: Facts, as_of: datetime) -> bool:
    if when is None or when == AllOf():
        return True
    return evaluate(when, facts, as_of) is Truth.TRUE


def is_usable(channel: str, facts: Facts) -> bool:
    """Whether we know how to reach the lead by it, and nobody has found that this leads to somebody else."""
    wrong = facts.get(WRONG)
    needed = NEEDED.get(channel)
    return (needed is None or bool(facts.get(needed))) and not (isinstance(wrong, tuple) and channel in wrong)


def channel_of(action: FirstAction, facts: Facts) -> str:
    """By which channel it is done: what the lead asked for, then in the action's order, of those we can use. An action that names
    one channel alone has that one."""
    if not action.channels:
        return action.channel
    wished = _wished(facts.get("preferred_channel"))
    order = (*[wished][: wished in action.channels], *action.channels)
    return next((each for each in order if is_usable(each, facts)), action.channel)


def _wished(value: object) -> str:
    """The channel that a lead's preference means."""
    return {"phone": CALL, "mail": EMAIL, "e-mail": EMAIL, "text": SMS}.get(str(value), str(value))


def with_wrong(facts: Facts, channel: str) -> tuple[str, ...]:
    """The fact once somebody found that the lead cannot be reached so. A telephone number serves two channels."""
    had = facts.get(WRONG)
    known = had if isinstance(had, tuple) else ()
    need = NEEDED.get(channel)
    found = [each for each, field in NEEDED.items() if field == need] if need else [channel]
    return tuple(dict.fromkeys((*known, *found)))
