"""E-mail addresses: is it one, its canonical form, and what kind of mailbox it is. Syntax only: no name is looked up.
The stored address keeps plus-tags and dots; whether two spellings are one mailbox is not decided here."""

import re
import unicodedata
from functools import lru_cache

import msgspec

from firstright.core.clean.domain import confusable, mail_kind
from firstright.core.clean.problem import Refusal
from firstright.core.clean.tables import ROLE_ACCOUNTS

LIMIT = 254  # RFC 5321, of the whole address
LOCAL_LIMIT = 64
SHORT = 63  # a domain that is no longer has no label that is

# What nearly everybody writes. The library takes 40 µs to agree, a tenth of a request, so it is asked about the rest only:
# other marks, other alphabets, labels with two dashes in a row, names that are not on the public net.
_LABEL = "[a-z0-9]+(?:-[a-z0-9]+)*"
_PLAIN = re.compile(
    rf"[a-z0-9_+-]+(?:\.[a-z0-9_+-]+)*@(?:{_LABEL}\.)+(?!(?:arpa|invalid|local|localhost|onion|test)$)[a-z]{{2,}}",
    re.ASCII | re.IGNORECASE,
)


class Email(msgspec.Struct, frozen=True):
    """`address` is lower-cased and NFC. `kind` is business, role (of a business), free or disposable."""

    address: str
    domain: str
    kind: str
    confusable: bool


@lru_cache(maxsize=65_536)
def read_email(text: str) -> Email | Refusal:
    """`mailto:` is taken off; display names, quoted local parts and IP literals are refused."""
    bare = text.removeprefix("mailto:")
    local, _, domain = bare.rpartition("@")
    if len(bare) > LIMIT:
        return Refusal("email.length", f"longer than {LIMIT} characters")
    if len(local) > LOCAL_LIMIT:
        return Refusal("email.length", f"more than {LOCAL_LIMIT} characters before the @")
    return _canonical(bare) if len(domain) <= SHORT and _PLAIN.fullmatch(bare) else judged(bare)


def judged(bare: str) -> Email | Refusal:
    """The same by the library alone."""
    from email_validator import (
        EmailNotValidError,
        validate_email,
    )  # 35 ms: paid by the first lead or by `warm`

    try:
        valid = validate_email(bare, check_deliverability=False)
    except EmailNotValidError as error:
        code = "email.length" if "too long" in str(error) else "email.invalid"
        return Refusal(code, str(error))
    return _canonical(valid.normalized)


def _canonical(normalized: str) -> Email:
    address = unicodedata.normalize("NFC", normalized.lower())
    local, _, domain = address.rpartition("@")
    kind = mail_kind(domain)
    if kind == "business" and local.partition("+")[0] in ROLE_ACCOUNTS:
        kind = "role"
    return Email(address, domain, kind, confusable(domain))
