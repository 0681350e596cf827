"""Which mailbox an address leads to, and which one was meant where it looks misspelt."""

import pytest

from firstright.core.clean.mailbox import mailbox
from firstright.core.clean.mailhint import email_hint
from firstright.core.clean.normalize import normalize


@pytest.mark.parametrize(
    ("address", "same_as"),
    [
        ("a.n.n+web@gmail.com", "ann@gmail.com"),
        ("ann@googlemail.com", "ann@gmail.com"),
        ("ann+x@outlook.com", "ann@outlook.com"),
        ("ann+x@hotmail.co.uk", "ann@hotmail.co.uk"),
        ("ann.lee+x@live.de", "ann.lee@live.de"),
        ("ann-news@yahoo.co.jp", "ann@yahoo.co.jp"),
        ("ann+x@me.com", "ann@icloud.com"),
        ("a-n.n@pm.me", "ann@proton.me"),
        ("ann-lee@ya.ru", "ann.lee@yandex.ru"),
        ("shop@ann.fastmail.com", "ann@fastmail.com"),
        ("+x@gmail.com", "+x@gmail.com"),
        ("a.n.n+web@acme.com", "a.n.n+web@acme.com"),
        ("ann+x@outlook.acme.com", "ann+x@outlook.acme.com"),
        ("ann+x@live.acme.de", "ann+x@live.acme.de"),
        ("no address", "no address"),
    ],
)
def test_spellings_of_one_mailbox_are_one_and_others_are_left_alone(address: str, same_as: str) -> None:
    assert mailbox(address) == same_as
    assert mailbox(same_as) == same_as


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("gmial.com", "gmail.com"),
        ("gmail.con", "gmail.com"),
        ("gmai.com", "gmail.com"),
        ("gamil.com", "gmail.com"),
        ("gmailc.om", "gmail.com"),
        ("gnail.con", "gmail.com"),
        ("gmail.co", "gmail.com"),
        ("hotmial.com", "hotmail.com"),
        ("hotmail.co", "hotmail.com"),
        ("yaho.com", "yahoo.com"),
        ("yahoo.con", "yahoo.com"),
        ("outlok.com", "outlook.com"),
        ("iclud.com", "icloud.com"),
        ("t-online.dee", "t-online.de"),
        ("comcast.nry", "comcast.net"),
        ("acme-consulting.cmo", "acme-consulting.com"),
        ("gmail.com", None),
        ("ymail.com", None),
        ("email.com", None),
        ("hotmail.dk", None),
        ("yahoo.co.in", None),
        ("gmx.at", None),
        ("live.nl", None),
        ("acme.co", None),
        ("tmail.com", None),
        ("smail.com", None),
        ("mailbox.org", None),
    ],
)
def test_a_hint_is_given_for_one_slip_and_never_for_what_is_somebodys(
    written: str, meant: str | None
) -> None:
    assert email_hint(f"ann@{written}") == (f"ann@{meant}" if meant else None)


def test_the_hint_is_a_fact_and_the_address_stays_as_written() -> None:
    facts = normalize({"email": "Ann@gmial.com"}).facts
    assert (facts["email"], facts["email_hint"]) == ("ann@gmial.com", "ann@gmail.com")
    assert "email_hint" not in normalize({"email": "ann@acme.com"}).facts
