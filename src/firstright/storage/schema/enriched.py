"""Tables of what is asked of providers: who they are, what was asked about which lead, what they answered. Told in the migration."""

from sqlalchemy import Index, text

from firstright.storage.schema.columns import BYTES, FLAG, ID, INSTANT, JSON, NUMBER, col, one_of, table

_OPEN = "state IN ('waiting', 'asked', 'came')"
_TO_ASK = "state IN ('waiting', 'asked')"
_ENDED = "answered_at IS NOT NULL"


def _where(name: str, *columns: str, where: str) -> Index:
    return Index(name, *columns, sqlite_where=text(where), postgresql_where=text(where))


provider = table(
    "provider",
    col("name", key=True),
    col("url"),
    col("sealed", BYTES),
    col("headers", JSON),
    col("enabled", FLAG),
    col("off_reason"),
    col("created_at", INSTANT),
    col("failures", NUMBER),
    col("failing_since", INSTANT, null=True),
    col("paused_until", INSTANT, null=True),
    col("problem"),
    col("problem_at", INSTANT, null=True),
    col("minute", INSTANT, null=True),
    col("minute_n", NUMBER),
)

enrichment = table(
    "enrichment",
    col("id", ID, key=True),
    col("lead_id", ID),
    col("person_id", ID, null=True),
    col("provider"),
    col("key"),
    col("state"),
    col("result"),
    col("detail"),
    col("said", JSON),
    col("due_at", INSTANT),
    col("give_up_at", INSTANT),
    col("attempts", NUMBER),
    col("lease_token"),
    col("created_at", INSTANT),
    col("asked_at", INSTANT, null=True),
    col("answered_at", INSTANT, null=True),
    col("took", NUMBER),
    col("decision_id", ID, null=True),
    _where("enrichment_due", "due_at", where=_OPEN),
    _where("enrichment_open", "provider", "key", where=_TO_ASK),
    Index("enrichment_by_lead", "lead_id"),
    _where("enrichment_ended", "provider", "answered_at", where=_ENDED),
    one_of("state", "waiting", "asked", "came", "done"),
    one_of("result", "", "known", "unknown", "failed", "moot"),
)

answer = table(
    "enrichment_answer",
    col("provider", key=True),
    col("key", key=True),
    col("shape"),
    col("result"),
    col("answer", JSON),
    col("detail"),
    col("answered_at", INSTANT),
    col("fresh_until", INSTANT),
    clustered=True,
)

spend = table(
    "enrichment_spend",
    col("provider", key=True),
    col("month", key=True),
    col("n", NUMBER),
    clustered=True,
)
