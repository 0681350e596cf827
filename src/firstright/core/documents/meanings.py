"""Synonyms that contradict each other, or mean what their field cannot hold: leads with the word wait for a meaning it seems to have.

What a field's own list of values says is found when the file is read.
"""

from collections.abc import Iterator

from firstright.core.documents.case import Case
from firstright.core.documents.reading import sentence
from firstright.core.rules.findings import Finding
from firstright.core.synonymaudit import contradictions


def meanings(case: Case) -> Iterator[Finding]:
    tables = {name: words for name, words in case.policy.synonyms.items() if name in case.policy.catalogue}
    for field, word, why in contradictions(tables):
        path, where = ("synonyms", field, word), f"[synonyms.{field}]"
        yield case.how.finding("synonym.wrong", path, where, sentence(why), "warning")
