"""Extracts of a CRM: whatever the order they come in, records find each other, merged ones lead to what stands for them, and
owners are reps of ours or are listed as nobody's.
"""

from itertools import permutations

import pytest

from desk.extracts import (
    SF_ACCOUNTS,
    SF_CONTACTS,
    SF_DEALS,
    SF_USERS,
    account_import,
    bring,
    keys,
    left,
    problems,
    tried,
)
from desk.office import PEOPLE, RULES, office, owner
from firstright.errors import Refused
from firstright.storage.crmstanding import Loose
from routing import HOUR

OMAR = "005A00000000001"
NOBODY = "005A00000000009"
TOP, SUB, OLD = "001A00000000001", "001A00000000002", "001A00000000003"
FULL = {name: f"{name}IAA" for name in (TOP, SUB, OLD)}
USERS = SF_USERS + f"{OMAR},Omar B,omar@bay.example,true,p\n{NOBODY},Left Long Ago,left@bay.example,false,p\n"
ACCOUNTS = (
    SF_ACCOUNTS
    + f"{SUB},Hill Works GmbH,{OMAR},{TOP},https://www.hill-works.example/de,Deutschland,customer,false,\n"
    + f"{TOP},Hill Holding AG,{NOBODY},,hill.example;hill.test,DE,customer,false,\n"
    + f"{OLD},Hill (old),{OMAR},,old-hill.example,DE,,true,{TOP}\n"
)
CONTACTS = SF_CONTACTS + f"003A00000000001,{SUB},mara@hill-works.example,Mara,Hill,{OMAR},false,\n"
DEALS = SF_DEALS + f'006A00000000001,{SUB},Arms,Quote,false,false,{OMAR},"24,000",false\n'
FILES = {"accounts": ACCOUNTS, "users": USERS, "contacts": CONTACTS, "deals": DEALS}
WITH_MAIL = PEOPLE.replace('id = "omar"', 'id = "omar"\nemail = "omar@bay.example"')


def test_the_roster_of_these_tests_has_omars_address() -> None:
    assert 'email = "omar@bay.example"' in WITH_MAIL


@pytest.mark.parametrize("order", list(permutations(FILES))[::5], ids="-".join)
def test_whatever_file_comes_first_the_records_are_the_same(
    database_url: str, order: tuple[str, ...]
) -> None:
    with office(database_url, published=False) as here:
        here.publish(RULES, WITH_MAIL)
        for name in order:
            bring(here.desk, FILES[name], f"{name}.csv")
        found = left(here.desk, "accounts", "contacts", "opportunities", "domains")
    facts = '{"country":"DE"}'
    person = (
        '{"domain":"hill-works.example","email":"mara@hill-works.example","email_domain":"hill-works.example",'
        '"email_kind":"business","first_name":"Mara","last_name":"Hill"}'
    )
    zoned = facts.replace("}", ',"zone":"Europe/Berlin"}')
    assert found == {
        "accounts": [
            (FULL[TOP], "Hill Holding AG", "", f"{NOBODY}IAA", None, "", "customer", zoned, "live", None),
            (
                FULL[SUB],
                "Hill Works GmbH",
                "omar",
                f"{OMAR}IAA",
                FULL[TOP],
                FULL[TOP],
                "customer",
                zoned,
                "live",
                None,
            ),
        ],
        "contacts": [("003A00000000001IAA", "Mara Hill", "omar", FULL[SUB], FULL[SUB], person, "live", None)],
        "opportunities": [
            ("006A00000000001IAA", "Arms", "omar", FULL[SUB], None, "Quote", 1, 0, 24_000, "live", None)
        ],
        "domains": [
            (FULL[TOP], "hill.example"),
            (FULL[TOP], "hill.test"),
            (FULL[SUB], "hill-works.example"),
        ],
    }


