"""How alike two records are: one matcher for leads, contacts and accounts. It weighs evidence; it fetches, links and merges nothing."""

from firstright.core.likeness.blocking import block_keys, wide_keys
from firstright.core.likeness.companies import company_likeness
from firstright.core.likeness.people import person_likeness
from firstright.core.likeness.rarity import Rarity, rarity_of
from firstright.core.likeness.value import Likeness, Reason, Verdict

__all__ = [
    "Likeness",
    "Rarity",
    "Reason",
    "Verdict",
    "block_keys",
    "company_likeness",
    "person_likeness",
    "rarity_of",
    "wide_keys",
]
