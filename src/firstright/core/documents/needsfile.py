"""Reads what a rule asks of a rep, and what it asks instead once a lead has waited.

Whether anybody meets it is `lint`'s business.
"""

import re
from datetime import timedelta

from firstright.core.documents.reading import Table
from firstright.core.policy import Needs, Relaxed

HIGHEST_SKILL = 100
NO_TIME = timedelta(0)

_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


def read_needs(row: Table) -> Needs:
    """`needs = { language = "lead", skills = { saas = 3 }, licence = "state", ... }`."""
    table = row.table("needs")
    found = Needs(
        language=read_language(table, "language", table.text("language"), "lead"),
        skills=read_skills(table, "skills"),
        licence=table.text("licence"),
        territory=table.text("territory"),
        preferred=read_skills(table, "preferred"),
    )
    table.close()
    return found


def read_skills(table: Table, key: str) -> tuple[tuple[str, int], ...]:
    """Skill and level, in document order."""
    skills = table.table(key)
    return tuple((skill, skills.number(skill, 1, HIGHEST_SKILL, 1)) for skill in skills.data)


def read_relaxed(row: Table) -> tuple[Relaxed, ...]:
    """`relax = [{ after = "30min", needs = {} }, ...]`: steps whose times rise."""
    found: list[Relaxed] = []
    for table in row.rows("relax", f"{row.label} relaxation"):
        if not table.has("after"):
            table.report("key.missing", "after", '"after" is missing: how long a lead has waited by then.')
        if not table.has("needs"):
            text = '"needs" is missing: what is still asked for; needs = {} asks for nothing.'
            table.report("key.missing", "needs", text)
        after = table.duration("after")
        if after and found and after <= found[-1].after:
            text = "Each step comes later than the one before it; order them by their time."
            table.report("relax.order", "after", text)
        found.append(Relaxed(after or NO_TIME, read_needs(table)))
    return tuple(found)


def read_language(table: Table, key: str, tag: str, *words: str) -> str:
    """A BCP 47 tag such as "de" or "pt-BR", or one of `words`; reported otherwise."""
    if tag and tag not in words and not _LANGUAGE.fullmatch(tag):
        table.report("language.invalid", key, f'"{tag}" is not a language tag such as "de" or "pt-BR".')
        return ""
    return tag