def test_owners_nobody_is_are_listed_with_what_they_own(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(RULES, WITH_MAIL)
        report = bring(here.desk, ACCOUNTS, "accounts.csv")
        assert [(each.external_id, each.accounts) for each in report.unmapped] == [
            (f"{OMAR}IAA", 1),
            (f"{NOBODY}IAA", 1),
        ]
        report = bring(here.desk, USERS, "users.csv")
        assert [(each.name, each.email, each.active, each.accounts) for each in report.unmapped] == [
            ("Left Long Ago", "left@bay.example", False, 1)
        ]
        assert report.reowned == 1
        assert owner(here.send("mara", email="mara@hill-works.example")) == "omar"


def test_a_map_says_who_an_owner_is_and_their_records_are_theirs(database_url: str) -> None:
    with office(database_url) as here:
        text = f'[owners]\n"{NOBODY}IAA" = "noor"\n'
        report = bring(here.desk, ACCOUNTS, "accounts.csv", map=text)
        assert [(each.external_id, each.accounts) for each in report.unmapped] == [(f"{OMAR}IAA", 1)]
        assert owner(here.send("mara", email="mara@hill.example")) == "noor"


def test_the_same_file_twice_changes_nothing_and_a_later_extract_says_what_it_changed(
    database_url: str,
) -> None:
    with office(database_url) as here:
        assert bring(here.desk, ACCOUNTS).counts == {"created": 2, "merged": 1}
        before = left(here.desk)
        again = bring(here.desk, ACCOUNTS)
        assert (again.already_done, left(here.desk)) == (True, before)
        later = ACCOUNTS.replace(f"Hill Works GmbH,{OMAR}", f"Hill Works SE,{NOBODY}").replace(
            "hill.example;hill.test,DE,customer,false", "hill.example,DE,customer,true"
        )
        assert tried(here.desk, later).counts == {"updated": 1, "gone": 1, "unchanged": 1}
        assert left(here.desk) == before
        report = bring(here.desk, later)
        assert report.counts == {"updated": 1, "gone": 1, "unchanged": 1}
        assert keys(here.desk, "domain") == [("hill-works.example", "account", FULL[SUB])]
        assert left(here.desk, "domains")["domains"][:2] == [  # history
            (FULL[TOP], "hill.example"),
            (FULL[TOP], "hill.test"),
        ]
        assert left(here.desk, "accounts")["accounts"][1][4] is None  # its parent is gone


STAMPED = "Id,Name,OwnerId,ParentId,Website,IsDeleted,MasterRecordId,LastModifiedDate,CreatedDate\n"


def stamped(name: str, at: str, *, id: str = TOP, owner: str = OMAR, deleted: str = "false") -> str:
    return STAMPED + f"{id},{name},{owner},,https://hill.example,{deleted},,{at},2020-01-01\n"


def test_an_older_extract_after_a_newer_one_changes_nothing_and_is_counted(database_url: str) -> None:
    with office(database_url) as here:
        bring(here.desk, USERS)
        newer, older = stamped("Hill Holding SE", "2026-03-01"), stamped("Hill Holding AG", "2026-02-01")
        assert bring(here.desk, newer).counts == {"created": 1}
        stood = left(here.desk, "accounts", "keys", "domains")
        assert tried(here.desk, older).counts == bring(here.desk, older).counts == {"older": 1}
        gone_once = stamped("Hill Holding AG", "2026-02-02", deleted="true")
        assert bring(here.desk, gone_once).counts == {"older": 1}
        assert left(here.desk, "accounts", "keys", "domains") == stood
        assert bring(here.desk, stamped("Hill Holding SE", "2026-03-02")).counts == {"unchanged": 1}
        assert bring(here.desk, stamped("Hill Bros", "2026-03-01 12:00:00")).counts == {"older": 1}
        assert bring(here.desk, stamped("Hill Sisters", "2026-03-02")).counts == {"updated": 1}


def test_what_was_deleted_later_is_not_brought_back_by_an_extract_from_before(database_url: str) -> None:
    with office(database_url) as here:
        bring(here.desk, stamped("Hill", "2026-02-01"))
        assert bring(here.desk, stamped("Hill", "2026-02-02", deleted="true")).counts == {"gone": 1}
        again = stamped("Hill", "2026-02-04", deleted="true")
        assert bring(here.desk, again).counts == {"unchanged": 1}
        assert bring(here.desk, stamped("Hill", "2026-02-03")).counts == {"older": 1}
        assert keys(here.desk, "domain") == []
        assert bring(here.desk, stamped("Hill", "2026-02-05")).counts == {"updated": 1}
        assert keys(here.desk, "domain") == [("hill.example", "account", FULL[TOP])]


def test_of_two_rows_of_one_record_in_one_file_the_latest_stands(database_url: str) -> None:
    with office(database_url) as here:
        row = stamped("Hill Holding AG", "2026-02-01").removeprefix(STAMPED)
        assert bring(here.desk, stamped("Hill SE", "2026-03-01") + row).counts == {"created": 1, "older": 1}
        assert left(here.desk, "accounts")["accounts"][0][1] == "Hill SE"


def test_rows_that_do_not_say_when_they_were_changed_are_taken_as_they_come(database_url: str) -> None:
    with office(database_url) as here:
        bring(here.desk, stamped("Hill SE", "2026-03-01"))
        assert bring(here.desk, stamped("Hill AG", "")).counts == {"updated": 1}
        assert bring(here.desk, stamped("Hill KG", "2026-02-01")).counts == {"older": 1}
        ahead = stamped("Hill SA", "2099-01-01")
        assert bring(here.desk, ahead).counts == {"updated": 1}
        here.at += HOUR
        assert bring(here.desk, stamped("Hill SpA", here.at.isoformat())).counts == {"updated": 1}


def test_the_losing_ids_of_a_merge_lead_to_the_winner_whichever_comes_first(database_url: str) -> None:
    contacts = "id,property_email,property_firstname,property_lastname,property_hs_merged_object_ids\n"
    winner, loser = "71,mara@hill.example,Mara,Hill,72;73\n", "72,mh@home.example,Mara,Hill,\n"
    for text in (contacts + winner + loser, contacts + loser + winner):
        with office(database_url, published=False) as here:
            bring(here.desk, text, "contacts.csv", again=True)
            assert keys(here.desk, "external") == [
                ("hubspot:71", "contact", "71"),
                ("hubspot:72", "contact", "71"),
                ("hubspot:73", "contact", "71"),
            ]
            assert keys(here.desk, "email") == [("mara@hill.example", "contact", "71")]


def test_a_merge_told_in_a_file_of_its_own_moves_deals_and_keys(database_url: str) -> None:
    with office(database_url) as here:
        bring(here.desk, "id,property_email\n71,mara@hill.example\n72,mh@home.example\n", "contacts.csv")
        bring(
            here.desk,
            "deal_id,deal_pipeline_stage_id,owner_id,property_dealname\n5,won,omar,Arms\n6,,omar,Legs\n",
            "deals.csv",
        )
        bring(here.desk, "contact_id,deal_id\n72,5\n", "deal_contact.csv")
        assert problems(here.desk) == {1: ["stage.unknown"], 2: ["stage.unknown"]}
        bring(
            here.desk,
            "stage_id,label,closed_won,is_closed,pipeline_id\nwon,Talks,false,false,1\n",
            "stages.csv",
        )
        assert ("mh@home.example", "opportunity", "5") in keys(here.desk, "email")
        bring(here.desk, "canonical_vid,vid_to_merge\n71,72\n", "merges.csv")
        assert keys(here.desk, "email") == [
            ("mara@hill.example", "contact", "71"),
            ("mara@hill.example", "opportunity", "5"),
        ]
        deals = left(here.desk, "opportunities")["opportunities"]
        assert [(deal[0], deal[4], deal[6]) for deal in deals] == [("5", "71", 1), ("6", None, 0)]


def test_whoever_comes_under_the_id_of_a_converted_lead_is_its_contact(database_url: str) -> None:
    with office(database_url) as here:
        lead, contact = "00QA00000000001", "003A00000000001"
        head = "Id,IsConverted,ConvertedContactId,ConvertedAccountId,ConvertedOpportunityId\n"
        bring(here.desk, f"{head}{lead},true,{contact},,\n00QA00000000002,false,,,\n", "leads.csv")
        bring(here.desk, CONTACTS, "contacts.csv")
        assert keys(here.desk, "external") == [
            ("salesforce:003A00000000001IAA", "contact", f"{contact}IAA"),
            ("salesforce:00QA00000000001MAA", "contact", f"{contact}IAA"),
        ]


def test_deleted_leads_of_marketo_lose_their_keys_and_stay(database_url: str) -> None:
    with office(database_url) as here:
        people = "id,created_at,updated_at,email,first_name,last_name\n7,2026-01-01,2026-02-01 9:05:00,mara@hill.example,Mara,Hill\n"
        bring(here.desk, people, "lead_data.csv")
        gone = "id,activity_date,activity_type_id,lead_id,primary_attribute_value_id\n1,2026-02-02,37,7,7\n"
        assert bring(here.desk, gone, "activity_delete_lead.csv").counts == {"gone": 1}
        assert keys(here.desk, "email") == []
        assert left(here.desk, "contacts")["contacts"][0][6] == "gone"


def test_what_is_wrong_with_a_row_is_told_by_column_and_the_rest_of_it_is_taken(database_url: str) -> None:
    with office(database_url) as here:
        text = (
            "Account ID,Name,Domains,Owner,Country,Employees\n"
            ",No id,x.example,kim,DE,\n"
            "A-1,Shared,https://www.facebook.com/shared,kim,Atlantis,lots\n"
            "A-2,One cell too many,y.example,kim,DE,5,\n"
            "A-1,Shared,shared.example,kim,DE,50\n"
        )
        report = bring(here.desk, text, system="sheet")
        assert report.counts == {"refused": 2, "created": 1, "updated": 1}
        assert problems(here.desk) == {
            1: ["id.missing"],
            2: ["country.unknown", "number.format", "domain.shared"],
            3: ["csv.column_count"],
        }


def test_parents_in_a_circle_are_told(database_url: str) -> None:
    with office(database_url) as here:
        head = "Account ID,Name,Owner,Parent\n"
        report = bring(here.desk, head + "A,Ay,,C\nB,Be,,A\nC,Ce,,B\nD,De,,E\n", system="sheet")
        assert report.loose == Loose(1, 0, 0, 0, ("A", "B", "C"))


@pytest.mark.parametrize(
    ("text", "options", "reason"),
    [
        ("Account ID,Name\n", {}, "say whose they are with --system NAME"),
        ("one,two\n", {}, "no CRM is known to write these columns (one, two)"),
        ("engagement_id,type\n", {}, "holds activities"),
        (
            "Name,Town\n",
            {"system": "sheet", "kind": "account"},
            "no column of extract.csv holds the id of an account",
        ),
    ],
)
def test_a_file_that_is_of_no_use_is_refused_with_the_reason(
    database_url: str, text: str, options: dict[str, str], reason: str
) -> None:
    with office(database_url) as here, pytest.raises(Refused) as refused:
        account_import(here.desk, text, **options)
    assert reason in str(refused.value)


def test_a_map_names_the_columns_nobody_knows(database_url: str) -> None:
    with office(database_url) as here:
        text = '[crm]\nsystem = "sugar"\nkind = "account"\n[columns]\n"Konto-Nr." = "id"\nFirma = "name"\nBetreuer = "owner"\nWWW = "website"\n'
        report = bring(
            here.desk, "Konto-Nr.,Firma,WWW,Betreuer\n17,Hügel GmbH,huegel.example,kim\n", map=text
        )
        assert (report.system, report.kind, report.counts) == ("sugar", "account", {"created": 1})
        assert owner(here.send("mara", email="mara@huegel.example")) == "kim"
