"""The junk checks we ship: own staff, test entries, keyboard mash, link spam, offers of vendors, job seekers, students.

Precise rather than greedy: each asks for what a customer hardly ever writes. A throw-away mailbox is a fact, not junk.
"""

import re
from collections.abc import Callable, Mapping

import msgspec

from firstright.core import junkwords
from firstright.core.lead import Value
from firstright.core.rules.predicates import host
from firstright.core.wording import Spoken, Wording

_LINK = re.compile(r"(?:https?://|www\.)[^\s<>\"'\])]+", re.IGNORECASE)
_MARKUP = re.compile(r"\[url[=\]]|\[link[=\]]|<a\s[^>]*href", re.IGNORECASE)
_NUMBERED = re.compile(r"test[-_.]?[0-9]{1,4}")
MANY_LINKS = 3
_STARTS = {stem[:n] for stem in junkwords.MASHED for n in range(4, len(stem) + 1)}
_MASH = re.compile("(?:" + "|".join(sorted({*_STARTS, *junkwords.MASHED}, key=len, reverse=True)) + ")+")
_SHORTEST_MASH = 4
_REPEATED = re.compile(r"(\w)\1{3,}")
_SPOKEN = ("topic", "message", "offer")

_APPLIES, _STUDIES = Wording([junkwords.APPLIES]), Wording([junkwords.STUDIES])
_PITCH = Wording(
    [junkwords.OFFERED, junkwords.OURS, junkwords.OFFERS_IT, junkwords.WANTED, junkwords.PITCHES]
)
_OFFERED, _OURS, _OFFERS_IT, _WANTED, _PITCHES = 1, 2, 4, 8, 16
_SPAM = Wording([junkwords.SPAM])


class Found(msgspec.Struct, frozen=True):
    """Which check found it, what the lead is by it, and what in which field."""

    id: str
    value: str
    word: str
    field: str


class JunkChecks(msgspec.Struct, frozen=True):
    """Which shipped checks are asked, and which registrable domains are our own."""

    ids: tuple[str, ...] = ()
    own_domains: tuple[str, ...] = ()

    def find(self, said: Spoken) -> Found | None:
        """The first check that finds something, in the order of CHECKS."""
        for name in self.ids:
            if found := CHECKS[name](said, self.own_domains):
                return found
        return None

    @property
    def reads(self) -> frozenset[str]:
        """Fields that are looked at."""
        return _READ if self.ids else frozenset()


_READ = frozenset(
    {
        *_SPOKEN,
        "email",
        "email_domain",
        "domain",
        "website",
        "name",
        "first_name",
        "last_name",
        "company",
        "title",
    }
)


def _own_staff(said: Spoken, own: tuple[str, ...]) -> Found | None:
    at = said.facts.get("email_domain")
    if not own or not isinstance(at, str):
        return None
    ours = next((d for d in own if at == d or at.endswith(f".{d}")), "")
    return Found("own-staff", "own-staff", ours, "email_domain") if ours else None


def _test_address(said: Spoken, own: tuple[str, ...]) -> Found | None:
    email = said.facts.get("email")
    local = email.partition("@")[0].partition("+")[0] if isinstance(email, str) else ""
    if local in junkwords.TEST_LOCALS or _NUMBERED.fullmatch(local):
        return Found("test-address", "test", local, "email")
    return None


def _test_name(said: Spoken, own: tuple[str, ...]) -> Found | None:
    """A name of nothing but "test" and what fills a form, such as "Test User"; or a company called "test" and no name."""
    name = _name(said)
    for field, text in (("name", name), *([] if name else [("company", said.text("company"))])):
        words = text.split()
        begins = bool(words) and words[0] in junkwords.TEST_WORDS
        if begins and all(w in junkwords.TEST_WORDS or w in junkwords.TEST_FILLERS for w in words):
            return Found("test-name", "test", text, field)
    return None


def _test_message(said: Spoken, own: tuple[str, ...]) -> Found | None:
    """A message that is nothing but the word test."""
    text = said.text("message")
    if not text or len(text) > 60:
        return None
    only = text in junkwords.TEST_MESSAGES or all(w in {"test", "testing", "teste"} for w in text.split())
    return Found("test-message", "test", text, "message") if only else None


