"""Tables of what is due: clocks, jobs, tasks, deliveries, reviews. Told in the migration."""

from typing import Any  # SQLAlchemy's own generic parameter for "a column of any Python type"

from sqlalchemy import Column, Index, text

from firstright.storage.schema.columns import BYTES, ID, INSTANT, JSON, NUMBER, col, one_of, table

_IN_WORK = "state IN ('open', 'claimed')"
# step: of a sequence; remind: of a meeting or a task; errand: long work that somebody asked for
KINDS = ("decide", "clock", "route", "step", "remind", "errand")
LANES = ("person", "intake", "deadlines", "bulk")


def _while(state: str, name: str, *columns: str | Column[Any], also: str = "") -> Index:
    """A partial index over rows in one state. Queries must write the state as a literal to be served by it."""
    where = text(f"state = '{state}'{also}")
    return Index(name, *columns, sqlite_where=where, postgresql_where=where)


clock = table(
    "clock",
    col("id", ID, key=True),
    col("lead_id", ID),
    col("clock"),
    col("cycle", NUMBER),
    col("epoch", NUMBER),
    col("basis"),
    col("calendar"),
    col("started_at", INSTANT),
    col("due_at", INSTANT),
    col("warnings", JSON),
    col("ladder", JSON),
    col("state"),
    col("paused_at", INSTANT, null=True),
    col("met_at", INSTANT, null=True),
    col("missed_at", INSTANT, null=True),
    Index("clock_by_lead", "lead_id"),
    _while("missed", "clock_missed", "missed_at"),
    _while("paused", "clock_paused", "paused_at"),
    one_of("state", "running", "paused", "met", "missed", "cancelled", "excused"),
)

job = table(
    "job",
    col("id", ID, key=True),
    col("kind"),
    col("lane"),
    col("lead_id", ID, null=True),
    col("ref_id"),
    col("cause"),
    col("due_at", INSTANT),
    col("priority", NUMBER),
    col("guard_epoch", NUMBER, null=True),
    col("state"),
    col("lease_token"),
    col("lease_until", INSTANT, null=True),
    col("attempts", NUMBER),
    col("last_error"),
    col("payload", JSON),
    _while("ready", "job_ready", "lane", "kind", "priority", "due_at"),
    _while("ready", "job_of_lead", "lead_id"),
    _while("leased", "job_leased", "lease_until"),
    _while("dead", "job_dead", "due_at"),
    _while("ready", "job_failing", "due_at", also=" AND last_error <> ''"),
    one_of("kind", *KINDS),
    one_of("lane", *LANES),
    one_of("state", "ready", "leased", "done", "cancelled", "dead"),
)

task = table(
    "task",
    col("id", ID, key=True),
    col("lead_id", ID),
    col("epoch", NUMBER),
    col("rep_id"),
    col("action"),
    col("channel"),
    col("due_at", INSTANT),
    col("state"),
    col("person_id", ID, null=True),
    _while("open", "task_of_rep", "rep_id", "due_at"),
    Index("task_by_lead", "lead_id"),
    one_of("state", "open", "done", "cancelled"),
)

delivery = table(
    "delivery",
    col("id", ID, key=True),
    col("lead_id", ID, null=True),
    col("epoch", NUMBER, null=True),
    col("destination"),
    col("channel"),
    col("template"),
    col("rep_id"),
    col("state"),
    col("due_at", INSTANT),
    col("attempts", NUMBER),
    col("last_error"),
    col("lease_token"),
    col("lease_until", INSTANT, null=True),
    col("body", BYTES),
    col("person_id", ID, null=True),
    col("order_key"),
    col("event", default="''"),
    col("about", JSON, default="'{}'"),
    col("decision_id", ID, null=True),
    col("created_at", INSTANT, null=True),
    col("sent_at", INSTANT, null=True),
    col("deaths", NUMBER, default="0"),
    col("last_status", NUMBER, default="0"),
    col("trace", default="''"),
    _while("ready", "delivery_ready", "destination", "due_at"),
    _while("leased", "delivery_leased", "lease_until"),
    _while("behind", "delivery_behind", "lead_id", "destination"),
    _while("dead", "delivery_dead", "destination", "due_at"),
    Index("delivery_chain", "lead_id", "destination", "id"),
    one_of("state", "behind", "ready", "leased", "sent", "dead", "cancelled"),
)

review_item = table(
    "review_item",
    col("id", ID, key=True),
    col("lead_id", ID),
    col("reason"),
    col("state"),
    col("candidates", JSON),
    col("due_at", INSTANT, null=True),
    col("opened_at", INSTANT),
    col("claimed_by"),
    col("claimed_at", INSTANT, null=True),
    col("resolution"),
    col("resolved_at", INSTANT, null=True),
    col("resolved_by", default="''"),
    col("note", default="''"),
    _while("open", "review_open", "due_at"),
    Index("review_in_work", "due_at", "id", sqlite_where=text(_IN_WORK), postgresql_where=text(_IN_WORK)),
    Index("review_by_lead", "lead_id"),
    one_of("state", "open", "claimed", "resolved", "withdrawn"),
)
