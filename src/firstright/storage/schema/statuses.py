"""Tables of the pipeline: which status came when, how many leads stand in each, what somebody gave their word for, what a lead
was converted into. Told in the migration."""

from sqlalchemy import Index, text

from firstright.storage.schema.columns import ID, INSTANT, NUMBER, col, table

_DEAL = text("opportunity_id IS NOT NULL")

status_change = table(
    "status_change",
    col("lead_id", ID, key=True),
    col("decision_id", ID, key=True),
    col("cycle", NUMBER),
    col("was"),
    col("status"),
    col("at", INSTANT),
    Index("status_change_out_of", "was", "at"),
    clustered=True,
)

lead_count = table(
    "lead_count",
    col("status", key=True),
    col("leads", NUMBER),
    clustered=True,
)

vouched = table(
    "vouched",
    col("lead_id", ID, key=True),
    col("cycle", NUMBER, key=True),
    col("criterion", key=True),
    col("by"),
    col("note"),
    col("at", INSTANT),
    col("person_id", ID, null=True),
    clustered=True,
)

conversion = table(
    "conversion",
    col("lead_id", ID, key=True),
    col("contact_id", ID),
    col("account_id", ID, null=True),
    col("opportunity_id", ID, null=True),
    col("cycle", NUMBER),
    col("by"),
    col("at", INSTANT),
    Index("conversion_of_contact", "contact_id"),
    Index("conversion_of_opportunity", "opportunity_id", sqlite_where=_DEAL, postgresql_where=_DEAL),
    clustered=True,
)
