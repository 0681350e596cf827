"""Which passwords are taken, and what becomes of one."""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import closing

import pytest

from firstright.desk.access.passwords import QUEUE, THREADS, Crowded, Hasher, objection
from patience import until


@pytest.fixture
def hasher() -> Iterator[Hasher]:
    with closing(Hasher()) as found:
        yield found


@pytest.mark.parametrize(
    "password",
    [
        "horse staple correct",
        "zwölf grüne Katzen",
        "nRk93-xw0pA.",
        "ananas-lampe-regen",
        "パスワードは長いほど良いです",
        "my dog eats blue chairs",
        "welcome to the north sea",
        "x" * 3 + "q8#hK" + "y" * 4,
        "ok but long " * 80,
    ],
)
def test_what_is_hard_to_guess_is_taken(password: str) -> None:
    assert objection(password, "Ada Lovelace", "ada@ours.example") == ""


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("", "has 0 characters and needs 12 or more"),
        ("elevenchars", "has 11 characters and needs 12 or more"),
        ("ä" * 513, "has more than 1,024 bytes"),
        *[
            (known, "is one of the passwords that are tried first: take a few words that do not belong together")
            for known in (
                "password1234", "PASSWORD1234", "P@ssw0rd1234!", "Passwort2026!", "qwertyuiop12", "Welcome123456",
                "iloveyou2026!!", "  correcthorsebatterystaple ", "correct horse battery staple",
                "1q2w3e4r5t6y", "administrator", "2026september!", "manchesterunited",
            )
        ],
        ("aaaaaaaaaaaaaaa", "is the same few characters over and over"),
        ("xkcdxkcdxkcdxkcd", "is the same few characters over and over"),
        ("hunter7hunter7", "is little more than your name or address"),
        ("abcdefghijklm", "is a row of the keyboard, of the alphabet or of numbers"),
        ("zyxwvutsrqpon", "is a row of the keyboard, of the alphabet or of numbers"),
        ("asdfghjklasdf", "is a row of the keyboard, of the alphabet or of numbers"),
        ("AdaLovelace42", "is little more than your name or address"),
        ("ada-hunter7-1!", "is little more than your name or address"),
        ("firstright2026", "is little more than your name or address"),
    ],
)  # fmt: skip
def test_what_is_guessed_first_is_refused_with_the_reason(password: str, why: str) -> None:
    assert objection(password, "Ada Lovelace", "ada.hunter7@ours.example") == why


def test_a_password_opens_its_own_hash_and_no_other(hasher: Hasher) -> None:
    kept = hasher.hash("horse staple correct")
    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert hasher.hash("horse staple correct") != kept
    assert hasher.verify(kept, "horse staple correct")
    assert not hasher.verify(kept, "horse staple correct ")
    assert not hasher.verify("", "horse staple correct")
    assert not hasher.verify("no hash", "horse staple correct")


def test_the_same_text_is_the_same_password_however_it_is_composed(hasher: Hasher) -> None:
    assert hasher.verify(hasher.hash("zwo\u0308lf Katzen!"), "zwölf Katzen!")


def test_a_crowd_is_sent_away_and_not_kept(hasher: Hasher) -> None:
    """Everybody knocks while the threads are busy: a few are served, the rest are told to come again; then there is room for all."""
    go = threading.Event()
    for _ in range(THREADS):
        hasher._pool.submit(go.wait)
    answers: list[str] = []

    def knock() -> None:
        try:
            hasher.verify("", "anything at all")
            answers.append("served")
        except Crowded:
            answers.append("sent away")

    crowd = [threading.Thread(target=knock) for _ in range(60)]
    for each in crowd:
        each.start()
    until(lambda: len(answers) == 60 - THREADS - QUEUE)
    go.set()
    for each in crowd:
        each.join()
    assert Counter(answers) == {"served": THREADS + QUEUE, "sent away": 60 - THREADS - QUEUE}
    assert hasher.verify("", "anything at all") is False
