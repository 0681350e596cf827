"""What is wrong with the synonyms of a policy: words that mean two things, nothing new, or what nobody can read, and words that did
not come for long. Pure; it maps no value.
"""

from collections.abc import Collection, Iterator, Mapping

from firstright.core.clean.normalize import FIELDS, normalize
from firstright.core.clean.text import as_word

Tables = Mapping[str, Mapping[str, str]]  # by field: a word, and what it means
SHOWN = 5  # words named by one finding
_ELSEWHERE = frozenset({"state.needs_country", "phone.needs_country"})  # right or wrong by the rest of a lead


def folded(tables: Tables) -> dict[str, dict[str, str]]:
    """As words are looked up, see `as_word`. Of two that are one word then, the one in small letters counts."""
    return {
        field: {
            as_word(word): words[word] for word in sorted(words, key=lambda word: word == word.casefold())
        }
        for field, words in tables.items()
    }


def meant(raw: Mapping[str, object], tables: Tables) -> tuple[tuple[str, str], ...]:
    """(field, word) of the values that the folded tables give a meaning, each once. Whole titles may be mapped to two fields."""
    found: dict[tuple[str, str], None] = {}
    for field, words in tables.items():
        for name in (field, "title") if field in ("seniority", "function") else (field,):
            given = raw.get(name)
            for each in given if isinstance(given, list | tuple) else (given,):
                if isinstance(each, str) and (word := as_word(each)) in words:
                    found[field, word] = None
    return tuple(found)


def contradictions(tables: Tables) -> Iterator[tuple[str, str, str]]:
    """(field, word, what is wrong with it), in words."""
    for field, words in tables.items():
        at = folded({field: words})[field]
        for word, meaning in words.items():
            if why := _wrong(field, word, meaning, words, at):
                yield field, word, why


def _wrong(field: str, word: str, meaning: str, words: Mapping[str, str], at: Mapping[str, str]) -> str:
    key, to = as_word(word), as_word(meaning)
    if at[key] != meaning:
        return f'"{word}" means {meaning}, and is overruled: written otherwise, it means {at[key]}'
    if word.strip() == meaning.strip():
        return f'"{word}" means itself'
    if to in at and to != key and as_word(at[to]) != to:
        return f'"{word}" means {meaning}, which means {at[to]}: a value is looked up once'
    problems = normalize({field: meaning}, texts=True).problems if field in FIELDS else ()
    if problems and problems[0].code not in _ELSEWHERE:
        return f'"{word}" means "{meaning}": {problems[0].reason}'
    return ""


def unused(tables: Tables, before: Tables, used: Collection[tuple[str, str]]) -> dict[str, list[str]]:
    """By field the words, folded, that stood in the tables of before, too, and that no value has had since."""
    old = folded(before)
    found = {
        field: [word for word in words if word in old.get(field, {}) and (field, word) not in used]
        for field, words in folded(tables).items()
    }
    return {field: words for field, words in found.items() if words}
