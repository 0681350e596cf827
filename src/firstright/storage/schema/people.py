"""Tables of who routes and who is routed to: roster versions, reps, users, sessions, keys. Told in the migration."""

from sqlalchemy import ForeignKeyConstraint, Index, UniqueConstraint

from firstright.storage.schema.columns import BYTES, FLAG, ID, INSTANT, JSON, NUMBER, col, one_of, table

roster_version = table(
    "roster_version",
    col("version", NUMBER, key=True),
    col("hash"),
    col("text"),
    col("published_at", INSTANT),
    col("published_by"),
    col("reason"),
)

rep = table(
    "rep",
    col("id", key=True),
    col("name"),
    col("email"),
    col("active", FLAG),
    col("calendar"),
    col("manager"),
    col("capacity", NUMBER, null=True),
    col("languages", JSON),
    col("skills", JSON),
    col("left_at", INSTANT, null=True),
    col("paused_until", INSTANT, null=True),
    col("place", NUMBER),
)

pool = table(
    "pool",
    col("id", key=True),
    col("place", NUMBER),
)

membership = table(
    "membership",
    col("pool", key=True),
    col("rep_id", key=True),
    col("weight", NUMBER),
    col("joined_at", INSTANT, null=True),
    col("left_at", INSTANT, null=True),
    Index("membership_of_rep", "rep_id"),
    ForeignKeyConstraint(["pool"], ["pool.id"], name="membership_pool"),
    ForeignKeyConstraint(["rep_id"], ["rep.id"], name="membership_rep"),
    clustered=True,
)

calendar = table(
    "calendar",
    col("id", key=True),
    col("zone"),
    col("definition", JSON),
)

absence = table(
    "absence",
    col("rep_id", key=True),
    col("starts_at", INSTANT, key=True),
    col("ends_at", INSTANT),
    col("type"),
    col("backup"),
    ForeignKeyConstraint(["rep_id"], ["rep.id"], name="absence_rep"),
    clustered=True,
)

user_account = table(
    "user_account",
    col("id", ID, key=True),
    col("email"),
    col("name"),
    col("role"),
    col("rep_id"),
    col("password_hash"),
    col("state"),
    col("created_at", INSTANT),
    col("password_changed_at", INSTANT, null=True),
    col("totp", BYTES, null=True),
    col("totp_step", NUMBER),
    UniqueConstraint("email", name="user_email"),
    one_of("role", "rep", "manager", "operations", "admin"),
    one_of("state", "invited", "active", "disabled"),
)

session = table(
    "session",
    col("digest", BYTES, key=True),
    col("user_id", ID),
    col("created_at", INSTANT),
    col("seen_at", INSTANT),
    col("proved_at", INSTANT),
    col("expires_at", INSTANT),
    col("revoked_at", INSTANT, null=True),
    col("agent"),
    Index("session_of_user", "user_id"),
    ForeignKeyConstraint(["user_id"], ["user_account.id"], name="session_has_user"),
)

door_link = table(
    "door_link",
    col("digest", BYTES, key=True),
    col("purpose"),
    col("user_id", ID, null=True),
    col("created_at", INSTANT),
    col("created_by"),
    col("expires_at", INSTANT),
    col("used_at", INSTANT, null=True),
    Index("door_link_of_user", "user_id"),
    one_of("purpose", "set-up", "invite", "reset"),
)

rep_feed = table(
    "rep_feed",
    col("rep_id", key=True),
    col("host"),
    col("sealed", BYTES),
    col("busy_over", NUMBER, null=True),
    col("set_at", INSTANT),
    col("set_by"),
    col("due_at", INSTANT),
    col("etag"),
    col("modified"),
    col("taken"),
    col("taken_at", INSTANT, null=True),
    col("read_at", INSTANT, null=True),
    col("said"),
    col("failures", NUMBER),
    col("problem"),
    Index("rep_feed_due", "due_at"),
)

api_key = table(
    "api_key",
    col("id", ID, key=True),
    col("prefix"),
    col("hash", BYTES),
    col("name"),
    col("scopes", JSON),
    col("source"),
    col("created_at", INSTANT),
    col("expires_at", INSTANT, null=True),
    col("revoked_at", INSTANT, null=True),
    col("last_used_at", INSTANT, null=True),
    UniqueConstraint("prefix", name="api_key_prefix"),
)
