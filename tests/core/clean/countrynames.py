"""Makes data/country_names.csv from what CLDR (Unicode License, by way of babel) calls countries in all its languages:
`python tests/core/clean/countrynames.py` writes the table and prints the rows for countries.csv that folding would
make another country's. What the table has already stays: a name it knows does not change its country."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from babel import Locale, localedata

from firstright.core.clean import tables
from firstright.core.clean.language import language_tag
from firstright.core.clean.places import country_codes, country_names
from firstright.core.clean.problem import Refusal
from firstright.core.clean.text import fold

TABLE = Path(tables.__file__).with_name("data") / "country_names.csv"
HEAD = """\
# Names of countries (folded) in every language of CLDR (Unicode License), made by tests/core/clean/countrynames.py.
# Left out: what a first language, a code or two countries are called; of alphabets that many forms see, what is short,
# or a language, a state or a town besides (Male, Mon, Hindi). tests/core/clean/test_places.py holds it to CLDR.
"""
_SLIPS = {"ሰሜን፡ኮሪያ", "ደቡብ፡ኮሪያ"}  # the two Koreas, the wrong way round
_SHORT = 4  # letters of the Latin alphabet: Male is Mali in a language of Cameroon, and a sex in a column that was mapped wrongly


def written() -> Iterator[tuple[str, str]]:
    """(name as CLDR has it, code) in every language, countries only."""
    for language in sorted(localedata.locale_identifiers()):
        for code, name in sorted(Locale.parse(language).territories.items()):
            if code in country_codes():
                yield name, code


def exact(name: str) -> str:
    return unicodedata.normalize("NFC", name.casefold().strip())


def table() -> tuple[dict[str, list[str]], dict[str, str]]:
    """Code -> folded names, the ones there are first; and the names whose vowel signs alone tell two countries apart."""
    folded, exactly = defaultdict(set), defaultdict(set)
    for name, code in written():
        folded[fold(name)].add(code)
        exactly[exact(name)].add(code)
    known, first = tables.further_countries(), country_names()
    rows: dict[str, list[str]] = defaultdict(list)
    for name, code in known.items():
        rows[code].append(name)
    for name, codes in folded.items():
        if name and len(codes) == 1 and name not in known and name not in first and not _elsewhere(name):
            rows[min(codes)].append(name)
    unlike = {
        name: min(codes)
        for name, codes in exactly.items()
        if len(codes) == 1 and len(folded[fold(name)]) > 1 and not fold(name).isascii() and name not in _SLIPS
    }
    return {code: rows[code] for code in sorted(rows)}, unlike


def _elsewhere(name: str) -> bool:
    if not name.isascii():
        return False
    towns = {town for _, town in tables.cities()} | {zone.rsplit("/")[-1] for zone in tables.ZONES}
    states = {state for country in tables.STATE_CODES.values() for state in country}
    language = not isinstance(language_tag(name), Refusal)
    return len(name) <= _SHORT or language or name in states or name in towns


if __name__ == "__main__":
    rows, unlike = table()
    lines = [f"{code},{'|'.join(names)}\n" for code, names in rows.items()]
    TABLE.write_text(HEAD + "".join(lines), "utf-8")
    print("\n".join(f"={name},{code}" for name, code in sorted(unlike.items(), key=lambda row: row[::-1])))
