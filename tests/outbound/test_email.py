"""E-mail handed to a real mail server that takes it, defers it, refuses it, hangs and hangs up."""

import gc
from email import message_from_bytes, policy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firstright.outbound.channel import Message, Place, Result, Verdict
from firstright.outbound.egress import Egress
from firstright.outbound.letter import BadAddress, letter
from outbound import certificates, mailbox
from outbound.mailbox import SENDER, Mailbox
from outbound.outside import NOW, SHORT, attempt, loopback
from outbound.sink import Sink
from patience import PATIENCE

ADA = "ada@northwind.example"
ALERT = Message("dlv_01HX", "email", to=ADA, subject="New lead: Zoë", text="Call Zoë.\n.\nWithin 5 min.\n")


def sent(
    message: Message, url: str, egress: Egress | None = None, times: int = 1, seconds: float = PATIENCE
) -> list[Result]:
    place = Place("email", "email", url)
    known = egress or loopback(mail__example="127.0.0.1")
    return attempt(message, place, egress=known, now=lambda: NOW, times=times, seconds=seconds)


def test_a_letter_arrives_as_it_was_written() -> None:
    with Mailbox() as server:
        assert sent(ALERT, server.url()) == [Result(Verdict.SENT, 250, "taken")]
        (letter,) = server.letters
        assert (letter.sender, letter.recipients) == (SENDER, (ADA,))
        assert dict(letter.message.items()) == {
            "From": SENDER,
            "To": ADA,
            "Subject": "New lead: Zoë",
            "Date": "Mon, 01 Mar 2027 09:30:00 +0000",
            "Message-ID": "<dlv_01HX@northwind.example>",
            "Auto-Submitted": "auto-generated",
            "Content-Type": 'text/plain; charset="utf-8"',
            "Content-Transfer-Encoding": "8bit",
            "MIME-Version": "1.0",
        }
        assert letter.message.get_content().splitlines() == ALERT.text.splitlines()


def test_every_attempt_has_the_same_message_id() -> None:
    with Mailbox() as server:
        server.script(mailbox.answer("DATA", "451 greylisted"))
        first, second, third = sent(ALERT, server.url(), times=3)
        assert first == Result(Verdict.AGAIN, 451, "451 greylisted")
        assert (second.verdict, third.verdict) == (Verdict.SENT, Verdict.SENT)
        assert [letter.message["Message-ID"] for letter in server.letters] == [
            "<dlv_01HX@northwind.example>"
        ] * 2


def test_a_sender_may_have_a_name() -> None:
    with Mailbox() as server:
        sent(ALERT, server.url(**{"from": "Northwind%20Leads%20%3Cleads@northwind.example%3E"}))
        (letter,) = server.letters
        assert (letter.sender, letter.message["From"]) == (SENDER, f"Northwind Leads <{SENDER}>")


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        (mailbox.answer("RCPT", "550 5.1.1 <ada@northwind.example> unknown"), Result(Verdict.REFUSED, 550, "550 5.1.1 <(recipient)> unknown")),
        (mailbox.answer("RCPT", "450 4.2.1 try later"), Result(Verdict.AGAIN, 450, "450 4.2.1 try later")),
        (mailbox.answer("DATA", "554 5.7.1 looks like spam"), Result(Verdict.REFUSED, 554, "554 5.7.1 looks like spam")),
        (mailbox.answer("DATA", "452 disk full"), Result(Verdict.AGAIN, 452, "452 disk full")),
        (mailbox.answer("MAIL", "550 5.7.1 not your sender"), Result(Verdict.AGAIN, 550, "550 5.7.1 not your sender")),
        (mailbox.answer("MAIL", "421 4.3.2 closing"), Result(Verdict.AGAIN, 421, "421 4.3.2 closing")),
        (mailbox.hang("QUIT"), Result(Verdict.SENT, 250, "taken")),
        (mailbox.disconnect("QUIT"), Result(Verdict.SENT, 250, "taken")),
    ],
)  # fmt: skip
def test_what_a_server_says_means(step: mailbox.Step, expected: Result) -> None:
    with Mailbox() as server:
        server.script(step)
        assert sent(ALERT, server.url()) == [expected]


@pytest.mark.parametrize("at", ["RCPT", "DATA"])
def test_a_server_that_hangs_is_tried_again(at: str) -> None:
    with Mailbox() as server:
        server.script(mailbox.hang(at))
        assert sent(ALERT, server.url(), seconds=SHORT) == [
            Result(Verdict.AGAIN, 0, "no answer within 0.4 s")
        ]


@pytest.mark.parametrize("at", ["MAIL", "RCPT", "DATA"])
def test_a_server_that_hangs_up_is_tried_again(at: str) -> None:
    with Mailbox() as server:
        server.script(mailbox.disconnect(at))
        (result,) = sent(ALERT, server.url())
        assert (result.verdict, result.status) == (Verdict.AGAIN, 0)
        assert result.detail


def test_nobody_at_the_door_and_a_server_that_says_nothing_are_tried_again() -> None:
    with Sink() as silent:
        (result,) = sent(ALERT, f"smtp://127.0.0.1:{silent.port}?from={SENDER}", seconds=SHORT)
        assert result == Result(Verdict.AGAIN, 0, "no answer within 0.4 s")
    (result,) = sent(ALERT, f"smtp://127.0.0.1:{silent.port}?from={SENDER}")
    assert result.verdict is Verdict.AGAIN and "111" in result.detail


