"""What a message says: fixed as data when it was decided, made into text or JSON when it is first sent. Sends nothing."""

import msgspec

from firstright.core.about import About
from firstright.core.eventbody import event_body
from firstright.core.handnotes import told_to_partner
from firstright.core.lead import Facts, HolderKind
from firstright.core.policy import Medium, Policy, Template
from firstright.core.rendering import Fields, shipped, written
from firstright.core.roster import Roster

PARTNERS = frozenset({"partner.shared", "partner.recalled"})
__all__ = ("About", "Rendered", "rendered")


class Rendered(msgspec.Struct, frozen=True):
    """What is sent: subject and text, or for a webhook the body alone. Slack has no subject. The text is plain text:
    whoever sends it to where some characters mean more must escape them.
    """

    subject: str = ""
    text: str = ""
    body: bytes = b""


def rendered(
    template: Template | None,
    about: About,
    facts: Facts,
    *,
    medium: str,
    delivery: str,
    lead: str,
    policy: Policy,
    roster: Roster,
    link: str,
) -> Rendered:
    """The message of one delivery, the same for the same arguments. It never fails: without a template the shipped
    sentences are told. `facts` are the lead's as known now; `link` leads to it, empty where there is no page for it.
    """
    if about.event in PARTNERS:
        facts, about = told_to_partner(about.reason, facts, policy.handoffs), _for_partner(about)
    if medium == Medium.WEBHOOK:
        answer = link if about.event in PARTNERS else None
        return Rendered(body=event_body(about, facts, roster, delivery=delivery, lead=lead, answer=answer))
    fields = Fields(about, facts, lead, policy, roster, link)
    subject, text = written(template, fields) if template else shipped(fields)
    return Rendered("" if medium == Medium.SLACK else subject, text)


def _for_partner(about: About) -> About:
    """Nothing of who has it with us, who had it, who gave it and by which rule: a partner is told what is shared."""
    theirs = about.holder_kind == HolderKind.PARTNER
    return msgspec.structs.replace(
        about,
        holder_kind=about.holder_kind if theirs else "",
        holder=about.holder if theirs else "",
        previous="",
        by="",
        rule="",
        action="",
    )
