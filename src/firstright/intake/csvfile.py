"""Reads a CSV file: what it is (encoding, delimiter, header), then one row outcome for each of its records.

It never guesses silently: what cannot be told from the bytes must be stated. Cells stay text; formulas are text, too.
"""

import codecs
import difflib
import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import BinaryIO

import msgspec

from firstright.core.clean.problem import Problem, problem, shown
from firstright.core.clean.problem import Refusal as Reason
from firstright.intake.csvcut import LIMITS, Cut, Limits, records
from firstright.intake.formulas import GUARD, unguarded
from firstright.intake.refused import Refused, refused

DELIMITERS = (",", ";", "\t", "|")
ENCODINGS = (
    "utf-8", "utf-16", "utf-16-le", "utf-16-be", "cp1250", "cp1251", "cp1252", "cp1253", "cp1254", "cp1255", "cp1256",
    "cp1257", "cp1258", "latin-1", "iso8859-2", "iso8859-15", "shift_jis", "cp932", "euc_jp", "gb18030", "big5", "euc_kr",
    "koi8-r", "koi8-u", "mac-roman",
)  # fmt: skip
LINES = 10  # line ends for each row there may be: in sixty million empty lines a record was looked for for minutes
SAMPLE = 20  # records shown before an import is started

_CHUNK = 1024 * 1024
_FOREIGN = (
    (b"PK\x03\x04", "a ZIP or Excel file"),
    (b"PK\x05\x06", "an empty ZIP file"),
    (b"%PDF", "a PDF"),
    (b"MZ", "a program"),
    (b"\x7fELF", "a program"),
    (b"\xd0\xcf\x11\xe0", "an old Excel or Word file"),
    (b"\x1f\x8b", "a gzip file"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"{\\rtf", "an RTF document"),
    (b"PAR1", "a Parquet file"),
    (b"SQLite format 3", "a database"),
)
_MARKUP = re.compile(rb"\s*<(!doctype|html|\?xml|head|body|table|script)\b", re.IGNORECASE)
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_ACCENT = re.compile(rb"(?<![\x80-\xff])[\xc0-\xff](?![\x80-\xff])")
_KANA_OR_KANJI = re.compile("[\u3040-\u30ff\u4e00-\u9fff\uff66-\uff9f]")


class Sheet(msgspec.Struct, frozen=True):
    """What a file turned out to be. `sha256` names its bytes; `sample` are its first records, for a person to confirm."""

    sha256: str
    size: int
    encoding: str
    delimiter: str
    header: tuple[str, ...]  # trimmed; a column without a name is "column 3"
    sample: tuple[tuple[str, ...], ...] = ()


class Record(msgspec.Struct, frozen=True):
    """One physical record: its values by column, or None and what is wrong. `number` counts records from 1, the
    header not counted; `line` is the line of the file where it starts."""

    number: int
    line: int
    values: dict[str, str] | None
    problems: tuple[Problem, ...]
    raw_text: str


class _Bytes(msgspec.Struct):
    """What one pass over the bytes found."""

    sha256: str
    size: int
    ends: int  # an upper bound of the number of lines
    bad_at: int | None  # first byte the encoding cannot read
    head: bytes


_SEPARATOR = re.compile(r"sep=(?:[,;|\t]|,column 2)?", re.IGNORECASE)


def inspect(
    file: BinaryIO, *, encoding: str | None = None, delimiter: str | None = None, limits: Limits = LIMITS
) -> Sheet | Refused:
    """Find out what a seekable file is, in one pass and bounded memory.

    `encoding` must be stated when the file is not Unicode; a byte order mark overrules it. `delimiter` overrules the
    sniffed one. Statuses: 413 beyond a limit, 415 no CSV or no known encoding, 422 a header that cannot be used.
    """
    file.seek(0)
    head = file.read(4096)
    if found := _not_csv(head):
        return found
    chosen = _encoding(head, encoding)
    if isinstance(chosen, Refused):
        return chosen
    seen = _pass(file, chosen, limits)
    if isinstance(seen, Refused):
        return seen
    if seen.bad_at is None and encoding is None and chosen == "utf-8" and _wide(seen.head):
        seen.bad_at = seen.head.index(b"\x00")  # ASCII in UTF-16 is valid UTF-8 full of NULs
    if seen.bad_at is not None:
        return _unreadable(seen, chosen, encoding)
    if seen.ends > limits.rows * LINES:
        return refused(
            413, "csv.too_many_lines", f"a file has at most {limits.rows * LINES:,} lines; split it"
        )
    if delimiter is not None and (len(delimiter) != 1 or delimiter in '"\r\n'):
        return refused(
            422, "csv.delimiter", "a delimiter is one character, no quote and no line end", shown(delimiter)
        )
    return _sheet(file, seen, chosen, delimiter or _sniffed(file, chosen, limits), limits)


