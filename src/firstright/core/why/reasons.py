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
REASONS = {
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
