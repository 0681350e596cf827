"""Standard Webhooks, sent to a receiver that verifies with the reference library."""

from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import Any  # how long an attempt may take, and in which loop

import pytest

from firstright.outbound.channel import Message, Place, Result, Verdict
from firstright.outbound.egress import Egress
from outbound import sink
from outbound.moments import Moments
from outbound.outside import NOW, SHORT, attempt, hook, told
from outbound.sink import SECRET, Sink

OLD = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"


def results(step: sink.Step, now: datetime = NOW, **how: Any) -> Result:
    """`how` as for an attempt."""
    with Sink(fresh=False) as receiver:
        receiver.script(step)
        (result,) = attempt(told(), hook(receiver.url()), now=lambda: now, **how)
        return result


def test_the_body_arrives_byte_for_byte_and_verifies() -> None:
    body = '{ "name" : "Zoë",\n"n":1.0 }'.encode()
    with Sink() as receiver:
        assert attempt(told(body), hook(receiver.url("/crm"))) == [Result(Verdict.SENT, 200, "200 OK: ok")]
        (request,) = receiver.received
        assert (request.path, request.id, request.body, request.signed) == ("/crm", "msg_1", body, True)
        assert request.headers["content-type"] == "application/json"


def test_each_attempt_has_the_same_id_and_a_timestamp_and_signature_of_its_own() -> None:
    times = iter([NOW, NOW + timedelta(seconds=5)])
    with Sink(fresh=False) as receiver:
        receiver.script(sink.status(500))
        first, second = attempt(told(), hook(receiver.url()), now=lambda: next(times), times=2)
        assert (first.verdict, second.verdict) == (Verdict.AGAIN, Verdict.SENT)
        one, two = receiver.received
        assert one.id == two.id == "msg_1"
        assert (one.signed, two.signed) == (True, True)
        stamps = [int(request.headers["webhook-timestamp"]) for request in (one, two)]
        assert stamps == [int(NOW.timestamp()), int(NOW.timestamp()) + 5]
        assert one.headers["webhook-signature"] != two.headers["webhook-signature"]


def test_a_timestamp_of_long_ago_is_refused_by_the_receiver() -> None:
    with Sink() as receiver:
        (result,) = attempt(told(), hook(receiver.url()), now=lambda: NOW - timedelta(days=400))
        assert (result.verdict, result.status) == (Verdict.AGAIN, 401)


@pytest.mark.parametrize("known", [SECRET, OLD])
def test_during_a_rotation_a_receiver_with_either_secret_accepts(known: str) -> None:
    with Sink(secret=known) as receiver:
        (result,) = attempt(told(), hook(receiver.url(), SECRET, OLD))
        assert result.verdict is Verdict.SENT
        assert len(receiver.received[0].headers["webhook-signature"].split(" ")) == 2


def test_a_receiver_with_another_secret_does_not_accept() -> None:
    with Sink(secret=OLD) as receiver:
        (result,) = attempt(told(), hook(receiver.url(), SECRET))
        assert (result.status, receiver.received[0].signed, receiver.effects) == (401, False, [])


@pytest.mark.parametrize("secrets", [(), ("whsec_",), ("whsec_?", SECRET), ("whsec_Zoë",)])
def test_nothing_leaves_unsigned(secrets: tuple[str, ...]) -> None:
    with Sink() as receiver:
        (result,) = attempt(told(), Place("webhook:crm", "webhook", receiver.url(), secrets))
        assert (result.verdict, result.status) == (Verdict.REFUSED, 0)
        assert "secret" in result.detail
        assert receiver.received == []


@pytest.mark.parametrize(
    ("code", "verdict"),
    [
        (200, Verdict.SENT),
        (202, Verdict.SENT),
        (204, Verdict.SENT),
        (400, Verdict.AGAIN),
        (401, Verdict.AGAIN),
        (404, Verdict.AGAIN),
        (410, Verdict.GONE),
        (413, Verdict.AGAIN),
        (429, Verdict.THROTTLED),
        (500, Verdict.AGAIN),
        (502, Verdict.THROTTLED),
        (503, Verdict.AGAIN),
        (504, Verdict.THROTTLED),
        (599, Verdict.AGAIN),
    ],
)
def test_a_status_means(code: int, verdict: Verdict) -> None:
    result = results(sink.status(code))
    assert (result.verdict, result.status, result.retry_after) == (verdict, code, None)


