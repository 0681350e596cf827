"""Tables of what helps whoever has a lead: tasks in their own words, first messages, acknowledgements, playbooks, campaigns.
Told in the migration."""

from sqlalchemy import Index, text

from firstright.storage.schema.columns import ID, INSTANT, NUMBER, col, one_of, table

STATES = ("ready", "sending", "sent", "copied", "failed", "withdrawn")

todo = table(
    "todo",
    col("task_id", ID, key=True),
    col("said"),
    col("given_by"),
    col("given_at", INSTANT),
    col("put_off", NUMBER),
    col("person_id", ID, null=True),
)

draft = table(
    "draft",
    col("id", ID, key=True),
    col("lead_id", ID),
    col("person_id", ID, null=True),
    col("epoch", NUMBER),
    col("rep_id"),
    col("action"),
    col("template"),
    col("channel"),
    col("subject"),
    col("text"),
    col("state"),
    col("delivery_id", ID, null=True),
    col("prepared_at", INSTANT),
    col("sent_at", INSTANT, null=True),
    Index("draft_by_lead", "lead_id", "epoch"),
    Index(
        "draft_sending",
        "delivery_id",
        sqlite_where=text("state = 'sending'"),
        postgresql_where=text("state = 'sending'"),
    ),
    Index("draft_prepared", "prepared_at"),
    one_of("state", *STATES),
)

acknowledgement = table(
    "acknowledgement",
    col("lead_id", ID, key=True),
    col("cycle", NUMBER, key=True),
    col("person_id", ID, null=True),
    col("template"),
    col("delivery_id", ID, null=True),
    col("said"),
    col("at", INSTANT),
    clustered=True,
)

checkmark = table(
    "checkmark",
    col("lead_id", ID, key=True),
    col("cycle", NUMBER, key=True),
    col("item", key=True),
    col("playbook"),
    col("rep_id"),
    col("answer"),
    col("at", INSTANT),
    col("person_id", ID, null=True),
    clustered=True,
)

campaign = table(
    "campaign",
    col("kind", key=True),
    col("name", key=True),
    col("first_at", INSTANT),
    col("lead_id", ID),
    one_of("kind", "campaign", "source"),
    clustered=True,
)
