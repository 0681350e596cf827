"""Judges the URL of a destination before it is kept: what can be seen to be wrong without asking the network. Opens nothing."""

import asyncio
import re
import socket
from collections.abc import Sequence
from urllib.parse import SplitResult, parse_qsl, urlsplit, urlunsplit

import msgspec

from firstright.outbound.egress import PORTS, Denied, Egress, Unresolved

LONGEST = 2_000
DEFAULT_PORTS = {"https": 443, "http": 80, "smtp": 587, "smtps": 465}
LONGEST_HOST = 254  # with the dot at its end
PUNYCODE = "xn--"
_LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?")
TLS = ("offered", "required", "none")
_ADDRESS = re.compile(r"[^@\s<>,]{1,64}@[^@\s<>,]+\.[^@\s<>,]+")


def faults(kind: str, url: str, egress: Egress) -> list[str]:
    """Everything that is wrong with sending to this URL, as sentences; a host that is a name is judged when it is used."""
    if not 0 < len(url) <= LONGEST:
        return [f"has 1 to {LONGEST:,} characters"]
    if not url.isascii() or not url.isprintable() or " " in url:
        return ["has blanks, or characters that a URL writes with %"]
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        return [f"cannot be read: {error}"]
    found = _mail_faults(parts) if kind == "email" else _web_faults(parts)
    if parts.fragment:
        found.append("has a part behind #, which is never sent")
    if not host:
        return [*found, "names no host"]
    found += _host_faults(host)
    if not found:
        found += _denied(egress, parts.scheme, host, DEFAULT_PORTS[parts.scheme] if port is None else port)
    return found


def shown(kind: str, url: str) -> str:
    """What of an address may be seen: Slack's path and everybody's query are secrets themselves."""
    parts = urlsplit(url)
    if kind == "email":
        return url
    if kind == "slack":
        return f"{parts.scheme}://{parts.netloc}/...{url[-4:]}"
    return urlunsplit(parts._replace(query="..." if parts.query else ""))


def user(url: str) -> str | None:
    """Whom a mail server knows us as."""
    try:
        return urlsplit(url).username
    except ValueError:
        return None


def _web_faults(parts: SplitResult) -> list[str]:
    found = []
    if parts.scheme not in ("https", "http"):
        found.append(f"begins with {parts.scheme[:20] or 'no scheme'}; it begins with https://")
    if "@" in parts.netloc:
        found.append("holds a user name or a password, which would be seen in logs")
    return found


def _host_faults(host: str) -> list[str]:
    """What no resolver would take, or would take for something else. Addresses are the egress policy's to judge."""
    if ":" in host:
        return (
            []
            if "%" not in host
            else [f"names {host[:80]!r}: an address with a zone is on this machine's links"]
        )
    labels = host.removesuffix(".").split(".")
    if not all(labels):
        return [f"names the host {host[:80]!r}, which has an empty part: one beside a dot, or nothing else"]
    if len(host) > LONGEST_HOST or not all(_LABEL.fullmatch(label) for label in labels):
        return [
            f"names the host {host[:80]!r}: its parts have 1 to 63 letters, digits, dashes or underscores, and all of it"
            f" {LONGEST_HOST} characters at most"
        ]
    wrong = [label for label in labels if label.startswith(PUNYCODE) and not _is_punycode(label)]
    return [f"names the host {host[:80]!r}: {wrong[0]!r} is no international name"] if wrong else []


def _is_punycode(label: str) -> bool:
    try:
        return not label.removeprefix(PUNYCODE).encode("ascii").decode("punycode").isascii()
    except UnicodeError:
        return False


def _mail_faults(parts: SplitResult) -> list[str]:
    found = []
    if parts.scheme not in ("smtp", "smtps"):
        found.append(
            f"begins with {parts.scheme[:20] or 'no scheme'}; a mail server is smtp://USER@HOST:587?from=ADDRESS"
        )
    if parts.password is not None:
        found.append("holds a password: leave it out, and give it when asked or with --password-file")
    if parts.path not in ("", "/"):
        found.append("has a path, and mail servers have none")
    given = parse_qsl(parts.query, keep_blank_values=True)
    found += [
        f"has the parameter {n[:40]!r}; it knows from and tls" for n, _ in given if n not in ("from", "tls")
    ]
    found += [
        f"tls={value[:40]!r} is none of {', '.join(TLS)}"
        for n, value in given
        if n == "tls" and value not in TLS
    ]
    senders = [value for name, value in given if name == "from"]
    if len(senders) != 1:
        found.append("says who sends with ?from=ADDRESS, once")
    elif not _ADDRESS.fullmatch(senders[0]):
        found.append(f"from={senders[0][:80]!r} is no e-mail address")
    return found


def _denied(egress: Egress, scheme: str, host: str, port: int) -> list[str]:
    """What the egress policy says to an address. Of a name only scheme and port are known, and not even these
    when the operator permits networks of his own: there, any port and http are fine.
    """
    try:
        asyncio.run(msgspec.structs.replace(egress, resolve=_numbers).permit(scheme, host, port))
    except Denied as denied:
        return [f"may not be sent to: {denied.subject}: {denied.rule}"]
    except Unresolved:
        if egress.allow:
            return []
        if scheme not in PORTS:
            return [f"may not be sent to: {scheme}: only https is permitted"]
        if port not in PORTS[scheme]:
            ports = ", ".join(str(each) for each in sorted(PORTS[scheme]))
            return [f"may not be sent to: {port}: {scheme} is permitted on {ports}"]
    return []


async def _numbers(host: str, port: int) -> Sequence[str]:
    """Addresses and numbers in disguise (0x7f.1); OSError for a name, and nobody is asked."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
    return [str(entry[4][0]) for entry in found]
