"""Made-up leads whose outcome follows from two fields, the same ones each time."""

from hashlib import sha256

from firstright.core.lead import Value
from firstright.simulate.learning.examples import Examples


def chance(place: int, salt: str) -> float:
    """Between 0 and 1, by hash."""
    return int.from_bytes(sha256(f"{salt} {place}".encode()).digest()[:4]) / 2**32


def made(rows: int = 3000, **more: list[Value | None]) -> Examples:
    """Big companies and referrals are won oftener. `more` are further columns."""
    found, had = [], []
    for n in range(rows):
        employees = int(10 ** (1 + 3 * chance(n, "size")))
        source = ("web", "referral", "event")[int(3 * chance(n, "source"))]
        likely = 0.1 + 0.3 * (employees > 300) + 0.25 * (source == "referral")
        row: dict[str, Value] = {"employees": employees, "source": source}
        row |= {name: value for name, values in more.items() if (value := values[n]) is not None}
        found.append(row)
        had.append(chance(n, "outcome") < likely)
    days = [f"2026-{1 + n * 12 // rows:02}-01" for n in range(rows)]
    return Examples(found, had, "won", "made up", days)
