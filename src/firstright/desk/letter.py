"""What a delivery keeps of a message in words, so that every attempt sends the same bytes. It words nothing, and sends nothing."""

import msgspec

from firstright.desk.batch import Batch
from firstright.storage.rows import DeliveryRow

DRAFT_EVENT = "lead.draft"  # of a delivery that is a first message in its owner's words


class Letter(msgspec.Struct, frozen=True, omit_defaults=True):
    """Bytes are base64 in it."""

    subject: str = ""
    text: str = ""
    body: bytes = b""
    calendar: str = ""  # an invitation
    method: str = ""
    unsubscribe: str = ""  # to a lead: where one click ends it
    author: str = ""
    reply_to: str = ""


_encode = msgspec.json.Encoder().encode


def addressed(batch: Batch, medium: str, whom: str, told: Letter, event: str) -> DeliveryRow:
    """A letter about no lead, due at once."""
    name, now = batch.new_id(), batch.turn.now
    return DeliveryRow(
        name,
        None,
        None,
        f"{medium}:{whom}",
        medium,
        "",
        whom,
        "ready",
        now,
        body=_encode(told),
        order_key=name,
        event=event,
        created_at=now,
    )
