"""Slack's incoming webhook, and the words it answers with."""

import json
from datetime import timedelta

import pytest

from firstright.outbound.channel import Message, Place, Result, Verdict
from outbound import sink
from outbound.outside import attempt
from outbound.sink import Sink


def said(text: str, step: sink.Step) -> tuple[Result, bytes]:
    with Sink() as slack:
        slack.script(step)
        place = Place("slack:floor", "slack", slack.url("/services/T0/B0/XXX"))
        (result,) = attempt(Message("msg_1", "slack", text=text), place)
        return result, slack.received[0].body


def test_a_message_is_one_json_text() -> None:
    result, body = said("New lead: Zoë of Müller & Söhne\nhttps://firstright.example/leads/7", sink.ok())
    assert result == Result(Verdict.SENT, 200, "200 OK: ok")
    assert json.loads(body) == {
        "text": "New lead: Zoë of Müller &amp; Söhne\nhttps://firstright.example/leads/7"
    }


def test_a_leads_name_mentions_nobody_and_hides_no_link() -> None:
    _, body = said("<!channel> <@U024BE7LH> <https://evil.example|Open the lead> &lt;", sink.ok())
    assert json.loads(body) == {
        "text": "&lt;!channel&gt; &lt;@U024BE7LH&gt; &lt;https://evil.example|Open the lead&gt; &amp;lt;"
    }


def test_half_a_surrogate_is_sent_and_raises_nothing() -> None:
    result, body = said("\ud800", sink.ok())
    assert (result.verdict, body) == (Verdict.SENT, b'{"text": "\\ud800"}')


@pytest.mark.parametrize(
    ("code", "word", "verdict"),
    [
        (400, "invalid_payload", Verdict.REFUSED),
        (403, "action_prohibited", Verdict.GONE),
        (404, "no_service", Verdict.GONE),
        (410, "channel_is_archived", Verdict.GONE),
        (500, "rollup_error", Verdict.AGAIN),
        (502, "", Verdict.THROTTLED),
        (302, "", Verdict.AGAIN),
    ],
)
def test_a_word_of_slack_means(code: int, word: str, verdict: Verdict) -> None:
    result, _ = said("x", sink.status(code, word.encode()))
    assert (result.verdict, result.status) == (verdict, code)
    assert word in result.detail


def test_too_many_messages_are_slowed_as_slack_asks() -> None:
    result, _ = said("x", sink.throttled("30"))
    assert result == Result(Verdict.THROTTLED, 429, "429 Too Many Requests: slow down", timedelta(seconds=30))
