"""Which file of a CRM this is, by its header: the columns Salesforce, HubSpot and Marketo give their records, in warehouse
extracts and in their own exports. It reads no row; what a column means for a record is said in `crmrows`.
"""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

import msgspec

KINDS = ("account", "contact", "opportunity", "owner", "stage", "merge", "link", "lead", "gone")
ASKED = ("account", "contact", "opportunity", "owner")  # what a person can say a file holds
SYSTEMS = ("salesforce", "hubspot", "marketo")

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_WORD = re.compile(r"[^a-z0-9]+")

Columns = Mapping[str, tuple[str, ...]]  # our field -> the columns it may stand in, the best first


class Shape(msgspec.Struct, frozen=True):
    """One file of one system. `of`: what a merge, a link or a deletion is about. A shape that is not taken says why."""

    system: str
    kind: str
    columns: Columns
    of: str = ""
    needs: frozenset[str] = frozenset()  # columns by which it is known
    lacks: frozenset[str] = frozenset()  # columns by which it is known to be another
    named: str = ""  # stands in the name of the file: its columns alone would not tell it from others
    why_not: str = ""


_PLACE: dict[str, tuple[str, ...]] = {
    "country": ("billing_country_code", "billing_country", "shipping_country_code", "shipping_country"),
    "state": ("billing_state_code", "billing_state", "shipping_state"),
    "city": ("billing_city", "shipping_city"),
    "postcode": ("billing_postal_code", "shipping_postal_code"),
}
_HS_PLACE: dict[str, tuple[str, ...]] = {
    "country": ("property_country",),
    "state": ("property_state",),
    "city": ("property_city",),
    "postcode": ("property_zip",),
}
_SF: dict[str, tuple[str, ...]] = {
    "id": ("id",),
    "owner": ("owner_id",),
    "deleted": ("is_deleted", "_fivetran_deleted"),
    "into": ("master_record_id",),
    "current": ("_fivetran_active",),
    "changed": ("last_modified_date", "system_modstamp", "last_activity_date", "created_date"),
}
_HS: dict[str, tuple[str, ...]] = {
    "id": ("id", "record_id"),
    "owner": ("property_hubspot_owner_id", "owner_id", "hubspot_owner_id"),
    "deleted": ("is_deleted", "_fivetran_deleted"),
    "absorbs": ("property_hs_merged_object_ids", "merged_object_ids", "merged_record_ids"),
    "changed": ("property_hs_lastmodifieddate", "property_createdate", "last_modified_date", "create_date"),
}
_PERSON: dict[str, tuple[str, ...]] = {
    "first_name": ("first_name", "property_firstname"),
    "last_name": ("last_name", "property_lastname"),
    "name": ("name", "full_name"),
    "email": ("email", "property_email"),
    "phone": ("phone", "property_phone", "mobile_phone", "property_mobilephone", "phone_number"),
    "title": ("title", "property_jobtitle", "job_title"),
}
_FIRM: dict[str, tuple[str, ...]] = {
    "name": ("name", "property_name", "company_name"),
    "domains": (
        "domains",
        "domain",
        "property_domain",
        "company_domain_name",
        "property_hs_additional_domains",
    ),
    "website": ("website", "property_website", "website_url"),
    "phone": ("phone", "property_phone", "phone_number"),
    "industry": ("industry", "property_industry"),
    "employees": ("number_of_employees", "property_numberofemployees", "employees"),
    "revenue": ("annual_revenue", "property_annualrevenue", "revenue"),
    "type": ("type", "property_type", "account_type"),
    "tier": ("tier", "account_tier", "property_tier", "property_hs_target_account"),
}


_WORDS: dict[str, tuple[str, ...]] = {  # a deal's company and contact by name
    "account_name": ("account_name", "associated_company", "company_name", "account", "company"),
    "contact_name": ("contact_name", "primary_contact", "associated_contact", "contact"),
}


def _set(*names: str) -> frozenset[str]:
    return frozenset(names)


def _unused(system: str, why: str, *needs: str) -> Shape:
    return Shape(system, "none", {}, needs=frozenset(needs), why_not=why)


def _pair(system: str, kind: str, of: str, name: str, other: str) -> Shape:
    """Two columns: a record, and those it absorbs or belongs to."""
    said = "absorbs" if kind == "merge" else "to"
    return Shape(system, kind, {"id": (name,), said: (other,)}, of=of, needs=_set(name, other))


_ACTIVITIES = "activities: only accounts, contacts, opportunities, owners and what became of them are taken"
_TEAMS = "teams: who sells is said in the roster"
_FORMS = "forms and what was sent through them: leads are brought in with firstright import"

