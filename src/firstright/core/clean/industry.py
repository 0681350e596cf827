"""Industries by one small tree of sectors: many spellings and languages, NAICS codes and the names of GICS lead to it.

What the tree does not know is left as it was written; nothing is guessed from part of a word."""

import re
from functools import lru_cache

from firstright.core.clean.tables import NAICS, industries
from firstright.core.clean.text import fold

_CODE = re.compile(r"(?:naics\D{0,3})?(\d{2})\d{0,4}(?:-\d{2})?(?:\s*[-:]\s.*)?", re.IGNORECASE)
_PARTS = re.compile(r"\s*[/;|>,]\s*|\s+-\s+")
_SORT = re.compile(
    r"\b(?:industry|industries|industrie|industria|indústria|sector|sektor|secteur|branche|bransch|setor)$"
)


@lru_cache(maxsize=16_384)
def industry(text: str) -> tuple[str, str] | None:
    """(standard name, sector) of an industry, or None. A sector is its own industry: "Finanzen" -> Financial Services."""
    if found := _named(text):
        return found
    if code := _CODE.fullmatch(text):
        sector = NAICS.get(code[1])
        return (sector, sector) if sector else None
    parts = _PARTS.split(text)
    return next((found for part in parts if (found := _named(part))), None) if len(parts) > 1 else None


def _named(text: str) -> tuple[str, str] | None:
    name = fold(text.replace("_", " "))
    return industries().get(name) or industries().get(_SORT.sub("", name).strip())
