"""Which mailbox an address leads to, by what its provider is known to ignore: the key two spellings are compared by.

The address itself is never changed. Where the provider is not known, a tag behind a plus may be another person's."""

from collections.abc import Callable
from functools import lru_cache

from firstright.core.clean.domain import registrable


def _plus(local: str) -> str:
    return local.partition("+")[0]


def _gmail(local: str) -> str:
    return _plus(local).replace(".", "")


def _proton(local: str) -> str:
    return _plus(local).replace(".", "").replace("-", "").replace("_", "")


def _yahoo(local: str) -> str:
    return local.partition("-")[0]  # no name there has a dash of its own


def _yandex(local: str) -> str:
    return _plus(local).replace("-", ".")


def _same(names: str, rule: Callable[[str], str]) -> dict[str, tuple[str, Callable[[str], str]]]:
    """Domains of one provider that lead to one mailbox; the first is the one that stands for all."""
    domains = names.split()
    return dict.fromkeys(domains, (domains[0], rule))


_PROVIDERS: dict[str, tuple[str, Callable[[str], str]]] = {
    **_same("gmail.com googlemail.com", _gmail),
    **_same("icloud.com me.com mac.com", _plus),
    **_same("proton.me protonmail.com protonmail.ch pm.me", _proton),
    **_same("yandex.ru ya.ru yandex.com yandex.by yandex.kz yandex.ua yandex.com.tr", _yandex),
    **_same("mail.ru", _plus),
    **_same("mailbox.org", _plus),
    **_same("hey.com", _plus),
    **_same("zoho.com zohomail.com", _plus),
    **_same("posteo.de", _plus),
    **_same("msn.com", _plus),
    **_same("runbox.com", _plus),
    **_same("rambler.ru", _plus),
    **_same("fastmail.com", _plus),
    **_same("fastmail.fm", _plus),
    **_same("ymail.com", _yahoo),
    **_same("rocketmail.com", _yahoo),
}
_LABELS: dict[str, Callable[[str], str]] = {
    "outlook": _plus,
    "hotmail": _plus,
    "live": _plus,
    "yahoo": _yahoo,
}


@lru_cache(maxsize=16_384)
def mailbox(address: str) -> str:
    """ "a.n.n+web@googlemail.com" -> "ann@gmail.com". Takes an address as `read_email` gives it; anything else comes
    back as it is. The result is its own mailbox."""
    local, at, domain = address.rpartition("@")
    if not at:
        return address
    name, rule = _PROVIDERS.get(domain, (domain, None))
    if rule is None:
        rule = _LABELS.get(domain.partition(".")[0])
        if rule is not None and registrable(domain) != domain:
            rule = None  # outlook.acme.com is not Microsoft's
    if rule is None:
        return _of_subdomain(local, domain) or address
    return f"{rule(local) or local}@{name}"


def _of_subdomain(local: str, domain: str) -> str | None:
    """Fastmail gives everybody a domain: anything@ann.fastmail.com is ann@fastmail.com."""
    owner, dot, rest = domain.partition(".")
    return f"{owner}@{rest}" if dot and rest in ("fastmail.com", "fastmail.fm") and local else None