def read(file: BinaryIO, sheet: Sheet, *, after: int = 0, limits: Limits = LIMITS) -> Iterator[Record]:
    """Every record behind number `after`, in order, each exactly once: an import resumed there is the same import."""
    cuts = records(file, sheet.encoding, sheet.delimiter, limits)
    next(cuts, None)
    for number, cut in enumerate(cuts, start=1):
        if number > after:
            yield _record(number, cut, sheet.header)


def counted(file: BinaryIO, sheet: Sheet, *, limits: Limits = LIMITS) -> int:
    """How many records `read` gives: one quick pass that looks at no cell."""
    return max(0, sum(1 for _ in records(file, sheet.encoding, sheet.delimiter, limits)) - 1)


def _record(number: int, cut: Cut, header: tuple[str, ...]) -> Record:
    cells = cut.cells
    if cells is None:
        reason = cut.fault.reason if cut.fault else ""
        if cut.fault_line != cut.line:
            reason = f"{reason} (line {cut.fault_line})"
        wrong = (Problem("", cut.fault.code if cut.fault else "", reason, shown(cut.raw)),)
        return Record(number, cut.line, None, wrong, cut.raw)
    if len(cells) != len(header):
        reason = f"expected {len(header)} cells, got {len(cells)}"
        wrong = (Problem("", "csv.column_count", reason, shown(cut.raw)),)
        return Record(number, cut.line, None, wrong, cut.raw)
    values = dict(zip(header, map(unguarded, cells) if GUARD in cut.raw else cells, strict=True))
    if "\x00" in cut.raw:
        control = Reason("text.control_char", "contains the control character U+0000")
        bad = tuple(problem(name, control, cell) for name, cell in values.items() if "\x00" in cell)
        return Record(number, cut.line, None, bad, cut.raw)
    return Record(number, cut.line, values, (), cut.raw)


def _not_csv(head: bytes) -> Refused | None:
    kind = next((kind for magic, kind in _FOREIGN if head.startswith(magic)), "")
    if not kind and _MARKUP.match(head.removeprefix(codecs.BOM_UTF8)):
        kind = "a web page or XML"
    if kind:
        return refused(
            415, "file.not_csv", f"this is {kind}, whatever its name says; save it as CSV", shown_bytes(head)
        )
    if not head.strip():
        return refused(422, "file.empty", "the file is empty")
    return None


def shown_bytes(head: bytes) -> str:
    return f"bytes {head[:8].hex(' ')}"


def _encoding(head: bytes, stated: str | None) -> str | Refused:
    for mark, encoding in _BOMS:
        if head.startswith(mark):
            return encoding
    if stated is None:
        return "utf-8"
    known = {codecs.lookup(name).name: name for name in ENCODINGS}
    try:
        name = codecs.lookup(stated).name
    except (LookupError, ValueError):  # a name with U+0000 is the second
        name = ""
    if name in known:
        return name
    near = difflib.get_close_matches(stated.casefold(), ENCODINGS, n=1)
    meant = f'; did you mean "{near[0]}"?' if near else f"; it can be {', '.join(ENCODINGS)}"
    return refused(415, "encoding.unsupported", f"is no encoding this reader knows{meant}", shown(stated))


def _pass(file: BinaryIO, encoding: str, limits: Limits) -> _Bytes | Refused:
    digest = hashlib.sha256()
    decoder = codecs.getincrementaldecoder(encoding)()
    seen = _Bytes("", 0, 0, None, b"")
    file.seek(0)
    while chunk := file.read(_CHUNK):
        digest.update(chunk)
        seen.size += len(chunk)
        seen.ends += chunk.count(b"\n") + chunk.count(b"\r")
        seen.head = seen.head or chunk[:65_536]
        if seen.size > limits.size:
            return refused(413, "file.too_large", f"a file has at most {limits.size:,} bytes")
        if seen.bad_at is None:
            seen.bad_at = _undecodable(decoder, chunk, seen.size - len(chunk))
    if seen.bad_at is None and (tail := _undecodable(decoder, b"", seen.size, final=True)) is not None:
        seen.bad_at = tail
    seen.sha256 = digest.hexdigest()
    return seen


def _undecodable(
    decoder: codecs.IncrementalDecoder, chunk: bytes, offset: int, *, final: bool = False
) -> int | None:
    kept = decoder.getstate()[0]  # bytes of an unfinished character, which belong to the chunk before
    try:
        decoder.decode(chunk, final)
    except UnicodeDecodeError as error:
        return offset - len(kept) + error.start
    except UnicodeError:  # what is said to be UTF-16 and has no byte order mark
        return offset
    return None


