"""Tables of fairness and of what happened: standing, ledger, checkpoints, eligible sets, audit. Told in the migration."""

from sqlalchemy import Index

from firstright.storage.schema.columns import ID, INSTANT, JSON, NUMBER, col, one_of, table

eligible_set = table(
    "eligible_set",
    col("hash", key=True),
    col("pool"),
    col("members", JSON),
    clustered=True,
)

standing = table(
    "standing",
    col("scope", key=True),
    col("turn", NUMBER),
    col("data", JSON),
    Index("standing_by_turn", "turn"),
    clustered=True,
)

checkpoint = table(
    "checkpoint",
    col("pool", key=True),
    col("lane", key=True),
    col("seq", NUMBER, key=True),
    col("data", JSON),
    clustered=True,
)

ledger = table(
    "ledger",
    col("pool", key=True),
    col("lane", key=True),
    col("seq", NUMBER, key=True),
    col("kind"),
    col("rep"),
    col("cost", NUMBER),
    col("eligible"),
    col("decision_id", ID, null=True),
    col("at", INSTANT),
    one_of("kind", "turned", "spread", "returned", "manual"),
    clustered=True,
)

audit = table(
    "audit",
    col("id", ID, key=True),
    col("at", INSTANT),
    col("turn", NUMBER),
    col("actor"),
    col("action"),
    col("subject_kind"),
    col("subject_id"),
    col("decision_id", ID, null=True),
    col("data", JSON),
    Index("audit_of_subject", "subject_kind", "subject_id"),
)
