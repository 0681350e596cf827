"""Tables of a lead's life: the lead, its keys, decisions, holders, engagements, touches. Told in the migration."""

from sqlalchemy import Index, UniqueConstraint, text

from firstright.storage.schema.columns import BYTES, FLAG, ID, INSTANT, JSON, NUMBER, col, one_of, table

OUTCOMES = ("pending", "owner", "offered", "queued", "waiting", "review", "nurture", "support", "partner")
ENDED = ("quarantined", "rejected", "closed")  # the outcomes after which nothing more has to happen
_ADRIFT = "next_at IS NULL AND merged_into IS NULL AND outcome NOT IN ('quarantined', 'rejected', 'closed')"
_IN_HAND = "merged_into IS NULL AND outcome IN ('pending', 'owner', 'offered', 'queued', 'waiting', 'review')"
HOLDERS = ("rep", "queue", "review", "partner", "none")

lead = table(
    "lead",
    col("id", ID, key=True),
    col("person_id", ID),
    col("source"),
    col("lane"),
    col("facts", JSON),
    col("problems", JSON),
    col("outcome"),
    col("reason"),
    col("rule"),
    col("service"),
    col("holder_kind"),
    col("holder_id"),
    col("epoch", NUMBER),
    col("cycle", NUMBER),
    col("status"),
    col("touched", FLAG),
    col("locked_to"),
    col("locked_until", INSTANT, null=True),
    col("waiting_rule"),
    col("waiting_until", INSTANT, null=True),
    col("arrived_at", INSTANT),
    col("next_at", INSTANT, null=True),
    col("expected_at", INSTANT, null=True),
    col("priority", NUMBER),
    col("merged_into", ID, null=True),
    col("turn", NUMBER),
    col("created_at", INSTANT),
    col("updated_at", INSTANT),
    col("holds"),
    col("load", default="''"),
    col("waiting_pool", default="''"),
    Index("lead_by_person", "person_id"),
    Index("lead_adrift", "id", sqlite_where=text(_ADRIFT), postgresql_where=text(_ADRIFT)),
    Index(
        "lead_in_hand",
        "holder_kind",
        "holder_id",
        "touched",
        "expected_at",
        "id",
        sqlite_where=text(_IN_HAND),
        postgresql_where=text(_IN_HAND),
    ),
    Index(
        "lead_waiting",
        "waiting_pool",
        text("priority DESC"),
        "arrived_at",
        "id",
        sqlite_where=text("outcome = 'waiting'"),
        postgresql_where=text("outcome = 'waiting'"),
    ),
    Index(
        "lead_queued",
        "holder_id",
        text("priority DESC"),
        "arrived_at",
        "id",
        sqlite_where=text("outcome = 'queued'"),
        postgresql_where=text("outcome = 'queued'"),
    ),
    one_of("outcome", *OUTCOMES, *ENDED),
    one_of("holder_kind", *HOLDERS),
)

match_key = table(
    "match_key",
    col("kind", key=True),
    col("value", key=True),
    col("entity", key=True),
    col("id", ID, key=True),
    Index(
        "match_key_of",
        "id",
        sqlite_where=text("entity <> 'lead'"),
        postgresql_where=text("entity <> 'lead'"),
    ),
    one_of("entity", "lead", "contact", "account", "opportunity"),
    clustered=True,
)

decision = table(
    "decision",
    col("id", ID, key=True),
    col("lead_id", ID),
    col("trigger_id"),
    col("cause"),
    col("turn", NUMBER),
    col("seq", NUMBER),
    col("as_of", INSTANT),
    col("engine", NUMBER),
    col("policy_version", NUMBER),
    col("roster_version", NUMBER),
    col("outcome"),
    col("reason"),
    col("rule"),
    col("holder_kind"),
    col("holder_id"),
    col("record", BYTES),
    UniqueConstraint("lead_id", "trigger_id", name="decision_once"),
    UniqueConstraint("turn", "seq", name="decision_in_order"),
    one_of("outcome", *OUTCOMES, *ENDED),
    one_of("holder_kind", *HOLDERS),
)

assignment = table(
    "assignment",
    col("lead_id", ID, key=True),
    col("epoch", NUMBER, key=True),
    col("holder_kind"),
    col("holder_id"),
    col("cycle", NUMBER),
    col("origin"),
    col("cause"),
    col("decision_id", ID),
    col("started_at", INSTANT),
    col("ended_at", INSTANT, null=True),
    col("accepted_at", INSTANT, null=True),
    Index(
        "assignment_active",
        "lead_id",
        unique=True,
        sqlite_where=text("ended_at IS NULL"),
        postgresql_where=text("ended_at IS NULL"),
    ),
    Index(
        "assignment_of_holder",
        "holder_kind",
        "holder_id",
        sqlite_where=text("ended_at IS NULL"),
        postgresql_where=text("ended_at IS NULL"),
    ),
    one_of("holder_kind", *HOLDERS),
    one_of("origin", "rule", "person", "crm", "import", "api"),
    clustered=True,
)

role = table(
    "role",
    col("lead_id", ID, key=True),
    col("role", key=True),
    col("rep_id"),
    col("since", INSTANT),
    clustered=True,
)

offer = table(
    "offer",
    col("id", ID, key=True),
    col("lead_id", ID),
    col("epoch", NUMBER),
    col("rep_id"),
    col("kind"),
    col("state"),
    col("reason"),
    col("notes", JSON),
    col("person_id", ID, null=True),
    col("offered_at", INSTANT),
    col("expires_at", INSTANT, null=True),
    col("answered_at", INSTANT, null=True),
    Index("offer_by_lead", "lead_id"),
    one_of("state", "offered", "accepted", "declined", "expired", "withdrawn"),
)

engagement = table(
    "engagement",
    col("id", ID, key=True),
    col("lead_id", ID),
    col("arrival_id", ID, null=True),
    col("kind"),
    col("at", INSTANT),
    col("person_id", ID, null=True),
    Index("engagement_by_lead", "lead_id"),
)

touch = table(
    "touch",
    col("id", ID, key=True),
    col("lead_id", ID),
    col("epoch", NUMBER),
    col("rep_id"),
    col("channel"),
    col("result"),
    col("note"),
    col("happened_at", INSTANT),
    col("logged_at", INSTANT),
    col("person_id", ID, null=True),
    Index("touch_by_lead", "lead_id"),
)

consent = table(
    "consent",
    col("id", ID, key=True),
    col("person_id", ID),
    col("channel"),
    col("purpose"),
    col("state"),
    col("evidence", JSON),
    col("at", INSTANT),
    Index("consent_by_person", "person_id"),
    one_of("state", "given", "withdrawn"),
)

suppression = table(
    "suppression",
    col("kind", key=True),
    col("digest", key=True),
    col("reason"),
    col("at", INSTANT),
    clustered=True,
)
