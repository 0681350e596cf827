"""Passwords: which ones are taken, and their argon2id hashes, made by a few threads so that no crowd takes all memory.

There are no rules about kinds of characters and no forced changes. It knows no user and stores nothing.
"""

import threading
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import cache
from itertools import pairwise
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from firstright.errors import FirstrightError

SHORTEST = 12  # characters
LONGEST = 1_024  # bytes
OWN_LEFT = 8  # characters that must be left without one's own name and address
THREADS = 2
QUEUE = 16  # who comes later is told to try again: each holds a thread of the server

_ROWS = ("abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiop", "qwertzuiop", "asdfghjkl", "zxcvbnm")
_STEPS = frozenset(a + b for row in _ROWS for way in (row, row[::-1]) for a, b in pairwise(way))
_LEET = str.maketrans("0134578@$!€", "oieastbasie")
_COMMON = Path(__file__).with_name("common_passwords.txt")


class Crowded(FirstrightError):
    """More passwords wait to be checked than will be done soon."""


class Hasher:
    """argon2id with 19 MiB, two passes and one lane: what OWASP asks for at the least. About 30 ms each."""

    def __init__(self) -> None:
        self._argon = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="firstright-password")
        self._places = threading.BoundedSemaphore(THREADS + QUEUE)
        self._nobodys: str | None = None

    def close(self) -> None:
        self._pool.shutdown(cancel_futures=True)

    def hash(self, password: str) -> str:
        """Raises Crowded."""
        with _Place(self._places):
            return self._pool.submit(self._argon.hash, _bytes(password)).result()

    def verify(self, kept: str, password: str) -> bool:
        """Whether this is the password; "" as its hash is nobody's, takes as long and is no. Raises Crowded."""
        with _Place(self._places):
            return self._pool.submit(self._verified, kept, password).result()

    def _verified(self, kept: str, password: str) -> bool:
        if self._nobodys is None:
            self._nobodys = self._argon.hash(b"nobody's")
        with suppress(VerificationError, InvalidHashError):
            return self._argon.verify(kept or self._nobodys, _bytes(password)) and bool(kept)
        return False


class _Place:
    """One of so many; nobody waits for one."""

    def __init__(self, places: threading.BoundedSemaphore) -> None:
        self._places = places

    def __enter__(self) -> None:
        if not self._places.acquire(blocking=False):
            raise Crowded("too many passwords are being checked: try again in a moment")

    def __exit__(self, *_: object) -> None:
        self._places.release()


def too_long(password: str) -> bool:
    return len(_bytes(password)) > LONGEST


def objection(password: str, *own: str) -> str:
    """Why a new password is not taken; empty when it is. `own` are its user's name and address."""
    text = unicodedata.normalize("NFKC", password)
    if len(text) < SHORTEST:
        return f"has {len(text)} characters and needs {SHORTEST} or more"
    if too_long(password):
        return f"has more than {LONGEST:,} bytes"
    plain = text.casefold()
    if _is_common(plain):
        return "is one of the passwords that are tried first: take a few words that do not belong together"
    if _repeats(plain):
        return "is the same few characters over and over"
    if _runs(plain):
        return "is a row of the keyboard, of the alphabet or of numbers"
    if _is_own(plain, own):
        return "is little more than your name or address"
    return ""


def _bytes(password: str) -> bytes:
    """The same text is the same password, whichever way a keyboard composes its characters."""
    return unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")


@cache
def _common() -> frozenset[str]:
    lines = _COMMON.read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


def _is_common(plain: str) -> bool:
    """Itself, or one of the words with figures and marks around it or in place of letters."""
    spelt = plain.translate(_LEET)
    bare = plain.strip("0123456789 !?.,;:_-+*#$%&/()=@'\"")
    bare_spelt = bare.translate(_LEET)
    return not _common().isdisjoint({plain, spelt, bare, bare_spelt, plain.replace(" ", "")})


def _repeats(plain: str) -> bool:
    """Few characters, or a short piece written again and again."""
    if len(set(plain)) < 5:
        return True
    return any(plain == (plain[:n] * len(plain))[: len(plain)] for n in range(1, min(7, len(plain) // 2 + 1)))


def _runs(plain: str) -> bool:
    """Four steps in five go to a neighbour on the keyboard, in the alphabet or among the figures."""
    steps = [a + b for a, b in pairwise(plain)]
    return sum(step in _STEPS or step[0] == step[1] for step in steps) * 5 >= len(steps) * 4


def _is_own(plain: str, own: tuple[str, ...]) -> bool:
    words = {"firstright"}
    for text in own:
        split = "".join(c if c.isalnum() else " " for c in text.casefold())
        words |= {word for word in split.split() if len(word) > 3}
        words.add("".join(split.split()))
    left = plain
    for word in sorted(words - {""}, key=len, reverse=True):
        left = left.replace(word, "")
    return left != plain and len(left) < OWN_LEFT