# In this order: the first whose columns are all there.
SHAPES = (
    _unused("salesforce", _ACTIVITIES, "who_id", "what_id", "subject"),
    _unused("salesforce", "roles: who sells is said in the roster", "developer_name", "parent_role_id"),
    Shape(
        "salesforce",
        "lead",
        {
            **_SF,
            "converted": ("is_converted",),
            "contact": ("converted_contact_id",),
            "account": ("converted_account_id",),
            "opportunity": ("converted_opportunity_id",),
        },
        needs=_set("id", "is_converted", "converted_contact_id"),
    ),
    Shape(
        "salesforce",
        "owner",
        {
            "id": ("id",),
            "name": ("name",),
            "first_name": ("first_name",),
            "last_name": ("last_name",),
            "email": ("email",),
            "active": ("is_active",),
            "deleted": ("_fivetran_deleted", "is_deleted"),
        },
        needs=_set("id", "email", "is_active", "profile_id"),
    ),
    Shape(
        "salesforce",
        "opportunity",
        {
            **_WORDS,
            **_SF,
            "account": ("account_id",),
            "contact": ("contact_id", "primary_contact_id"),
            "name": ("name",),
            "stage": ("stage_name",),
            "closed": ("is_closed",),
            "won": ("is_won",),
            "amount": ("amount",),
        },
        needs=_set("id", "stage_name", "owner_id"),
    ),
    Shape(
        "salesforce",
        "contact",
        {
            **_SF,
            **_PERSON,
            "account": ("account_id",),
            "country": ("mailing_country_code", "mailing_country"),
            "state": ("mailing_state_code", "mailing_state"),
            "city": ("mailing_city",),
            "postcode": ("mailing_postal_code",),
        },
        needs=_set("id", "account_id", "email", "last_name", "owner_id"),
    ),
    Shape(
        "salesforce",
        "account",
        {**_SF, **_FIRM, **_PLACE, "parent": ("parent_id",)},
        needs=_set("id", "name", "owner_id", "parent_id"),
    ),
    _pair("hubspot", "merge", "opportunity", "deal_id", "merged_deal_id"),
    _pair("hubspot", "merge", "contact", "canonical_vid", "vid_to_merge"),
    _pair("hubspot", "link", "contact", "deal_id", "contact_id"),
    _pair("hubspot", "link", "account", "deal_id", "company_id"),
    Shape(
        "hubspot",
        "stage",
        {
            "id": ("stage_id",),
            "name": ("label",),
            "closed": ("is_closed",),
            "won": ("closed_won",),
            "probability": ("probability",),
            "deleted": ("_fivetran_deleted",),
        },
        needs=_set("stage_id", "closed_won", "pipeline_id"),
    ),
    Shape(
        "hubspot",
        "opportunity",
        {
            **_WORDS,
            **_HS,
            "id": ("deal_id", "record_id"),
            "name": ("property_dealname", "deal_name"),
            "stage": ("deal_pipeline_stage_id", "property_dealstage", "deal_stage"),
            "closed": ("property_hs_is_closed",),
            "won": ("property_hs_is_closed_won",),
            "amount": ("property_amount", "amount"),
        },
        needs=_set("deal_id", "deal_pipeline_stage_id"),
    ),
    Shape(
        "hubspot",
        "owner",
        {
            "id": ("owner_id",),
            "first_name": ("first_name",),
            "last_name": ("last_name",),
            "email": ("email",),
            "active": ("is_active",),
            "deleted": ("_fivetran_deleted",),
        },
        needs=_set("owner_id", "email", "first_name", "portal_id"),
    ),
    Shape(
        "hubspot",
        "contact",
        {
            **_HS,
            **_PERSON,
            "account": ("property_associatedcompanyid", "associated_company_id"),
            **_HS_PLACE,
        },
        needs=_set("id", "property_email"),
    ),
    Shape(
        "hubspot",
        "account",
        {
            **_HS,
            **_FIRM,
            "parent": ("property_hs_parent_company_id",),
            **_HS_PLACE,
        },
        needs=_set("id", "property_name"),
    ),
    # What a person exports from its lists; further columns are known by their names (`crmnamed`).
    Shape("hubspot", "account", {**_HS, **_FIRM}, needs=_set("record_id", "company_name", "company_owner")),
    Shape(
        "hubspot",
        "contact",
        {**_HS, **_PERSON},
        needs=_set("record_id", "first_name", "last_name", "contact_owner"),
    ),
    Shape(
        "hubspot",
        "opportunity",
        {**_WORDS, **_HS, "name": ("deal_name",), "stage": ("deal_stage",), "amount": ("amount",)},
        needs=_set("record_id", "deal_name", "deal_stage", "deal_owner"),
    ),
    _unused("hubspot", _ACTIVITIES, "engagement_id"),
    _unused("hubspot", _ACTIVITIES, "id", "type", "portal_id"),
    _unused(
        "hubspot",
        "the history of fields: what they say now is in the file of contacts",
        "contact_id",
        "source_id",
    ),
    _unused("hubspot", _FORMS, "contact_id", "form_id"),
    _unused("hubspot", _FORMS, "guid", "form_type"),
    _unused("hubspot", _TEAMS, "owner_id", "team_id"),
    _unused("hubspot", _TEAMS, "user_id", "team_id"),
    _unused("hubspot", _TEAMS, "id", "primary_team_id"),
    _unused("hubspot", "fields and their values: no records", "property_id", "hubspot_object"),
    _unused("hubspot", "fields and their values: no records", "hubspot_object", "field_type"),
    _pair("marketo", "merge", "contact", "lead_id", "merge_ids"),
    _unused(
        "marketo", "the history of fields: what they say now is in the file of leads", "lead_id", "old_value"
    ),
    Shape(
        "marketo",
        "gone",
        {"id": ("lead_id",)},
        of="contact",
        needs=_set("lead_id", "activity_type_id", "primary_attribute_value_id"),
        named="delete",
    ),
    _unused("marketo", _ACTIVITIES, "lead_id", "activity_type_id"),
    _unused("marketo", "fields and their values: no records", "restname", "soapname"),
    _unused("marketo", "campaigns: no records", "program_id", "workspace_name"),
    _unused("marketo", "programs: no records", "channel", "workspace", "sfdc_id"),
    Shape(
        "marketo",
        "contact",
        {
            "id": ("id",),
            **_PERSON,
            "account": ("company_id",),
            "owner": ("owner_id", "sfdc_owner_id"),
            "country": ("country",),
            "city": ("city",),
            "postcode": ("postal_code",),
            "changed": ("updated_at", "created_at"),
        },
        needs=_set("id", "email", "created_at", "updated_at"),
        lacks=_set("portal_id", "name"),
    ),
)

