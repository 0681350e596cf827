"""Accounts, contacts and open opportunities are found by their keys, and lose the keys they no longer have."""

from firstright.core.world import Candidate
from firstright.storage import accounts, decisions, world
from firstright.storage.accounts import AccountRow, ContactRow, OpportunityRow
from firstright.storage.statement import Statement
from firstright.storage.transactions import Database, Tx
from storage.inbound import FIVE, NOON, routed, uid

DOMAIN, MAIL = ("domain", "hill.example"), ("email", "mara@hill.example")
HILL = AccountRow(uid("other", 1), "crm", "A1", "Hill Ltd", "ada", "customer", "gold", None, "{}", NOON, NOON)
MARA = ContactRow(
    uid("other", 2), uid("person", 1), "crm", "C1", uid("other", 1), "Mara Hill", "noor", "{}", NOON
)
DEAL = OpportunityRow(
    uid("other", 3), "crm", "O1", uid("other", 1), uid("other", 2), "Arms", "lena", "quote", True, None, NOON
)

ACCOUNT = Candidate(
    "account", uid("other", 1), "domain", "ada", True, NOON, "Hill Ltd",
    facts=(("account.type", "customer"), ("account.tier", "gold")),
)  # fmt: skip
CONTACT = Candidate("contact", uid("other", 2), "email", "noor", True, NOON, "Mara Hill", uid("other", 1))


def deal(key: str) -> Candidate:
    stage = (("opportunity.stage", "quote"),)
    return Candidate(
        "opportunity", uid("other", 3), key, "lena", True, NOON, "Arms", uid("other", 1), facts=stage
    )


def hill(tx: Tx) -> None:
    accounts.upsert_account(tx, HILL, ["hill.example", "hill.example", "hill.test"])
    accounts.upsert_contact(tx, MARA, [MAIL, DOMAIN])
    accounts.upsert_opportunity(tx, DEAL)


def test_a_domain_brings_the_account_and_its_deal_and_a_mail_address_the_contact_and_the_deal(
    database: Database,
) -> None:
    with database.write() as tx:
        hill(tx)
        assert world.known(tx, [DOMAIN, MAIL]) == {
            DOMAIN: [deal("domain"), ACCOUNT],
            MAIL: [deal("email"), CONTACT],
        }


def test_a_closed_deal_is_no_candidate_and_a_reopened_one_is_again(database: Database) -> None:
    with database.write() as tx:
        hill(tx)
        accounts.upsert_opportunity(tx, OpportunityRow(**{**fields(DEAL), "open": False}))
        assert world.known(tx, [DOMAIN, MAIL]) == {DOMAIN: [ACCOUNT], MAIL: [CONTACT]}
        accounts.upsert_opportunity(tx, DEAL)
        assert world.known(tx, [MAIL]) == {MAIL: [deal("email"), CONTACT]}


def test_an_account_that_gives_up_a_domain_takes_its_deals_along(database: Database) -> None:
    with database.write() as tx:
        hill(tx)
        accounts.upsert_account(tx, HILL, ["hill.test"])
        accounts.upsert_contact(tx, MARA, [("email", "m.hill@hill.test")])
        assert world.known(tx, [DOMAIN, MAIL]) == {}
        found = world.known(tx, [("domain", "hill.test"), ("email", "m.hill@hill.test")])
        assert {key: [c.kind for c in each] for key, each in found.items()} == {
            ("domain", "hill.test"): ["opportunity", "account"],
            ("email", "m.hill@hill.test"): ["opportunity", "contact"],
        }
        assert tx.all(Statement("SELECT domain FROM account_domain")) == [("hill.test",)]


def test_a_record_known_by_its_foreign_id_keeps_its_own_and_takes_the_new_values(database: Database) -> None:
    with database.write() as tx:
        hill(tx)
        again = AccountRow(
            **{**fields(HILL), "id": uid("other", 9), "owner": "noor", "owner_since": NOON + FIVE}
        )
        assert accounts.upsert_account(tx, again, ["hill.example"]) == uid("other", 1)
        assert accounts.upsert_contact(tx, ContactRow(**{**fields(MARA), "id": uid("other", 9)}), []) == uid(
            "other", 2
        )
        [_, found] = world.known(tx, [DOMAIN])[DOMAIN]
        assert (found.owner, found.at) == ("noor", NOON + FIVE)


def test_many_leads_of_a_company_do_not_crowd_out_its_accounts_and_deals(database: Database) -> None:
    with database.write() as tx:
        hill(tx)
        decisions.write(tx, routed(*range(1, 30)))
        kinds = [c.kind for c in world.known(tx, [DOMAIN])[DOMAIN]]
        assert kinds == ["opportunity", "account"] + ["lead"] * 10


def fields(row: AccountRow | ContactRow | OpportunityRow) -> dict[str, object]:
    return {name: getattr(row, name) for name in row.__struct_fields__}


def company(n: int, owner: str, parent: int | None = None) -> AccountRow:
    above = uid("other", parent) if parent else None
    return AccountRow(uid("other", n), "crm", f"A{n}", f"Firm {n}", owner, "", "", above, "{}", NOON, NOON)


def owners_above(tx: Tx, *known: str) -> list[tuple[str, ...]]:
    found = world.known(tx, [("domain", domain) for domain in known])
    return [candidate.above for domain in known for candidate in found["domain", domain]]


def test_an_account_brings_the_owners_of_its_parents_nearest_first(database: Database) -> None:
    with database.write() as tx:
        accounts.upsert_account(tx, company(1, "ada"), ["top.example"])
        accounts.upsert_account(tx, company(2, "", 1), ["middle.example"])
        accounts.upsert_account(tx, company(3, "kim", 2), ["bottom.example"])
        assert owners_above(tx, "bottom.example", "middle.example", "top.example") == [
            ("", "ada"),
            ("ada",),
            (),
        ]


def test_accounts_that_are_each_others_parents_end_where_they_come_back(database: Database) -> None:
    with database.write() as tx:
        for parent in (None, 2):
            accounts.upsert_account(tx, company(1, "ada", parent), ["one.example"])
            accounts.upsert_account(tx, company(2, "kim", 1), ["two.example"])
        assert owners_above(tx, "one.example", "two.example") == [("kim",), ("ada",)]


def test_a_chain_is_followed_ten_companies_up_and_no_further(database: Database) -> None:
    with database.write() as tx:
        for n in range(1, 15):
            accounts.upsert_account(tx, company(n, f"rep{n}", n - 1 or None), [f"n{n}.example"])
        assert owners_above(tx, "n14.example") == [tuple(f"rep{n}" for n in range(13, 3, -1))]
