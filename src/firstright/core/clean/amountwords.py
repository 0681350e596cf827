"""The words around a number, in the languages of data/amount_words.csv: what it counts, what it is in, whether it is the least or the most.
It knows no numbers."""

import re
import unicodedata

import msgspec

from firstright.core.clean.tables import amount_words

_WORDS = amount_words()
TIMES = {
    word: int(kind.removeprefix("x"))
    for kind, words in _WORDS.items()
    if kind.startswith("x")
    for word in words
}


def _any(kind: str) -> str:
    return "|".join(re.escape(word) for word in sorted(_WORDS[kind], key=len, reverse=True))


_SIGNS = re.compile(
    r"(?:\b(?:us|a|au|c|ca|nz|s|sg|hk|nt|mx|r))?[$€£¥₹₽₩₺₫₪₴₱฿]|[円元圓원人名명]|\b(?:r|n)(?=\s?\d)|[≈~](?=\s*\d)(?<!\d.)|(?:大约|およそ|[約约약])(?=\s*\d)"
)
_NOISE = re.compile(
    rf"\b(?:(?:d'|de |di |of |in )?(?:{_any('money')})|{_any('heads')}|{_any('about')}|p\.?\s?a)\b\.?|^(?:de|da|from|von|van|от|od|fra|från|dari|từ)\b(?=\s*\d)"
)
_GLUED = re.compile(rf"(?<=\d)\s?({_any('glued')})(?:{_any('money')}|[€$£])(?!\w)")
_LEAST = re.compile(rf"^(?:[>≥]=?|(?:{_any('least')})\b)\.?\s*(?=\d)")
_MOST = re.compile(rf"^(?:[<≤]=?|(?:{_any('most')})\b)\.?\s*(?=\d)")
_OR_MORE = re.compile(rf"(?:\+|(?<!\w)(?:{_any('or_more')})|(?<=\d)\s?[\u4e00-\u9fff]?(?:以上|超))$")
_OR_LESS = re.compile(rf"(?:(?<!\w)(?:{_any('or_less')})|(?<=\d)\s?[\u4e00-\u9fff]?(?:以下|未満|以内))$")
_DASH = re.compile(rf" ?(?:[-–—‒‐‑~〜～_]|\.{{2,3}}|…|\b(?:{_any('to')})\b|至|から) ?")
_NOTE = re.compile(r"(?<=[\w+]) ?[(\[]([^()\[\]]*)[)\]]$")  # "200 (2023)", "51-200 (LinkedIn)"
_YEAR = re.compile(r"(?:19|20)\d\d")
_REAIS = re.compile(
    r"^(r\$ ?[\d.,]+|[\d.,]+(?= mil reais)) mil\b(?! ?mi)"
)  # there it is a thousand; alone it may be a million
_LABELLED = re.compile(r"^[:=] ?")
_NOT_WORD = re.compile(r"[\W\d_]+")
_BRACKETS = re.compile(r"[(\[](.*)[)\]]")


class Said(msgspec.Struct, frozen=True):
    """The number or range without the words around it, and whether these said that it is the most or the least."""

    text: str
    most: bool
    least: bool


def bare(value: str) -> Said:
    """ "< ca. 50 Mitarbeiter" -> "50", the most."""
    text = " ".join(unicodedata.normalize("NFKC", value).casefold().replace("’", "'").split())
    inside = _BRACKETS.fullmatch(text)
    if inside and len(split(inside[1])) > 1:  # "(51-200)"; a single number in brackets is what is owed
        text = inside[1]
    text = _REAIS.sub(r"\1 k", _noteless(text))
    text = _GLUED.sub(lambda found: f" {'k' if found[1] == 't' else found[1]} ", text)
    most, least = bool(_OR_LESS.search(text)), bool(_OR_MORE.search(text))
    text = _OR_MORE.sub("", _OR_LESS.sub("", text)) if most or least else text
    text = _LABELLED.sub("", _tidy(_NOISE.sub(" ", _SIGNS.sub(" ", text))))
    if not (most or least):  # a sign of more may stand before the noun: "1000+ employees"
        most, least = bool(_OR_LESS.search(text)), bool(_OR_MORE.search(text))
        text = _tidy(_OR_MORE.sub("", _OR_LESS.sub("", text)))
    if found := _MOST.match(text):
        return Said(_tidy(_NOISE.sub(" ", text[found.end() :])), True, least)
    if found := _LEAST.match(text):
        return Said(_tidy(_NOISE.sub(" ", text[found.end() :])), most, True)
    return Said(text, most, least)


def _noteless(text: str) -> str:
    """Without what stands in brackets behind it, unless that says how much it is: "500 (thousands)" stays as it is."""
    note = _NOTE.search(text)
    if note is None or not any(char.isdigit() for char in text[: note.start()]):
        return text
    words = _NOT_WORD.split(note[1])
    is_scale = any(word in TIMES for word in words)
    is_number = any(char.isdigit() for char in note[1]) and not _YEAR.search(note[1])
    return text if is_scale or is_number else text[: note.start()].strip()


def split(text: str) -> list[str]:
    """The two ends of a range, or the one number."""
    return _DASH.split(text, maxsplit=1)


def _tidy(text: str) -> str:
    return " ".join(text.split())
