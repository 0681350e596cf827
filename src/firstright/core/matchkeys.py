"""The keys by which a lead may be somebody we know, strongest first. It only names them: fetching the candidates and
judging them is done elsewhere."""

from functools import lru_cache

from firstright.core.clean.company import company_key
from firstright.core.clean.mailbox import mailbox
from firstright.core.clean.text import fold
from firstright.core.lead import Facts, Value
from firstright.core.likeness.blocking import root
from firstright.core.likeness.spelling import is_latin, sound

MatchKeys = tuple[tuple[str, str], ...]


def match_keys(facts: Facts, source: str | None = None) -> MatchKeys:
    """(kind, value) of cleaned facts: external, email, phone (with the last name), person (the sound of both names, with
    a company, or with a postcode where no domain of a company is known), domain. The first three name a person, the fourth may, the last names a company. A company's
    name alone proves nothing, so it is no key. An e-mail address has two keys where its provider takes other spellings.
    `source` is who gave the external id (else the fact of that name). Free and throw-away mail has no `domain`."""
    return _keys(
        facts.get("source") if source is None else source,
        facts.get("external_id"),
        facts.get("email"),
        facts.get("phone"),
        facts.get("first_name"),
        facts.get("last_name"),
        facts.get("domain"),
        facts.get("company"),
        facts.get("postcode"),
    )


@lru_cache(1024)  # one lead asks five times on its way through a decision
def _keys(*said: Value | None) -> MatchKeys:
    source, external_id, email, phone, first_name, last_name, domain, company, postcode = map(_text, said)
    named = _named(first_name, last_name)
    # Two of one name in one town who write from two companies are two: where they live counts only without a company's domain.
    at = dict.fromkeys((_firm(domain, company), "" if domain else postcode)) if named else ()
    keys = (
        ("external", _external(source, external_id)),
        ("email", email),
        ("email", _other_spelling(email)),
        ("phone", _phone(phone, last_name)),
        *[("person", f"{named}|{where}") for where in at if where],
        ("domain", domain),
    )
    return tuple((kind, value) for kind, value in keys if value)


def _external(source: str, external_id: str) -> str:
    """An id means something only within its source. A colon in the source is escaped: "a:b"+"c" is not "a"+"b:c"."""
    return f"{source.replace(':', '%3A')}:{external_id}" if external_id else ""


def _other_spelling(email: str) -> str:
    """The address by which a mailbox is known under which one can be reached in several spellings; else nothing."""
    known = mailbox(email) if email else ""
    return known if known != email else ""


def _phone(phone: str, last_name: str) -> str:
    """Half an office shares a number: it takes the last name to mean one person."""
    name = fold(last_name) if phone else ""
    return f"{phone}|{name}" if name else ""


def _firm(domain: str, company: str) -> str:
    """One word for both: most companies have their name as a domain, and a colleague may write from elsewhere."""
    return (domain.partition(".")[0].replace("-", "") if domain else company_key(company)).replace(" ", "")


@lru_cache(16_384)
def _named(first_name: str, last_name: str) -> str:
    """How both names sound, in whichever order they were written; nothing without either, or in another script."""
    given, family = fold(first_name).split(), fold(last_name).split()
    if not given or not family or not is_latin(given[0] + family[-1]):
        return ""
    return " ".join(sorted((sound(root(given[0])), sound(family[-1]))))


def _text(value: Value | None) -> str:
    return value if isinstance(value, str) else ""
