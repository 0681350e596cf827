"""Tables of what is watched: alarms, what sources send, values that no table knows, what the audit found. Told in the migration."""

from sqlalchemy import Index, text

from firstright.storage.schema.columns import ID, INSTANT, JSON, NUMBER, col, one_of, table

SEVERITIES = ("note", "warning", "critical")

alarm = table(
    "alarm",
    col("id", ID, key=True),
    col("kind"),
    col("subject"),
    col("source"),
    col("field"),
    col("severity"),
    col("detail", JSON),
    col("raised_at", INSTANT),
    col("last_at", INSTANT),
    col("n", NUMBER),
    col("ended_at", INSTANT, null=True),
    col("ended_by"),
    Index(
        "alarm_open",
        "kind",
        "subject",
        unique=True,
        sqlite_where=text("ended_at IS NULL"),
        postgresql_where=text("ended_at IS NULL"),
    ),
    Index(
        "alarm_ended",
        "ended_at",
        "id",
        sqlite_where=text("ended_at IS NOT NULL"),
        postgresql_where=text("ended_at IS NOT NULL"),
    ),
    one_of("severity", *SEVERITIES),
)

field_count = table(
    "field_count",
    col("source", key=True),
    col("span", key=True),
    col("starts_at", INSTANT, key=True),
    col("field", key=True),
    col("what", key=True),
    col("word", key=True),
    col("n", NUMBER),
    Index("field_count_by_age", "span", "starts_at"),
    one_of("span", "hour", "day"),
    one_of("what", "arrived", "filled", "wrong", "unmapped", "shape"),
    clustered=True,
)

unmapped = table(
    "unmapped",
    col("field", key=True),
    col("value", key=True),
    col("n", NUMBER),
    col("first_at", INSTANT),
    col("last_at", INSTANT),
    col("sources", JSON),
    clustered=True,
)

unmapped_lead = table(
    "unmapped_lead",
    col("field", key=True),
    col("value", key=True),
    col("lead_id", ID, key=True),
    clustered=True,
)

watch_round = table(
    "watch_round",
    col("name", key=True),
    col("done_at", INSTANT, null=True),
    col("lease_until", INSTANT, null=True),
    col("about", JSON),
    clustered=True,
)

finding = table(
    "finding",
    col("kind", key=True),
    col("subject", key=True),
    col("cause"),
    col("owner"),
    col("detail", JSON),
    col("n", NUMBER),
    col("first_at", INSTANT),
    col("last_at", INSTANT),
    col("ended_at", INSTANT, null=True),
    clustered=True,
)

finding_day = table(
    "finding_day",
    col("kind", key=True),
    col("day", INSTANT, key=True),
    col("n", NUMBER),
    clustered=True,
)
