"""A multipart body as it comes: text fields are gathered, a file goes on part by part to whoever takes it.

Nothing of a file is held here, and nothing is written to disk. Limits are the caller's but for those of the fields.
"""

from collections.abc import Callable, Mapping

from python_multipart.exceptions import MultipartParseError
from python_multipart.multipart import MultipartParser, parse_options_header

from firstright.core.clean.problem import escaped
from firstright.web.problems import TurnedAway, away

MOST_FIELDS = 200
MOST_TEXT = 64 * 1024  # bytes of all fields together

Taker = Callable[[bytes], object]  # takes a file part by part
Begun = Callable[[str, str], Taker]  # given the field's name and the file's, when a file begins


class Multipart:
    """Feed it, end it, then look at `pairs`. Raises TurnedAway for what is no such body."""

    def __init__(self, content_type: bytes, begun: Begun | None = None) -> None:
        self.pairs: list[tuple[bytes, bytes]] = []  # names and values as they were sent, in order
        self.files = 0
        self._begun = begun
        self._text = 0
        self._head: dict[bytes, bytes] = {}
        self._name, self._value = b"", b""
        self._field, self._data = b"", bytearray()
        self._taker: Taker | None = None
        self._ended = False
        _, options = parse_options_header(content_type)
        boundary = options.get(b"boundary", b"")
        if not 0 < len(boundary) <= 70:
            raise away(400, "form.invalid", "multipart/form-data names its boundary")
        self._parser = MultipartParser(
            boundary,
            {
                "on_part_begin": self._part_begin,
                "on_header_field": self._header_field,
                "on_header_value": self._header_value,
                "on_header_end": self._header_end,
                "on_headers_finished": self._headers_finished,
                "on_part_data": self._part_data,
                "on_part_end": self._part_end,
                "on_end": self._end,
            },
        )

    @property
    def fields(self) -> Mapping[str, str]:
        """The fields so far, as text; of a name that came twice the last one."""
        return {
            name.decode("utf-8", "replace"): value.decode("utf-8", "replace") for name, value in self.pairs
        }

    def feed(self, part: bytes) -> None:
        try:
            self._parser.write(part)
        except MultipartParseError as error:
            raise _invalid(str(error)) from None

    def end(self) -> None:
        """The body is over: TurnedAway when it broke off before its own end."""
        if not self._ended:
            raise _invalid("it breaks off before its last boundary")

    def _part_begin(self) -> None:
        self._head = {}
        self._name, self._value = b"", b""

    def _header_field(self, data: bytes, start: int, end: int) -> None:
        self._name += data[start:end]

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _header_end(self) -> None:
        self._head[self._name.lower()] = self._value
        self._name, self._value = b"", b""

    def _headers_finished(self) -> None:
        kind, options = parse_options_header(self._head.get(b"content-disposition", b""))
        if kind != b"form-data" or not options.get(b"name"):
            raise _invalid("a part has no name")
        self._field, self._data, self._taker = options[b"name"], bytearray(), None
        file = options.get(b"filename")
        if file is None:
            self._count(len(self._field))
            if len(self.pairs) >= MOST_FIELDS:
                raise away(413, "fields.too_many", f"a form has at most {MOST_FIELDS} fields")
        elif self._begun is None:
            self._taker = self._no_file
        elif file:
            self.files += 1
            name, called = (text.decode("utf-8", "replace") for text in (self._field, file))
            self._taker = self._begun(name, called)
        else:
            self._taker = _nothing  # a field for files that nobody chose one in

    def _part_data(self, data: bytes, start: int, end: int) -> None:
        if self._taker is not None:
            self._taker(data[start:end])
        else:
            self._count(end - start)
            self._data += data[start:end]

    def _part_end(self) -> None:
        if self._taker is None:
            self.pairs.append((self._field, bytes(self._data)))

    def _end(self) -> None:
        self._ended = True

    def _count(self, more: int) -> None:
        self._text += more
        if self._text > MOST_TEXT:
            raise away(413, "body.too_large", f"the fields of a form have at most {MOST_TEXT:,} bytes")

    def _no_file(self, part: bytes) -> None:
        if part:
            shown = escaped(self._field[:64].decode("utf-8", "replace"))
            raise away(415, "form.file", "this form takes no files", shown)


def _nothing(part: bytes) -> None:
    """Nobody is there to take it."""


def _invalid(why: str) -> TurnedAway:
    return away(400, "form.invalid", f"this is no multipart/form-data: {why[:1].lower()}{why[1:]}")
