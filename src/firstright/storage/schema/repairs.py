"""Tables of leads that changed hands, of repairs, and of parts of the policy looked at again. Told in the migration."""

from sqlalchemy import Index

from firstright.storage.schema.columns import ID, INSTANT, JSON, NUMBER, col, one_of, table

reassigned = table(
    "reassigned",
    col("lead_id", ID, key=True),
    col("epoch", NUMBER, key=True),
    col("at", INSTANT),
    col("cause"),
    col("was_kind"),
    col("was_id"),
    col("now_kind"),
    col("now_id"),
    col("did", JSON),
    clustered=True,
)

repair = table(
    "repair",
    col("id", ID, key=True),
    col("asked_at", INSTANT),
    col("asked_by"),
    col("reason"),
    col("selection", JSON),
    col("state"),
    col("found", NUMBER),
    col("finished_at", INSTANT, null=True),
    col("preview_id", ID, null=True),
    Index("repair_by_time", "asked_at"),
    one_of("state", "running", "done", "stopped"),
)

repaired = table(
    "repaired",
    col("repair_id", ID, key=True),
    col("lead_id", ID, key=True),
    col("placed_by", ID),
    col("was_kind"),
    col("was_id"),
    col("epoch", NUMBER),
    col("state"),
    col("why"),
    col("now_kind"),
    col("now_id"),
    col("decision_id", ID, null=True),
    col("at", INSTANT, null=True),
    Index("repaired_by_state", "repair_id", "state", "lead_id"),
    Index("repaired_lead", "lead_id"),
    one_of("state", "waiting", "moved", "stayed", "kept", "failed"),
)

steward_review = table(
    "steward_review",
    col("id", ID, key=True),
    col("part"),
    col("at", INSTANT),
    col("by"),
    col("note"),
    col("version", NUMBER),
    Index("steward_review_of", "part", "at"),
)
