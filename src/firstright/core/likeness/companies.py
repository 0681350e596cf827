"""Whether two records are one company. Sister companies of a group are near, and not the same; a name alone is not enough to link."""

from firstright.core.lead import Facts
from firstright.core.likeness.addresses import compare_places
from firstright.core.likeness.contacts import compare_external, compare_ids, compare_phones
from firstright.core.likeness.firms import TELLING, Firm, Name, acronym, firm, word_weight
from firstright.core.likeness.namewords import aligned, alike
from firstright.core.likeness.rarity import UNKNOWN, Rarity
from firstright.core.likeness.tables import WORD_WEIGHTS
from firstright.core.likeness.value import LINK, Likeness, Reason, Verdict, likeness

_PRIOR = 46  # a company's name is meant to be its own: it says more than a person's
_SAME_NAME = 44  # all words that tell are the same, beyond what each is worth
_MOST_NAME = 170
_PLACE = 110
# Per cent of a word's worth that counts against, when the other has it not: one that says little, and one that tells.
_LACKING, _TELLING, _AT_ONE_DOOR = 50, 85, 35
_BOTH = 130  # each has one of its own
_TOWN = 6
_ELSEWHERE = {"street": -25, "postcode": -18, "city": -22, "country": -20}
_WHERE = frozenset({"street", "postcode", "city"})
_TRADE = 8  # tenths of a bit from which a word that says little is still one of a trade, or of a holding
_SUPPORT = frozenset({"domain", "phone", "street", "postcode", "city", "ids", "external_id"})
_FOR = frozenset({Verdict.SAME, Verdict.NEAR, Verdict.PART})


def company_likeness(a: Facts, b: Facts, rarity: Rarity = UNKNOWN) -> Likeness:
    """How alike two companies' facts are. Symmetric; the name is `company`, or `name` where there is none."""
    return compare_firms(firm(a), firm(b), rarity)


def compare_firms(a: Firm, b: Firm, rarity: Rarity = UNKNOWN) -> Likeness:
    """The same of traits that were prepared once: what a batch uses."""
    where = _places(a, b, rarity)
    reached = _domains(a, b), compare_phones(a.reach, b.reach, rarity)
    towns = frozenset((*a.place.city.split(), *b.place.city.split()))
    one_door = any(r.verdict is Verdict.SAME for r in (*reached, where[0]))
    named = compare_company_names(a.name, b.name, rarity, towns=towns, one_door=one_door)
    land = _lands(a.name.land, b.name.land)
    known = compare_ids(a.ids, b.ids), compare_external(a.external, b.external)
    reasons = (named, land, *known, *reached, *where)
    elsewhere = any(r.field in ("street", "postcode") and r.verdict is Verdict.DIFFERS for r in where)
    told = any(
        r.field in _SUPPORT and r.verdict in _FOR and r.weight > 0 and not (elsewhere and r.field in _WHERE)
        for r in reasons
    )
    abroad = any(r.field == "country" and r.verdict is Verdict.DIFFERS for r in where)
    sisters = (
        land.verdict is Verdict.DIFFERS
        or (land.verdict is Verdict.PART and abroad)
        or named.verdict in (Verdict.DIFFERS, Verdict.MISSING)
        or _of_two_trades(a.name, b.name)
    )
    branch = where[0].verdict is Verdict.DIFFERS  # another street: of the same company, or a namesake
    certain = any(r.verdict is Verdict.SAME for r in (*known, *(reached if branch else ())))
    most = LINK - 1 if (sisters or branch) and not certain else 1_000
    return likeness(reasons, prior=_PRIOR, supported=told, most=most)


def _of_two_trades(a: Name, b: Name) -> bool:
    """Acme Software and Acme Foods, Acme Holding and Acme Logistics: each has a word of the trade the other has not."""
    return _own_trade(a, b) and _own_trade(b, a)


def _own_trade(a: Name, b: Name) -> bool:
    return any(
        WORD_WEIGHTS.get(word, 0) >= _TRADE and not any(alike(word, other) for other in b.words)
        for word in a.words
        if word not in b.words
    )


