"""Tables of errands, long work that is done a slice at a time, and of what the preview of a repair found. Told in the migration."""

from sqlalchemy import Index

from firstright.storage.schema.columns import ID, INSTANT, JSON, NUMBER, col, one_of, table

KINDS = ("repair-preview", "hook-replay", "quarantine-replay")

errand = table(
    "errand",
    col("id", ID, key=True),
    col("kind"),
    col("about", JSON),
    col("asked_at", INSTANT),
    col("asked_by"),
    col("state"),
    col("total", NUMBER),
    col("done", NUMBER),
    col("place", JSON),
    col("counts", JSON),
    col("finished_at", INSTANT, null=True),
    col("stopped_by"),
    col("stopped_why"),
    Index("errand_by_kind", "kind", "asked_at"),
    one_of("kind", *KINDS),
    one_of("state", "running", "done", "stopped"),
)

previewed = table(
    "previewed",
    col("preview_id", ID, key=True),
    col("lead_id", ID, key=True),
    col("epoch", NUMBER),
    col("state"),
    col("was"),
    col("was_rule"),
    col("now"),
    col("now_rule"),
    col("why"),
    col("later", JSON),
    Index("previewed_by_state", "preview_id", "state", "lead_id"),
    one_of("state", "waiting", "moved", "stayed", "kept", "failed"),
    clustered=True,
)
