"""Writes a pause into a roster's text: one rep's `paused_until`, and not another byte. It judges nothing; `rosterfile` reads."""

from datetime import UTC, datetime

from firstright.core.documents.spans import Place, Spans

KEY = "paused_until"


def with_pause(text: str, place: int, until: datetime) -> str:
    """The text of a readable roster in which the rep at this place (from 0, in document order) is paused until then.

    The key is put behind the rep's id where there was none, with the indentation and line end found there. LookupError
    for a place that the text does not have.
    """
    spans = Spans.of(text)
    raw = text.encode(errors="surrogatepass")
    written = f"{KEY} = {until.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}".encode()
    table, name, old = (spans.place("rep", place, *key) for key in ((), ("id",), (KEY,)))
    if table is None or name is None:
        raise LookupError(f"the roster has no rep {place}")
    if old is not None:
        start, end, put = old.start, old.end, written
    elif raw[table.start : table.start + 1] == b"{":
        start, end, put = name.end, name.end, b", " + written
    else:
        start, put = _new_line(raw, name, written)
        end = start
    return (raw[:start] + put + raw[end:]).decode(errors="surrogatepass")


def _new_line(raw: bytes, name: Place, written: bytes) -> tuple[int, bytes]:
    """Where a statement of its own goes that follows the one at `name`, and the bytes to put there."""
    begins = raw.rfind(b"\n", 0, name.start) + 1
    indent = raw[begins : name.start]
    ends = raw.find(b"\n", name.end)
    if ends < 0:
        return len(raw), b"\n" + indent + written
    line_end = b"\r\n" if raw[ends - 1 : ends] == b"\r" else b"\n"
    return ends + 1, indent + written + line_end