def test_starttls_is_used_when_it_is_offered_and_the_name_is_checked() -> None:
    with Mailbox(tls=certificates.server("mail.example")) as server:
        (result,) = sent(ALERT, server.url("mail.example"))
        assert (result.verdict, [letter.over_tls for letter in server.letters]) == (Verdict.SENT, [True])
        (result,) = sent(ALERT, server.url("127.0.0.1"))
        assert result.verdict is Verdict.AGAIN and "127.0.0.1" in result.detail
        (result,) = sent(ALERT, server.url("127.0.0.1", tls="none"))
        assert (result.verdict, [letter.over_tls for letter in server.letters]) == (
            Verdict.SENT,
            [True, False],
        )
    gc.collect()  # a socket left open would warn, and fail


def test_tls_that_is_required_and_not_offered_sends_nothing() -> None:
    with Mailbox() as server:
        (result,) = sent(ALERT, server.url(tls="required"))
        assert result.verdict is Verdict.AGAIN and "STARTTLS" in result.detail
        assert server.letters == []


def test_tls_from_the_first_byte() -> None:
    with Mailbox(tls=certificates.server("mail.example"), smtps=True) as server:
        assert [result.verdict for result in sent(ALERT, server.url("mail.example"))] == [Verdict.SENT]
        assert len(server.letters) == 1


def test_a_password_goes_over_tls_only_unless_told_otherwise() -> None:
    users = {"ada": "p@ss:w/rd"}
    login = "ada:p%40ss%3Aw%2Frd@"
    with Mailbox(users=users) as bare:
        (result,) = sent(ALERT, bare.url(user=login))
        assert result.verdict is Verdict.AGAIN and "STARTTLS" in result.detail
        (result,) = sent(ALERT, bare.url(user=login, tls="none"))
        assert [letter.user for letter in bare.letters] == ["ada"]
    with Mailbox(users=users, tls=certificates.server("mail.example")) as server:
        (result,) = sent(ALERT, server.url("mail.example", user=login))
        assert [(letter.user, letter.over_tls) for letter in server.letters] == [("ada", True)]
        (result,) = sent(ALERT, server.url("mail.example", user="ada:wrong@"))
        assert (result.verdict, result.status) == (Verdict.AGAIN, 535)
        assert "wrong" not in result.detail


@pytest.mark.parametrize(
    "to",
    [
        "",
        "Ada",
        "ada@northwind.example, eve@evil.example",
        "ada@northwind.example\r\nBcc: eve@evil.example",
        "ada@northwind.example>\r\nRCPT TO:<eve@evil.example",
        "ada@northwind.example\n",
        "<ada@northwind.example> SIZE=1",
        "friends: ada@northwind.example;",
        "@",
        "a b@northwind.example",
    ],
)
def test_what_is_not_one_address_is_refused_and_nothing_is_injected(to: str) -> None:
    with Mailbox() as server:
        results = sent(Message("dlv_1", "email", to=to, subject="x", text="x"), server.url())
        assert results == [Result(Verdict.REFUSED, 0, "the recipient is not an e-mail address")]
        assert server.letters == []


nonsense = st.text(st.sampled_from('ada@.<>()[]:;,"\\ \r\n\x00\ud800ë=?-_'), max_size=24)


@given(
    nonsense | nonsense.map(lambda text: text + ADA),
    nonsense,
    nonsense | nonsense.map(lambda text: text + f"<{SENDER}>"),
)
@settings(max_examples=300, deadline=None)
def test_whatever_is_written_makes_one_letter_to_one_address_or_none(
    to: str, subject: str, sender: str
) -> None:
    try:
        written = letter(
            Message(f"dlv_{subject}", "email", to=to, subject=subject, text=subject), sender, NOW
        )
    except BadAddress as refusal:
        assert refusal.which in ("sender", "recipient")
    else:
        arrived = message_from_bytes(written.as_bytes(), policy=policy.default)
        assert [address.addr_spec for address in written["To"].addresses] == [to]
        assert arrived.keys() == written.keys()


def test_a_subject_adds_no_header_and_a_body_ends_no_letter() -> None:
    forged = Message(
        "dlv_1\r\nBcc: eve@evil.example", "email", to=ADA,
        subject="Hi\r\nBcc: eve@evil.example\x00", text="x\r\n.\r\nMAIL FROM:<eve@evil.example>\r\n\ud800",
    )  # fmt: skip
    with Mailbox() as server:
        assert [result.verdict for result in sent(forged, server.url())] == [Verdict.SENT]
        (letter,) = server.letters
        assert letter.recipients == (ADA,)
        assert letter.message["Bcc"] is None
        assert letter.message["Subject"] == "Hi Bcc: eve@evil.example"
        assert letter.message["Message-ID"] == "<dlv_1%0D%0ABcc%3A%20eve%40evil%2Eexample@northwind.example>"
        assert letter.message.get_content().splitlines() == ["x", ".", "MAIL FROM:<eve@evil.example>", "?"]


@pytest.mark.parametrize(
    "url",
    [
        "smtp://127.0.0.1:2525",
        "smtp://?from=leads@northwind.example",
        "http://127.0.0.1/?from=leads@northwind.example",
        "smtp://127.0.0.1:99999?from=leads@northwind.example",
        "smtp://127.0.0.1?from=leads@northwind.example&tls=maybe",
        "smtp://127.0.0.1?from=leads",
    ],
)
def test_a_url_that_names_no_mail_server_is_refused(url: str) -> None:
    (result,) = sent(ALERT, url)
    assert result.verdict is Verdict.REFUSED and result.detail


def test_a_mail_server_on_a_denied_address_is_refused() -> None:
    with Mailbox() as server:
        (result,) = sent(ALERT, f"smtp://127.0.0.1:25?from={SENDER}", Egress())
        assert result == Result(Verdict.REFUSED, 0, "egress.address: 127.0.0.1, in 127.0.0.0/8")
        assert server.letters == []
