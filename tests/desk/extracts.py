"""Extracts of a CRM on their way through a desk, and what they leave behind, by the CRM's own ids."""

import io
import json

from firstright.desk import Desk
from firstright.desk.crm.accountimport import AccountImport, Report
from firstright.intake.crmmap import CrmMap, read_map
from firstright.storage.statement import Statement
from routing import MONDAY

SF_ACCOUNTS = "Id,Name,OwnerId,ParentId,Website,BillingCountry,Type,IsDeleted,MasterRecordId\n"
SF_USERS = "Id,Name,Email,IsActive,ProfileId\n"
SF_CONTACTS = "Id,AccountId,Email,FirstName,LastName,OwnerId,IsDeleted,MasterRecordId\n"
SF_DEALS = "Id,AccountId,Name,StageName,IsClosed,IsWon,OwnerId,Amount,IsDeleted\n"


def account_import(desk: Desk, text: str, name: str = "extract.csv", **options: str) -> AccountImport:
    map_text = options.pop("map", "")
    given = read_map(map_text, "map.toml") if map_text else CrmMap()
    return AccountImport(
        desk, io.BytesIO(text.encode()), name=name, actor="mara", map=given, map_text=map_text, **options
    )


def bring(desk: Desk, text: str, name: str = "extract.csv", *, again: bool = False, **options: str) -> Report:
    return account_import(desk, text, name, **options).run(again=again)


def tried(desk: Desk, text: str, name: str = "extract.csv", **options: str) -> Report:
    return account_import(desk, text, name, **options).tried(MONDAY)


LEFT = {
    "accounts": """SELECT a.external_id, a.name, a.owner, a.owner_external, p.external_id, a.parent_external, a.type, a.facts,
        CASE WHEN a.deleted_at IS NULL THEN 'live' ELSE 'gone' END, m.external_id FROM account AS a
        LEFT JOIN account AS p ON p.id = a.parent_id LEFT JOIN account AS m ON m.id = a.merged_into ORDER BY a.external_id""",
    "contacts": """SELECT c.external_id, c.name, c.owner, a.external_id, c.account_external, c.facts,
        CASE WHEN c.deleted_at IS NULL THEN 'live' ELSE 'gone' END, m.external_id FROM contact AS c
        LEFT JOIN account AS a ON a.id = c.account_id LEFT JOIN contact AS m ON m.id = c.merged_into ORDER BY c.external_id""",
    "opportunities": """SELECT o.external_id, o.name, o.owner, a.external_id, c.external_id, o.stage, o.open, o.won, o.amount,
        CASE WHEN o.deleted_at IS NULL THEN 'live' ELSE 'gone' END, m.external_id FROM opportunity AS o
        LEFT JOIN account AS a ON a.id = o.account_id LEFT JOIN contact AS c ON c.id = o.contact_id
        LEFT JOIN opportunity AS m ON m.id = o.merged_into ORDER BY o.external_id""",
    "domains": """SELECT a.external_id, d.domain FROM account_domain AS d JOIN account AS a ON a.id = d.account_id
        ORDER BY a.external_id, d.domain""",
    "keys": """SELECT k.kind, k.value, k.entity, coalesce(a.external_id, c.external_id, o.external_id) FROM match_key AS k
        LEFT JOIN account AS a ON a.id = k.id LEFT JOIN contact AS c ON c.id = k.id
        LEFT JOIN opportunity AS o ON o.id = k.id WHERE k.entity <> 'lead' ORDER BY 1, 2, 3, 4""",
    "owners": "SELECT external_id, name, email, active, rep, said FROM crm_owner ORDER BY system, external_id",
    "aliases": "SELECT kind, external_id, leads_to FROM crm_alias ORDER BY 1, 2",
    "imports": "SELECT name, kind, state, counters FROM crm_import ORDER BY name, kind",
    "problems": """SELECT i.name, p.line, p.outcome, p.problems FROM crm_import_problem AS p
        JOIN crm_import AS i ON i.id = p.import_id ORDER BY i.name, p.line""",
}


def left(desk: Desk, *tables: str) -> dict[str, list[tuple[object, ...]]]:
    """Everything extracts leave behind but identifiers of ours: two workspaces in which the same came are equal."""
    with desk.read() as tx:
        return {
            name: [tuple(map(_plain, row)) for row in tx.all(Statement(LEFT[name]))]
            for name in tables or tuple(LEFT)
        }


def _plain(value: object) -> object:
    return int(value) if isinstance(value, bool) else value


def keys(desk: Desk, kind: str) -> list[tuple[object, object, object]]:
    """(value, entity, external id) of one kind of key."""
    found = left(desk, "keys")["keys"]
    return [(value, entity, external) for k, value, entity, external in found if k == kind]


def problems(desk: Desk) -> dict[object, list[str]]:
    """Codes by row of the last file that had any."""
    found = left(desk, "problems")["problems"]
    return {line: [each["code"] for each in json.loads(str(told))] for _, line, _, told in found}
