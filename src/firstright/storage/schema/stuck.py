"""Tables of leads that lie and of misses that were excused. Told in the migration."""

from sqlalchemy import Index, text

from firstright.storage.schema.columns import ID, INSTANT, col, one_of, table

CAUSES = (
    "no-next-action",
    "no-touch",
    "owner-away",
    "accepted-untouched",
    "status-too-long",
    "review-unclaimed",
    "pause-over",
)
_NOW = text("ended_at IS NULL")

clock_excuse = table(
    "clock_excuse",
    col("id", ID, key=True),
    col("clock_id", ID),
    col("lead_id", ID),
    col("reason"),
    col("note"),
    col("excused_by"),
    col("excused_at", INSTANT),
    col("was_due_at", INSTANT),
    col("due_at", INSTANT, null=True),
    col("state"),
    Index("excuse_of_lead", "lead_id"),
    Index("excuse_latest", "excused_at"),
    one_of("state", "excused", "met", "missed", "running"),
)

stuck = table(
    "stuck",
    col("id", ID, key=True),
    col("lead_id", ID),
    col("cause"),
    col("since", INSTANT),
    col("holder_kind"),
    col("holder_id"),
    col("found_at", INSTANT),
    col("ended_at", INSTANT, null=True),
    Index("stuck_now", "lead_id", "cause", unique=True, sqlite_where=_NOW, postgresql_where=_NOW),
    Index("stuck_of_holder", "holder_id", "since", sqlite_where=_NOW, postgresql_where=_NOW),
    Index("stuck_of_lead", "lead_id"),
    one_of("cause", *CAUSES),
)

stuck_review = table(
    "stuck_review",
    col("id", ID, key=True),
    col("lead_id", ID),
    col("decided"),
    col("reason"),
    col("decided_by"),
    col("decided_at", INSTANT),
    col("quiet_until", INSTANT, null=True),
    Index("stuck_review_of_lead", "lead_id", "decided_at"),
    one_of("decided", "keep", "move", "close"),
)
