import json
import time

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firstright.core.clean.problem import Problem
from firstright.core.rules.fields import CATALOGUE, Field, FieldType
from firstright.intake.jsonbody import Parsed, parse_lead
from firstright.intake.refused import Refused
from firstright.intake.shape import Shape

SHAPE = Shape.of(CATALOGUE.with_custom([Field("budget", FieldType.NUMBER, "budget")]))
ADA = {"email": "ada@contoso.example", "first_name": "Ada", "employees": 50, "consent": True}


def ask(body: bytes | str | object, **options: object) -> Parsed | Refused:
    raw = body if isinstance(body, bytes) else (body if isinstance(body, str) else json.dumps(body)).encode()
    return parse_lead(raw, SHAPE, **options)  # type: ignore[arg-type]  # options of several types


def codes(answer: Parsed | Refused) -> list[tuple[str, str]]:
    assert isinstance(answer, Refused)
    return [(problem.pointer, problem.code) for problem in answer.errors]


def test_a_clean_lead_is_its_fields() -> None:
    assert ask(ADA) == Parsed(ADA, None, {})


def test_the_event_id_is_taken_out_of_the_fields() -> None:
    assert ask({**ADA, "event_id": "evt-1"}) == Parsed(ADA, "evt-1", {})


def test_a_custom_field_of_the_policy_is_known() -> None:
    assert ask({**ADA, "budget": "10-20k"}) == Parsed({**ADA, "budget": "10-20k"}, None, {})


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 400, "body.empty"),
        (b" \n\t", 400, "body.empty"),
        (b"{} {}", 400, "json.trailing"),
        (b"[]", 400, "body.not_object"),
        (b'"lead"', 400, "body.not_object"),
        (b"null", 400, "body.not_object"),
        (b"{", 400, "json.syntax"),
        (b"{'a': 1}", 400, "json.syntax"),
        (b'{"name": "a\tb"}', 400, "json.syntax"),
        (b'{"name": "a\x00b"}', 400, "json.syntax"),
        (b'{"a":' * 21 + b"1" + b"}" * 21, 400, "json.too_deep"),
        (b"[" * 100_000, 400, "json.too_deep"),
        (b'{"name": "Jos\xe9"}', 400, "encoding.utf8"),
        (b'{"name": "' + b"x" * 256 * 1024 + b'"}', 413, "body.too_large"),
        ('{"email": "a@b.example"}'.encode("utf-16"), 415, "encoding.unsupported"),
        ('{"email": "a@b.example"}'.encode("utf-16-le"), 415, "encoding.unsupported"),
        ('{"email": "a@b.example"}'.encode("utf-16-be"), 415, "encoding.unsupported"),
        ('{"email": "a@b.example"}'.encode("utf-32"), 415, "encoding.unsupported"),
    ],
)
def test_a_broken_body_is_refused_whole(body: bytes, status: int, code: str) -> None:
    answer = ask(body)
    assert isinstance(answer, Refused)
    assert (answer.status, [problem.code for problem in answer.errors]) == (status, [code])


