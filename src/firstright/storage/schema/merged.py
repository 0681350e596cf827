"""Tables of which records are one: merges, pairs that are not one, and pairs that may be. Told in the migration."""

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text

from firstright.storage.schema.columns import ID, INSTANT, JSON, NUMBER, col, one_of, table

PAIR_STATES = ("open", "merged", "distinct")
_IN_FORCE = text("undone_at IS NULL")
_OPEN = text("state = 'open'")

merge = table(
    "merge",
    col("id", ID, key=True),
    col("child", ID),
    col("master", ID),
    col("at", INSTANT),
    col("merged_by"),
    col("how"),
    col("reason"),
    col("score", NUMBER, null=True),
    col("reasons", JSON),
    col("child_was", JSON),
    col("master_was", JSON),
    col("master_epoch", NUMBER),
    col("gave", JSON),
    col("undone_at", INSTANT, null=True),
    col("undone_by"),
    Index("merge_in_force", "child", unique=True, sqlite_where=_IN_FORCE, postgresql_where=_IN_FORCE),
    Index("merge_of_master", "master", sqlite_where=_IN_FORCE, postgresql_where=_IN_FORCE),
    one_of("how", "auto", "person"),
)

distinct_pair = table(
    "distinct_pair",
    col("a", ID, key=True),
    col("b", ID, key=True),
    col("at", INSTANT),
    col("marked_by"),
    col("reason"),
    Index("distinct_pair_of_b", "b"),
    CheckConstraint("a < b", name="a_before_b"),
    clustered=True,
)

duplicate_pair = table(
    "duplicate_pair",
    col("id", ID, key=True),
    col("a", ID),
    col("b", ID),
    col("score", NUMBER),
    col("reasons", JSON),
    col("found_at", INSTANT),
    col("state"),
    col("decided_at", INSTANT, null=True),
    col("decided_by"),
    UniqueConstraint("a", "b", name="duplicate_pair_once"),
    CheckConstraint("a < b", name="a_before_b"),
    Index("duplicate_pair_open", "score", "id", sqlite_where=_OPEN, postgresql_where=_OPEN),
    Index("duplicate_pair_of_b", "b"),
    one_of("state", *PAIR_STATES),
)
