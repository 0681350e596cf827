"""Registrable domains and websites: which name on the net a company owns. The suffix list is the bundled one; nothing
is ever looked up on a network."""

import unicodedata
from functools import cache, lru_cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from firstright.core.clean.problem import Refusal
from firstright.core.clean.tables import DISPOSABLE, FREE_LABELS, FREE_MAIL, SHARED_SITES

if TYPE_CHECKING:
    from tldextract import TLDExtract

_HOST_LIMIT = 253
_BAD = Refusal("website.invalid", "not a web address, such as https://example.com")
# Cyrillic and Greek letters that look like Latin ones: "аpple.com" is not apple.com.
_LOOKALIKE = str.maketrans("аеорсухіјѕһԁԛԝӏќгοαινρυτκ", "aeopcyxijshdqwlkroaivputk")


@lru_cache(maxsize=65_536)
def registrable(host: str) -> str | None:
    """The domain one can own: "acme.co.uk" of "www.acme.co.uk". None for a bare suffix, a single label, an address.
    Suffixes that people rent out count as suffixes: "acme.myshopify.com" is its own domain."""
    host = host.lower().removesuffix(".")
    if not host or host.startswith(".") or "." not in host or ":" in host or len(host) > _HOST_LIMIT:
        return None
    parts = _suffixes().extract_str(host)
    if parts.suffix:
        return f"{parts.domain}.{parts.suffix}" if parts.domain else None
    labels = host.split(".")
    unlisted = (
        all(labels) and not labels[-1].isdigit()
    )  # the list's own rule for a top level it does not know
    return ".".join(labels[-2:]) if unlisted else None


def is_listed(host: str) -> bool:
    """Whether the host ends in a suffix of the list at all: "acme.con" does not."""
    return bool(_suffixes().extract_str(host).suffix)


@lru_cache(maxsize=65_536)
def mail_kind(host: str) -> str:
    """disposable, free or business, by the domain of an e-mail address."""
    owned = registrable(host) or host
    if host in DISPOSABLE or owned in DISPOSABLE:
        return "disposable"
    if host in FREE_MAIL or owned in FREE_MAIL or owned.partition(".")[0] in FREE_LABELS:
        return "free"
    return "business"


def company_domain(host: str) -> str | None:
    """The registrable domain, unless anybody can have a page or a mailbox there."""
    owned = registrable(host)
    if owned is None or owned in SHARED_SITES or mail_kind(owned) != "business":
        return None
    return owned


def confusable(host: str) -> bool:
    """Whether the name only looks like a Latin one: it would be plain ASCII after swapping look-alike letters."""
    return not host.isascii() and any(
        not label.isascii() and label.translate(_LOOKALIKE).isascii() for label in host.split(".")
    )


@lru_cache(maxsize=16_384)  # a company writes more than once
def website(text: str) -> str | Refusal:
    """The host of a web address, in lower case and Unicode, without "www.": "https://WWW.Acme.de/x" -> "acme.de".

    Wide letters and marks written apart are those of an e-mail address: one company has one domain."""
    if len(text.split()) != 1 or text != text.strip():
        return _BAD
    try:
        parts = urlsplit(text if "://" in text else f"https://{text.removeprefix('//')}")
        host = _unicode_host((parts.hostname or "").removesuffix("."))
        _ = parts.port
    except ValueError:  # a bracket that is not closed, a port that is no number
        return _BAD
    if parts.scheme not in ("http", "https") or "@" in parts.netloc or not _is_host(host):
        return _BAD
    bare = host.removeprefix("www.")
    return bare if "." in bare else host


def _is_host(host: str) -> bool:
    labels = host.split(".")
    return (
        len(host) <= _HOST_LIMIT
        and len(labels) > 1
        and all(
            0 < len(label) <= 63 and label.replace("-", "a").replace("_", "a").isalnum() for label in labels
        )
    )


def _unicode_host(host: str) -> str:
    if not host.isascii():
        return unicodedata.normalize("NFKC", host).lower()
    if "xn--" not in host:
        return host
    try:
        return host.encode("ascii").decode("idna").lower()
    except UnicodeError:
        return host


@cache
def _suffixes() -> "TLDExtract":
    from tldextract import (
        TLDExtract,
    )  # 160 ms, most of it for a client we never use: paid by the first lead or `warm`

    return TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True)
