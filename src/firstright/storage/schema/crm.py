"""Tables of what the CRM already knows: accounts, contacts, opportunities. Told in the migration."""

from sqlalchemy import ForeignKeyConstraint, Index, Text, UniqueConstraint, text

from firstright.storage.schema.columns import FLAG, ID, INSTANT, JSON, NUMBER, col, one_of, table

SORTED = Text().with_variant(
    Text(collation="C"), "postgresql"
)  # by code point on both, so that a beginning is a range


def _partly(name: str, *columns: str, where: str) -> Index:
    return Index(name, *columns, sqlite_where=text(where), postgresql_where=text(where))


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
    col("owner_external", default="''"),
    col("parent_external", default="''"),
    col("sort_name", SORTED, default="''"),
    col("deleted_at", INSTANT, null=True),
    col("merged_into", ID, null=True),
    col("modified_at", INSTANT, null=True),
    UniqueConstraint("system", "external_id", name="account_external"),
    _partly("account_by_name", "sort_name", "id", where="deleted_at IS NULL"),
    _partly("account_by_owner", "owner", "sort_name", "id", where="deleted_at IS NULL"),
    _partly("account_by_parent", "parent_id", where="parent_id IS NOT NULL"),
    _partly(
        "account_waits", "system", "parent_external", where="parent_id IS NULL AND parent_external <> ''"
    ),
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
    col("owner_external", default="''"),
    col("account_external", default="''"),
    col("deleted_at", INSTANT, null=True),
    col("merged_into", ID, null=True),
    col("modified_at", INSTANT, null=True),
    UniqueConstraint("system", "external_id", name="contact_external"),
    _partly(
        "contact_waits", "system", "account_external", where="account_id IS NULL AND account_external <> ''"
    ),
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
    col("owner_external", default="''"),
    col("account_external", default="''"),
    col("contact_external", default="''"),
    col("won", FLAG, default="FALSE"),
    col("deleted_at", INSTANT, null=True),
    col("merged_into", ID, null=True),
    col("modified_at", INSTANT, null=True),
    UniqueConstraint("system", "external_id", name="opportunity_external"),
    _partly(
        "opportunity_waits",
        "system",
        "account_external",
        where="account_id IS NULL AND account_external <> ''",
    ),
    _partly(
        "opportunity_waits_contact",
        "system",
        "contact_external",
        where="contact_id IS NULL AND contact_external <> ''",
    ),
    Index("opportunity_by_account", "account_id"),
    Index("opportunity_by_contact", "contact_id"),
)

crm_owner = table(
    "crm_owner",
    col("system", key=True),
    col("external_id", key=True),
    col("name"),
    col("email"),
    col("active", FLAG),
    col("rep"),
    col("said"),
    col("updated_at", INSTANT),
    clustered=True,
)

crm_alias = table(
    "crm_alias",
    col("system", key=True),
    col("kind", key=True),
    col("external_id", key=True),
    col("leads_to"),
    col("updated_at", INSTANT),
    Index("crm_alias_to", "system", "kind", "leads_to"),
    one_of(
        "kind",
        "account",
        "contact",
        "opportunity",
        "lead-contact",
        "opportunity-account",
        "opportunity-contact",
    ),
    clustered=True,
)

crm_stage = table(
    "crm_stage",
    col("system", key=True),
    col("external_id", key=True),
    col("label"),
    col("closed", FLAG),
    col("won", FLAG),
    clustered=True,
)

crm_import = table(
    "crm_import",
    col("id", ID, key=True),
    col("file_hash"),
    col("map_hash"),
    col("name"),
    col("system"),
    col("kind"),
    col("state"),
    col("counters", JSON),
    col("actor"),
    col("started_at", INSTANT),
    col("ended_at", INSTANT, null=True),
    UniqueConstraint("file_hash", "map_hash", name="crm_import_once"),
    one_of("state", "running", "done"),
)

crm_import_problem = table(
    "crm_import_problem",
    col("import_id", ID, key=True),
    col("line", NUMBER, key=True),
    col("outcome"),
    col("problems", JSON),
    ForeignKeyConstraint(["import_id"], ["crm_import.id"], name="crm_import_problem_import"),
    clustered=True,
)
