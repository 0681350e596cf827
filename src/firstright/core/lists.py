"""Lists of companies by name, as a decision sees them. Values only; `documents.listfile` says what an entry is."""

from collections.abc import Mapping, Set

Accounts = Mapping[str, Set[str]]  # registrable domains by the name of the list they stand on
NO_LISTS: Accounts = {}
