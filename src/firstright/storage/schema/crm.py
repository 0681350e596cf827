"""Tables of what the CRM already knows: accounts, contacts, opportunities. Told in the migration."""

from sqlalchemy import Index, UniqueConstraint

from firstright.storage.schema.columns import FLAG, ID, INSTANT, JSON, NUMBER, col, table

account = table(
    "account",
    col("id", ID, key=True),
    col("system"),
    col("external_id"),
    col("name"),
    col("owner"),
    col("type"),
    col("tier"),
    col("parent_id", ID, null=True),
    col("facts", JSON),
    col("owner_since", INSTANT, null=True),
    col("updated_at", INSTANT),
    UniqueConstraint("system", "external_id", name="account_external"),
)

account_domain = table(
    "account_domain",
    col("account_id", ID, key=True),
    col("domain", key=True),
    clustered=True,
)

contact = table(
    "contact",
    col("id", ID, key=True),
    col("person_id", ID),
    col("system"),
    col("external_id"),
    col("account_id", ID, null=True),
    col("name"),
    col("owner"),
    col("facts", JSON),
    col("updated_at", INSTANT),
    UniqueConstraint("system", "external_id", name="contact_external"),
    Index("contact_by_account", "account_id"),
)

opportunity = table(
    "opportunity",
    col("id", ID, key=True),
    col("system"),
    col("external_id"),
    col("account_id", ID, null=True),
    col("contact_id", ID, null=True),
    col("name"),
    col("owner"),
    col("stage"),
    col("open", FLAG),
    col("amount", NUMBER, null=True),
    col("updated_at", INSTANT),
    UniqueConstraint("system", "external_id", name="opportunity_external"),
    Index("opportunity_by_account", "account_id"),
    Index("opportunity_by_contact", "contact_id"),
)
