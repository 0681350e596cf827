"""The tables we ship in core/clean/data, read once when this module is imported: the only reading the core does.
A workspace's own lists and synonyms are not here; they come in as arguments."""

from collections.abc import Iterator
from importlib.resources import files

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

_FORMS = tuple(_lines("legal_forms.txt"))
LEGAL_FORMS = frozenset(tuple(row.removeprefix("<").split()) for row in _FORMS)
LEADING_FORMS = frozenset(row.removeprefix("<") for row in _FORMS if row.startswith("<"))

COUNTRY_ALIASES = {fold(name): code for name, code in _rows("countries.csv")}
LANGUAGE_ALIASES = {fold(name): tag for name, tag in _rows("languages.csv")}

_ZONES = tuple(_rows("zones.csv"))
ZONES = {zone.lower(): zone for _, zone, _ in _ZONES}  # lower case -> IANA name
ZONES.update({old.lower(): zone for old, zone in _rows("zone_aliases.csv")})
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
