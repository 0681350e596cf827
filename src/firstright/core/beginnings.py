"""What was known of a lead when it was first decided about: the facts of that record, as a condition sees them.

Models learn from these alone, so that nothing that was found out later can give the outcome away. All else of a record stays unread.
"""

import zlib
from collections.abc import Mapping
from datetime import datetime

import msgspec

from firstright.core.lead import Fact, Value
from firstright.core.record import DEFLATED
from firstright.core.rules.fields import Catalogue, FieldType
from firstright.core.scoring import YIELDED

# Who somebody is by name, or a text of their own: nothing is learned from one person about another.
PERSONAL = frozenset(
    (
        *("first_name", "last_name", "name", "email", "email_hint", "phone", "message", "external_id"),
        *("website", "domain", "email_domain", "company", "account.name", "account.owner", "trail"),
    )
)


class _Lead(msgspec.Struct, frozen=True):
    facts: dict[str, Fact] = {}


class _Record(msgspec.Struct, frozen=True):
    lead: _Lead = _Lead()


_decode = msgspec.json.Decoder(_Record).decode


def facts_then(record: bytes) -> dict[str, Fact] | None:
    """None of a record that was erased or cannot be read: `verify` reports those."""
    try:
        return _decode(zlib.decompress(record) if record[:1] == DEFLATED else record).lead.facts
    except (msgspec.DecodeError, zlib.error):
        return None


def lessons(facts: Mapping[str, Fact], catalogue: Catalogue) -> dict[str, Value]:
    """Those a model may learn from: of the catalogue, no person's, no instant, and not what is being learned."""
    return {
        name: fact for name, fact in facts.items() if name not in _LEFT_OUT and _is_lesson(name, catalogue)
    }


_LEFT_OUT = PERSONAL | set(YIELDED)


def _is_lesson(name: str, catalogue: Catalogue) -> bool:
    field = catalogue.lookup(name)
    return field is not None and field.type is not FieldType.INSTANT


def seen_of(facts: Mapping[str, Fact], catalogue: Catalogue) -> dict[str, Value]:
    """Facts as a condition sees them: texts of instants are instants."""
    seen: dict[str, Value] = dict(facts)
    for name, fact in facts.items():
        field = catalogue.lookup(name)
        if field is not None and field.type is FieldType.INSTANT and isinstance(fact, str):
            seen[name] = datetime.fromisoformat(fact)
    return seen
