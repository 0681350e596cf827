"""Made bases of people whose truth is known: nobody chose a weight with them in sight. Families of one address, fathers and sons of one
name, colleagues and namesakes are in them, for a base without relatives rewards whoever links them."""

import random
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import msgspec

from firstright.core.likeness.batch import PERSON
from firstright.simulate.quality.bases import Base, Record

_PROVIDERS = ("gmail.com", "outlook.com", "web.de", "orange.fr", "yahoo.co.uk", "wp.pl")
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_SPELT = {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"}
_ENDS: Mapping[str, tuple[str, ...]] = {
    "US": ("son", "man", "ard", "ley"), "GB": ("worth", "ton", "by", "ley"), "DE": ("mann", "er", "inger", "bach"),
    "FR": ("eau", "ier", "ard", "in"), "ES": ("ez", "era", "ones", "al"), "NL": ("stra", "sma", "ink", "kamp"),
    "IN": ("war", "kar", "ani", "raj"), "PL": ("ski", "cka", "czyk", "owicz"), "VN": ("nh", "ng", "m", "t"),
}  # fmt: skip
_HOSTS = (
    "acme",
    "northwind",
    "contoso",
    "lumen",
    "vertex",
    "bluepeak",
    "harbor",
    "quantis",
    "solvia",
    "meridian",
    "orbital",
    "tessera",
)
_CASED = ("first_name", "last_name", "city", "street")


class Land(msgspec.Struct, frozen=True):
    code: str
    given: tuple[str, ...]
    family: tuple[str, ...]
    streets: tuple[str, ...]
    towns: tuple[str, ...]
    dial: str


def lands() -> tuple[Land, ...]:
    text = Path(__file__).with_name("made_people.csv").read_text("utf-8")
    rows = (line.split(";") for line in text.splitlines() if not line.startswith("#"))
    return tuple(Land(row[0], *(tuple(cell.split("|")) for cell in row[1:5]), row[5]) for row in rows)


def made_people(codes: Sequence[str], households: int, seed: int) -> Base:
    """Households of these lands: two or three people each, and each written down once to three times."""
    draw = random.Random(seed)
    known = {land.code: land for land in lands()}
    records: list[Record] = []
    truth: list[str] = []
    for number in range(households):
        for member, person in enumerate(_household(known[draw.choice(codes)], draw)):
            for copy in range(draw.choice((1, 1, 2, 2, 3))):
                records.append(_written(person, draw) if copy else _partly(person, draw))
                truth.append(f"{seed}-{number}-{member}")
    return Base(f"made people of {', '.join(codes)}", tuple(records), (PERSON,) * len(records), tuple(truth))


def _household(land: Land, draw: random.Random) -> list[Record]:
    """One person; a partner or grown child at the address; now and then a son of the same name, a namesake in another town, a colleague."""
    first = _somebody(land, draw)
    members = [first]
    given = str(first["first_name"])
    if draw.random() < 0.5:
        members.append(
            _relative(first, land, draw, draw.choice([name for name in land.given if name != given]))
        )
    if draw.random() < 0.02:
        members.append(_relative(first, land, draw, given))
    if draw.random() < 0.05:
        members.append(_somebody(land, draw, given, str(first["last_name"])))
    if draw.random() < 0.3:
        members.append(_somebody(land, draw) | {"company": first["company"]})
    return members


def _somebody(land: Land, draw: random.Random, given: str = "", family: str = "") -> Record:
    given, family = given or draw.choice(land.given), family or _family(land, draw)
    town, _, code = (
        draw.choice(land.towns).rpartition(" ")
        if land.code not in ("GB", "NL")
        else _two(draw.choice(land.towns))
    )
    return {
        "first_name": given,
        "last_name": family,
        "email": _address(given, family, draw),
        "phone": land.dial + "".join(str(draw.randint(1, 9)) for _ in range(9)),
        "birth_date": _day(draw, 1945, 2004),
        "street": f"{draw.choice(land.streets)} {draw.randint(1, 180)}",
        "city": town,
        "postcode": "".join(_sign(mark, draw) for mark in code),
        "country": land.code,
        "company": f"{draw.choice(land.family).split()[-1]} {draw.choice(('Group', 'Consulting', 'Logistics', 'Labs'))}",
    }  # fmt: skip


def _family(land: Land, draw: random.Random) -> str:
    """A name of the land, or one that is nobody's: among sixteen names everybody would be somebody's namesake."""
    if draw.random() < 0.4:
        return draw.choice(land.family)
    syllables = (
        draw.choice("BDFGHKLMNPRSTV") + draw.choice("aeiou"),
        draw.choice("bdfglmnprst") + draw.choice("aeiou"),
    )
    return "".join(syllables).capitalize() + draw.choice(_ENDS[land.code])


def _relative(of: Record, land: Land, draw: random.Random, given: str) -> Record:
    """Shares the house, its telephone and the family's name."""
    other = _somebody(land, draw, given, str(of["last_name"]))
    return other | {name: of[name] for name in ("street", "city", "postcode", "phone")}


def _written(person: Record, draw: random.Random) -> Record:
    """The same person as somebody else wrote them down: one to three things are another way."""
    copy = dict(person)
    for change in draw.sample(_CHANGES, draw.choice((1, 1, 2, 2, 3))):
        change(copy, draw)
    return _partly(copy, draw)


def _partly(person: Record, draw: random.Random) -> Record:
    """What a form asked for: hardly ever everything, and some way to reach them at least."""
    asked = {
        "birth_date": 0.5,
        "street": 0.6,
        "postcode": 0.7,
        "city": 0.8,
        "phone": 0.6,
        "company": 0.6,
        "email": 0.75,
        "country": 0.9,
    }
    kept = {name: value for name, value in person.items() if draw.random() < asked.get(name, 1.0)}
    if not {"email", "phone", "birth_date", "street"} & kept.keys():
        kept["email"] = person["email"]
    return kept


def _slip(copy: Record, draw: random.Random) -> None:
    name = draw.choice(("first_name", "last_name", "last_name", "email", "street", "city", "phone"))
    text = str(copy[name])
    at = draw.randrange(1, max(2, len(text) - 1))
    letter = draw.choice("0123456789" if name == "phone" else _LETTERS)
    copy[name] = draw.choice(
        (
            text[:at] + text[at + 1 :],
            text[:at] + letter + text[at:],
            text[:at] + letter + text[at + 1 :],
            text[: at - 1] + text[at : at + 1] + text[at - 1] + text[at + 1 :],
        )
    )


def _bare(copy: Record, draw: random.Random) -> None:
    """Without accents, as a system from elsewhere prints it; umlauts as two letters now and then."""
    spelt = draw.random() < 0.5
    for name in _CASED:
        text = (
            str(copy[name])
            .replace("ł", "l")
            .replace("Ł", "L")
            .replace("đ", "d")
            .replace("Đ", "D")
            .replace("ı", "i")
        )
        if spelt:
            text = "".join(
                _SPELT.get(c, _SPELT.get(c.lower(), c).capitalize() if c.lower() in _SPELT else c)
                for c in text
            )
        copy[name] = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))  # fmt: skip


