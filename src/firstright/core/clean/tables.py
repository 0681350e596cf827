"""The tables we ship in core/clean/data, read once when this module is imported: the only reading the core does.
A workspace's own lists and synonyms are not here; they come in as arguments."""

from collections.abc import Iterator
from functools import cache
from importlib.resources import files

import msgspec

from firstright.core.clean.text import fold

_DATA = files("firstright.core.clean").joinpath("data")


def _lines(name: str) -> Iterator[str]:
    for row in _DATA.joinpath(name).read_text("utf-8").splitlines():
        if row and not row.startswith("#"):
            yield row


def _rows(name: str) -> Iterator[list[str]]:
    return (row.split(",") for row in _lines(name))


_FREE = frozenset(_lines("free_mail.txt"))
FREE_MAIL = frozenset(row for row in _FREE if not row.endswith(".*"))
FREE_LABELS = frozenset(row.removesuffix(".*") for row in _FREE if row.endswith(".*"))
DISPOSABLE = frozenset(_lines("disposable.txt"))
ROLE_ACCOUNTS = frozenset(_lines("role_accounts.txt"))
SHARED_SITES = frozenset(_lines("shared_sites.txt"))
MAIL_HOSTS = tuple(_lines("mail_hosts.txt"))  # commonest first
MAIL_ENDINGS = {row[0]: row[1] for row in _rows("mail_endings.csv")}

_FORMS = tuple(_lines("legal_forms.txt"))
GLUED_FORMS = tuple(sorted((row[1:] for row in _FORMS if row.startswith("~")), key=len, reverse=True))
LEGAL_FORMS = frozenset(tuple(row.removeprefix("<").split()) for row in _FORMS if row[0] != "~")
LEADING_FORMS = frozenset(tuple(row[1:].split()) for row in _FORMS if row[0] == "<")

COUNTRY_ALIASES = {fold(name): code for name, code in _rows("countries.csv") if name[0] != "="}
COUNTRY_EXACTLY = {
    name[1:]: code for name, code in _rows("countries.csv") if name[0] == "="
}  # casefolded only
LANGUAGE_ALIASES = {fold(name): tag for name, tag in _rows("languages.csv")}

_ZONES = tuple(_rows("zones.csv"))
ZONES = {zone.lower(): zone for _, zone, _ in _ZONES}  # lower case -> IANA name
ZONES.update({old.lower(): zone for old, zone in _rows("zone_aliases.csv")})
ZONE_NAMES = {fold(name): zone for name, zone in _rows("zone_names.csv")}
ONLY_ZONE = {country: zone for country, zone, only in _ZONES if only}  # countries with one clock

STATE_CODES: dict[str, dict[str, str]] = {}  # country -> folded code or name -> code
STATE_NAMES: dict[str, dict[str, str]] = {}  # country -> name -> code, for suggestions
STATE_ZONE: dict[tuple[str, str], str] = {}  # only states with one clock
for _country, _code, _name, _also, _zone in _rows("states.csv"):
    _known = STATE_CODES.setdefault(_country, {})
    STATE_NAMES.setdefault(_country, {})[_name] = _code
    for _written in (_code, _name, *filter(None, _also.split("|"))):
        _known[fold(_written)] = _code
    if _zone:
        STATE_ZONE[_country, _code] = _zone


@cache
def further_countries() -> dict[str, str]:
    """Names of countries in the languages that come less often, folded. Read when the first of them is asked for: 20 ms."""
    return {name: code for code, names in _rows("country_names.csv") for name in names.split("|")}


@cache
def further_languages() -> dict[str, str]:
    """Names of languages in many languages, folded, and the primary tag. Read when the first of them is asked for."""
    return {name: tag for tag, names in _rows("language_names.csv") for name in names.split("|")}


def amount_words() -> dict[str, tuple[str, ...]]:
    """Words around a number, by what they say of it, as they are written in small letters."""
    return {kind: tuple(words.split("|")) for kind, words in _rows("amount_words.csv")}


def title_rows() -> Iterator[tuple[str, str, list[str]]]:
    """What is asked of a job title, the answer, and the phrases that give it, folded; a "*" stays where it stood."""
    for what, value, phrases in _rows("titles.csv"):
        yield what, value, [_starred(phrase) for phrase in phrases.split("|")]


def _starred(phrase: str) -> str:
    front, back = "*" * phrase.startswith("*"), "*" * phrase.endswith("*")
    return f"{front}{fold(phrase.strip('*'))}{back}"


@cache
def industries() -> dict[str, tuple[str, str]]:
    """Folded name -> standard name and sector. Of two that share a name the first has it. Read when the first is asked for."""
    found: dict[str, tuple[str, str]] = {}
    for row in _lines("industries.csv"):
        sector, name, also = row.split(";")
        standard = name or sector
        for written in (standard, *filter(None, also.split("|"))):
            found.setdefault(fold(written), (standard, sector))
    return found


NAICS = {row[0]: row[1] for row in _rows("naics.csv")}  # first two digits -> sector
MEDIA = {
    fold(row[0]): row[1] for row in _rows("media.csv")
}  # what campaigns call a medium, folded -> channel
CLICK_IDS = {row[0]: row[1] for row in _rows("click_ids.csv")}  # parameter -> channel


class Referrer(msgspec.Struct, frozen=True):
    """A page that sends visitors: its name if we know it, else its domain; the channel it stands for."""

    name: str
    channel: str


class Referrers(msgspec.Struct, frozen=True):
    """Pages that send visitors: by host (with a first part of the path, or "label.*"), and by folded name."""

    hosts: dict[str, Referrer]
    names: dict[str, Referrer]


@cache
def referrers() -> Referrers:
    """Read when the first referrer is asked for: a lead that came without one does not pay for it."""
    hosts: dict[str, Referrer] = {}
    names: dict[str, Referrer] = {}
    for channel, name, written in _rows("referrers.csv"):
        site = Referrer(name, channel)
        names.setdefault(fold(name), site)
        for host in written.split("|"):
            hosts.setdefault(host, site)
    return Referrers(hosts, names)


@cache
def cities() -> dict[tuple[str, str], str]:
    """(country, folded name) -> the name to use."""
    found: dict[tuple[str, str], str] = {}
    for country, name, also in _rows("cities.csv"):
        for written in (name, *also.split("|")):
            found.setdefault((country, fold(written)), name)
    return found
