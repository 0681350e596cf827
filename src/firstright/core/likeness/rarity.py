"""How much agreeing on a value says, by how many share it: rare says more. Counted by whoever holds the data, in one pass."""

from collections.abc import Iterable, Mapping

import msgspec

_HELD = 2_000  # values that what is shipped counts for, so that a small base does not believe itself
_SMALL = 5_000  # records among which a mistake is as unlikely as it gets

Counts = Mapping[str, Mapping[str, int]]


class Rarity(msgspec.Struct, frozen=True):
    """Of `total` records, how many have a value, by feature (family, given, word, city, mailbox, number)."""

    total: int = 0
    counts: Counts = {}
    twins: bool = True  # whether one birth date at one address with two given names may well be two people

    def weight(self, feature: str, value: str, shipped: int) -> int:
        """Tenths of a bit that agreeing on this value is worth; `shipped` is what it is worth before any data."""
        if not self.total:
            return shipped
        seen = self.counts.get(feature, {}).get(value, 0)
        # (seen + held / 2^shipped) / (total + held), exactly: no float decides
        above = (self.total + _HELD) << 16
        below = (seen << 16) + (_HELD << 16) // _power(shipped)
        return max(0, _tenths(above, max(1, below)))

    def prior(self, most: int) -> int:
        """What two candidates are given before any evidence: nothing where the base is not known, for it may be large; less,
        down to nothing, the more records there are for one to be mistaken for."""
        return max(0, most - _tenths(max(self.total, _SMALL), _SMALL)) if self.total else 0

    def shared_by(self, feature: str, value: str) -> int:
        """Records that have it; 0 where nobody counted."""
        return self.counts.get(feature, {}).get(value, 0) if self.total else 0


UNKNOWN = Rarity()


def rarity_of(records: Iterable[Iterable[tuple[str, str]]]) -> Rarity:
    """Counts of (feature, value) over records; each record counts a value once."""
    counts: dict[str, dict[str, int]] = {}
    total = 0
    for features in records:
        total += 1
        for feature, value in set(features):
            of = counts.setdefault(feature, {})
            of[value] = of.get(value, 0) + 1
    return Rarity(total, counts)


def _power(tenths: int) -> int:
    """2 to the power of tenths / 10, in whole numbers: the tenths are read from a straight line, a twentieth off at most."""
    whole, rest = divmod(tenths, 10)
    return max(1, ((1 << whole) * (10 + rest)) // 10)


def _tenths(above: int, below: int) -> int:
    """floor(10 × log2(above / below)) for above >= below, in integers: the same on every machine."""
    if above <= below:
        return 0
    return int((above**10 // below**10).bit_length()) - 1
