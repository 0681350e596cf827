"""Tables of the turn and of what comes in: arrivals, sources, destinations, imports. Their meaning is told in the migration."""

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text

from firstright.storage.schema.columns import BYTES, FLAG, ID, INSTANT, JSON, NUMBER, col, one_of, table

LABELS = ("created", "merged", "pending", "quarantined", "rejected", "duplicate_conflict")

turn = table(
    "turn",
    col("id", NUMBER, key=True),
    col("n", NUMBER),
    col("node"),
    col("previous_node"),
    col("at", INSTANT),
    col("policy_version", NUMBER),
    col("roster_version", NUMBER),
    CheckConstraint("id = 1", name="one_row"),
)

arrival = table(
    "arrival",
    col("id", ID, key=True),
    col("source"),
    col("event_id"),
    col("body_hash"),
    col("received_at", INSTANT),
    col("raw", BYTES),
    col("content_type"),
    col("label"),
    col("lead_id", ID, null=True),
    col("person_id", ID, null=True),
    col("status", NUMBER),
    col("reply", BYTES),
    col("problems", JSON),
    UniqueConstraint("source", "event_id", name="arrival_once"),
    Index("arrival_by_lead", "lead_id"),
    Index(
        "arrival_wrong",
        "source",
        "id",
        sqlite_where=text("problems <> '[]'"),
        postgresql_where=text("problems <> '[]'"),
    ),
    Index(
        "arrival_quarantined",
        "id",
        sqlite_where=text("label IN ('quarantined', 'duplicate_conflict')"),
        postgresql_where=text("label IN ('quarantined', 'duplicate_conflict')"),
    ),
    one_of("label", *LABELS),
)

source = table(
    "source",
    col("id", ID, key=True),
    col("name"),
    col("kind"),
    col("strict", FLAG),
    col("country"),
    col("allow_extra", FLAG),
    col("field_map", JSON),
    col("enabled", FLAG),
    col("created_at", INSTANT),
    col("settings", JSON, default="'{}'"),
    UniqueConstraint("name", name="source_name"),
)

refusal = table(
    "refusal",
    col("source", key=True),
    col("hour", INSTANT, key=True),
    col("code", key=True),
    col("pointer", key=True),
    col("reason"),
    col("n", NUMBER),
    col("last_at", INSTANT),
    col("request_id"),
    clustered=True,
)

destination = table(
    "destination",
    col("id", ID, key=True),
    col("name"),
    col("kind"),
    col("url"),
    col("settings", JSON),
    col("secret", BYTES, null=True),
    col("enabled", FLAG),
    col("failing_since", INSTANT, null=True),
    col("created_at", INSTANT),
    col("paused_until", INSTANT, null=True),
    col("failures", NUMBER, default="0"),
    col("off_reason", default="''"),
    UniqueConstraint("name", name="destination_name"),
)

import_file = table(
    "import",
    col("id", ID, key=True),
    col("file_hash"),
    col("map_hash"),
    col("name"),
    col("source"),
    col("total", NUMBER),
    col("state"),
    col("counters", JSON),
    col("as_of", INSTANT, null=True),
    col("actor"),
    col("started_at", INSTANT),
    col("ended_at", INSTANT, null=True),
    UniqueConstraint("file_hash", "map_hash", name="import_once"),
    one_of("state", "running", "done", "stopped", "failed"),
)

import_record = table(
    "import_record",
    col("import_id", ID, key=True),
    col("line", NUMBER, key=True),
    col("outcome"),
    col("lead_id", ID, null=True),
    col("person_id", ID, null=True),
    col("problems", JSON),
    one_of("outcome", "created", "merged", "unchanged", "rejected", "quarantined"),
    clustered=True,
)

import_layout = table(
    "import_layout",
    col("import_id", ID, key=True),
    col("source"),
    col("header", JSON),
    col("delimiter"),
    col("map", JSON),
    Index("import_layout_of", "source", "import_id"),
)
