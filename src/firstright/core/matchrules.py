"""From which likeness on two records are one, and by which keys a source's leads are known. Values only."""

import msgspec

KINDS = ("external", "email", "phone", "person", "domain", "company")  # of keys, strongest first


class Matching(msgspec.Struct, frozen=True):
    """Likeness in per mille: at least `link` is linked automatically, at least `review` goes to a person, below it is new.

    `keys` are those asked for leads of a source that is named; others have all of them. `trusted` are sources, the most
    trusted first, for fields that survive a merge by trust; `survives` is the rule of a field: newest (the default), trusted
    or longest.
    """

    link: int = 900
    review: int = 750
    keys: dict[str, tuple[str, ...]] = {}
    trusted: tuple[str, ...] = ()
    survives: dict[str, str] = {}
    unsure: str = "review"  # where one in doubt goes when it comes; "route": on, and it is told as a proposal
    group_within: int = 15 * 60  # seconds in which people of one company are one buying group


MATCHING = Matching()
