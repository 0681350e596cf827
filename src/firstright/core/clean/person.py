"""Splits a full name for those who asked for only one. It keeps the words as written; it does not know who is who."""

_TITLES = frozenset(
    {
        "mr",
        "mrs",
        "ms",
        "miss",
        "mx",
        "dr",
        "prof",
        "sir",
        "herr",
        "frau",
        "mme",
        "m",
        "sr",
        "sra",
        "ing",
        "dipl-ing",
    }
)
_SUFFIXES = frozenset({"jr", "ii", "iii", "iv", "phd", "md", "mba", "esq"})
# Small words of family names: "Anna van der Berg", "João da Silva".
PARTICLES = frozenset(
    [
        "van",
        "von",
        "der",
        "den",
        "de",
        "del",
        "della",
        "di",
        "da",
        "do",
        "dos",
        "das",
        "du",
        "la",
        "le",
        "ter",
        "ten",
        "zu",
        "zum",
        "zur",
        "af",
        "av",
        "al",
        "el",
        "bin",
        "ibn",
        "ben",
    ]
)
_OPENING = PARTICLES | {"mac", "st"}


def split_name(name: str) -> dict[str, str]:
    """first_name and last_name of "Dr. Anna van der Berg" or "van der Berg, Anna"; a single word is a first name."""
    family, comma, given = (part.strip() for part in name.partition(","))
    if comma and given and _bare(given) not in _SUFFIXES and family:
        return {"first_name": given, "last_name": family}
    words = _without_honours(family.split())
    if len(words) < 2:
        return {"first_name": " ".join(words)} if words else {}
    at = len(words) - 1
    while at > 1 and words[at - 1].casefold() in _OPENING:
        at -= 1
    return {"first_name": " ".join(words[:at]), "last_name": " ".join(words[at:])}


def _without_honours(words: list[str]) -> list[str]:
    while len(words) > 1 and _bare(words[0]) in _TITLES:
        words = words[1:]
    while len(words) > 2 and _bare(words[-1]) in _SUFFIXES:
        words = words[:-1]
    return words


def _bare(word: str) -> str:
    return word.casefold().replace(".", "")