def likely_encoding(file: BinaryIO) -> str:
    """What a file that is not Unicode may be written in: for a person to confirm, never to be taken for granted."""
    file.seek(0)
    return _guess(file.read(65_536))


def _unreadable(seen: _Bytes, encoding: str, stated: str | None) -> Refused:
    at = f"byte {seen.bad_at:,}"
    if stated is not None or encoding != "utf-8":
        return refused(415, "encoding.invalid", f"the file is not {stated or encoding}: it breaks at {at}")
    guess = _guess(seen.head)
    reason = f"the file is not UTF-8 (it breaks at {at}); state its encoding, which may be {guess}"
    return refused(415, "encoding.unknown", reason, shown_bytes(seen.head))


def _wide(head: bytes) -> str:
    """UTF-16 without a byte order mark, if it looks like that."""
    if head[1::2].count(0) > len(head) // 4:
        return "utf-16-le"
    return "utf-16-be" if head[0::2].count(0) > len(head) // 4 else ""


def _guess(head: bytes) -> str:
    if wide := _wide(head):
        return wide
    if _mostly_alone(head):
        return _western(head)
    for name in ("cp932", "gb18030"):
        text = head.decode(name, "ignore")
        foreign = [c for c in text if not c.isascii()]
        if foreign and len(_KANA_OR_KANJI.findall(text)) > 0.9 * len(foreign) and len(foreign) > 3:
            return "shift_jis" if name == "cp932" else name
    return _western(head)


def _mostly_alone(head: bytes) -> bool:
    """An accent stands between plain letters: German names were taken for Japanese, where they come in runs."""
    beyond = len(re.findall(rb"[\x80-\xff]", head))
    return 0 < beyond < 1.25 * len(_ACCENT.findall(head))


def _western(head: bytes) -> str:
    return "latin-1" if any(byte in head for byte in b"\x81\x8d\x8f\x90\x9d") else "cp1252"


def _sniffed(file: BinaryIO, encoding: str, limits: Limits) -> str:
    """The delimiter that cuts the first records most evenly into the most cells; a comma when none cuts at all."""

    def evenness(delimiter: str) -> tuple[float, int]:
        counts = [
            len(cut.cells) for cut in islice(records(file, encoding, delimiter, limits), SAMPLE) if cut.cells
        ]
        if not counts or counts[0] == 1:
            return 0.0, 0
        return round(counts.count(counts[0]) / len(counts), 1), counts[0]

    return max(DELIMITERS, key=evenness)


def _sheet(file: BinaryIO, seen: _Bytes, encoding: str, delimiter: str, limits: Limits) -> Sheet | Refused:
    cuts = list(islice(records(file, encoding, delimiter, limits), SAMPLE + 1))
    if not cuts:
        return refused(422, "file.empty", "the file has no header")
    if cuts[0].cells is None:
        fault = cuts[0].fault
        reason = fault.reason if fault else ""
        return refused(422, "csv.header", f"the header cannot be read: {reason}", shown(cuts[0].raw))
    names = map(unguarded, cuts[0].cells)
    header = tuple(name.strip() or f"column {n}" for n, name in enumerate(names, start=1))
    if len(header) > limits.columns:
        return refused(
            413, "csv.too_many_columns", f"a file has at most {limits.columns:,} columns", f"{len(header):,}"
        )
    if _SEPARATOR.fullmatch(",".join(header)):
        reason = "its first line is a spreadsheet's note of the separator (sep=); take that line out"
        return refused(422, "csv.separator_line", reason, shown(cuts[0].raw))
    header = numbered(header)
    if seen.ends > limits.rows and _reaches(records(file, encoding, delimiter, limits), limits.rows + 2):
        return refused(413, "csv.too_many_rows", f"a file has at most {limits.rows:,} rows; split it")
    sample = tuple(tuple(map(unguarded, cut.cells)) for cut in cuts[1:] if cut.cells)
    return Sheet(seen.sha256, seen.size, encoding, delimiter, header, sample)


def _reaches(cuts: Iterator[Cut], number: int) -> bool:
    """Whether there are as many; what is behind them is not read."""
    return next(islice(cuts, number - 1, None), None) is not None


def numbered(header: tuple[str, ...]) -> tuple[str, ...]:
    """Names that stand several times, told apart: "Phone (1)" and "Phone (2)". A report has "Account Name" of the contact and of
    its opportunity, and nobody may want either."""
    often = Counter(name.casefold() for name in header)
    taken = {name for name, times in often.items() if times == 1}
    seen: Counter[str] = Counter()
    found = []
    for name in header:
        folded = name.casefold()
        shown = name
        while often[folded] > 1 and (shown == name or shown.casefold() in taken):
            seen[folded] += 1
            shown = f"{name} ({seen[folded]})"
        taken.add(shown.casefold())
        found.append(shown)
    return tuple(found)
