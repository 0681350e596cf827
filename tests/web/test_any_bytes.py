"""Whatever arrives, the answer is never a server error, and always one of ours."""

import json

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from web.houses import House

QUICK = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=8,
)
NAMES = st.sampled_from(
    ["email", "phone", "country", "employees", "product", "consent", "occurred_at", "state", "zone", "language",
     "external_id", "website", "event_id", "score", "name", "message", "postcode", "id", "x"]
)  # fmt: skip


def is_ours(house: House, body: bytes, **headers: str) -> None:
    answer = house.send(body, **headers)
    told = answer.json()
    assert answer.status_code in (200, 201, 400, 413, 415, 422), (answer.status_code, body)
    if answer.status_code >= 400:
        assert told["status"] == answer.status_code and told["errors"]
        assert "Traceback" not in answer.text


@QUICK
@given(body=st.binary(max_size=300))
def test_no_bytes_are_a_server_error(house: House, body: bytes) -> None:
    is_ours(house, body)


@QUICK
@given(fields=st.dictionaries(NAMES, VALUES, max_size=8))
def test_no_json_is_a_server_error(house: House, fields: dict[str, object]) -> None:
    is_ours(house, json.dumps({"email": "any@bytes.example", **fields}).encode())


@QUICK
@given(text=st.text(max_size=200), name=NAMES)
def test_no_text_is_a_server_error(house: House, text: str, name: str) -> None:
    is_ours(house, json.dumps({"external_id": "c-1", name: text}).encode(errors="surrogatepass"))


@QUICK
@given(name=st.text(alphabet=st.characters(min_codepoint=1, max_codepoint=0x2FFF), min_size=1, max_size=40))
def test_no_identifier_is_a_server_error(house: House, name: str) -> None:
    path = "/v1/leads/" + "".join(f"%{byte:02x}" for byte in name.encode())
    assert house.get(path).status_code == 404
