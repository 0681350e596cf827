"""Which address was probably meant where one looks misspelt: gmial.com, outlook.con. A hint only: whoever sends to it
decides, for the address as written may exist."""

from functools import lru_cache

from firstright.core.clean.domain import is_listed
from firstright.core.clean.tables import FREE_LABELS, FREE_MAIL, MAIL_ENDINGS, MAIL_HOSTS

_SHORTEST, _LONGEST = 8, 20  # of a domain that is compared letter by letter


_HEAD, _TAIL = 3, 5  # letters: one slip leaves one of both as it was
_BY_END: dict[tuple[str, str], tuple[str, ...]] = {}  # by the first letter with the head, and with the tail
for _host in MAIL_HOSTS:
    for _end in (_host[:_HEAD], _host[-_TAIL:]):
        _BY_END[_host[0], _end] = (*_BY_END.get((_host[0], _end), ()), _host)
_FIRST_LABELS = {host.partition(".")[0]: host for host in reversed(MAIL_HOSTS)}


def email_hint(address: str) -> str | None:
    """The address with the domain that was probably meant; None where nothing looks misspelt."""
    local, _, domain = address.rpartition("@")
    meant = _meant(domain)
    return f"{local}@{meant}" if meant else None


@lru_cache(maxsize=16_384)
def _meant(domain: str) -> str:
    if domain in FREE_MAIL or domain in MAIL_HOSTS:
        return ""
    host, _, ending = domain.rpartition(".")
    mended = f"{host}.{MAIL_ENDINGS[ending]}" if ending in MAIL_ENDINGS else domain
    label = host.partition(".")[0]
    if mended in MAIL_HOSTS:
        return mended
    if mended == domain and label in FREE_LABELS and is_listed(domain) and not _slipped_ending(domain, label):
        return ""  # hotmail.dk, yahoo.co.in: the provider's own
    near = _near(mended)
    if not near and label in _FIRST_LABELS and not is_listed(domain):
        near = _FIRST_LABELS[label]
    return near or ("" if mended == domain else mended)


def _slipped_ending(domain: str, label: str) -> bool:
    return domain in (f"{label}.co", f"{label}.cm", f"{label}.om")


def _near(domain: str) -> str:
    """The one well-known host that is a single slip away: a letter too many, missing, wrong, or two swapped."""
    if not _SHORTEST <= len(domain) <= _LONGEST:
        return ""
    hosts = [h for end in (domain[:_HEAD], domain[-_TAIL:]) for h in _BY_END.get((domain[0], end), ())]
    near = [h for h in dict.fromkeys(hosts) if _one_slip(domain, h)]
    return near[0] if len(near) == 1 else ""


def _one_slip(written: str, meant: str) -> bool:
    at = next(
        (i for i, (a, b) in enumerate(zip(written, meant, strict=False)) if a != b),
        min(len(written), len(meant)),
    )
    ours, theirs = written[at:], meant[at:]
    return (
        ours[1:] == theirs[1:]
        or ours[1:] == theirs
        or ours == theirs[1:]
        or (ours[:2] == theirs[:2][::-1] and ours[2:] == theirs[2:])
    )
