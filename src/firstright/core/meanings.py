"""What a value that no table knows most likely means: the nearest of what is known of its field. A suggestion, never a decision."""

import difflib
from collections.abc import Mapping

from firstright.core.clean.places import country_names
from firstright.core.clean.tables import industries
from firstright.core.clean.text import as_word
from firstright.core.policy import Policy
from firstright.core.rules.fields import FieldType

MOST = 20_000  # words that are compared
CLOSE = 0.85  # "bavaria" is no Bulgaria: who clicks once must not be led astray
SHORTEST = 3  # characters: what is shorter is near to everything


def known_meanings(field: str, policy: Policy) -> Mapping[str, str]:
    """Every word of this field whose meaning is known, folded, with it: allowed values, synonyms, names of countries and of industries."""
    found = {
        value.casefold(): value
        for value in (policy.catalogue[field].values if field in policy.catalogue else ())
    }
    found |= {as_word(word): meant for word, meant in policy.synonyms.get(field, {}).items()}
    is_country = field in policy.catalogue and policy.catalogue[field].type is FieldType.COUNTRY
    if is_country:
        found |= {name.casefold(): code for name, code in country_names().items() if len(name) > SHORTEST}
    if field == "industry":
        found |= {name: standard for name, (standard, _) in industries().items()}
    return found


def suggestion(value: str, known: Mapping[str, str]) -> str:
    """The meaning of the nearest known word; empty when none is near."""
    if len(value) < SHORTEST or len(known) > MOST:
        return ""
    near = difflib.get_close_matches(value.casefold(), known, n=1, cutoff=CLOSE)
    return known[near[0]] if near else ""