_LATER: dict[str, tuple[str, ...]] = {
    "changed": ("changed", "last_modified", "updated_at"),
    "deleted": ("deleted", "is_deleted"),
    "into": ("merged_into",),
}
# Files of any other system, and of people who keep their accounts in a sheet.
PLAIN = (
    Shape(
        "",
        "opportunity",
        {
            **_WORDS,
            "id": ("opportunity_id", "deal_id", "record_id_deal"),
            "account": ("account_id", "company_id", "parent_account_id"),
            "contact": ("contact_id",),
            "contact_email": ("contact_e_mail", "contact_email"),
            "name": ("name", "opportunity_name", "deal_name"),
            "stage": ("stage", "deal_stage"),
            "owner": ("owner", "owner_id", "owner_email", "deal_owner"),
            "open": ("open", "is_open"),
            "closed": ("closed", "is_closed"),
            "won": ("won", "is_won"),
            "amount": ("amount_eur", "amount_usd", "amount"),
            **_LATER,
        },
        needs=_set("opportunity_id"),
    ),
    Shape(
        "",
        "contact",
        {
            **_PERSON,
            "id": ("contact_id", "id"),
            "email": ("email", "e_mail"),
            "account": ("account_id", "company_id"),
            "owner": ("owner", "owner_id", "owner_email"),
            "country": ("country",),
            "state": ("state",),
            "city": ("city",),
            "postcode": ("postcode", "zip", "postal_code"),
            **_LATER,
            "absorbs": ("merged_ids",),
        },
        needs=_set("contact_id"),
    ),
    Shape(
        "",
        "account",
        {
            **_FIRM,
            "id": ("account_id", "company_id"),
            "parent": ("parent", "parent_id", "parent_account_id", "parent_account"),
            "owner": ("owner", "owner_id", "owner_email", "account_owner"),
            "country": ("country", "billing_country"),
            "state": ("state", "billing_state"),
            "city": ("city", "billing_city"),
            "postcode": ("postcode", "zip", "postal_code"),
            **_LATER,
            "absorbs": ("merged_ids",),
        },
        needs=_set("account_id"),
    ),
    Shape(
        "",
        "owner",
        {
            "id": ("owner_id", "user_id"),
            "name": ("name", "owner_name"),
            "first_name": ("first_name",),
            "last_name": ("last_name",),
            "email": ("email", "e_mail"),
            "active": ("active", "is_active"),
            "deleted": ("deleted", "is_deleted"),
        },
        needs=_set("owner_id", "email"),
    ),
)


@lru_cache(16_384)
def bare(column: str) -> str:
    """A column's name as it is compared: "OwnerId", "Owner ID" and "owner_id" are one. A leading underscore stays."""
    text = column.strip().removesuffix(" (1)")  # of columns of one name the first
    lead = "_" if text.startswith("_") else ""
    return lead + _WORD.sub("_", _CAMEL.sub("_", text).casefold()).strip("_")


def recognised(header: Sequence[str], file: str = "") -> list[Shape]:
    """The shapes a header may be, the surest first: what a vendor writes before what people write. `file` is its name."""
    names = frozenset(map(bare, header))
    shown = file.casefold()
    return [
        shape
        for shape in (*SHAPES, *PLAIN)
        if shape.needs <= names and not shape.lacks & names and shape.named in shown
    ]


def shape_for(system: str, kind: str) -> Shape | None:
    """What is known of the columns of this kind of file where somebody says what it is."""
    of_system = (shape for shape in SHAPES if shape.system == system and shape.kind == kind)
    plain = (shape for shape in PLAIN if shape.kind == kind)
    return next(of_system, next(plain, None))
