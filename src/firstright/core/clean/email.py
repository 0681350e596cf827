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


_SAID = re.compile(r"^\s*(?:mailto|e-?mail|mail)\s*:\s*", re.IGNORECASE)
_ASKED = re.compile(r"\?.*$")  # of a link: what the letter should say
_QUOTES = "'`\u2018\u2019\u201c\u201d\u201e\u00ab\u00bb"
_NOTE = re.compile(r"\s+\([^()@]*\)\s*$")
_IN_ANGLES = re.compile(r"[^<>@]*<\s*([^<>\s]+@[^<>\s]+)\s*>")
_BETWEEN = re.compile(r"[\s,;|/&]+")
_OR = frozenset({"and", "or", "und", "oder", "et", "ou", "y", "o", "e", "en", "of"})
_WORDS = re.compile(r"[-_.]")
_DESKS = frozenset(
    {"emea", "apac", "dach", "latam", "team", "desk", "global", "intl", "nordics", "benelux", "anz"}
)


class Email(msgspec.Struct, frozen=True):
    """`address` is lower-cased and NFC. `kind` is business, role (of a business), free or disposable."""

    address: str
    domain: str
    kind: str
    confusable: bool


@lru_cache(maxsize=65_536)
def read_email(text: str) -> Email | Refusal:
    """Of "Anna Berg <anna@acme.de>", of what stands behind `mailto:`, and of several addresses the first. Quoted local parts and
    IP literals are refused."""
    bare = text if _PLAIN.fullmatch(text) else _bare(text)
    local, _, domain = bare.rpartition("@")
    if len(bare) > LIMIT:
        return Refusal("email.length", f"longer than {LIMIT} characters")
    if len(local) > LOCAL_LIMIT:
        return Refusal("email.length", f"more than {LOCAL_LIMIT} characters before the @")
    return _canonical(bare) if len(domain) <= SHORT and _PLAIN.fullmatch(bare) else judged(bare)


def _bare(text: str) -> str:
    """The address without what a program or a person wrote around it; the text as it is where that is more than one can tell."""
    said = _SAID.sub("", text.replace("＠", "@"))
    text = _NOTE.sub("", _ASKED.sub("", said) if _SAID.match(text) else said)
    text = _unquoted(text)
    if "<" in text and (inside := _IN_ANGLES.fullmatch(text)):
        return inside[1]
    if text.count("@") > 1:
        parts = [
            bare for part in _BETWEEN.split(text) if (bare := part.strip(",;:")).lower() not in _OR and bare
        ]
        if len(parts) > 1 and all(_PLAIN.fullmatch(part) for part in parts):
            return parts[0]
    return text


def _unquoted(text: str) -> str:
    """Without quotes around it and what ends a sentence. A spreadsheet's mark for text ('anna@acme.de) made another mailbox of
    it. What opens with a double quote that does not close behind it is a quoted local part, and is refused."""
    text = text.rstrip(",;:")
    if text.startswith('"') and text.endswith('"'):
        text = text[1:-1]
    return text if text.startswith('"') else text.rstrip(_QUOTES).lstrip(_QUOTES)


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


def _of_role(local: str) -> bool:
    """info@, and info-de@, sales.emea@: a desk of it."""
    bare = local.partition("+")[0]
    first, *rest = _WORDS.split(bare)
    return bare in ROLE_ACCOUNTS or (
        first in ROLE_ACCOUNTS and bool(rest) and all(len(word) < 3 or word in _DESKS for word in rest)
    )


def _canonical(normalized: str) -> Email:
    address = unicodedata.normalize("NFC", normalized.lower())
    local, _, domain = address.rpartition("@")
    kind = mail_kind(domain)
    if kind == "business" and _of_role(local):
        kind = "role"
    return Email(address, domain, kind, confusable(domain))
