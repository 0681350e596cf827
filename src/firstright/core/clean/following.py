"""Facts that follow from other facts of a lead: halves of a name, its zone, what title, industry and the page it came from
say. What was sent under these names wins where a sender may send it."""

from collections.abc import Mapping

from firstright.core.clean.channel import came
from firstright.core.clean.industry import industry
from firstright.core.clean.jobtitle import standing
from firstright.core.clean.person import split_name
from firstright.core.clean.places import zone_of
from firstright.core.clean.text import LONGEST_WORD, as_word
from firstright.core.clean.vocabulary import FUNCTIONS, SENIORITIES
from firstright.core.lead import Value

Unmapped = list[tuple[str, str]]
Synonyms = Mapping[str, Mapping[str, str]]

# What must go when a field is changed: it said something about the old value.
FOLLOWS: Mapping[str, tuple[str, ...]] = {
    "email": ("email_domain", "email_kind", "email_confusable", "email_hint", "email_bounced"),
    "phone": ("phone_country", "phone_zone", "phone_kind", "phone_invalid"),
    "title": ("seniority", "function"),
    "industry": ("sector",),
    "employees": ("employees_band",),
    "revenue": ("revenue_band",),
    "referrer": ("referrer_site",),
}


def stale(facts: Mapping[str, Value], said: Mapping[str, Value]) -> set[str]:
    """Names of facts that say something about a value that `said` changes, and that `said` does not renew."""
    changed = (field for field in FOLLOWS if field in said and said[field] != facts.get(field))
    return {name for field in changed for name in FOLLOWS[field] if name in facts and name not in said}


def follow(facts: dict[str, Value], country: str, synonyms: Synonyms) -> Unmapped:
    """Adds to `facts` what follows from them; gives the values that no table knows, with the field whose synonyms would
    map them. `country` is the lead's own."""
    unmapped: Unmapped = []
    name = facts.get("name")
    if isinstance(name, str) and "first_name" not in facts and "last_name" not in facts:
        facts.update(split_name(name))
    if "zone" not in facts and (zone := zone_of(country, str(facts.get("state", "")))):
        facts["zone"] = zone
    if (title := facts.get("title")) is not None:
        _place_title(facts, str(title), synonyms, unmapped)
    if (given := facts.get("industry")) is not None:
        _place_industry(facts, str(given), synonyms, unmapped)
    if "referrer" in facts or "landing_page" in facts or "medium" in facts:
        facts.update(came(facts))
    return unmapped


def _place_title(facts: dict[str, Value], title: str, synonyms: Synonyms, unmapped: Unmapped) -> None:
    """A policy maps a title by [synonyms.seniority] and [synonyms.function]: the title itself stays as it is."""
    said = standing(title)
    key = as_word(title)
    level = synonyms.get("seniority", {}).get(key, said.seniority)
    subject = synonyms.get("function", {}).get(key, said.function)
    if level in SENIORITIES:
        facts.setdefault("seniority", level)
    if subject in FUNCTIONS:
        facts.setdefault("function", subject)
    if "seniority" not in facts:
        unmapped.append(("seniority", title[:LONGEST_WORD]))


def _place_industry(facts: dict[str, Value], given: str, synonyms: Synonyms, unmapped: Unmapped) -> None:
    known = industry(given)
    if known:
        facts["industry"], facts["sector"] = known
    elif given not in synonyms.get("industry", {}).values():
        unmapped.append(("industry", given[:LONGEST_WORD]))
