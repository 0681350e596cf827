"""Which file of which CRM it is, by its header; and why some files are of no use here."""

from pathlib import Path

import pytest

from firstright.errors import Refused
from firstright.intake.crmmap import read_map, shaped
from firstright.intake.crmshapes import bare, recognised

EXPORTS = Path(__file__).parents[3] / "shared/data/leads/crm_exports"
KNOWN = {
    "hubspot/company_data": "account",
    "hubspot/contact_data": "contact",
    "hubspot/contact_merge_audit_data": "merge contact",
    "hubspot/deal_company_data": "link account",
    "hubspot/deal_contact_data": "link contact",
    "hubspot/deal_data": "opportunity",
    "hubspot/deal_pipeline_stage_data": "stage",
    "hubspot/merged_deal_data": "merge opportunity",
    "hubspot/owner_data": "owner",
    "marketo/marketo_activity_delete_lead_data": "gone contact",
    "marketo/marketo_activity_merge_leads_data": "merge contact",
    "marketo/marketo_lead_data": "contact",
    "salesforce/sf_account_data": "account",
    "salesforce/sf_account_history_data": "account",
    "salesforce/sf_contact_data": "contact",
    "salesforce/sf_contact_history_data": "contact",
    "salesforce/sf_lead_data": "lead",
    "salesforce/sf_opportunity_data": "opportunity",
    "salesforce/sf_user_data": "owner",
}


@pytest.mark.skipif(not EXPORTS.is_dir(), reason="the vendors' extracts are not here")
def test_every_file_of_the_vendors_extracts_is_known_or_said_to_be_of_no_use() -> None:
    found = {}
    for path in sorted(EXPORTS.glob("*/*.csv")):
        header = path.read_text("utf-8-sig").split("\n", 1)[0].split(",")
        shapes = recognised(header, path.name)
        system = path.parent.name
        if shapes and not shapes[0].why_not:
            assert shapes[0].system == system
            found[f"{system}/{path.stem}"] = f"{shapes[0].kind} {shapes[0].of}".strip()
        elif not shapes:
            assert path.stem == "team_data"  # an id and a name: nobody can tell what that is
    assert found == KNOWN


@pytest.mark.parametrize(
    ("column", "same"),
    [
        ("OwnerId", "owner_id"),
        ("Owner ID", "owner_id"),
        (" E-Mail ", "e_mail"),
        ("_fivetran_active", "_fivetran_active"),
        ("BillingPostalCode", "billing_postal_code"),
    ],
)
def test_a_column_has_one_name_however_it_is_written(column: str, same: str) -> None:
    assert bare(column) == same


def test_a_map_puts_its_columns_before_those_that_are_known() -> None:
    found = read_map(
        '[crm]\nkind = "account"\n[columns]\n"KAM" = "owner"\nWWW = "website"\nWeb2 = "website"\n', "m.toml"
    )
    shape = shaped(found, "sheet", "account")
    assert shape is not None
    assert (shape.system, shape.columns["owner"][:2], shape.columns["website"][:2]) == (
        "sheet",
        ("kam", "owner"),
        ("www", "web2"),
    )


def test_everything_that_is_wrong_with_a_map_is_told_at_once() -> None:
    with pytest.raises(Refused) as refused:
        read_map('[crm]\nkind = "deal"\nsize = "9"\n[columns]\nA = 5\n[rows]\n', "m.toml")
    assert [reason.partition(": ")[2] for reason in refused.value.reasons] == [
        "[rows] is no table of such a map; it has crm, columns, owners",
        "columns.A is a text",
        "crm.size is nothing it says; it says system and kind",
        "crm.kind is one of account, contact, opportunity, owner, not deal",
    ]
