"""Tables of inbound hooks: who reports activity, and what they reported. Told in the migration."""

from sqlalchemy import Index, UniqueConstraint, text

from firstright.storage.schema.columns import BYTES, FLAG, ID, INSTANT, JSON, col, one_of, table

STATES = ("taken", "ignored", "quarantined")
_ASIDE = text("state = 'quarantined'")

hook = table(
    "hook",
    col("name", key=True),
    col("secret", BYTES),
    col("settings", JSON),
    col("enabled", FLAG),
    col("created_at", INSTANT),
)

hook_event = table(
    "hook_event",
    col("id", ID, key=True),
    col("hook"),
    col("event_id"),
    col("received_at", INSTANT),
    col("body_hash"),
    col("raw", BYTES),
    col("state"),
    col("lead_id", ID, null=True),
    col("person_id", ID, null=True),
    col("problems", JSON),
    UniqueConstraint("hook", "event_id", name="hook_event_once"),
    Index("hook_event_aside", "hook", "id", sqlite_where=_ASIDE, postgresql_where=_ASIDE),
    Index("hook_event_of", "person_id"),
    Index("hook_event_came", "hook", "received_at", "state"),
    one_of("state", *STATES),
)