@pytest.mark.parametrize(
    ("fields", "status", "pointer", "code"),
    [
        ('"score": 9223372036854775808', 400, "/score", "number.range"),
        ('"score": -9223372036854775809', 400, "/score", "number.range"),
        ('"score": ' + "1" * 5000, 400, "/score", "number.range"),
        ('"score": 1e999', 400, "/score", "number.not_finite"),
        ('"score": NaN', 400, "/score", "number.not_finite"),
        ('"score": -Infinity', 400, "/score", "number.not_finite"),
        ('"name": "a\\u0000b"', 400, "/name", "text.control_char"),
        ('"name": "a\\ud800"', 400, "/name", "text.surrogate"),
        ('"name": "Ada", "name": "Bob"', 400, "/name", "key.duplicate"),
        ('"foo": 1', 400, "/foo", "field.unknown"),
        ('"owner_id": "kim"', 400, "/owner_id", "field.read_only"),
        ('"domain": "contoso.example"', 400, "/domain", "field.read_only"),
        ('"account.owner": "kim"', 400, "/account.owner", "field.read_only"),
        ('"phone": 15551234567', 422, "/phone", "type.expected_string"),
        ('"consent": "yes"', 422, "/consent", "type.expected_boolean"),
        ('"consent": 1', 422, "/consent", "type.expected_boolean"),
        ('"employees": true', 422, "/employees", "type.expected_number"),
        ('"product": ["arm", 2]', 422, "/product", "type.expected_string"),
        ('"company": {"name": "Contoso"}', 422, "/company", "type.expected_string"),
        ('"event_id": 7', 422, "/event_id", "type.expected_string"),
        ('"event_id": ""', 422, "/event_id", "length.max"),
        ('"__proto__": 1', 422, "/__proto__", "key.invalid"),
        ('"constructor": 1', 422, "/constructor", "key.invalid"),
        ('"a.b": 1', 422, "/a.b", "key.invalid"),
        ('"$where": 1', 422, "/$where", "key.invalid"),
        ('"' + "k" * 65 + '": 1', 422, "/" + "k" * 64, "key.invalid"),
        ('"a/b~c": 1', 422, "/a~1b~0c", "key.invalid"),
    ],
)
def test_a_field_that_is_wrong_is_named(fields: str, status: int, pointer: str, code: str) -> None:
    answer = ask('{"email": "ada@contoso.example", ' + fields + "}")
    assert isinstance(answer, Refused)
    assert (answer.status, codes(answer)) == (status, [(pointer, code)])


@pytest.mark.parametrize(
    "name", ["id", "owner", "owner_id", "epoch", "outcome", "status", "score_final", "created_at", "role"]
)
def test_what_the_service_sets_is_never_taken_from_a_sender(name: str) -> None:
    assert codes(ask({**ADA, name: "x"}, allow_extra=True)) == [(f"/{name}", "field.read_only")]


def test_the_state_of_a_lead_is_a_place_and_may_be_given() -> None:
    assert ask({**ADA, "state": "CA"}) == Parsed({**ADA, "state": "CA"}, None, {})


def test_all_faults_are_told_at_once() -> None:
    body = '{"phone": 1, "emial": "a@b.example", "id": "7", "name": "a\\u0000", "score": 1e999, "name2": {"$x": 1}}'
    assert codes(ask(body)) == [
        ("/name", "text.control_char"),
        ("/score", "number.not_finite"),
        ("/name2/$x", "key.invalid"),
        ("/phone", "type.expected_string"),
        ("/emial", "field.unknown"),
        ("/id", "field.read_only"),
        ("/name2", "field.unknown"),
        ("", "lead.no_contact"),
    ]


def test_an_unknown_field_is_answered_with_the_nearest() -> None:
    assert ask({**ADA, "compnay": "Contoso"}) == Refused(
        400,
        (
            Problem(
                "/compnay",
                "field.unknown",
                'is no field of this service; did you mean "company"?',
                'string "Contoso"',
            ),
        ),
    )


def test_unknown_fields_are_kept_where_the_source_allows() -> None:
    assert ask({**ADA, "foo": 1, "utm": {"term": "arm"}}, allow_extra=True) == Parsed(
        ADA, None, {"foo": 1, "utm": {"term": "arm"}}
    )


def test_a_byte_order_mark_is_passed_over() -> None:
    assert ask(b"\xef\xbb\xbf" + json.dumps(ADA).encode()) == Parsed(ADA, None, {})


def test_the_byte_of_bad_utf8_is_named() -> None:
    assert ask(b'\xef\xbb\xbf{"name": "Jos\xe9"}') == Refused(
        400, (Problem("", "encoding.utf8", "not UTF-8 from byte 16", "byte 0xe9"),)
    )


@pytest.mark.parametrize("contact", [{}, {"email": None}, {"email": "  "}, {"phone": ""}])
def test_a_lead_nobody_can_reach_is_refused(contact: dict[str, object]) -> None:
    answer = ask({"name": "Ada", **contact})
    assert isinstance(answer, Refused)
    assert (answer.status, codes(answer)) == (422, [("", "lead.no_contact")])


def test_an_external_id_is_a_way_to_reach_somebody() -> None:
    assert ask({"external_id": "00Q5"}) == Parsed({"external_id": "00Q5"}, None, {})