def _mash(said: Spoken, own: tuple[str, ...]) -> Found | None:
    """A name of mashed keys; or company and message, where no name was given. A mashed message alone is only a lazy one."""
    name = _name(said)
    if name:
        return Found("keyboard-mash", "test", name, "name") if _is_mash(name) else None
    company = said.text("company")
    both = company and _is_mash(company) and _is_mash(said.text("message"))
    return Found("keyboard-mash", "test", company, "company") if both else None


def _link_spam(said: Spoken, own: tuple[str, ...]) -> Found | None:
    """Links as markup, which forms do not take; or foreign links with the words of spam; or hardly anything but links."""
    message = said.facts.get("message")
    if not isinstance(message, str) or not ("://" in message or "www." in message or "href" in message):
        return None
    if found := _MARKUP.search(message):
        return Found("link-spam", "spam", found[0], "message")
    links = [link for link in _LINK.findall(message) if not _theirs(host(link), said.facts)]
    if not links:
        return None
    if _SPAM.find(said.told("message")):
        return Found("link-spam", "spam", _SPAM.which(said.told("message"), 0), "message")
    hosts = {host(link) for link in links}
    most = 4 * sum(map(len, links)) > 3 * len(message)
    if most and len(hosts) >= MANY_LINKS:
        return Found("link-spam", "spam", host(links[0]), "message")
    return None


def _offer(said: Spoken, own: tuple[str, ...]) -> Found | None:
    """Somebody who sells to us. Whoever asks for our product is none, whatever they sell themselves."""
    message = said.told("message")
    found = _PITCH.find(message)
    if found & _WANTED:
        return None
    if found & _PITCHES:
        return Found("vendor-offer", "vendor", _PITCH.which(message, 4), "message")
    if found & _OFFERED and found & _OURS and found & _OFFERS_IT:
        return Found("vendor-offer", "vendor", _PITCH.which(message, 0), "message")
    return None


def _job_seeker(said: Spoken, own: tuple[str, ...]) -> Found | None:
    for field, known in (("topic", junkwords.JOB_TOPICS), ("title", junkwords.JOB_TITLES)):
        if (text := said.text(field)) in known:
            return Found("job-seeker", "job-seeker", text, field)
    return _said("job-seeker", _APPLIES, said)


def _student(said: Spoken, own: tuple[str, ...]) -> Found | None:
    if (title := said.text("title")) in junkwords.STUDENT_TITLES:
        return Found("student", "student", title, "title")
    return _said("student", _STUDIES, said)


CHECKS: dict[str, Callable[[Spoken, tuple[str, ...]], Found | None]] = {
    "own-staff": _own_staff,
    "test-address": _test_address,
    "test-name": _test_name,
    "test-message": _test_message,
    "keyboard-mash": _mash,
    "link-spam": _link_spam,
    "vendor-offer": _offer,
    "job-seeker": _job_seeker,
    "student": _student,
}
NO_CHECKS = JunkChecks()
SHIPPED = JunkChecks(tuple(CHECKS))


def _said(check: str, wording: Wording, said: Spoken) -> Found | None:
    for field in _SPOKEN:
        if said.facts.get(field) and wording.find(said.told(field)):
            return Found(check, check, wording.which(said.told(field), 0), field)
    return None


def _name(said: Spoken) -> str:
    parts = [said.text("first_name"), said.text("last_name")]
    return " ".join(part for part in parts if part) or said.text("name")


def _is_mash(folded: str) -> bool:
    words = folded.split()
    joined = "".join(words)
    return bool(words) and len(joined) >= _SHORTEST_MASH and all(_word_is_mash(word) for word in words)


def _word_is_mash(word: str) -> bool:
    return bool(_MASH.fullmatch(word) or _REPEATED.fullmatch(word))


def _theirs(name: str, seen: Mapping[str, Value]) -> bool:
    """Whether a link leads to where the lead says it is from."""
    own = [seen.get(field) for field in ("domain", "website", "email_domain")]
    return any(isinstance(d, str) and (name == d or name.endswith(f".{d}")) for d in own)
