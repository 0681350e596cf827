"""Tables of how we route: policy versions, the log of edits between them, tables of values. Told in the migration."""

from sqlalchemy import UniqueConstraint

from firstright.storage.schema.columns import ID, INSTANT, JSON, NUMBER, col, table

policy_version = table(
    "policy_version",
    col("version", NUMBER, key=True),
    col("hash"),
    col("text"),
    col("published_at", INSTANT),
    col("published_by"),
    col("reason"),
    col("engine", NUMBER),
    col("rolled_back_to", NUMBER, null=True),
)

change_log = table(
    "change_log",
    col("id", ID, key=True),
    col("at", INSTANT),
    col("actor"),
    col("subject"),
    col("before_version", NUMBER),
    col("after_version", NUMBER),
    col("diff", JSON),
)

list_table = table(
    "list_table",
    col("hash", key=True),
    col("name"),
    col("text"),
    col("published_at", INSTANT),
    UniqueConstraint("name", "hash", name="list_table_version"),
)

schema_migration = table(
    "schema_migration",
    col("name", key=True),
    col("hash"),
    col("applied_at", INSTANT),
)
