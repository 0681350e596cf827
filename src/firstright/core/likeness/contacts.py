"""Compares how people are reached and who else says who they are: mailboxes, telephones, birth dates, ids."""

from firstright.core.likeness.rarity import Rarity
from firstright.core.likeness.spelling import edits, vaguely
from firstright.core.likeness.traits import Reach
from firstright.core.likeness.value import Reason, Verdict

_MAILBOX, _ROLE, _LOCAL, _COLLEAGUE = 100, 15, 50, 8
_NAMESAKE = 15  # john.smith here and john.smith there: every second John Smith has such an address
_PHONE, _LOCAL_NUMBER = 85, 70
_BIRTH = 110
_CROWD = 12  # records that share a mailbox or number: it is nobody's own
Ids = tuple[tuple[str, str], ...]


def compare_mail(a: Reach, b: Reach, rarity: Rarity, *, named: bool = False) -> Reason:
    """`named`: both addresses say nothing but the names of who they are, which were compared already."""
    if not a.mailbox or not b.mailbox:
        return Reason("email", Verdict.MISSING)
    if a.mailbox == b.mailbox:
        if a.role or rarity.shared_by("mailbox", a.mailbox) > _CROWD:
            return Reason("email", Verdict.SHARED, _ROLE)
        return Reason("email", Verdict.SAME, _MAILBOX)
    found = _other_mail(a, b)
    if named and found.verdict is Verdict.NEAR and not _same_but_host(a, b):
        return Reason("email", Verdict.SHARED, _NAMESAKE)
    return found


def _same_but_host(a: Reach, b: Reach) -> bool:
    """The same before the @, and a slip behind it: that is one address."""
    return a.local == b.local and a.host != b.host and _near_hosts(a, b)


def _near_hosts(a: Reach, b: Reach) -> bool:
    most = min(3, max(1, min(len(a.host), len(b.host)) // 5))
    return edits(a.host, b.host, most) <= most


def _other_mail(a: Reach, b: Reach) -> Reason:
    """A slip in one of the two halves; the same name at another provider; a colleague; or nothing in common."""
    one, other = a.local, b.local
    if a.host != b.host:  # one provider passes over dots, and the address came here without them
        one, other = one.replace(".", ""), other.replace(".", "")
    same, nearly = one == other, edits(one, other, 2) <= _slips(one, other)
    if a.host == b.host:
        if nearly and not a.role:
            return Reason("email", Verdict.NEAR, 50 if a.free else 60)
        return (
            Reason("email", Verdict.DIFFERS, -12) if a.free else Reason("email", Verdict.SHARED, _COLLEAGUE)
        )
    if _near_hosts(a, b) and (same or nearly):
        return Reason("email", Verdict.NEAR, 80 if same else 65)
    if same and not a.role and len(a.local) > 3:
        return Reason("email", Verdict.NEAR, _LOCAL)
    most = min(5, min(len(a.mailbox), len(b.mailbox)) // 5)
    if edits(a.mailbox, b.mailbox, most) <= most:
        return Reason("email", Verdict.NEAR, 50)
    return Reason("email", Verdict.DIFFERS, -12)


def _slips(a: str, b: str) -> int:
    shorter = min(len(a), len(b))
    return 0 if shorter < 4 else 1 if shorter < 7 else 2


def compare_phones(a: Reach, b: Reach, rarity: Rarity) -> Reason:
    """Last digits do where one was written without its country or area."""
    one, other = a.phone, b.phone
    if len(one) < 6 or len(other) < 6:
        return Reason("phone", Verdict.MISSING)
    if one == other or (min(len(one), len(other)) >= 8 and one[-8:] == other[-8:]):
        if rarity.shared_by("phone", one[-8:]) > _CROWD:
            return Reason("phone", Verdict.SHARED, _ROLE)
        return Reason("phone", Verdict.SAME, _PHONE)
    if min(len(one), len(other)) == 7 and one[-7:] == other[-7:]:
        return Reason("phone", Verdict.PART, _LOCAL_NUMBER)
    if edits(one[-9:], other[-9:], 1) <= 1:
        return Reason("phone", Verdict.NEAR, 35)
    return Reason("phone", Verdict.DIFFERS, -8)


def compare_births(a: str, b: str) -> Reason:
    """YYYYMMDD. Day and month change places; a digit slips; two of year, month and day are right; some days or a round
    number of years beside it."""
    if not a or not b:
        return Reason("birth_date", Verdict.MISSING)
    if a == b:
        return Reason("birth_date", Verdict.SAME, _BIRTH)
    if a == b[:4] + b[6:] + b[4:6]:
        return Reason("birth_date", Verdict.SWAPPED, 75)
    parts = sum((a[:4] == b[:4], a[4:6] == b[4:6], a[6:] == b[6:]))
    slips = edits(a, b, 2)
    if slips == 1:
        return Reason("birth_date", Verdict.NEAR, 55)
    years, days = abs(int(a[:4]) - int(b[:4])), _days_apart(a, b)
    if parts == 2 or (years == 0 and days <= 31):
        return Reason("birth_date", Verdict.PART, 40)
    if years in (0, 1, 10) and days <= 62:
        return Reason("birth_date", Verdict.NEAR, 25 if days <= 31 else 12)
    if slips == 2 and parts:
        return Reason("birth_date", Verdict.NEAR, 15)
    return Reason("birth_date", Verdict.DIFFERS, -60)


def _days_apart(a: str, b: str) -> int:
    """Within the year, all months of 31 days: close enough for what it is used for."""
    one, other = (int(day[4:6]) * 31 + int(day[6:]) for day in (a, b))
    return min(abs(one - other), 372 - abs(one - other))


def compare_genders(a: str, b: str) -> Reason:
    if not a or not b:
        return Reason("gender", Verdict.MISSING)
    return Reason("gender", Verdict.SAME, 6) if a == b else Reason("gender", Verdict.DIFFERS, -45)


def compare_ids(a: Ids, b: Ids) -> Reason:
    """An id both have decides nearly everything; two different ones of a kind speak against it."""
    if not a or not b:
        return Reason("ids", Verdict.MISSING)
    if set(a) & set(b):
        return Reason("ids", Verdict.SAME, 160)
    theirs = dict(b)
    pairs = [(value, theirs[kind]) for kind, value in a if kind in theirs]
    if not pairs:
        return Reason("ids", Verdict.MISSING)
    if any(min(len(one), len(other)) >= 6 and edits(one, other, 1) <= 1 for one, other in pairs):
        return Reason("ids", Verdict.NEAR, 70)
    if any(vaguely(one, other) for one, other in pairs):
        return Reason("ids", Verdict.VAGUE, 25)
    return Reason("ids", Verdict.DIFFERS, -45)


def compare_external(a: str, b: str) -> Reason:
    if not a or not b or a.partition("\x1f")[0] != b.partition("\x1f")[0]:
        return Reason("external_id", Verdict.MISSING)
    return Reason("external_id", Verdict.SAME, 250) if a == b else Reason("external_id", Verdict.DIFFERS, -10)
