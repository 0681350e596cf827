"""Whether two records are one person. Members of a household and colleagues share nearly everything but the given name, and are not."""

from firstright.core.lead import Facts
from firstright.core.likeness.addresses import compare_places
from firstright.core.likeness.contacts import (
    compare_births,
    compare_external,
    compare_genders,
    compare_ids,
    compare_mail,
    compare_phones,
)
from firstright.core.likeness.names import compare_names
from firstright.core.likeness.rarity import UNKNOWN, Rarity
from firstright.core.likeness.traits import Person, person
from firstright.core.likeness.value import LINK, REVIEW, Likeness, Reason, Verdict, likeness

_PRIOR = 40  # of two candidates in a base of some thousands, whose frequencies were counted
_HOUSEHOLD = (
    60  # all that shared mail, telephone, address and birth date of twins may say for two given names
)
_PLACE = 120  # street, postcode and city say one thing three times
_NAMES = frozenset({"given", "family", "suffix", "gender"})
_SHARED = frozenset({"email", "phone", "street", "postcode", "city", "company"})
_REACHED = frozenset({"email", "phone", "street", "postcode"})
_OWN = frozenset({"ids", "external_id", "email", "phone", "birth_date", "street"})
_ANOTHER = frozenset({Verdict.DIFFERS, Verdict.VAGUE})
_WHERE = ("street", "postcode", "city")
_FOR = frozenset({Verdict.SAME, Verdict.NEAR, Verdict.PART, Verdict.SWAPPED})


def person_likeness(a: Facts, b: Facts, rarity: Rarity = UNKNOWN) -> Likeness:
    """How alike two people's facts are. Symmetric; what neither says counts for nothing."""
    return compare_people(person(a), person(b), rarity)


def compare_people(a: Person, b: Person, rarity: Rarity = UNKNOWN) -> Likeness:
    """The same of traits that were prepared once: what a batch uses."""
    names = compare_names(a, b, rarity)
    known = compare_ids(a.ids, b.ids), compare_external(a.external, b.external)
    rest = (
        compare_mail(a.reach, b.reach, rarity, named=_says_name(a) and _says_name(b)),
        compare_phones(a.reach, b.reach, rarity),
        compare_births(a.born, b.born),
        *_capped(_PLACE, compare_places(a.place, b.place, rarity), _WHERE),
        _company(a, b),
    )
    certain = any(reason.verdict is Verdict.SAME for reason in known)
    born = rest[2]
    copy = not rarity.twins and born.verdict is Verdict.SAME
    if not certain and not copy and (_another_of_the_house(names) or born.verdict is Verdict.DIFFERS):
        rest = _capped(_HOUSEHOLD, rest, _SHARED)
    reasons = (*names, compare_genders(a.gender, b.gender), *known, *rest)
    most = _most(names, known, born, twins=rarity.twins)
    if names[1].verdict is Verdict.NEAR and _elsewhere(reasons) and not _supported(reasons):
        most = REVIEW - 1  # Kowalski in Ulm and Kowalska in Kiel: nobody need look
    return likeness(reasons, prior=rarity.prior(_PRIOR), supported=_supported(reasons), most=most)


def _supported(reasons: tuple[Reason, ...]) -> bool:
    """Something besides the names agrees; exactly, and on what is one's own, where they are reached in two other ways."""
    if _elsewhere(reasons):
        return any(r.verdict is Verdict.SAME and r.field in _OWN for r in reasons)
    if any(r.field == "family" and r.verdict in _ANOTHER for r in reasons):  # married, or another
        own = [r for r in reasons if r.field in _OWN and r.verdict in _FOR]
        return len(own) > 1 or any(r.verdict is Verdict.SAME for r in own)
    return any(r.verdict in _FOR and r.field not in _NAMES and r.field != "country" for r in reasons)


def _elsewhere(reasons: tuple[Reason, ...]) -> bool:
    return sum(r.verdict is Verdict.DIFFERS and r.field in _REACHED for r in reasons) > 1


def _another_of_the_house(names: tuple[Reason, ...]) -> bool:
    """Different given names, whatever the family name: a relative, a colleague, or who shares a mailbox. So are father and
    son of one name, born on different days."""
    return names[0].verdict is Verdict.DIFFERS


def _most(names: tuple[Reason, ...], known: tuple[Reason, ...], born: Reason, *, twins: bool) -> int:
    """Nobody is linked by likeness whose names both differ, who has another passport (and not the same birth date), or who shares all but the given name
    (twins) or all but the suffix (father and son): a person looks at those."""
    if any(reason.verdict is Verdict.SAME for reason in known) and names[2].verdict is not Verdict.DIFFERS:
        return 1_000
    given, family, suffix = (reason.verdict for reason in names)
    relative = given is Verdict.DIFFERS and family in (Verdict.SAME, Verdict.DIFFERS)
    if relative and not twins and born.verdict is Verdict.SAME:
        relative = False
    other_id = any(reason.verdict is Verdict.DIFFERS and reason.field == "ids" for reason in known)
    another = other_id and born.verdict is not Verdict.SAME
    return LINK - 1 if relative or another or suffix is Verdict.DIFFERS else 1_000


def _says_name(who: Person) -> bool:
    """Whether an address is made of its holder's names, for the greater part: j.smith, smithj, john_smith7, pvandijk."""
    letters = "".join(c for c in who.reach.local if c.isalpha())
    rest = letters
    for word in (*who.family[-1:], *who.given[:1]):
        if len(word) > 1:
            rest = rest.replace(word, "", 1)
    return bool(letters) and 2 * len(rest) <= len(letters)


def _company(a: Person, b: Person) -> Reason:
    if a.domain and a.domain == b.domain and a.reach.host != b.reach.host:
        return Reason("company", Verdict.SAME, 40)
    if not a.company or not b.company:
        return Reason("company", Verdict.MISSING)
    return (
        Reason("company", Verdict.SAME, 45)
        if a.company == b.company
        else Reason("company", Verdict.DIFFERS, -5)
    )


def _capped(
    most: int, reasons: tuple[Reason, ...], fields: tuple[str, ...] | frozenset[str]
) -> tuple[Reason, ...]:
    """What these fields say together is at most `most`: it is taken from the last ones first."""
    room = most
    kept = []
    for reason in reasons:
        if reason.field in fields and reason.weight > 0:
            weight = min(reason.weight, max(0, room))
            room -= weight
            verdict = reason.verdict if weight else Verdict.SHARED
            reason = Reason(reason.field, verdict, weight)
        kept.append(reason)
    return tuple(kept)