def _places(a: Firm, b: Firm, rarity: Rarity) -> tuple[Reason, ...]:
    """Street, postcode and city say one thing three times. Elsewhere is a branch, or another company of that name."""
    room = _PLACE
    where = []
    for reason in compare_places(a.place, b.place, rarity):
        if reason.field in _WHERE and reason.weight > 0:
            weight = min(room, reason.weight)
            room -= weight
            reason = Reason(reason.field, reason.verdict, weight)
        elif reason.verdict is Verdict.DIFFERS:
            reason = Reason(reason.field, reason.verdict, _ELSEWHERE[reason.field])
        where.append(reason)
    return tuple(where)


def compare_company_names(
    a: Name,
    b: Name,
    rarity: Rarity = UNKNOWN,
    *,
    towns: frozenset[str] = frozenset(),
    one_door: bool = False,
) -> Reason:
    """Words shared are worth what they tell; words only one has cost it, those of a town little. At `one_door` (the same
    domain, telephone or address) a longer name of the same words costs less."""
    if not a.words or not b.words or a.latin != b.latin:
        return Reason("name", Verdict.MISSING)
    if "".join(a.words) == "".join(b.words) or sorted(a.words) == sorted(b.words):
        worth = min(sum(_worth(word, rarity) for word in set(name.words)) for name in (a, b))
        return Reason("name", Verdict.SAME, min(_MOST_NAME, worth + _SAME_NAME))
    if acronym(a) == "".join(b.words) or acronym(b) == "".join(a.words):
        return Reason("name", Verdict.INITIAL, 70)
    first, second = sorted((a, b), key=lambda name: (len(name.words), name.words))
    return _aligned(first, second, rarity, towns, one_door=one_door)


def _aligned(a: Name, b: Name, rarity: Rarity, towns: frozenset[str], *, one_door: bool) -> Reason:
    left, right = list(dict.fromkeys(a.words)), list(dict.fromkeys(b.words))
    shared = [word for word in left if word in right]
    for word in shared:
        left.remove(word)
        right.remove(word)
    slips = aligned(left, right)
    worth = sum(_worth(word, rarity) for word in shared)
    worth += sum(
        min(_worth(one, rarity), _worth(other, rarity)) * parts // 100 for one, other, parts in slips
    )
    firm_ground = any(_telling(word) for word in shared) or any(parts >= 90 for _, _, parts in slips)
    apart = any(_telling(word) for word in (*left, *right) if word not in towns)
    against = _against(left, rarity, towns), _against(right, rarity, towns)
    if not worth:
        return Reason("name", Verdict.DIFFERS, max(-100, -sum(against)))
    both = min(against) > 4  # each has a word of its own: "cafe" and "dining room" of one hotel
    lacking = (
        sum(against) * (100 if both else _AT_ONE_DOOR if one_door else _TELLING if apart else _LACKING) // 100
    )
    bonus = 0 if apart else _SAME_NAME if firm_ground else _SAME_NAME // 4
    if slips and firm_ground:
        bonus = bonus * 3 // 4
    found = Verdict.NEAR if not apart else Verdict.PART if worth > lacking // 2 else Verdict.DIFFERS
    return Reason("name", found, max(-100, min(_MOST_NAME, worth + bonus - lacking)))


def _telling(word: str) -> bool:
    return word_weight(word) >= TELLING


def _against(words: list[str], rarity: Rarity, towns: frozenset[str]) -> int:
    return sum(min(_TOWN, _worth(word, rarity)) if word in towns else _worth(word, rarity) for word in words)


def _worth(word: str, rarity: Rarity) -> int:
    shipped = word_weight(word)
    if shipped <= 4:
        return shipped
    return min(90, rarity.weight("word", word, shipped))


def _lands(a: str, b: str) -> Reason:
    if not a and not b:
        return Reason("land", Verdict.MISSING)
    if not a or not b:
        return Reason("land", Verdict.PART, -6)
    return Reason("land", Verdict.SAME) if a == b else Reason("land", Verdict.DIFFERS, -50)


def _domains(a: Firm, b: Firm) -> Reason:
    """acme.de and acme.com may well be one company; two domains of one company are quite usual."""
    if a.domain and b.domain:
        if a.domain == b.domain:
            return Reason("domain", Verdict.SAME, 95)
        return (
            Reason("domain", Verdict.NEAR, 40)
            if a.label == b.label
            else Reason("domain", Verdict.DIFFERS, -12)
        )
    if label := a.label or b.label:
        named = b if a.label else a
        squashed = "".join(named.name.words)
        if len(label) >= 4 and squashed == label:
            return Reason("domain", Verdict.PART, 25)
    return Reason("domain", Verdict.MISSING)
