from datetime import UTC, datetime, timedelta

import httpx2
import pytest

from firstright.desk.access.keys import RevokeKey
from firstright.storage.statement import Statement
from web.houses import House, codes

LEAD = {"email": "ada@contoso.example"}
_EXPIRE = Statement("UPDATE api_key SET expires_at = ? WHERE prefix = ?")
_SWITCH_OFF = Statement("UPDATE source SET enabled = ? WHERE name = ?")


def prefix(key: str) -> str:
    return key.rpartition("_")[0]


def told(answer: httpx2.Response) -> tuple[int, list[tuple[str, str]]]:
    return answer.status_code, codes(answer)


@pytest.mark.parametrize(
    ("authorization", "code"),
    [
        ("", "auth.missing"),
        ("Bearer", "auth.invalid"),
        ("Basic YWRhOmFkYQ==", "auth.invalid"),
        ("Bearer nonsense", "auth.invalid"),
        ("Bearer fr_live_000000000000_" + "0" * 64, "auth.invalid"),
        ("Bearer fr_live_000000000000_' OR 1=1 --", "auth.invalid"),
        ("Bearer " + "f" * 9_000, "auth.invalid"),
    ],
)
def test_what_is_no_key_is_refused(house: House, authorization: str, code: str) -> None:
    sent = house.client()
    del sent.headers["authorization"]
    with sent as client:
        headers = {"Authorization": authorization} if authorization else {}
        for answer in (
            client.post("/v1/leads", json=LEAD, headers=headers),
            client.get("/v1/leads/x", headers=headers),
        ):
            assert told(answer) == (401, [("", code)])
            assert answer.headers["www-authenticate"] == 'Bearer realm="firstright"'


def test_a_wrong_secret_of_a_known_key_is_like_an_unknown_key(house: House) -> None:
    wrong = prefix(house.new_key("web")) + "_" + "0" * 64
    assert told(house.send(LEAD, key=wrong)) == (401, [("", "auth.invalid")])


def test_a_revoked_key_is_refused(house: House) -> None:
    key = house.new_key("web")
    assert house.desk.writer.submit(RevokeKey(prefix(key), "test")).result() is True
    assert told(house.send(LEAD, key=key)) == (401, [("", "auth.revoked")])
    assert house.desk.writer.submit(RevokeKey(prefix(key), "test")).result() is False


def test_an_expired_key_is_refused(house: House) -> None:
    key = house.new_key("web")
    with house.desk.database.write() as tx:
        past = datetime.now(UTC) - timedelta(seconds=1)
        tx.run(_EXPIRE, (past.isoformat(timespec="microseconds").replace("+00:00", "Z"), prefix(key)))
    assert told(house.send(LEAD, key=key)) == (401, [("", "auth.expired")])


def test_a_key_may_do_what_its_scopes_say(house: House) -> None:
    reads, writes = (
        house.new_key("web", scopes=("leads:read",)),
        house.new_key("web", scopes=("leads:write",)),
    )
    lead = house.send(LEAD, key=writes).json()["lead"]
    assert told(house.send(LEAD, key=reads)) == (403, [("", "auth.scope")])
    with house.client(reads) as client:
        assert client.get(f"/v1/leads/{lead}").status_code == 200
    with house.client(writes) as client:
        assert told(client.get(f"/v1/leads/{lead}")) == (403, [("", "auth.scope")])


def test_a_source_that_is_switched_off_takes_nothing(house: House) -> None:
    key = house.new_key("old-form")
    with house.desk.database.write() as tx:
        tx.run(_SWITCH_OFF, (False, "old-form"))
    assert told(house.send(LEAD, key=key)) == (403, [("", "source.disabled")])


@pytest.mark.parametrize("name", ["key", "api_key", "access_token", "Token", "x"])
def test_a_key_in_the_query_is_refused_even_when_it_is_right(house: House, name: str) -> None:
    with house.client() as client:
        for answer in (
            client.post("/v1/leads", params={name: house.key}, json=LEAD),
            client.get("/v1/leads/x", params={name: house.key}),
        ):
            assert told(answer) == (400, [("", "auth.in_query")])
            assert house.key.rpartition("_")[2] not in answer.text


def test_two_authorization_headers_are_refused(house: House) -> None:
    line = f"Authorization: Bearer {house.key}\r\n"
    said = house.raw(
        f"POST /v1/leads HTTP/1.1\r\nHost: x\r\n{line * 2}Content-Length: 2\r\nConnection: close\r\n\r\n{{}}".encode()
    )
    assert said.startswith(b"HTTP/1.1 400 ") and b'"auth.duplicate"' in said


def test_refusals_never_hold_the_secret(house: House) -> None:
    reads = house.new_key("web", scopes=("leads:read",))
    answer = house.send(LEAD, key=reads)
    assert reads.rpartition("_")[2] not in answer.text and prefix(reads) in answer.text


def test_only_a_digest_of_a_key_is_stored(house: House) -> None:
    key = house.new_key("web")
    with house.desk.read() as tx:
        rows = tx.all(Statement("SELECT * FROM api_key"))
        audits = tx.all(Statement("SELECT * FROM audit WHERE subject_kind = 'api-key'"))
    assert prefix(key) in str(rows) and prefix(key) in str(audits)
    assert key.rpartition("_")[2] not in str(rows) + str(audits)
