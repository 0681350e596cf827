"""Tables of what was learned from outcomes, and of how it drifts. Told in the migration."""

from sqlalchemy import Index

from firstright.storage.schema.columns import INSTANT, JSON, NUMBER, col, table

learned = table(
    "learned",
    col("hash", key=True),
    col("name"),
    col("text", JSON),
    col("trained_at", INSTANT),
    col("trained_by"),
    Index("learned_by_name", "name", "trained_at"),
)

drift_look = table(
    "drift_look",
    col("hash", key=True),
    col("day", key=True),
    col("at", INSTANT),
    col("leads", NUMBER),
    col("found", JSON),
    clustered=True,
)
