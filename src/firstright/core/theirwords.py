"""What a lead asked, in its own words, short enough to stand in a first message: so that who answers goes on from there.

Only what was written is used; nothing is summed up, and of nothing there is nothing.
"""

import re

from firstright.core.filling import one_line
from firstright.core.lead import Facts

LONGEST = 160  # characters
ENOUGH = 15  # of a sentence: a shorter one is a greeting
_QUOTED = re.compile(
    r"^\s*(>|\||--\s*$|on .{4,80} wrote:|am .{4,80} schrieb|von:|from:|sent from my )", re.IGNORECASE
)
_GREETING = re.compile(
    r"^\s*(hi|hello|hey|dear|good (morning|day|evening)|hallo|guten (tag|morgen)|sehr geehrte\w*|bonjour|hola|ciao)\b[^.!?\n]{0,40}[,.!:\n]\s*",
    re.IGNORECASE,
)
_END = re.compile(r"(?<=[.!?])\s+")
_LONELY = re.compile(r"\s+([?!.,;])")  # what stood before it was left out
_ADDRESSES = re.compile(r"\S+@\S+|https?://\S+|\+?\d[\d ()/-]{7,}\d")


def asked(facts: Facts) -> str:
    """Their question, else what their form or page says they wanted; empty when nothing is known."""
    words = _said(facts.get("message"))
    if words:
        return words
    topic = next((v for n in ("topic", "offer") if isinstance(v := facts.get(n), str) and v.strip()), "")
    return one_line(topic, LONGEST)


def _said(message: object) -> str:
    """The first sentence that asks, else the first that says something. Addresses and numbers are left out: they are theirs."""
    if not isinstance(message, str):
        return ""
    own = "\n".join(_before_quotes(message)).strip()
    text = " ".join(_GREETING.sub("", own + "\n").split())
    found = [s for each in _END.split(text) if len(s := _without_addresses(each)) >= ENOUGH]
    best = next((s for s in found if s.endswith("?")), found[0] if found else text if len(text) >= 3 else "")
    return one_line(best, LONGEST)


def _without_addresses(sentence: str) -> str:
    return _LONELY.sub(r"\1", " ".join(_ADDRESSES.sub("", sentence).split()))


def _before_quotes(message: str) -> list[str]:
    lines: list[str] = []
    for line in message.splitlines():
        if _QUOTED.match(line):
            break
        lines.append(line)
    return lines