@pytest.mark.parametrize(
    ("given", "code"),
    [({}, "missing"), ({"company": None}, "null"), ({"company": ""}, "empty"), ({"company": "  "}, "blank")],
)
def test_four_ways_of_not_giving_a_required_field_are_told_apart(given: dict[str, object], code: str) -> None:
    answer = ask({**ADA, **given}, required=("company",))
    assert isinstance(answer, Refused)
    assert (answer.status, codes(answer)) == (422, [("/company", f"field.{code}")])


def test_too_many_fields_are_refused_and_counted() -> None:
    answer = ask({**ADA, **{f"f{n}": n for n in range(300)}}, allow_extra=True)
    assert isinstance(answer, Refused)
    assert answer == Refused(
        422, (Problem("", "fields.too_many", "a lead has at most 200 fields", "304 fields"),)
    )


def test_at_most_a_hundred_faults_are_listed() -> None:
    answer = ask({f"f{n}": n for n in range(150)})
    assert isinstance(answer, Refused)
    assert len(answer.errors) == 100


@pytest.mark.parametrize("twice", [True, False])
def test_a_body_full_of_names_is_refused_at_once(twice: bool) -> None:
    """One event loop reads all bodies: counting each name, or looking for its nearest, kept everybody waiting."""
    names = [f'"{number:05x}":1' for number in range(12_000 if twice else 24_000)]
    body = "{" + ",".join(names * 2 if twice else names) + "}"
    began = time.thread_time()  # of this thread's own work: the machine may have other things to do
    answer = ask(body)
    assert time.thread_time() - began < 1.0
    assert isinstance(answer, Refused)
    assert answer.errors[0].code == "fields.too_many"
    assert len(answer.errors) == 100


@pytest.mark.parametrize(
    ("body", "reason", "got"),
    [
        (b"null", "one lead is a JSON object", "null"),
        (
            b'{"name": "a\tb"}',
            "not JSON: invalid control character, at line 1, column 12",
            'string "\\u0009b\\u0022}"',
        ),
    ],
)
def test_a_refusal_is_said_in_the_words_of_json(body: bytes, reason: str, got: str) -> None:
    answer = ask(body)
    assert isinstance(answer, Refused)
    assert (answer.errors[0].reason, answer.errors[0].got) == (reason, got)


def test_what_was_got_is_cut_and_escaped() -> None:
    answer = ask({**ADA, "foo": '"\u202e' + "x" * 100})
    assert isinstance(answer, Refused)
    assert answer.errors[0].got == 'string "\\u0022\\u202e' + "x" * 62 + '"'


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inside: st.lists(inside, max_size=4) | st.dictionaries(st.text(), inside, max_size=4),
    max_leaves=12,
)
NAMES = st.sampled_from([*SHAPE.types, "id", "foo", "a.b"])


@settings(max_examples=400, deadline=None)
@given(
    st.binary() | st.builds(lambda d: json.dumps(d).encode(), st.dictionaries(NAMES | st.text(), JSON)),
    st.booleans(),
)
def test_no_bytes_make_it_raise_and_every_refusal_has_a_reason(body: bytes, allow_extra: bool) -> None:
    answer = ask(body, allow_extra=allow_extra)
    if isinstance(answer, Refused):
        assert answer.status in (400, 413, 415, 422)
        assert 0 < len(answer.errors) <= 100
        assert all(problem.code and problem.reason for problem in answer.errors)
        msgspec.json.encode(answer.errors)
    else:
        assert not (answer.raw.keys() - SHAPE.types.keys())
        assert not (answer.extra.keys() & SHAPE.types.keys())


FIELDS = st.fixed_dictionaries(
    {"email": st.just("ada@contoso.example")},
    optional={
        "name": st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"])),
        "employees": st.integers(-(2**63), 2**63 - 1) | st.text("0123456789-,", max_size=9),
        "consent": st.booleans() | st.none(),
        "product": st.lists(st.sampled_from(["arm", "rover"]), max_size=3),
    },
)


@settings(max_examples=200, deadline=None)
@given(FIELDS, st.booleans())
def test_a_right_body_comes_back_as_it_was_sent(fields: dict[str, object], ascii_only: bool) -> None:
    assert ask(json.dumps(fields, ensure_ascii=ascii_only).encode()) == Parsed(fields, None, {})
