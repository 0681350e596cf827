"""What a delivery's body keeps of a message in words, so that every attempt sends the same bytes. It words nothing, and sends nothing."""

import msgspec

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
