"""Reads the files a command is given. Whatever is wrong with one is said in a sentence that names it."""

import sys
from pathlib import Path

from firstright.cli.exits import Stop

LARGEST = 16 * 1024 * 1024  # bytes
STDIN = "-"


def read_bytes(path: str, what: str) -> bytes:
    """The file's bytes; "-" is standard input. `what` says in the error which file it was: "policy", "lead"."""
    if path == STDIN:
        return _within(sys.stdin.buffer.read(LARGEST + 1), "standard input", what)
    try:
        with Path(path).open("rb") as file:
            return _within(file.read(LARGEST + 1), path, what)
    except FileNotFoundError:
        raise Stop(f"{path}: there is no such {what} file") from None
    except IsADirectoryError:
        raise Stop(f"{path}: this is a directory, not a {what} file") from None
    except PermissionError:
        raise Stop(f"{path}: the {what} file may not be read by this user") from None
    except (OSError, ValueError) as error:
        raise Stop(f"{path}: the {what} file cannot be read: {error}") from None


def read_text(path: str, what: str) -> str:
    """The file as text; only UTF-8 is understood, with or without a byte order mark."""
    raw = read_bytes(path, what)
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise Stop(
            f"{path}:{line}: the {what} file is not UTF-8: byte {error.start} cannot be read"
        ) from None


def _within(raw: bytes, path: str, what: str) -> bytes:
    if len(raw) > LARGEST:
        raise Stop(f"{path}: the {what} file is larger than {LARGEST // 1024 // 1024} MiB")
    return raw
