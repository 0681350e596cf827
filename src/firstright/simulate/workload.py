"""Made-up policies and leads for benches and tests: the same for everybody, every time. Nothing here decides.

A lead depends on its own number alone. Rules grow more specific with their count, as policies do, so that the first
match of the leads is spread over all of them whatever the count.
"""

from collections.abc import Mapping, Sequence

COMPANIES = 200_000
FIELDS = (
    "country", "industry", "employees", "product", "language", "segment",
    "source", "state", "title", "intent", "revenue", "score",
)  # fmt: skip

_COUNTRIES = (
    "US", "DE", "GB", "FR", "NL", "AT", "CH", "SE", "ES", "IT", "PL", "CA", "AU", "JP", "BR", "IN", "DK", "NO", "FI", "BE",
)  # fmt: skip
_STATES = ("CA", "NY", "TX", "WA", "IL", "MA", "FL", "CO", "BY", "NW", "BW", "HE")
_INDUSTRIES = (
    "software", "finance", "retail", "health", "energy", "logistics", "media", "education", "government", "machinery",
    "chemicals", "telecom", "insurance", "travel", "food", "law",
)  # fmt: skip
_CHOICES: dict[str, tuple[str, ...]] = {
    "country": _COUNTRIES,
    "industry": _INDUSTRIES,
    "product": ("core", "plus", "analytics", "mobile", "support", "platform", "edge", "pay"),
    "language": ("en", "de", "fr", "nl", "sv", "es", "it", "pl", "ja", "pt"),
    "segment": ("small", "mid", "large", "enterprise"),
    "source": ("web", "chat", "event", "partner", "referral", "ads", "list", "phone"),
    "state": _STATES,
    "intent": ("demo", "pricing", "trial", "question", "partner", "download"),
}
_TITLE_PARTS = ("vice president", "director", "head of", "manager", "engineer", "founder", "buyer", "analyst")
_AREAS = ("sales", "marketing", "operations", "finance", "engineering", "product", "support", "people")
_STEPS: dict[str, tuple[int, ...]] = {
    "employees": (1, 10, 50, 100, 200, 500, 1_000, 5_000, 20_000),
    "revenue": (100_000, 500_000, 1_000_000, 5_000_000, 20_000_000, 100_000_000),
    "score": (0, 10, 20, 30, 40, 50, 60, 70, 80, 90),
}
_PERCENT_ASKED = (
    20,
    23,
    44,
    58,
    70,
)  # how many of the fields a rule asks, by the digits of the count of rules
_FIRST_NAMES = (
    "Ada",
    "Ben",
    "Chen",
    "Dina",
    "Emre",
    "Fatima",
    "Goran",
    "Hanna",
    "Ines",
    "Jonas",
    "Kaya",
    "Lena",
)
_LAST_NAMES = (
    "Abel",
    "Brandt",
    "Costa",
    "Duval",
    "Eriksen",
    "Fischer",
    "Garcia",
    "Huber",
    "Ito",
    "Jansen",
    "Kowal",
)
_CITIES = (
    "Berlin",
    "London",
    "Paris",
    "Vienna",
    "Zurich",
    "Austin",
    "Boston",
    "Oslo",
    "Madrid",
    "Rome",
    "Tokyo",
)


class Draws:
    """A stream of numbers from a seed (splitmix64)."""

    def __init__(self, seed: int) -> None:
        self._state = seed << 20

    def below(self, limit: int) -> int:
        self._state = (self._state + 0x9E3779B97F4A7C15) % 2**64
        mixed = ((self._state ^ self._state >> 30) * 0xBF58476D1CE4E5B9) % 2**64
        mixed = ((mixed ^ mixed >> 27) * 0x94D049BB133111EB) % 2**64
        return ((mixed ^ mixed >> 31) >> 32) % limit

    def one(self, choices: Sequence[str]) -> str:
        return choices[self.below(len(choices))]

    def skewed(self, choices: Sequence[str]) -> str:
        """The first ones more often, as markets are."""
        return choices[min(self.below(len(choices)), self.below(len(choices)))]


def rules(n: int, fields: int = len(FIELDS)) -> list[dict[str, object]]:
    """`n` documents in the shape of a policy's `when`, over the first `fields` of FIELDS; the last is a catch-all."""
    percent = _PERCENT_ASKED[min(len(str(n)), len(_PERCENT_ASKED)) - 1]
    return [*(_rule(number, FIELDS[:fields], percent) for number in range(n - 1)), {}]


