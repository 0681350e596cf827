"""What was turned away is counted by its source: nothing that came in is without a label."""

from itertools import count

import pytest

from firstright.core.clean.problem import Problem
from firstright.desk.refusals import MOST, Refusals
from firstright.desk.sources import Switch, change_sources
from firstright.errors import DatabaseUnavailable
from firstright.storage import refusals
from firstright.storage.statement import Statement
from web.formpages import FAST, ORIGIN, Page, person
from web.houses import House

_names = count(1)
_ROWS = Statement(
    "SELECT code, pointer, reason, n, request_id FROM refusal WHERE source = ? ORDER BY code, pointer"
)


def counted(house: House, source: str) -> dict[tuple[str, str], int]:
    house.desk.refusals.put_down()
    with house.desk.read() as tx:
        return {(code, pointer): n for code, pointer, _, n, _ in tx.all(_ROWS, (source,))}


def received(house: House, source: str) -> dict[str, int]:
    house.desk.refusals.put_down()
    with house.desk.read() as tx:
        return refusals.received(tx).get(source, {})


def test_everything_a_source_sends_has_one_label(house: House) -> None:
    source = f"sender-{next(_names)}"
    key = house.new_key(source, strict=True)
    house.send({"email": "a@kept.example"}, key=key)
    house.send({"email": "a@kept.example", "message": "Hello"}, key=key)
    house.send({"emial": "a@kept.example"}, key=key)
    house.send({"email": "b@kept.example", "phone": "call me", "country": "ZZ"}, key=key)
    house.send(b"{", key=key)
    house.send(b"x", key=key, Content_Type="text/plain")
    leads = [{"email": "c@kept.example"}, {"emial": "d"}, 5]
    with house.client(key) as client:
        assert client.post("/v1/leads/batch", json={"leads": leads}).status_code == 200
        assert client.post("/v1/leads/batch", json={}).status_code == 400
    assert received(house, source) == {"created": 2, "merged": 1, "rejected": 7}
    assert counted(house, source) == {
        ("", ""): 7,
        ("body.not_object", ""): 1,
        ("content_type.unsupported", ""): 1,
        ("country.unknown", "/country"): 1,
        ("field.missing", "/leads"): 1,
        ("field.unknown", "/emial"): 2,
        ("json.syntax", ""): 1,
        ("lead.no_contact", ""): 2,
        ("phone.unparseable", "/phone"): 1,
    }


def test_a_form_counts_what_it_turns_away(house: House) -> None:
    page = Page(house, FAST)
    page.script(person())
    page.script({**person(), "email": "no address"})
    page.script(person(), Origin="https://evil.example")
    page.plain({"_hosted": "1", "first_name": "Mara"}, Origin=ORIGIN)
    change_sources(house.desk, Switch(page.name, False), by="test")
    while page.script(person()).status_code != 403:
        pass
    found = received(house, page.name)
    assert (found["rejected"], counted(house, page.name)) == (
        4,
        {
            ("", ""): 4,
            ("email.invalid", "/email"): 1,
            ("field.missing", "/email"): 1,
            ("origin.not_allowed", ""): 1,
            ("source.disabled", ""): 1,
        },
    )


def test_a_source_that_is_off_and_a_key_that_may_not_write_are_counted_for_their_source(house: House) -> None:
    source = f"sender-{next(_names)}"
    reader = house.new_key(source, scopes=("leads:read",))
    assert house.send({"email": "a@b.example"}, key=reader).status_code == 403
    assert house.send({"email": "a@b.example"}, key="fr_live_" + "a" * 12 + "_" + "b" * 64).status_code == 401
    assert counted(house, source) == {("", ""): 1, ("auth.scope", ""): 1}


def test_the_last_request_of_a_reason_can_be_found(house: House) -> None:
    source = f"sender-{next(_names)}"
    key = house.new_key(source)
    house.send({"emial": "a"}, key=key)
    last = house.send({"emial": "b"}, key=key).json()["request_id"]
    house.desk.refusals.put_down()
    with house.desk.read() as tx:
        assert tx.all(_ROWS, (source,)) == [
            ("", "", "requests turned away", 2, last),
            ("field.unknown", "/emial", 'is no field of this service; did you mean "email"?', 2, last),
            ("lead.no_contact", "", "needs an e-mail, a phone number or an external id", 2, last),
        ]


def test_a_flood_of_reasons_is_bounded_and_loses_no_request(house: House) -> None:
    source = f"sender-{next(_names)}"
    for n in range(2 * MOST + 50):
        house.desk.refusals.note(source, [Problem(f"/{n}", "field.unknown", "x" * 900, "")], f"r{n}")
    found = counted(house, source)
    assert found[("", "")] == 2 * MOST + 50 == sum(n for (code, _), n in found.items() if code)
    assert len(found) <= MOST + 2


def test_a_field_may_be_called_what_no_database_can_hold(house: House) -> None:
    page = Page(house, FAST)
    answer = page.plain(b"a%00b=" + b"x" * 20_001, Accept="application/json")
    assert answer.status_code == 422
    assert counted(house, page.name) == {("", ""): 1, ("length.max", "/a\ufffdb"): 1}


def test_what_could_not_be_written_is_counted_later(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    source = f"sender-{next(_names)}"
    counting = Refusals(house.desk.writer)
    away = house.desk.database.write

    def unavailable() -> object:
        raise DatabaseUnavailable("gone")

    monkeypatch.setattr(house.desk.database, "write", unavailable)
    counting.note(source, [], "r1")
    counting.put_down()
    monkeypatch.setattr(house.desk.database, "write", away)
    assert received(house, source) == {}
    counting.note(source, [], "r2")
    counting.close()
    assert received(house, source) == {"rejected": 2}
