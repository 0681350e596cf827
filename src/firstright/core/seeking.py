"""What somebody may mean by the text they look up: an e-mail address, a telephone number, a domain, an id. It finds nothing itself.

Only exact keys: what a lead or a record was stored under, in the same spelling (`core.clean`).
"""

import re

import msgspec

from firstright.core.clean.domain import company_domain, website
from firstright.core.clean.email import Email, read_email
from firstright.core.clean.phone import Phone, read_phone
from firstright.core.clean.text import line
from firstright.core.identifiers import is_id

LONGEST = 254  # characters anybody looks up
_PHONE = re.compile(r"[+0-9(][0-9 ()/.-]{4,30}")
_DOTTED = re.compile(r"[^\s@]+\.[^\s@]{2,}")


class Sought(msgspec.Struct, frozen=True):
    """What a text may be. Empty where it is none of that kind; `external` is any text, under whichever source."""

    id: str = ""
    email: str = ""
    phone: str = ""  # E.164
    domain: str = ""
    external: str = ""


def sought(text: str, region: str = "") -> Sought | None:
    """None for a text nobody can look up: empty, too long, or with what no text here holds. `region` is where a number
    without a country code is dialled."""
    read = line(text, LONGEST)
    if not isinstance(read, str) or not read:
        return None
    if is_id(read.lower()):
        return Sought(id=read.lower(), external=read)
    email = read_email(read) if "@" in read else None
    address = email.address if isinstance(email, Email) else ""
    phone = read_phone(read, region) if _PHONE.fullmatch(read) else None
    return Sought(
        email=address,
        phone=phone.e164 if isinstance(phone, Phone) else "",
        domain="" if address else _domain(read),
        external=read,
    )


def _domain(text: str) -> str:
    host = website(text) if _DOTTED.fullmatch(text) else ""
    return (company_domain(host) or "") if isinstance(host, str) and host else ""