def _rule(number: int, fields: Sequence[str], percent: int) -> dict[str, object]:
    draws = Draws(2 * number)
    asked = {field: _asked(field, draws) for field in fields if draws.below(100) < percent}
    return asked or {fields[0]: _asked(fields[0], draws)}


def _asked(field: str, draws: Draws) -> object:
    if field == "title":
        return {"contains": draws.one(_TITLE_PARTS)}
    if field in _STEPS:
        return _range(_STEPS[field], draws)
    count = 1 + draws.below(3)
    wanted = sorted({draws.skewed(_CHOICES[field]) for _ in range(count)})
    return wanted if len(wanted) > 1 else wanted[0]


def _range(steps: Sequence[int], draws: Draws) -> dict[str, int]:
    low = draws.below(len(steps) - 1)
    if draws.below(3) == 0:
        return {"min": steps[low]}
    return {"min": steps[low], "max": steps[low + 1 + draws.below(len(steps) - low - 1)]}


def leads(n: int, first: int = 0) -> list[dict[str, str | int]]:
    """`n` normalised leads from number `first`, each with an e-mail address and phone of its own; companies Zipf over
    COMPANIES."""
    return [_lead(number) for number in range(first, first + n)]


def _lead(number: int) -> dict[str, str | int]:
    draws = Draws(2 * number + 1)
    company = int(COMPANIES ** (draws.below(2**31) / 2**31))
    host = f"company{company}.example"
    # A name of their own: two of one name at one company would be one person.
    first, last = draws.one(_FIRST_NAMES), f"{draws.one(_LAST_NAMES)}{number}"
    facts: dict[str, str | int] = {
        "first_name": first,
        "last_name": last,
        "name": f"{first} {last}",
        "email": f"{first}.{last}.{number}@{host}".casefold(),
        "phone": f"+4930{number:08d}",
        "company": f"Company {company}",
        "website": host,
        "domain": host,
        "email_domain": host,
        "email_kind": "business",
        "city": draws.one(_CITIES),
        "postcode": f"{draws.below(100_000):05d}",
        "medium": "cpc",
        "campaign": f"campaign {draws.below(40)}",
        "landing_page": "https://www.example.com/pricing",
        "message": f"We would like to see a demo for {5 + draws.below(200)} seats.",
        "title": f"{draws.one(_TITLE_PARTS)} {draws.one(_AREAS)}",
    }
    facts.update({field: draws.skewed(choices) for field, choices in _CHOICES.items()})
    facts.update({field: _between_steps(steps, draws) for field, steps in _STEPS.items()})
    if draws.below(10) == 0:
        del facts["title"]
    if facts["country"] not in ("US", "DE"):
        del facts["state"]
    return facts


def _between_steps(steps: Sequence[int], draws: Draws) -> int:
    place = draws.below(len(steps) - 1)
    return steps[place] + draws.below(steps[place + 1] - steps[place])


def zen_content(documents: Sequence[Mapping[str, object]]) -> dict[str, object]:
    """The same rules as a GoRules decision table, first hit: its output `rule` is the position of the rule."""
    used = [field for field in FIELDS if any(field in document for document in documents)]
    rows = [
        {"_id": f"r{number}", **{field: _cell(document.get(field)) for field in used}, "rule": str(number)}
        for number, document in enumerate(documents)
    ]
    table = {
        "hitPolicy": "first",
        "inputs": [{"id": field, "name": field, "field": field} for field in used],
        "outputs": [{"id": "rule", "name": "rule", "field": "rule"}],
        "rules": rows,
    }
    return {
        "nodes": [
            {"id": "in", "name": "in", "type": "inputNode"},
            {"id": "table", "name": "table", "type": "decisionTableNode", "content": table},
            {"id": "out", "name": "out", "type": "outputNode"},
        ],
        "edges": [
            {"id": "a", "type": "edge", "sourceId": "in", "targetId": "table"},
            {"id": "b", "type": "edge", "sourceId": "table", "targetId": "out"},
        ],
    }


def _cell(asked: object) -> str:
    match asked:
        case None:
            return ""
        case {"contains": part}:
            return f'contains($, "{part}")'
        case {"min": low, "max": high}:
            return f"[{low}..{high}]"
        case {"min": low}:
            return f">= {low}"
        case list():
            return ", ".join(f'"{value}"' for value in asked)
        case _:
            return f'"{asked}"'
