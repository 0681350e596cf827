"""What people say of when they want to buy, and of their part in it, as one of a few words. It reads what was said and guesses
nothing: what it does not know is left for the policy's synonyms."""

from collections.abc import Mapping

from firstright.core.clean.text import fold
from firstright.core.clean.vocabulary import AUTHORITIES, TIMELINES

_WHEN: Mapping[str, tuple[str, ...]] = {
    "now": (
        "immediately", "immediate", "asap", "as soon as possible", "at once", "right away", "right now", "today", "this week",
        "this month", "within a month", "within 30 days", "less than 1 month", "less than a month", "0 1 month", "0 1 months",
        "sofort", "so bald wie moglich", "diesen monat", "des que possible", "immediatement", "inmediatamente", "de inmediato",
    ),
    "quarter": (
        "this quarter", "within a quarter", "1 3 months", "0 3 months", "2 3 months", "within 3 months",
        "in 3 months", "less than 3 months", "within 90 days", "dieses quartal", "1 3 monate", "in 3 monaten", "1 3 mois", "1 3 meses",
    ),
    "half-year": (
        "half a year", "next quarter", "6 months", "3 6 months", "4 6 months", "within 6 months", "in 6 months", "this half", "halbjahr",
        "3 6 monate", "in 6 monaten", "3 6 mois", "3 6 meses",
    ),
    "year": (
        "this year", "12 months", "6 12 months", "7 12 months", "within 12 months", "within a year", "in 12 months",
        "dieses jahr", "6 12 monate", "in 12 monaten", "6 12 mois", "6 12 meses",
    ),
    "none": (
        "no timeline", "no time line", "no timeframe", "no time frame", "no plans", "not planned", "just looking", "just browsing",
        "only looking", "just researching", "researching", "exploring", "not sure", "undecided", "kein zeitplan", "noch offen",
    ),
}  # fmt: skip
_PART: Mapping[str, tuple[str, ...]] = {
    "decides": (
        "decision maker", "decisionmaker", "i decide", "final decision maker", "economic buyer", "approver", "budget holder",
        "budget owner", "entscheider", "entscheiderin", "decideur", "decideuse", "decisor", "decisora", "executive sponsor",
    ),
    "influences": (
        "influencer", "influence", "recommender", "i recommend", "recommend", "evaluator", "champion", "advisor", "adviser",
        "technical buyer", "buying committee", "empfehler", "beeinflusser", "prescripteur", "influenciador",
    ),
    "uses": ("user", "end user", "enduser", "i use it", "i will use it", "anwender", "anwenderin", "nutzer", "utilisateur", "usuario"),
}  # fmt: skip
_TIMELINE = {fold(word): value for value in TIMELINES for word in (value, *_WHEN[value])}
_AUTHORITY = {fold(word): value for value in AUTHORITIES for word in (value, *_PART[value])}


def timeline(text: str) -> str | None:
    """One of TIMELINES; None for what says no such thing."""
    return _TIMELINE.get(_plain(text))


def authority(text: str) -> str | None:
    """One of AUTHORITIES; None for what says no such thing."""
    return _AUTHORITY.get(_plain(text))


def _plain(text: str) -> str:
    return fold(text).replace(" to ", " ")
