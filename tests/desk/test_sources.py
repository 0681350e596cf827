"""Sources are judged whole, saved with an audit, and changed by whom it is allowed."""

import json
from pathlib import Path

import msgspec
import pytest

from desk.office import office
from firstright.core.authority import Actor, Role
from firstright.desk.sources import (
    Add,
    Change,
    Described,
    SourceAsked,
    Switch,
    change_as,
    change_sources,
    described,
)
from firstright.errors import Refused
from firstright.intake.formsettings import FormField, FormSettings, settings_of, toml_of
from firstright.storage import access, audit

EXAMPLE = Path(__file__).parents[2] / "examples" / "forms" / "contact.toml"
FORM = FormSettings(origins=("https://www.acme.example",))
MAP = '[source]\nname = "contact"\n\n[columns]\n"Your e-mail" = "email"\n'
OLGA = Actor("user-olga", "Olga", Role.OPERATIONS)
MAX = Actor("user-max", "Max", Role.MANAGER)


def reasons(url: str, asked: SourceAsked) -> list[str]:
    with office(url) as here, pytest.raises(Refused) as refused:
        change_sources(here.desk, asked, by="mara")
    return list(refused.value.reasons)


def test_a_source_is_described_changed_and_switched_each_with_its_audit(database_url: str) -> None:
    first = Described("contact", form=FORM, map=MAP, country="DE")
    with office(database_url) as here:
        assert change_as(here.desk, Add(first), OLGA) == first
        other = msgspec.structs.replace(first, strict=True, map="")
        assert change_as(here.desk, Change(other), OLGA) == other
        off = msgspec.structs.replace(other, enabled=False)
        assert change_as(here.desk, Switch("contact", False), OLGA) == off
        with here.desk.read() as tx:
            row = access.source(tx, "contact")
            told = audit.of(tx, "source", "contact")
        assert row is not None and described(row) == off
        assert [(each.actor, each.action) for each in told] == [
            ("user-olga", "add-source"),
            ("user-olga", "change-source"),
            ("user-olga", "switch-source"),
        ]
        assert json.loads(told[-1].data) == {
            "kind": "form",
            "on": False,
            "strict": True,
            "origins": ["https://www.acme.example"],
        }


def test_who_may_not_edit_sources_changes_nothing(database_url: str) -> None:
    with office(database_url) as here:
        with pytest.raises(Refused, match="Max may not edit sources"):
            change_as(here.desk, Add(Described("contact", form=FORM)), MAX)
        assert here.rows("SELECT count(*) FROM source") == [(0,)]


def test_everything_that_is_wrong_is_said_at_once(database_url: str) -> None:
    fields = (
        FormField("email"),
        FormField("Email", kind="select"),
        FormField("_event"),
        FormField("contact_me_by_fax", options=("a",)),
        FormField("tag", kind="hidden", required=True),
    )
    settings = FormSettings(
        origins=("https://www.acme.example/", "ftp://x", "*", "https://ok.example"),
        thanks="https://evil.example/thanks",
        submit=" ",
        language="Deutsch!",
        min_seconds=61,
        per_address=0,
        fields=fields,
    )
    assert reasons(database_url, Add(Described("a b", form=settings, country="Germany"))) == [
        "name: a form's name has letters, digits, dots, dashes and underscores, 64 at most",
        "country: is no country of two capital letters",
        'origins: "https://www.acme.example/" is no origin such as https://www.example.com',
        'origins: "ftp://x" is no origin such as https://www.example.com',
        'origins: "*" is no origin such as https://www.example.com',
        'thanks: "https://evil.example/thanks" is on none of the origins',
        "submit: is empty",
        'language: "Deutsch!" is no language such as en or de-CH',
        "min_seconds: is 0 to 60",
        "per_address: is 1 to 100,000",
        'field "Email": is there twice',
        'field "Email": a select has 1 to 300 options',
        'field "_event": a name begins with a letter or digit, and has 64 characters at most',
        'field "contact_me_by_fax": is the name of the trap; choose another honeypot',
        'field "contact_me_by_fax": only kind = "select" has options',
        'field "tag": nobody can fill in what is hidden',
    ]


@pytest.mark.parametrize(
    "map_, reason",
    [
        (MAP.replace('"email"', '"emial"'), 'map: line 5: "emial" is not known; did you mean "email"?'),
        (MAP.replace('"contact"', '"other"'), 'map: is for the source "other"'),
        ("[source", "map: line 1: "),
        (MAP + '\n[lookups.crm]\nfile = "crm.csv"\nkey = "id"\n', "map: a form has no other files"),
        (
            '[source]\nname = "contact"\nignore = ["email"]\n[columns]\n"Firma" = "company"\n',
            "map: no field of this form fills email, phone, external_id",
        ),
    ],
)
def test_a_map_that_cannot_be_used_is_refused(database_url: str, map_: str, reason: str) -> None:
    settings = FormSettings(fields=(FormField("Firma"),))
    found = reasons(database_url, Add(Described("contact", map=map_, form=settings)))
    assert [each.startswith(reason) for each in found] == [True]


def test_names_kinds_and_what_is_not_there(database_url: str) -> None:
    with office(database_url) as here:
        change_sources(here.desk, Add(Described("contact", form=FORM)), by="mara")
        for asked, reason in (
            (Add(Described("contact", form=FORM)), "there is a source of this name already"),
            (Change(Described("contact", "api")), "is of kind form, and stays so"),
            (Change(Described("other", form=FORM)), "is no source"),
            (Switch("other", True), "is no source"),
            (Add(Described("api", "api", map=MAP)), "only a form keeps one"),
        ):
            with pytest.raises(Refused, match=reason):
                change_sources(here.desk, asked, by="mara")
        assert here.rows("SELECT name, kind FROM source") == [("contact", "form")]


def test_settings_are_the_same_as_toml_and_back() -> None:
    found = settings_of(EXAMPLE.read_text())
    assert settings_of(toml_of(found)) == found
    assert (found.origins, len(found.fields), found.fields[2].required) == (
        ("https://www.northwind.example",),
        9,
        True,
    )
    assert toml_of(FormSettings()) == ""


@pytest.mark.parametrize(
    "text, said",
    [
        ("orgins = []", 'did you mean "origins"?'),
        ('[[fields]]\nname = "a"\nrequird = true', 'did you mean "required"?'),
        ("origins = 5", "Expected `array`"),
        ("origins = [", "Invalid value"),
    ],
)
def test_what_is_no_setting_is_said_with_what_was_probably_meant(text: str, said: str) -> None:
    with pytest.raises(ValueError) as wrong:
        settings_of(text)
    assert said in str(wrong.value)
