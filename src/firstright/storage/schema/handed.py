"""Tickets: a lead that is with support, and how it stands there."""

from sqlalchemy import Index

from firstright.storage.schema.columns import ID, INSTANT, col, one_of, table

TICKETS = ("open", "waiting", "solved", "closed")

ticket = table(
    "ticket",
    col("id", ID, key=True),
    col("lead_id", ID),
    col("kind"),
    col("state"),
    col("outside"),
    col("note"),
    col("person_id", ID, null=True),
    col("opened_at", INSTANT),
    col("updated_at", INSTANT),
    Index("ticket_by_lead", "lead_id"),
    one_of("state", *TICKETS),
)
