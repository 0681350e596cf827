"""Picks out of a provider's answer what the policy names, and sees to it that it is about whom was asked. It cleans nothing."""

from collections.abc import Mapping

from firstright.core.clean.domain import company_domain, website
from firstright.core.providers import Provider

MOST_TEXT = 2_000  # characters of one value
MOST_ENTRIES = 50
LARGEST = 2**53  # what every JSON keeps

Picked = str | int | float | bool | list[str]


def about_another(provider: Provider, key: str, answer: object) -> str:
    """Whom else the answer says it is about; empty when it is about `key`, or need not say."""
    if not provider.same:
        return ""
    said = _at(answer, provider.same)
    if not isinstance(said, str) or not said.strip():
        return "nobody"
    return "" if _plain(provider.ask, said) == _plain(provider.ask, key) else said.strip()[:80]


def picked(provider: Provider, answer: object) -> tuple[dict[str, Picked], list[str]]:
    """Our field -> their value, and the paths that led to something nobody can read. What is missing or null is not there."""
    found: dict[str, Picked] = {}
    wrong = []
    for path, field in provider.fields.items():
        value = _at(answer, path)
        if value is None or value in ("", []) or field in found:
            continue
        if (readable := _readable(value)) is not None:
            found[field] = readable
        else:
            wrong.append(path)
    return found, wrong


def _at(answer: object, path: str) -> object:
    """What a path such as "people.0.name" leads to; None where it leads nowhere."""
    for step in path.split("."):
        if isinstance(answer, Mapping):
            answer = answer.get(step)
        elif isinstance(answer, list) and step.isascii() and step.isdigit() and len(step) < 6:
            answer = answer[int(step)] if int(step) < len(answer) else None
        else:
            return None
    return answer


def _readable(value: object) -> Picked | None:
    if isinstance(value, bool | int | float):
        return value if -LARGEST <= value <= LARGEST else None
    if isinstance(value, str):
        return value if len(value) <= MOST_TEXT else None
    if isinstance(value, list) and len(value) <= MOST_ENTRIES:
        texts = [each for each in value if isinstance(each, str) and len(each) <= MOST_TEXT]
        return texts if len(texts) == len(value) else None
    return None


def _plain(ask: str, text: str) -> str:
    if ask == "domain":
        host = website(text)
        return company_domain(host) or host if isinstance(host, str) else text
    if ask == "phone":
        return "".join(c for c in text if c.isdigit())
    return " ".join(text.casefold().split())
