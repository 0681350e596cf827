"""A company's facts in the shape in which they are compared: the words of its name that tell, and what tells sisters apart."""

import re
from functools import lru_cache

import msgspec

from firstright.core.clean.company import company_key, is_form
from firstright.core.lead import Facts
from firstright.core.likeness.spelling import edits, plain
from firstright.core.likeness.tables import COMPANY_WORDS, LANDS, WORD_WEIGHTS
from firstright.core.likeness.traits import Place, Reach, external, identity, place, reach, text

_REGISTER = re.compile(
    r"\s*[/\\]\s*[A-Za-z]{2,6}\s*[/\\]?\s*$"
)  # "PROGRESSIVE CORP/OH/": where it is registered
_ASIDE = re.compile(r"\((?:the|class [a-z]|formerly [^)]*|fka [^)]*)\)", re.IGNORECASE)
_TURNED = re.compile(r"^([^(),]+),?\s*\(([^()]+)\)\s*(.*)$")  # "Lilly (Eli)"
# What a company calls itself besides the name it is registered under.
_TRADING = re.compile(
    r"\s(?:t/a|d/b/a|dba|trading as|doing business as|handelend onder de naam|h\.?o\.?d\.?n\.?)\s.+$",
    re.IGNORECASE,
)
_CLASS = re.compile(r"\b(?:class|series)\s+[a-z]\b\s*$", re.IGNORECASE)
_DOT_COM = re.compile(r"\.(?:com|net|org|io|co|ai)\b", re.IGNORECASE)
_AMPERSAND = re.compile(r"\b(\w{1,2})&(\w{1,2})\b")  # "AT&T"
_LONG = 7
_TRADES: dict[str, list[str]] = {}
for _known in sorted({*COMPANY_WORDS, *WORD_WEIGHTS}):
    if len(_known) >= _LONG:
        _TRADES.setdefault(_known[0], []).append(_known)
TELLING = 30  # tenths of a bit: a word worth as much is not one of those everybody uses


class Name(msgspec.Struct, frozen=True):
    """`words` in their order, with what they stand for; `telling` those of them that are not everybody's, sorted."""

    words: tuple[str, ...] = ()
    telling: tuple[str, ...] = ()
    land: str = ""
    latin: bool = True


class Firm(msgspec.Struct, frozen=True):
    name: Name = Name()
    domain: str = ""
    label: str = ""  # of the domain: "acme" of acme.co.uk
    reach: Reach = Reach()
    place: Place = Place()
    ids: tuple[tuple[str, str], ...] = ()
    external: str = ""


def firm(facts: Facts) -> Firm:
    """A company's facts: company (or name), domain, phone, street, city, postcode, country, ids, external_id."""
    domain = text(facts, "domain")
    return Firm(
        name(text(facts, "company") or text(facts, "name")),
        domain,
        domain.partition(".")[0],
        reach(facts),
        place(facts),
        identity(facts),
        external(facts),
    )


@lru_cache(65_536)
def name(written: str) -> Name:
    """The name without legal form, register, class of share; short forms spelt out."""
    known = _TRADING.sub("", written)
    bare = _AMPERSAND.sub(r"\1\2", _CLASS.sub("", _ASIDE.sub(" ", _REGISTER.sub(" ", known))))
    if (turned := _TURNED.match(bare)) and not is_form(turned[2]):
        bare = f"{turned[2]} {turned[1]} {turned[3]}" if len(turned[2]) < 12 else bare
    key = plain(company_key(_DOT_COM.sub(" ", bare).strip() or written))
    words = tuple(_meant(key.split()))
    telling = tuple(sorted({word for word in words if word_weight(word) >= TELLING})) or tuple(
        sorted(set(words))
    )
    lands = sorted({LANDS[word] for word in words[1:] if word in LANDS})
    return Name(words, telling, " ".join(lands), key.isascii())


def word_weight(word: str) -> int:
    """What sharing this word is worth before any data: less for the words of the trade and for short ones."""
    known = WORD_WEIGHTS.get(word)
    if known is not None:
        return known
    if word in LANDS:
        return 24
    return (20, 32, 42, 52, 58, 62)[min(len(word), 6) - 1]


def _meant(words: list[str]) -> list[str]:
    found: list[str] = []
    for word in words:
        meant = COMPANY_WORDS.get(word) or _mended(word)
        if meant == "and" and found:
            continue
        found.extend(meant.split())
    return found or words


@lru_cache(65_536)
def _mended(word: str) -> str:
    """ "technoogies" is no name of anybody: a long word of the trade with one slip in it is that word."""
    if len(word) < _LONG or word in WORD_WEIGHTS:
        return word
    near = next((known for known in _TRADES.get(word[0], ()) if edits(word, known, 1) <= 1), word)
    return COMPANY_WORDS.get(near, near)


def acronym(name: Name) -> str:
    """Initials of three words or more, what joins them left out: "International Business Machines" -> "ibm"."""
    letters = [word[0] for word in name.words if len(word) > 2 or word.isdigit() or word_weight(word) > 3]
    return "".join(letters) if len(letters) >= 3 else ""
