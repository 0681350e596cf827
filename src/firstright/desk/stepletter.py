"""The message of a step, written when it is claimed: to whom it goes by then, in the owner's name, with a way out. What must
not go any more is found here once more, whatever stood when it was put into the outbox.
"""

from collections.abc import Mapping

import msgspec

from firstright.core.about import About
from firstright.core.lead import Facts, HolderKind, Lead
from firstright.core.outreach import Touching, final_objection
from firstright.core.policy import Medium, Policy, Template
from firstright.core.rendering import Fields, written
from firstright.core.roster import Roster
from firstright.desk.batch import Batch
from firstright.desk.contacting import ADDRESS, contact_of
from firstright.desk.links import token
from firstright.desk.marks import Marks, marks_in
from firstright.storage import leads, meetings
from firstright.storage.rows import DeliveryRow, LeadRow

OPT_OUT_FIELD = "opt_out_url"
FOOTER = "No more messages like this: {opt_out_url}"
_json = msgspec.json.Encoder().encode
_about = msgspec.json.Decoder(About).decode


class Unsent(Exception):
    """Why this goes nowhere, as a sentence."""


class StepLetter(msgspec.Struct, frozen=True):
    subject: str = ""
    text: str = ""
    body: bytes = b""
    unsubscribe: str = ""
    author: str = ""
    reply_to: str = ""


class LeadFields(Fields):
    """Merge fields of a message to the lead itself: also where it says that it wants no more, and where it can book."""

    def __init__(
        self, about: About, facts: Facts, lead: str, policy: Policy, roster: Roster, pages: Mapping[str, str]
    ) -> None:
        super().__init__(about, facts, lead, policy, roster, "")
        self._pages = pages

    def of_decision(self, name: str) -> str:
        return self._pages.get(name) or super().of_decision(name)


def channel_of(row: DeliveryRow) -> str:
    return "email" if row.channel == Medium.EMAIL else "sms"


def address_of(row: DeliveryRow, known: LeadRow | None) -> str:
    """Where it goes, as known now."""
    return str(leads.as_lead(known).facts.get(ADDRESS[channel_of(row)], "")) if known else ""


def still_wanted(batch: Batch, row: DeliveryRow, known: LeadRow | None) -> None:
    """Raises Unsent for whom nothing may be sent to any more: a delivery may have lain for days, or been raised from the dead."""
    marks = marks_in(batch)
    if known is None or marks is None:
        raise Unsent(
            "the lead is not there any more" if marks else "this process has no key of the workspace"
        )
    lead, channel, policy = leads.as_lead(known), channel_of(row), batch.policy.policy
    contact = contact_of(batch.tx, lead, channel, policy, batch.roster, marks, batch.turn.now)
    no = final_objection(Touching(channel), contact, policy.outreach)
    if no is not None:
        raise Unsent(f"not sent: {no.code} ({no.datum})")


def step_letter(batch: Batch, row: DeliveryRow, known: LeadRow, site: str) -> StepLetter:
    """The same bytes at every attempt. Raises Unsent without a template, or an address of ours by which to opt out."""
    policy, roster, marks = batch.policy.policy, batch.roster, marks_in(batch)
    template = policy.templates.get(row.template)
    if template is None:
        raise Unsent(f"template {row.template} is not in policy version {batch.policy.version}")
    if not site or marks is None:
        raise Unsent(
            "nobody could opt out of it: FIRSTRIGHT_PUBLIC_URL says where browsers reach this program"
        )
    lead, way_out = leads.as_lead(known), _way_out(site, marks, known.person_id)
    pages = {OPT_OUT_FIELD: way_out}
    if policy.meetings:
        pages["booking_link"] = f"{site.rstrip('/')}/b/{token(meetings.secret(batch.tx), known.id)}"
    fields = LeadFields(_about(row.about), lead.facts, known.id, policy, roster, pages)
    mail = row.channel == Medium.EMAIL
    subject, text = written(_with_way_out(template, policy.company) if mail else template, fields)
    if not mail:
        said = {
            "id": row.id,
            "lead": known.id,
            "to": address_of(row, known),
            "text": text,
            "opt_out": way_out,
        }
        return StepLetter(body=_json(said))
    name, address = owner_of(lead, roster)
    return StepLetter(subject, text, unsubscribe=way_out, author=name, reply_to=address)


def _with_way_out(template: Template, company: str) -> Template:
    """A text that forgets how to end it says so at its end, below who writes."""
    if "{" + OPT_OUT_FIELD + "}" in template.text:
        return template
    end = "\n".join(["--", *([company] if company else []), FOOTER])
    return msgspec.structs.replace(template, text=f"{template.text.rstrip()}\n\n{end}")


def _way_out(site: str, marks: Marks, person: str) -> str:
    return f"{site.rstrip('/')}/o/{marks.link(person)}"


def owner_of(lead: Lead, roster: Roster) -> tuple[str, str]:
    """(name, address) of whoever writes to the lead; both empty where nobody in particular does."""
    rep = roster.reps.get(lead.holder.id) if lead.holder.kind is HolderKind.REP else None
    return (rep.name or rep.id, rep.email) if rep else ("", "")
