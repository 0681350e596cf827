"""Tables of sequences under way and of the workspace's own secrets. Told in the migration."""

from sqlalchemy import Index, text

from firstright.storage.schema.columns import BYTES, ID, INSTANT, NUMBER, col, one_of, table

_RUNNING = text("state = 'running'")
_SENT = text("what = 'sent'")
_DONE = text("what IN ('sent', 'asked', 'skipped')")

enrolment = table(
    "enrolment",
    col("id", ID, key=True),
    col("lead_id", ID),
    col("person_id", ID),
    col("epoch", NUMBER),
    col("sequence"),
    col("state"),
    col("reason"),
    col("step", NUMBER),
    col("due_at", INSTANT, null=True),
    col("code"),
    col("datum"),
    col("started_by"),
    col("started_at", INSTANT),
    col("ended_at", INSTANT, null=True),
    Index("enrolment_running", "lead_id", unique=True, sqlite_where=_RUNNING, postgresql_where=_RUNNING),
    Index("enrolment_by_lead", "lead_id"),
    Index("enrolment_by_person", "person_id", sqlite_where=_RUNNING, postgresql_where=_RUNNING),
    Index("enrolment_by_sequence", "sequence", "state"),
    one_of("state", "running", "finished", "stopped"),
)

outreach_note = table(
    "outreach_note",
    col("id", ID, key=True),
    col("lead_id", ID),
    col("person_id", ID),
    col("enrolment_id", ID, null=True),
    col("delivery_id", ID, null=True),
    col("sequence"),
    col("step", NUMBER),
    col("what"),
    col("channel"),
    col("template"),
    col("rep_id"),
    col("code"),
    col("datum"),
    col("at", INSTANT),
    Index("outreach_note_by_lead", "lead_id"),
    Index("outreach_note_sent", "person_id", "at", sqlite_where=_SENT, postgresql_where=_SENT),
    Index(
        "outreach_note_once",
        "enrolment_id",
        "step",
        unique=True,
        sqlite_where=_DONE,
        postgresql_where=_DONE,
    ),
)

workspace_secret = table(
    "workspace_secret",
    col("name", key=True),
    col("sealed", BYTES),
    col("at", INSTANT),
    clustered=True,
)
