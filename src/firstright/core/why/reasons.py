"""What the codes of decisions and clocks mean, as phrases: for messages, and for the first sentence of an explanation."""

from firstright.core.policy import Policy

CLOCKS = {
    "speed-to-lead": "first touch",
    "owner": "touch by this owner",
    "review": "review",
    "ticket": "ticket",
    "no-reply": "answer of the person",
    "follow-up": "next touch",
    "handoff": "first touch after the handoff",
    "acceptance": "answer to the offer",
    "receipt": "receipt of the offer",
}
UNCHANGED = {
    "locked": "it is locked or was touched, which shields it from improvement",
    "no-better": "nothing that is known now gives it a better owner",
    "unchanged": "the rules send it to where it is",
    "to-and-fro": "better knowledge would give it back to somebody who had it in this cycle",
    "budget-spent": "better knowledge has moved it as often as the policy allows",
    "worked-elsewhere": "the same person is being worked as another lead",
    "over": "it has been closed, rejected or handed over, and only a new enquiry opens it again",
    "pending": "it has not been decided about yet, and will be",
    "theirs-already": "they have it already",
    "so-already": "it is so already",
    "offered": "somebody is asked already whether they take it",
    "offered-already": "it is offered to somebody already",
    "nobody-to-take-it": "nobody can take it over now",
    "no-such-handoff": "the policy has no such handoff any more",
    "nothing-to-recall": "there is nobody to have it back from",
    "not-theirs-to-answer": "it is not offered to them",
    "hysteresis": "a number has crossed an edge by less than the policy moves a lead for",
    "not-theirs-to-take": "they may not take it",
    "too-late": "it came too long ago for better knowledge to move it",
}
REASONS = UNCHANGED | {
    "step:manual-lock": "somebody chose the owner by hand",
    "step:do-not-assign": "the do-not-assign list says so",
    "step:open-opportunity": "the owner has an open opportunity there",
    "step:account-owner": "the owner has the account",
    "step:active-handoff": "a handoff with this person is under way",
    "step:previous-owner": "the owner had this person before",
    "step:same-company": "the owner has a lead of the same company",
    "ladder:priority-queue": "a deadline was missed and the priority queue was next",
    "ladder:manager": "a deadline was missed and the manager was next",
    "no-dead-end": "no rule took it",
    "nobody-acted": "deadlines were missed and nobody else could take it",
    "repeat-enquiry": "the same person asked again",
    "overridden": "somebody decided so by hand",
    "merged": "somebody said that two leads are one",
    "unmerged": "somebody said that they are two after all",
    "accepted": "the owner accepted it",
    "claimed": "they took it from its queue",
    "touched": "somebody reached out to the person",
    "engaged": "the person did something",
    "credit-back": "a turn went back to who had it",
    "reminded": "nothing has happened for long",
    "escalated": "a deadline was missed",
    "put-right": "a clock of it was worked out anew",
    "right-already": "it is right where it is",
    "excused": "a miss of it is excused",
    "resumed": "its clocks go on",
    "paused": "we wait for somebody else, and its clocks stand still",
    "won": "somebody won it",
    "lost": "somebody lost it",
    "converted": "somebody made it a contact",
    "silent": "the person has not answered",
    "task-added": "somebody put a task down",
    "task-ended": "a task is done with",
    "maybe-known": "it may be somebody we know",
    "booked": "a meeting is booked",
    "slot-taken": "somebody else took that time",
    "meeting-moved": "the meeting is at another time",
    "meeting-cancelled": "the meeting is called off",
    "meeting-no-show": "they did not come",
}
"""Clauses that can stand behind "because"."""


_PIPELINE = {
    "status": "somebody moved it to {}",
    "role": "somebody changed who is {} of it",
    "disqualified": "somebody disqualified it: {}",
    "refused": "its cycle is over ({})",
}


def counted_in(calendar: str) -> str:
    """In whose time a clock is counted: a calendar, by the clock of another zone where it names one."""
    name, at, zone = calendar.partition("@")
    return f"business time of {name}" + (f" by the clock of {zone}" if at else "")


def reason_phrase(code: str, policy: Policy) -> str:
    """The reason of a decision as a clause; a code nobody has worded yet is told as it is, with spaces."""
    kind, _, name = code.partition(":")
    if kind == "rule" and name:
        return f"rule “{rule_name(name, policy)}” matched"
    if kind == "handoff" and name:
        return "it came back" if name == "back" else "it was handed over"
    if name and (said := _PIPELINE.get(kind)):
        return said.format(name.replace("-", " "))
    if kind == "type" and name:
        return "leads of its type must say more"
    return REASONS.get(code) or code.replace(":", " ").replace("-", " ")


def rule_name(rule_id: str, policy: Policy) -> str:
    rule = next((rule for rule in policy.rules if rule.id == rule_id), None)
    return (rule.name if rule else "") or rule_id
