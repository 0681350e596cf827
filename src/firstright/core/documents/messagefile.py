"""Reads the templates and subscribers of a policy: what is told, and which programs and channels are told of events.

It does not look at merge fields or at names of other templates: that is `lint`'s business.
"""

from firstright.core.documents.actionfile import Channel
from firstright.core.documents.reading import Table
from firstright.core.policy import EVENTS, Medium, Subscriber, Template

ALL_EVENTS = "*"


def read_templates(root: Table) -> dict[str, Template]:
    return {name: _template(name, table) for name, table in root.named("templates", "template")}


def read_subscribers(root: Table) -> dict[str, Subscriber]:
    """`events` come back in the order of `EVENTS`, "*" as all of them."""
    return {name: _subscriber(name, table) for name, table in root.named("subscribers", "subscriber")}


def _template(name: str, table: Table) -> Template:
    channel = table.choice("channel", Medium, Medium.EMAIL)
    if channel is Medium.WEBHOOK:
        text = "A webhook gets JSON and needs no template; the channel of a template is email or slack."
        table.report("template.webhook", "channel", text)
    return Template(
        id=name,
        channel=channel.value,
        text=table.text("text", needed=True),
        subject=_subject(table, channel),
        fallback=table.text("fallback"),
        drafts=_drafts(table),
        intents=table.texts("intents"),
    )


def _drafts(table: Table) -> str:
    """The channel it is a draft for; empty for what is told to people of ours."""
    if not table.has("drafts"):
        if table.has("intents"):
            text = '"intents" says whom a draft is for; this template is none: write drafts = "email", too.'
            table.report("key.no_effect", "intents", text, "warning")
        return ""
    return table.choice("drafts", Channel, Channel.EMAIL).value


def _subject(table: Table, channel: Medium) -> str:
    subject = table.text("subject")
    if subject and subject.splitlines() != [subject]:
        table.report(
            "template.header_newline", "subject", "A subject is one line; this one holds a line break."
        )
    if subject and channel is Medium.SLACK:
        table.report("key.no_effect", "subject", "A message in Slack has no subject.", "warning")
    return subject


def _subscriber(name: str, table: Table) -> Subscriber:
    channel = table.choice("channel", Medium, Medium.WEBHOOK)
    if not table.has("channel"):
        table.report("key.missing", "channel", '"channel" is missing; it is webhook or slack.')
    elif channel is Medium.EMAIL:
        text = "A subscriber is a webhook or a Slack channel; people are told by [policy] tell_owner and its like."
        table.report("subscriber.email", "channel", text)
    return Subscriber(name, channel.value, _events(table), _told_with(table, channel))


def _told_with(table: Table, channel: Medium) -> str:
    template = table.text("template", needed=channel is Medium.SLACK)
    if template and channel is Medium.WEBHOOK:
        table.report(
            "subscriber.template", "template", "A webhook gets JSON, so a template would never be used."
        )
    return template


def _events(table: Table) -> tuple[str, ...]:
    named = table.texts("events")
    if not table.has("events"):
        text = '"events" is missing: list what it is told of, such as ["lead.assigned"], or ["*"] for everything.'
        table.report("key.missing", "events", text)
    elif table.raw("events") == []:
        table.report("subscriber.no_events", "events", "Without an event it would never be told anything.")
    for event in named:
        if event not in EVENTS and event != ALL_EVENTS:
            table.unknown("event.unknown", "events", event, EVENTS)
    return EVENTS if ALL_EVENTS in named else tuple(event for event in EVENTS if event in named)
