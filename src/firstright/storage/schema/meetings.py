"""Tables of meetings, and of what links without an account are signed with. Told in the migration."""

from sqlalchemy import Index, text

from firstright.storage.schema.columns import ID, INSTANT, NUMBER, col, one_of, table

_LIVE = text("state = 'booked'")

meeting = table(
    "meeting",
    col("id", ID, key=True),
    col("lead_id", ID),
    col("person_id", ID, null=True),
    col("type"),
    col("rep_id"),
    col("starts_at", INSTANT),
    col("ends_at", INSTANT),
    col("since_at", INSTANT),
    col("until_at", INSTANT),
    col("state"),
    col("sequence", NUMBER),
    col("pool"),
    col("zone"),
    col("was"),
    col("epoch", NUMBER),
    col("booked_at", INSTANT),
    col("booked_by"),
    col("changed_at", INSTANT),
    col("changed_by"),
    col("reason"),
    col("decision_id", ID, null=True),
    col("answer"),
    col("answered_at", INSTANT, null=True),
    Index("meeting_once", "rep_id", "starts_at", unique=True, sqlite_where=_LIVE, postgresql_where=_LIVE),
    Index("meeting_of_rep", "rep_id", "until_at", sqlite_where=_LIVE, postgresql_where=_LIVE),
    Index("meeting_by_lead", "lead_id"),
    Index("meeting_by_start", "starts_at"),
    Index("meeting_of_rep_by_start", "rep_id", "starts_at"),
    one_of("state", "booked", "held", "no-show", "cancelled"),
)

busy = table(
    "busy",
    col("rep_id", key=True),
    col("starts_at", INSTANT, key=True),
    col("ends_at", INSTANT, key=True),
    clustered=True,
)

link_key = table("link_key", col("name", key=True), col("secret"))
