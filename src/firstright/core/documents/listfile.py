"""Lists of named accounts: what one entry must be, and the text and hash a version is kept under. It opens no file.

A version never changes: its hash is of its name and its domains, in whatever order and spelling they were written.
"""

from collections.abc import Iterable
from hashlib import sha256

import msgspec

from firstright.core.clean.domain import company_domain, registrable, website
from firstright.core.clean.problem import Refusal

MOST = 1_000_000  # domains of one list
_EMPTY = Refusal("list.empty_row", "names no domain")
_NONE = Refusal("domain.invalid", "is no domain, such as acme.example")
_SHARED = Refusal("domain.shared", "is where anybody may have a mailbox or a page: it names no company")


class NamedList(msgspec.Struct, frozen=True):
    """One version of a list. `text` has a domain a line, ascending."""

    name: str
    hash: str
    text: str

    @property
    def domains(self) -> frozenset[str]:
        return domains_of(self.text)


def listed(name: str, domains: Iterable[str]) -> NamedList:
    """The version of a list that holds these domains, which `domain_of` has cleaned."""
    text = "".join(f"{domain}\n" for domain in sorted(set(domains)))
    return NamedList(name, sha256(f"{name}\n{text}".encode()).hexdigest(), text)


def domains_of(text: str) -> frozenset[str]:
    """What a stored text lists."""
    return frozenset(text.split())


def domain_of(entry: str) -> str | Refusal:
    """The domain a company owns, of a domain, a web address or an e-mail address; or why it names no company."""
    text = entry.strip()
    if not text:
        return _EMPTY
    host = website(text.rpartition("@")[2])
    if isinstance(host, Refusal) or (owned := registrable(host)) is None:
        return _NONE
    return company_domain(owned) or _SHARED
