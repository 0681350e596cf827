"""Company names for comparing. The name people wrote is stored as it is; only the key loses its legal form."""

from functools import lru_cache

from firstright.core.clean.tables import GLUED_FORMS, LEADING_FORMS, LEGAL_FORMS
from firstright.core.clean.text import fold

_LONGEST_FORM = max(len(form) for form in LEGAL_FORMS)
_LONGEST_LEADING = max(len(form) for form in LEADING_FORMS)
_JOINING = frozenset({"and", "und", "et", "y", "e", "en", "og", "och"})


@lru_cache(maxsize=65_536)
def company_key(name: str) -> str:
    """ "The Müller & Söhne GmbH & Co. KG" -> "muller and sohne". A name that is nothing but a legal form is kept."""
    words = _joined_initials(fold(_unglued(name).replace("/", "")).split())
    if len(words) > 1 and words[0] == "the":
        words = words[1:]
    for length in range(min(_LONGEST_LEADING, len(words) - 1), 0, -1):
        if tuple(words[:length]) in LEADING_FORMS:
            words = words[length:]
            break
    while (shorter := _without_form(words)) != words:
        words = shorter
    return " ".join(words)


def is_form(text: str) -> bool:
    """Whether this is a legal form and nothing else: "(Pty)"."""
    return tuple(_joined_initials(fold(text).split())) in LEGAL_FORMS


def _unglued(name: str) -> str:
    """ "株式会社東芝" -> "東芝": such a form stands at either end, without a blank."""
    if name.isascii():
        return name
    for form in GLUED_FORMS:
        bare = name.strip()
        if bare != form and bare.startswith(form):
            return bare.removeprefix(form)
        if bare != form and bare.endswith(form):
            return bare.removesuffix(form)
    return name


def _without_form(words: list[str]) -> list[str]:
    for length in range(min(_LONGEST_FORM, len(words) - 1), 0, -1):
        if tuple(words[-length:]) in LEGAL_FORMS:
            return words[:-length]
    if len(words) > 1 and words[-1] in _JOINING:
        return words[:-1]
    return words


def _joined_initials(words: list[str]) -> list[str]:
    """ "a b volvo" and "s a" are written with and without blanks: runs of single letters become one word."""
    joined: list[str] = []
    run = False
    for word in words:
        single = len(word) == 1 and word.isalpha()
        if single and run:
            joined[-1] += word
        else:
            joined.append(word)
        run = single
    return joined