@pytest.mark.parametrize(
    ("said", "wait"),
    [
        ("7", timedelta(seconds=7)),
        ("0", timedelta(seconds=1)),
        ("999999999", timedelta(hours=24)),
        (format_datetime(NOW + timedelta(minutes=2), usegmt=True), timedelta(minutes=2)),
        (format_datetime(NOW - timedelta(minutes=2), usegmt=True), timedelta(seconds=1)),
        ("Mon, 01 Mar 2027 09:32:00 -0000", timedelta(minutes=2)),
        ("Mon, 01 Mar 99999 09:32:00 GMT", None),
        ("soon", None),
        ("-5", None),
        ("1e9", None),
    ],
)
def test_a_retry_after_in_seconds_or_as_a_date_is_kept_within_bounds(
    said: str, wait: timedelta | None
) -> None:
    result = results(sink.throttled(said))
    assert (result.verdict, result.status, result.retry_after) == (Verdict.THROTTLED, 429, wait)


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
def test_a_redirect_is_never_followed(code: int) -> None:
    with Sink() as elsewhere, Sink(fresh=False) as receiver:
        receiver.script(sink.redirect(elsewhere.url("/secret"), code), sink.redirect(code=code))
        first, second = attempt(told(), hook(receiver.url()), times=2)
        assert (first.verdict, second.verdict) == (Verdict.AGAIN, Verdict.AGAIN)
        assert second.detail == (
            f"{code}: redirects are not followed; to http://169.254.169.254/latest/meta-data/"
        )
        assert elsewhere.connections == 0


@pytest.mark.parametrize(
    ("step", "verdict"),
    [
        (sink.reset_before_body(), Verdict.AGAIN),
        (sink.reset_after_body(), Verdict.AGAIN),
        (sink.accept_then_lose(), Verdict.AGAIN),
        (sink.garbage(), Verdict.AGAIN),
        (sink.reset_in_reply(), Verdict.SENT),
        (sink.huge(50), Verdict.SENT),
    ],
)
def test_a_receiver_that_misbehaves(step: sink.Step, verdict: Verdict) -> None:
    judged(results(step), verdict)


@pytest.mark.parametrize("step", [sink.hang(), sink.dribble()])
def test_a_receiver_that_never_answers_is_tried_again(step: sink.Step) -> None:
    judged(results(step, seconds=SHORT), Verdict.AGAIN)


def test_a_receiver_that_never_ends_its_answer_has_taken_it() -> None:
    judged(results(sink.dribble_body(), seconds=SHORT, loop=Moments), Verdict.SENT)


def judged(result: Result, verdict: Verdict) -> None:
    assert result.verdict is verdict
    assert result.status == (200 if verdict is Verdict.SENT else 0)
    assert 0 < len(result.detail) <= 300


def test_a_receiver_that_deduplicates_acts_once_on_an_attempt_whose_answer_was_lost() -> None:
    with Sink(deduplicating=True) as receiver, Sink() as plain:
        for server in (receiver, plain):
            server.script(sink.accept_then_lose(), sink.accept_then_lose())
            verdicts = [result.verdict for result in attempt(told(), hook(server.url()), times=3)]
            assert verdicts == [Verdict.AGAIN, Verdict.AGAIN, Verdict.SENT]
        assert receiver.effects == ["msg_1"]
        assert plain.effects == ["msg_1"] * 3


def test_a_denied_destination_is_refused_with_the_reason() -> None:
    (result,) = attempt(told(), hook("https://169.254.169.254/"), egress=Egress())
    assert result == Result(Verdict.REFUSED, 0, "egress.address: 169.254.169.254, in 169.254.0.0/16")


def test_what_a_receiver_says_is_one_short_printable_line() -> None:
    result = results(sink.status(500, b"\x1b[31mFATAL\r\n2027-03-01 forged line\x00\xff" + b"x" * 5000))
    assert result.detail.startswith(
        "500 Internal Server Error: \N{REPLACEMENT CHARACTER}[31mFATAL 2027-03-01 forged"
    )
    assert len(result.detail) == 300 and result.detail.isprintable()


def test_an_id_no_header_can_carry_is_refused() -> None:
    with Sink() as receiver:
        (result,) = attempt(Message("a\nb", "webhook", body=b"{}"), hook(receiver.url()))
        assert result.verdict is Verdict.REFUSED
        assert receiver.received == []
