"""One name for a town that people call by several: NYC, Munich, Bombay. By country, since Saint Petersburg and Freiburg are
two towns each; a town the table does not have is left as it was written, and is no mistake."""

from functools import lru_cache

from firstright.core.clean.tables import cities
from firstright.core.clean.text import fold


@lru_cache(maxsize=16_384)
def city_name(text: str, country: str) -> str:
    """The name the table prefers, which is the town's own where that is in Latin letters; else the text as it is."""
    return cities().get((country, fold(text)), text) if country else text


@lru_cache(maxsize=4_096)
def city_names(text: str) -> tuple[str, ...]:
    """The text, and what each country's table makes of it: for a rule that names a town and no country."""
    folded = fold(text)
    other = {name for (_, called), name in cities().items() if called == folded}
    return (text, *sorted(name for name in other if name.casefold() != text.casefold()))
