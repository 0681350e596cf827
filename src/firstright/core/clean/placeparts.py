"""A country written with more than its name, and a state cut short. Neither guesses: every part must say the same country."""

import re
from collections.abc import Callable, Mapping

from firstright.core.clean.tables import STATE_CODES
from firstright.core.clean.text import fold

_BETWEEN = re.compile(r"\s+[-–—|:]\s+|:\s|[(){}\[\]/|,;]")
_GLUED = re.compile(r"([A-Za-z]{2})-(\w.*)")  # "NL-Netherlands", and "GB-ENG" of ISO 3166-2
_DIVISION = re.compile(r"[A-Z0-9]{1,3}")
_BEFORE_CODE = re.compile(r"(.+?)\s*[(\[,|/-]\s*([A-Za-z]{2})[)\]]?")
_BEHIND_CODE = re.compile(r"([A-Za-z]{2})\s*[-:|,]\s*(.+)")
_EITHER = re.compile(r"([^/]+)/([^/]+)")
_SHORT = {
    "rep": "republic",
    "dem": "democratic",
    "fed": "federated",
    "sts": "states",
    "is": "islands",
    "isl": "islands",
}
_NOTHING = re.compile(
    r"(?:the|(?:french|dutch) part|malvinas|kingdom of(?: the)?|republic of(?: the)?|republic|rb)?"
)
_THE = re.compile(r"\s*\(the\)\s*$", re.IGNORECASE)
_CUT = 3  # letters of each word that must be there

Called = Callable[[str], str | None]


def in_parts(text: str, called: Called) -> str | None:
    """ "Deutschland (DE)", "US - United States", "USA - Texas", "Congo, Dem. Rep.": the one country all parts speak of. A code of two letters
    alone says none: the CA of "Los Angeles, CA" is no Canada."""
    if whole := _beside(text.strip(), called):
        return whole
    if glued := _GLUED.fullmatch(text.strip()):
        front, behind = called(glued[1]), called(glued[2])
        of_iso = text.strip().isupper() and _DIVISION.fullmatch(glued[2])
        within = behind is None or fold(glued[2]) in STATE_CODES.get(front or "", {})
        return front if front and (front == behind or (of_iso and within)) else None
    bare = _THE.sub("", text)
    if bare != text and (named := called(bare)):
        return named
    parts = [part.strip() for part in _BETWEEN.split(bare) if part.strip()]
    if len(parts) < 2:
        return None
    if len(parts) == 2 and (turned := called(_spelt(f"{parts[1]} {parts[0]}"))):
        return turned
    return _agreed([part for part in parts if not _NOTHING.fullmatch(fold(part))], called)


def _beside(text: str, called: Called) -> str | None:
    """A whole name beside its code or another of its names: "Congo - Kinshasa (CD)" has a dash of its own."""
    for shape in (_BEFORE_CODE, _BEHIND_CODE, _EITHER):
        if (found := shape.fullmatch(text)) and (code := called(found[1])) and code == called(found[2]):
            return code
    return None


def _agreed(parts: list[str], called: Called) -> str | None:
    said = [(part, called(part)) for part in parts]
    named = {code for part, code in said if code and len(fold(part)) > 2}
    if len(named) != 1:
        return None
    country = named.copy().pop()
    states = STATE_CODES.get(country, {})
    return country if all(code == country or fold(part) in states for part, code in said) else None


def _spelt(text: str) -> str:
    return " ".join(_SHORT.get(fold(word), word) for word in text.split())


def cut_short(text: str, known: Mapping[str, str]) -> str | None:
    """ "Baden-Württ.", "Rheinl.-Pfalz": the one state whose words begin so, where a full stop says that some were cut."""
    words = fold(text.replace(".", " ")).split()
    if "." not in text or not words or any(len(word) < _CUT for word in words):
        return None
    found = {
        code
        for name, code in known.items()
        if len(whole := name.split()) == len(words)
        and all(each.startswith(word) for each, word in zip(whole, words, strict=True))
    }
    return found.pop() if len(found) == 1 else None
