"""Cheap keys under which records that may be one are found, for an ordinary table of keys. Which key is rare is known to
whoever holds the table."""

from firstright.core.lead import Facts
from firstright.core.likeness.firms import Name, acronym, firm, word_weight
from firstright.core.likeness.spelling import is_latin, sound
from firstright.core.likeness.tables import NAME_ROOTS
from firstright.core.likeness.traits import Person, person

Keys = tuple[tuple[str, str], ...]
MOST_WORDS = 3
MOST_OF_COMPANY = 8
_NOTHING = 6  # tenths of a bit: "the", "company"
_OPENING = 5  # letters of a name that are kept, blanks dropped


def block_keys(facts: Facts, kind: str) -> Keys:
    """(kind of key, value), few: at most 2 for a "person" (mailbox, person), at most 8 for a "company" (company, word,
    pair, near). The strongest first."""
    return _company_keys(firm(facts).name) if kind == "company" else _person_keys(person(facts))


def wide_keys(facts: Facts, kind: str) -> Keys:
    """Keys for a whole base in memory, where one more costs no row: block_keys and many that need only two fields."""
    if kind == "company":
        return (*block_keys(facts, kind), *_company_extras(facts))
    return _person_extras(person(facts))


def _person_keys(who: Person) -> Keys:
    keys = []
    if who.reach.mailbox and not who.reach.role:
        keys.append(("mailbox", who.reach.mailbox))
    if who.given and who.family and is_latin(who.given[0] + who.family[0]):
        parts = sorted((sound(root(who.given[0])), sound(who.family[-1])))
        keys.append(("person", " ".join(parts)))
    return tuple(keys)


def root(given: str) -> str:
    """The first, by the alphabet, of the names a short form stands for."""
    return min(NAME_ROOTS.get(given, (given,)))


def _person_extras(who: Person) -> Keys:
    keys = list(_person_keys(who))
    given = sound(who.given[0])[:4] if who.given else ""
    family = sound(who.family[-1]) if who.family else ""
    born, at = who.born, who.place
    number = at.numbers[0] if at.numbers else ""
    way = max(at.words, key=lambda w: (len(w), w)) if at.words else ""
    pairs = (
        ("phone", who.reach.phone[-7:]),
        ("local", who.reach.local if len(who.reach.local) > 4 and not who.reach.role else ""),
        ("family born", family and born and f"{family} {born[4:]}"),
        ("family year", family and born and f"{family} {born[:4]}"),
        ("given born", given and born and f"{given} {born[4:]}"),
        ("given year", given and born and f"{given} {born[:6]}"),
        ("born", born and (at.postcode or at.city) and f"{born} {(at.postcode or at.city)[:4]}"),
        ("day", born),
        ("family post", family and at.postcode and f"{family} {at.postcode}"),
        ("given post", given and at.postcode and f"{given} {at.postcode}"),
        ("street", way and number and f"{sound(way)} {number}"),
        ("street post", way and at.postcode and f"{sound(way)} {at.postcode}"),
        ("family city", family and at.city and f"{family} {sound(at.city)}"),
        ("given city", given and at.city and f"{given} {sound(at.city)} {who.company[:6]}"),
        ("host", family and who.reach.host and not who.reach.free and f"{family} {who.reach.host}"),
        ("mail", who.reach.local and not who.reach.free and f"{who.reach.local[:3]} {who.reach.host[:5]}"),
        (
            "mail end",
            who.reach.local and not who.reach.role and f"{who.reach.local[-4:]} {who.reach.host[-6:]}",
        ),
        ("both", given and family and " ".join(sorted((given[:3], family[:3])))),
        ("given town", given and at.city and f"{given[:3]} {sound(at.city)[:3]}"),
        ("family town", family and at.city and f"{family[:3]} {sound(at.city)[:3]}"),
        ("crossed", given and born and f"{sound(who.given[0])} {born[4:]}"),
        ("crossed", family and born and f"{family} {born[4:]}"),
        ("crossed town", given and at.city and f"{given[:3]} {sound(at.city)[:3]}"),
        ("crossed town", family and at.city and f"{family[:3]} {sound(at.city)[:3]}"),
    )
    keys.extend((kind, value) for kind, value in pairs if value)
    keys.extend(("id", f"{kind}:{value}") for kind, value in who.ids)
    if who.external:
        keys.append(("external", who.external))
    if not who.given or not who.family:
        keys.append(("half", given or family)) if given or family else None
    return tuple(dict.fromkeys(keys))


def _company_keys(name: Name) -> Keys:
    """The whole name; the sound of its rarest word with the next one; its words; how it opens, sounds, and ends. A slip in one
    place leaves at least one of them as it was."""
    if not name.words:
        return ()
    telling = sorted(name.telling, key=_rarest)
    keys = [("company", company_value(name))]
    first = telling[0]
    if pair := _pair(name, first):
        keys.append(("pair", pair))
    keys.extend(("word", word) for word in telling[:MOST_WORDS])
    keys.append(("near", "".join(name.words)[:_OPENING]))
    if len(first) > 4:
        keys.append(("near", f"{first[0]}~{first[-4:]}"))
    if len(first) > 3 and len(sound(first)) > 2:
        keys.append(("near", f"~{sound(first)}"))
    if initials := acronym(name):
        keys.append(("company", initials))
    return tuple(dict.fromkeys(keys))[:MOST_OF_COMPANY]


def _rarest(word: str) -> tuple[int, int, str]:
    return -word_weight(word), -len(word), word


def _pair(name: Name, first: str) -> str:
    """A frequent word is told apart by the one beside it, be it only a trade."""
    others = sorted(
        (word for word in name.words if word != first and word_weight(word) > _NOTHING), key=_rarest
    )
    return " ".join(sorted((sound(first), sound(others[0])))) if others else ""


def company_value(name: Name) -> str:
    """The words that tell, by the alphabet, without blanks: "Acme Rockets Ltd" and "Rockets of Acme" have one."""
    return "".join(name.telling)


def _company_extras(facts: Facts) -> Keys:
    who = firm(facts)
    at = who.place
    way = max(at.words, key=lambda w: (len(w), w)) if at.words else ""
    pairs = (
        ("domain", who.domain),
        ("phone", who.reach.phone[-7:]),
        ("street", way and at.numbers and f"{sound(way)} {at.numbers[0]}"),
        ("post", at.postcode and who.name.words and f"{at.postcode} {who.name.words[0][:3]}"),
        ("external", who.external),
    )
    keys = [(kind, value) for kind, value in pairs if value]
    keys.extend(("near", f"~{sound(word)}") for word in who.name.telling if len(sound(word)) > 2)
    return tuple(keys)