def _swapped(copy: Record, draw: random.Random) -> None:
    copy["first_name"], copy["last_name"] = copy["last_name"], copy["first_name"]


def _one_field(copy: Record, draw: random.Random) -> None:
    first, last = str(copy["first_name"]), str(copy["last_name"])
    copy["name"] = f"{last}, {first}" if draw.random() < 0.5 else f"{first} {last}"


def _initial(copy: Record, draw: random.Random) -> None:
    copy["first_name"] = f"{str(copy['first_name'])[0]}."


def _half(copy: Record, draw: random.Random) -> None:
    """One of two given names, or of two family names."""
    name = draw.choice(("first_name", "last_name"))
    copy[name] = str(copy[name]).replace("-", " ").split()[0 if name == "first_name" else -1]


def _moved(copy: Record, draw: random.Random) -> None:
    land = next(land for land in lands() if land.code == copy["country"])
    other = _somebody(land, draw)
    copy.update({name: other[name] for name in ("street", "city", "postcode")})


def _changed(copy: Record, draw: random.Random) -> None:
    """Another job: another company and another address of mail."""
    copy["email"] = _address(str(copy["first_name"]), str(copy["last_name"]), draw)
    copy["company"] = "Elsewhere Partners"


def _shouted(copy: Record, draw: random.Random) -> None:
    for name in _CASED:
        copy[name] = str(copy[name]).upper()


def _dialled(copy: Record, draw: random.Random) -> None:
    """As dialled at home: no cleaner saw the country."""
    copy["phone"] = "0" + str(copy["phone"])[3:]


_CHANGES: tuple[Callable[[Record, random.Random], None], ...] = (
    _slip, _slip, _slip, _bare, _bare, _swapped, _one_field, _initial, _half, _moved, _changed, _shouted, _dialled,
)  # fmt: skip


def _address(given: str, family: str, draw: random.Random) -> str:
    one, other = (
        "".join(c for c in unicodedata.normalize("NFKD", name.lower()) if c in _LETTERS) for name in (given, family)
    )  # fmt: skip
    local = draw.choice(
        (f"{one}.{other}", f"{one[:1]}{other}", f"{other}{draw.randint(1, 99)}", f"{one}_{other}")
    )
    host = (
        draw.choice(_PROVIDERS)
        if draw.random() < 0.5
        else f"{draw.choice(_HOSTS)}{draw.choice(_HOSTS)}.example"
    )
    return f"{local}@{host}"  # fmt: skip


def _day(draw: random.Random, first: int, last: int) -> str:
    return f"{draw.randint(first, last)}-{draw.randint(1, 12):02}-{draw.randint(1, 28):02}"


def _two(text: str) -> tuple[str, str, str]:
    """A postcode of two words."""
    town, *code = text.rsplit(" ", 2)
    return town, "", " ".join(code)


def _sign(mark: str, draw: random.Random) -> str:
    return str(draw.randint(0, 9)) if mark == "#" else draw.choice("ABDEFGHJLN") if mark == "?" else mark
