"""What `firstright source` does."""

import msgspec

from firstright import wiring
from firstright.cli.exits import FOUND, Stop
from firstright.cli.files import read_text
from firstright.cli.reach import ask
from firstright.cli.screen import safe
from firstright.cli.workspace import workspace
from firstright.core.clean.places import country_code
from firstright.desk.sources import Add, Change, Described, SourceAsked, Switch, described
from firstright.intake.formsettings import FormSettings, settings_of, toml_of
from firstright.storage import access, credits
from firstright.storage.access import SourceRow
from firstright.web.commands.connections import Describe

BY = "firstright source"
KINDS = ("form", "api", "file")


def add(
    database: str | None, name: str, kind: str, settings: str, map_: str, country: str, *, strict: bool
) -> None:
    if kind not in KINDS:
        raise Stop(f"--kind {safe(kind)}: is one of {', '.join(KINDS)}")
    if kind != "form" and (settings or map_):
        raise Stop("--settings and --map are for forms: an API key or a file brings its own")
    wanted = Described(
        name,
        kind,  # type: ignore[arg-type]  # one of KINDS
        country=_country(country),
        strict=strict,
        map=read_text(map_, "map") if map_ else "",
        form=_settings(settings) if settings else FormSettings(),
    )
    made = _done(database, Add(wanted))
    print(f"{safe(made.name)} is described")
    if made.kind == "form":
        print(f"send forms to  /v1/forms/{made.name}")
        print(f"its own page   /forms/{made.name}")
    if made.kind == "form" and not made.form.origins:
        print("no origins yet: no page of another host may send by script, or hold the form")


def change(
    database: str | None, name: str, settings: str, map_: str, country: str, *, strict: bool | None
) -> None:
    before = described(_row(database, name))
    wanted = msgspec.structs.replace(
        before,
        country=_country(country) if country else before.country,
        strict=before.strict if strict is None else strict,
        map=read_text(map_, "map") if map_ else before.map,
        form=_settings(settings) if settings else before.form,
    )
    print(f"{safe(_done(database, Change(wanted)).name)} is changed")


def switch(database: str | None, name: str, *, on: bool) -> None:
    made = _done(database, Switch(name, on))
    print(f"{safe(made.name)} is switched {'on' if on else 'off'}")


def show_all(database: str | None) -> None:
    with workspace(database) as (opened, _), opened.read() as tx:
        found = [described(row) for row in access.sources(tx).values()]
    for source in found:
        print("  ".join([f"{safe(source.name):<24}", f"{source.kind:<5}", *_told(source)]))
    if not found:
        print("none: firstright source add NAME")


def show(database: str | None, name: str, only: str) -> None:
    source = described(_row(database, name))
    if only == "map":
        print(source.map, end="")
    elif only == "settings":
        print(toml_of(source.form), end="")
    elif only:
        raise Stop(f"--only {safe(only)}: is settings or map")
    else:
        print("  ".join([safe(source.name), source.kind, *_told(source)]))
        print(_back(database, source.name))
        for text in (toml_of(source.form) if source.kind == "form" else "", source.map):
            print(*([""] if text else []), *map(safe, text.splitlines()), sep="\n", end="\n" if text else "")


def _back(database: str | None, name: str) -> str:
    """What its leads cost for nothing, by the reason reps gave."""
    with workspace(database) as (opened, _), opened.read() as tx:
        back = credits.by_source(tx, wiring.now()).get(name, {})
    by_reason = ", ".join([f"{n} {safe(reason)}" for reason, n in back.items()])
    return f"asked back by reps in 30 days: {by_reason or 'none'}"


def _told(source: Described) -> list[str]:
    told = ["on" if source.enabled else "off"]
    if source.country:
        told.append(source.country)
    if source.strict:
        told.append("strict")
    if source.kind == "form":
        told.append(", ".join(map(safe, source.form.origins)) or "no origins")
    return told


def _row(database: str | None, name: str) -> SourceRow:
    with workspace(database) as (opened, _), opened.read() as tx:
        row = access.source(tx, name)
    if row is None:
        raise Stop(f"{safe(name)}: is no source; firstright source list shows all", code=FOUND)
    return row


def _done(database: str | None, asked: SourceAsked) -> Described:
    return ask(database, Describe(asked=asked, by=BY))


def _country(text: str) -> str:
    code = country_code(text) if text else ""
    if not isinstance(code, str):
        raise Stop(f"--country {safe(text)}: {code.reason}")
    return code


def _settings(file: str) -> FormSettings:
    try:
        return settings_of(read_text(file, "settings"))
    except ValueError as error:
        raise Stop(f"{file}: {error}", code=FOUND) from None
