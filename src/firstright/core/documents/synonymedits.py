"""Writes synonyms into a policy's text, one line each where their table is, and not another byte; and proves that this is all.

Which words a field may mean is the policy's to say: who publishes the text judges it.
"""

from collections.abc import Mapping

import msgspec

from firstright.core.documents.repfile import toml, with_value, written_key
from firstright.core.policy import Policy


def with_synonyms(text: str, field: str, words: Mapping[str, str]) -> str:
    """The text of a readable policy in which each of these words means that. A table that is not there is added at the end."""
    for word, meant in words.items():
        try:
            text = with_value(text, ("synonyms", field, word), meant)
        except LookupError:
            text = _with_table(text, field, word, meant)
    return text


def differ_only(before: Policy, after: Policy, field: str, words: Mapping[str, str]) -> bool:
    """Whether the two are the same policy, but for what these words of the field mean."""
    wanted = {**before.synonyms, field: {**before.synonyms.get(field, {}), **words}}
    return after == msgspec.structs.replace(before, hash=after.hash, synonyms=wanted)


def _with_table(text: str, field: str, word: str, meant: str) -> str:
    end = "\r\n" if "\r\n" in text else "\n"
    kept = text if text.endswith("\n") or not text else text + end
    return f"{kept}{end}[{written_key('synonyms', field)}]{end}{written_key(word)} = {toml(meant)}{end}"
