"""What was sent and could not be used, as text for whoever looks at it: its beginning, whatever the bytes are."""

MOST = 20_000  # characters


def beginning(raw: bytes) -> str:
    return raw[: 4 * MOST].decode("utf-8", "replace")[:MOST]
