"""A list asks the database as often for four hundred leads as for twenty: nothing is looked up row by row."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest

from console.everymethod import varied
from console.examples import EXAMPLES, furnished, send
from console.seats import token_for
from console.visiting import Visitor, visitor
from firstright.core.authority import Role
from firstright.desk import Desk
from firstright.storage.sqlite import SqliteTx
from firstright.storage.statement import Statement
from firstright.storage.transactions import Row, Value
from web.houses import House

FEW, MANY = 20, 380
LISTS = {
    Role.ADMIN: (
        "/pipeline", "/inbox/team", "/inbox/queues", "/inbox/breaching", "/inbox/waiting", "/inbox/all", "/inbox/ended", "/review", "/duplicates", "/team",
        "/policy", "/policy/versions", "/policy/versions/roster", "/policy/stewards", "/policy/repairs", "/deliveries/dead", "/deliveries/waiting",
        "/deliveries/sent", "/sources", "/sources/one?name=website", "/hooks", "/fields", "/hygiene", "/outreach", "/providers", "/imports", "/accounts", "/accounts/files", "/users", "/team/lena",
        "/pools/emea-sdr", "/policy/score",
    ),
    Role.REP: ("/inbox/mine", "/inbox/ended", "/me", "/team"),
}  # fmt: skip

METHODS = {
    Role.ADMIN: ("/inbox/waiting", "/inbox/queues", "/team", "/pools/amer-sdr", "/policy"),
    Role.REP: ("/inbox/queues", "/inbox/mine"),  # their own page asks by pool: see LISTS
}


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every statement that reads; whether a session is looked up again depends on the second."""
    found: list[str] = []
    read = SqliteTx.all

    def counted(tx: SqliteTx, statement: Statement, values: Sequence[Value] = ()) -> list[Row]:
        if "FROM session" not in statement.sqlite:
            found.append(statement.sqlite)
        return read(tx, statement, values)

    monkeypatch.setattr(SqliteTx, "all", counted)
    return found


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    yield from furnished(tmp_path, FEW)


def test_a_list_asks_as_often_for_many_rows_as_for_few(house: House, asked: list[str]) -> None:
    more_of_everything(house.desk, 3)
    with visitor(house, Role.ADMIN) as admin, visitor(house, Role.REP, "lena") as lena:
        few = queries(asked, {Role.ADMIN: admin, Role.REP: lena})
        send(house.desk, MANY, FEW)
        more_of_everything(house.desk, 12)
        many = queries(asked, {Role.ADMIN: admin, Role.REP: lena})
    assert many == few
    assert max(few.values()) < 16


def test_so_do_lists_of_what_waits_and_pages_of_every_method(tmp_path: Path, asked: list[str]) -> None:
    for house in varied(tmp_path, FEW):
        with visitor(house, Role.ADMIN) as admin, visitor(house, Role.REP, "lena") as lena:
            few = queries(asked, {Role.ADMIN: admin, Role.REP: lena}, METHODS)
            send(house.desk, MANY, FEW)
            many = queries(asked, {Role.ADMIN: admin, Role.REP: lena}, METHODS)
        assert many == few
        assert max(few.values()) < 16


def more_of_everything(desk: Desk, count: int) -> None:
    text = (EXAMPLES / "policies/inbound.toml").read_text()
    for number in range(count):
        desk.publish_policy(
            f"{text}\n# {count} {number}\n", file="policy.toml", by=desk.new_id(), reason="more"
        )
        token_for(desk, Role.OPERATIONS)


def queries(
    asked: list[str], visitors: dict[Role, Visitor], lists: Mapping[Role, Sequence[str]] = LISTS
) -> dict[str, int]:
    found = {}
    for role, paths in lists.items():
        for path in paths:
            visitors[role].page(path)  # what is kept in memory is there now
            asked.clear()
            visitors[role].page(path)
            found[f"{role} {path}"] = len(asked)
    return found
