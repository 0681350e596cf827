"""The e-mail itself, from one message: headers that cannot be injected into, and the same Message-ID on every attempt."""

import email.policy
import re
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from urllib.parse import quote

from firstright.outbound.channel import Message

# A shape of our own: the library's parser ends in AttributeError and worse on some nonsense.
INVITE = "invite.ics"
_ATOM = r"[^\s@<>()\[\]:;,.\"\\\x00-\x20\x7f]+"
_SPEC = rf"(?P<local>{_ATOM}(?:\.{_ATOM})*)@(?P<host>\w[\w-]*(?:\.\w[\w-]*)*)"
_PLAIN = re.compile(_SPEC)
_NAMED = re.compile(rf"(?P<name>[^<>]*)<{_SPEC}>")


class BadAddress(Exception):
    """Not one plain e-mail address. `which` is `sender` or `recipient`; the address itself is not repeated."""

    def __init__(self, which: str) -> None:
        super().__init__(f"the {which} is not an e-mail address")
        self.which = which


def letter(message: Message, sender: str, now: datetime) -> EmailMessage:
    """The e-mail. `sender` is an address, or a name and one: `Leads <leads@northwind.example>`. Raises BadAddress."""
    written = EmailMessage(email.policy.SMTP)
    author = mailbox(sender, "sender")
    written["From"] = _signed(author, message.author)
    written["To"] = mailbox(message.to, "recipient")
    written["Subject"] = _line(message.subject)
    written["Date"] = now
    written["Message-ID"] = f"<{_atom(message.id)}@{author.domain}>"  # a receiver deduplicates by it
    written["Auto-Submitted"] = "auto-generated"  # so that nobody's absence note answers
    if message.reply_to:
        written["Reply-To"] = mailbox(message.reply_to, "address for replies")
    if message.unsubscribe:  # RFC 8058: mail programs show a button, and press it without opening anything
        written["List-Unsubscribe"] = f"<{_line(message.unsubscribe)}>"
        written["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    written.set_content(_encodable(message.text))
    if message.calendar:
        _invite(written, message)
    return written


def _invite(written: EmailMessage, message: Message) -> None:
    """Beside the text, where calendars look for it, and as a file for those that do not."""
    calendar, method = _encodable(message.calendar), message.method
    written.add_alternative(calendar, subtype="calendar", params={"method": method})
    written.add_attachment(
        calendar.encode(), maintype="application", subtype="ics", filename=INVITE, params={"method": method}
    )


def mailbox(text: str, which: str) -> Address:
    """The one address in `text`. Raises BadAddress for none, two, a group, a control character or a quoted local part."""
    shape = _NAMED.fullmatch(text) or _PLAIN.fullmatch(text)
    if shape is None or not text.isprintable():
        raise BadAddress(which)
    try:
        host = shape["host"].encode("idna").decode()
    except UnicodeError as problem:
        raise BadAddress(which) from problem
    return Address(shape.groupdict().get("name", "").strip().strip('"'), shape["local"], host)


def _signed(sender: Address, author: str) -> Address:
    """The mail server's own address under the name of who writes."""
    name = _line(author)[:80]
    return Address(name, sender.username, sender.domain) if name else sender


def _atom(id: str) -> str:
    return quote(id, safe="", errors="replace").replace(".", "%2E")


def _line(text: str) -> str:
    words = " ".join(_encodable(text).split())
    return "".join(c for c in words if c.isprintable())


def _encodable(text: str) -> str:
    return text.encode("utf-8", "replace").decode()
