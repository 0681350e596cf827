"""What a form's source says of itself beside its map: who may send, what is asked, what is said afterwards.

Stored as JSON with the source; written as TOML by people. It is judged here, all of it at once, and looks nothing up.
"""

import re
import tomllib
from collections.abc import Iterator
from difflib import get_close_matches
from typing import Literal
from urllib.parse import urlsplit

import msgspec

from firstright.intake.mapfile import quoted

HONEYPOT = "contact_me_by_fax"
MOST_FIELDS = 60  # that a form shows
MOST_OPTIONS = 300
MOST_ORIGINS = 50

FieldKind = Literal[
    "text", "email", "tel", "url", "number", "textarea", "select", "checkbox", "hidden"
]  # as browsers know them

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.\-\[\] ]{0,63}", re.ASCII)
_HOST = re.compile(
    r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?::\d{1,5})?"
)


class FormField(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One question. `name` is the column the map knows; `options` are those of a select; `value` is a hidden one's."""

    name: str
    label: str = ""
    kind: FieldKind = "text"
    required: bool = False
    options: tuple[str, ...] = ()
    help: str = ""
    value: str = ""

    @property
    def said(self) -> str:
        return self.label or self.name.replace("_", " ").strip().capitalize()


USUAL = (
    FormField("first_name", "First name"),
    FormField("last_name", "Last name"),
    FormField("email", "Work e-mail", "email", required=True),
    FormField("company", "Company"),
    FormField("message", "How can we help?", "textarea"),
)


class FormSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """`origins` are those whose pages may hold the form; `min_seconds` how long a person takes at least.

    `per_address` and `per_source` are submissions a minute; a burst of as many is let through.
    """

    origins: tuple[str, ...] = ()
    thanks: str = ""  # an address on one of the origins
    title: str = ""
    intro: str = ""
    submit: str = "Send"
    thanks_text: str = "Thank you. We have your message and will answer soon."
    booking: str = ""  # a kind of meeting with a pool, that can be booked from the page of thanks
    language: str = "en"
    fields: tuple[FormField, ...] = USUAL
    honeypot: str = HONEYPOT
    min_seconds: int = 2
    per_address: int = 30
    per_source: int = 600


_decode = msgspec.json.Decoder(FormSettings).decode
_encode = msgspec.json.Encoder(order="sorted").encode


def read_settings(text: str) -> FormSettings:
    """What `stored` wrote. Raises msgspec.ValidationError for what it did not."""
    return _decode(text)


def stored(settings: FormSettings) -> str:
    return _encode(settings).decode()


def faults(settings: FormSettings) -> list[str]:
    """Everything that is wrong with it, each as `place: sentence`."""
    return [
        *_origins(settings),
        *_thanks(settings),
        *_texts(settings),
        *_numbers(settings),
        *_fields(settings),
    ]


def origin_of(url: str) -> str:
    """scheme://host[:port] of an address, as browsers write an origin; empty for what has none."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        port = f":{parts.port}" if parts.port and parts.port != _PORTS.get(parts.scheme) else ""
    except ValueError:
        return ""
    return f"{parts.scheme}://{host}{port}" if parts.scheme in _PORTS and host else ""


_PORTS = {"https": 443, "http": 80}


def _origins(settings: FormSettings) -> Iterator[str]:
    if len(settings.origins) > MOST_ORIGINS:
        yield f"origins: there are at most {MOST_ORIGINS}"
    for origin in settings.origins:
        host = origin.partition("://")[2]
        if origin_of(origin) != origin or not _HOST.fullmatch(host):
            yield f'origins: "{origin}" is no origin such as https://www.example.com'


def _thanks(settings: FormSettings) -> Iterator[str]:
    if settings.thanks and (
        origin_of(settings.thanks) not in settings.origins or not settings.thanks.isprintable()
    ):
        yield f'thanks: "{settings.thanks}" is on none of the origins'
    if " " in settings.thanks:
        yield "thanks: an address has no blanks"


def _texts(settings: FormSettings) -> Iterator[str]:
    for name, most in (
        ("title", 200),
        ("intro", 2_000),
        ("submit", 60),
        ("thanks_text", 2_000),
        ("thanks", 2_000),
    ):
        if len(getattr(settings, name)) > most:
            yield f"{name}: has at most {most:,} characters"
    if settings.booking and not _NAME.fullmatch(settings.booking):
        yield f'booking: "{settings.booking}" is no name of a kind of meeting'
    if settings.booking and settings.thanks:
        yield "booking: is offered on our page of thanks; where you have your own, link to /b/pool/KIND there"
    if not settings.submit.strip():
        yield "submit: is empty"
    if not re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*", settings.language):
        yield f'language: "{settings.language}" is no language such as en or de-CH'


def _numbers(settings: FormSettings) -> Iterator[str]:
    for name, low, high in (
        ("min_seconds", 0, 60),
        ("per_address", 1, 100_000),
        ("per_source", 1, 1_000_000),
    ):
        if not low <= getattr(settings, name) <= high:
            yield f"{name}: is {low} to {high:,}"


def _fields(settings: FormSettings) -> Iterator[str]:
    if not 0 < len(settings.fields) <= MOST_FIELDS:
        yield f"fields: there are 1 to {MOST_FIELDS}"
    if not _NAME.fullmatch(settings.honeypot):
        yield f'honeypot: "{settings.honeypot}" is no name of a field'
    names: set[str] = set()
    for field in settings.fields:
        place = f'field "{field.name}"'
        if not _NAME.fullmatch(field.name):
            yield f"{place}: a name begins with a letter or digit, and has 64 characters at most"
        if field.name.casefold() in names:
            yield f"{place}: is there twice"
        if field.name.casefold() == settings.honeypot.casefold():
            yield f"{place}: is the name of the trap; choose another honeypot"
        names.add(field.name.casefold())
        yield from (f"{place}: {wrong}" for wrong in _field(field))


def _field(field: FormField) -> Iterator[str]:
    if field.kind == "select" and not 0 < len(field.options) <= MOST_OPTIONS:
        yield f"a select has 1 to {MOST_OPTIONS} options"
    if field.kind != "select" and field.options:
        yield 'only kind = "select" has options'
    if field.kind == "hidden" and field.required:
        yield "nobody can fill in what is hidden"
    if len(field.label) > 200 or len(field.help) > 500 or len(field.value) > 500:
        yield "a label has at most 200 characters, a help and a value 500"
    if any(len(option) > 200 or not option.strip() for option in field.options):
        yield "an option has 1 to 200 characters"


def settings_of(text: str) -> FormSettings:
    """Settings from TOML, not judged yet. ValueError with a sentence for what is no TOML or no such setting."""
    try:
        return msgspec.convert(tomllib.loads(text), FormSettings)
    except msgspec.ValidationError as error:
        raise ValueError(_with_nearest(str(error))) from None


def toml_of(settings: FormSettings) -> str:
    """Settings as TOML that `settings_of` reads; what is as it usually is stays unsaid."""
    said = msgspec.to_builtins(settings)
    fields = said.pop("fields", ())
    parts = ["".join(f"{name} = {_toml(value)}\n" for name, value in said.items())]
    for field in fields:
        lines = "".join(f"{name} = {_toml(value)}\n" for name, value in field.items())
        parts.append(f"[[fields]]\n{lines}")
    return "\n".join(part for part in parts if part)


def _toml(value: object) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return quoted(value)
        case list() | tuple():
            return f"[{', '.join(map(_toml, value))}]"
        case _:
            return str(value)


def _with_nearest(said: str) -> str:
    """For a setting that is none: the one that was probably meant."""
    found = re.search(r"unknown field `([^`]*)`", said)
    kind = FormField if "fields[" in said else FormSettings
    known = [field.name for field in msgspec.structs.fields(kind)]
    near = get_close_matches(found[1], known, 1) if found else []
    return f'{said}; did you mean "{near[0]}"?' if near else said
