"""Extracts of a CRM, killed at any point and brought again: what is there in the end is what one uninterrupted run leaves."""

import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from desk.extracts import SF_ACCOUNTS, SF_CONTACTS, SF_DEALS, SF_USERS, account_import, left
from desk.office import PEOPLE, RULES, office
from firstright.desk.crm import accountimport
from patience import PATIENCE
from routing import MONDAY

ACCOUNTS, SEED = 60, 7


def extracts() -> dict[str, str]:
    """Parents behind their children, merged and deleted records, owners nobody is, rows that are wrong."""
    draws = random.Random(SEED)

    def id_of(prefix: str, number: int) -> str:
        return f"{prefix}A00000{number:07d}"

    def owner() -> str:
        return id_of("005", draws.randrange(4))

    accounts = [
        f"{id_of('001', n)},Firm {n},{owner()},{id_of('001', draws.randrange(80)) if n % 3 == 0 else ''},firm{n}.example,"
        f"{draws.choice(['DE', 'Atlantis'])},customer,{'true' if n % 11 == 5 else 'false'},"
        f"{id_of('001', n - 2) if n % 22 == 5 else ''}\n"
        for n in range(ACCOUNTS)
    ]
    accounts.insert(30, ",Without id,,,,,,,\n")
    contacts = [
        f"{id_of('003', n)},{id_of('001', draws.randrange(70))},p{n}@firm{n}.example,P{n},Q,{owner()},false,\n"
        for n in range(30)
    ]
    deals = [
        f"{id_of('006', n)},{id_of('001', draws.randrange(70))},Deal {n},Open,{str(n % 4 == 0).lower()},false,{owner()},{n},false\n"
        for n in range(30)
    ]
    users = [
        f"{id_of('005', n)},User {n},{email},true,p\n"
        for n, email in enumerate(("omar@bay.example", "", "x"))
    ]
    return {
        "1 deals.csv": SF_DEALS + "".join(deals),
        "2 accounts.csv": SF_ACCOUNTS + "".join(accounts),
        "3 users.csv": SF_USERS + "".join(users),
        "4 contacts.csv": SF_CONTACTS + "".join(contacts),
    }


def prepared(url: str) -> None:
    with office(url, published=False) as here:
        people = PEOPLE.replace('id = "omar"', 'id = "omar"\nemail = "omar@bay.example"')
        here.publish(RULES, people)


def brought(url: str, files: dict[str, str]) -> dict[str, list[tuple[object, ...]]]:
    with office(url, published=False) as here:
        for name, text in files.items():
            account_import(here.desk, text, name).run()
        return left(here.desk)


def killed(url: str, point: int, folder: Path) -> int:
    command = [sys.executable, "-m", "chaos.bringer", url, MONDAY.isoformat(), str(point), str(folder)]
    return subprocess.run(command, cwd=Path(__file__).parents[1], check=False, timeout=PATIENCE).returncode


def test_extracts_killed_again_and_again_end_as_if_nothing_had_happened(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(accountimport, "ROWS", 1_000)
    files = extracts()
    folder, whole = tmp_path / "files", tmp_path / "whole.db"
    folder.mkdir()
    for name, text in files.items():
        (folder / name).write_text(text)
    prepared(f"sqlite:///{whole}")
    straight = brought(f"sqlite:///{whole}", files)
    prepared(database_url)
    draws, deaths = random.Random(SEED), 0
    while killed(database_url, draws.randrange(4, 16), folder) == -signal.SIGKILL:
        deaths += 1
    found = brought(database_url, files)
    assert deaths > 3
    assert found == straight
    assert [row[1:3] for row in found["imports"]] == [
        ("opportunity", "done"),
        ("account", "done"),
        ("owner", "done"),
        ("contact", "done"),
    ]
