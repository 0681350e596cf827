"""Tables of fairness and of what happened: standing, ledger, checkpoints, eligible sets, audit. Told in the migration."""

from sqlalchemy import Index, text

from firstright.storage.schema.columns import ID, INSTANT, JSON, NUMBER, col, one_of, table

_ASKED = text("state = 'asked'")

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
    col("owing", default="''"),
    col("period", NUMBER, default="0"),
    col("method", default="'credit'"),
    one_of("kind", "turned", "spread", "made-up", "returned", "manual"),
    clustered=True,
)

credit_request = table(
    "credit_request",
    col("id", ID, key=True),
    col("lead_id", ID),
    col("rep"),
    col("pool"),
    col("lane"),
    col("cost", NUMBER),
    col("reason"),
    col("state"),
    col("asked_at", INSTANT),
    col("decision_id", ID),
    col("resolved_at", INSTANT, null=True),
    col("resolved_by"),
    col("note"),
    Index("credit_asked", "asked_at", "id", sqlite_where=_ASKED, postgresql_where=_ASKED),
    Index("credit_of_rep", "rep", "asked_at"),
    Index("credit_of_lead", "lead_id"),
    one_of("state", "asked", "given", "refused"),
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
