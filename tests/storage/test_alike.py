"""Accounts are found by the rarest key of a company's name, few of them, and deleted ones are not."""

import msgspec

from firstright.core.likeness import block_keys
from firstright.storage import accounts, alike
from firstright.storage.accounts import AccountRow
from firstright.storage.alike import COMMON, MOST, Named
from firstright.storage.transactions import Database, Tx
from storage.inbound import NOON, uid


def account(number: int, name: str, facts: str = "{}") -> AccountRow:
    return AccountRow(uid("other", number), "crm", f"A{number}", name, "ada", "", "", None, facts, NOON, NOON)


def kept(tx: Tx, row: AccountRow, *domains: str) -> None:
    accounts.upsert_account(tx, row, domains)
    keys = [*(("domain", domain) for domain in domains), *block_keys({"company": row.name}, "company")]
    accounts.put_keys(tx, "account", {row.id: keys})


def found(tx: Tx, **facts: str) -> list[str]:
    return [each.name for each in alike.companies(tx, facts)]


def test_a_name_is_found_however_it_is_spelt_with_what_it_is_compared_by(database: Database) -> None:
    with database.write() as tx:
        kept(tx, account(1, "Hillcrest Manufacturing GmbH", '{"city":"Ulm"}'), "hillcrest.de", "hc.example")
        kept(tx, account(2, "Valley Foods Ltd"))
        expected = Named(
            uid("other", 1),
            "Hillcrest Manufacturing GmbH",
            "ada",
            {"city": "Ulm", "company": "Hillcrest Manufacturing GmbH", "domain": "hc.example"},
        )
        assert alike.companies(tx, {"company": "Hilcrest Mfg"}) == [expected]
        by_domain = alike.companies(tx, {"domain": "hillcrest.de"})
        assert by_domain == [expected._replace(facts={**expected.facts, "domain": "hillcrest.de"})]
        assert found(tx, company="Somebody Else") == []


def test_who_shares_a_rare_word_comes_first_and_a_common_word_brings_nobody(database: Database) -> None:
    with database.write() as tx:
        for number in range(COMMON + 5):
            kept(tx, account(number, f"Meridian Q{chr(97 + number % 26) * 5}{number}"))
        kept(tx, account(500, "Meridian Xylophone"))
        assert found(tx, company="Xylophone Meridian Inc") == ["Meridian Xylophone"]


def test_what_is_deleted_or_merged_is_nobody(database: Database) -> None:
    with database.write() as tx:
        kept(tx, msgspec.structs.replace(account(1, "Hillcrest"), deleted_at=NOON))
        kept(tx, msgspec.structs.replace(account(2, "Hillcrest"), merged_into=uid("other", 3)))
        kept(tx, account(3, "Hillcrest"))
        assert [each.id for each in alike.companies(tx, {"company": "hillcrest"})] == [uid("other", 3)]


def test_a_look_up_reads_few_however_many_there_are(database: Database) -> None:
    with database.write() as tx:
        for number in range(3 * MOST):
            kept(tx, account(number, "Hillcrest Valley Foods"))
        assert len(alike.companies(tx, {"company": "Hillcrest Valley Foods", "domain": "x.example"})) <= MOST
