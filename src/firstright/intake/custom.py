"""Cleans the fields a policy registered itself, by their type, as `core.normalize` does the shipped ones.

It derives nothing and knows no synonyms; a value that is none of the allowed ones is a problem, never guessed at.
"""

from collections.abc import Mapping

from firstright.core.clean import amount
from firstright.core.clean.normalize import Cleaned, meaning
from firstright.core.clean.problem import Problem, Refusal, problem
from firstright.core.clean.text import LONGEST_WORD, line
from firstright.core.clean.timestamp import instant
from firstright.core.lead import Value
from firstright.core.rules.fields import Catalogue, Field, FieldType, Kind, kind, nearest

_MOST = 2**63 - 1
_LONGEST = 500
_MAPPABLE = frozenset(
    {"value.unmapped", "number.format"}
)  # a line in the policy's synonyms would make facts of them
_YES = frozenset({"true", "yes", "1"})
_NO = frozenset({"false", "no", "0"})


def clean_custom(
    raw: Mapping[str, object],
    catalogue: Catalogue,
    *,
    synonyms: Mapping[str, Mapping[str, str]],
    texts: bool = False,
) -> Cleaned:
    """Facts, problems and unmapped values of the custom fields in `raw`; `texts` reads "yes" as a boolean, as from files."""
    facts: dict[str, Value] = {}
    problems: list[Problem] = []
    unmapped: list[tuple[str, str]] = []
    for name, given in raw.items():
        field = catalogue.lookup(name)
        if field is None or not field.custom or given is None:
            continue
        if isinstance(given, str) and not given.strip():
            continue
        known = synonyms.get(name, {})
        meant = meaning(given, known)
        found = _clean(field, meant, texts)
        if isinstance(found, Refusal):
            problems.append(problem(name, found, given))
            if found.code in _MAPPABLE and isinstance(given, str):
                unmapped.append((name, " ".join(given.split())[:LONGEST_WORD]))
        elif found is not None and found != "" and found != ():
            facts[name] = found
    return Cleaned(facts, tuple(problems), tuple(unmapped))


def _clean(field: Field, value: object, texts: bool) -> Value | Refusal | None:
    if field.type is FieldType.TEXTS and isinstance(value, list | tuple):
        cleaned = [_text(field, each) for each in value[:50]]
        wrong = next((each for each in cleaned if isinstance(each, Refusal)), None)
        return wrong or tuple(dict.fromkeys(each for each in cleaned if isinstance(each, str) and each))
    match kind(field):
        case Kind.NUMBER:
            return amount.lower_bound(value, _MOST, whole=False)
        case Kind.BOOLEAN:
            return _boolean(value, texts)
        case Kind.INSTANT:
            return instant(value)
        case Kind.TEXT:
            return _text(field, value)


def _boolean(value: object, texts: bool) -> bool | Refusal:
    if isinstance(value, bool):
        return value
    said = value.strip().casefold() if isinstance(value, str) else None
    if texts and said in _YES | _NO:
        return said in _YES
    return Refusal("type.expected_boolean", "must be true or false")


def _text(field: Field, value: object) -> str | Refusal:
    text = line(value, _LONGEST)
    if isinstance(text, Refusal) or not field.values or not text:
        return text
    for allowed in field.values:
        if allowed.casefold() == text.casefold():
            return allowed
    near = nearest(text, field.values)
    meant = f'; did you mean "{near}"?' if near else ""
    return Refusal("value.unmapped", f"is not one of the values of {field.name}{meant}")
