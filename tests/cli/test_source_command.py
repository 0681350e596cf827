"""firstright source: described, changed, shown and switched from the command line, also beside a server."""

from pathlib import Path

import pytest

from firstright.cli.app import run
from web.houses import EXAMPLES
from web.test_serving import Serving

FORM = str(EXAMPLES / "forms" / "contact.toml")
MAP = '[source]\nname = "contact"\n\n[columns]\n"Firma" = "company"\n'


def told(capsys: pytest.CaptureFixture[str], url: str, *arguments: str) -> tuple[int, list[str], list[str]]:
    code = run(["source", *arguments, "--database", url])
    said = capsys.readouterr()
    return code, said.out.splitlines(), said.err.splitlines()


def test_a_form_is_described_changed_shown_and_switched(
    database_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "map.toml").write_text(MAP)
    assert told(capsys, database_url, "add", "contact", "--settings", FORM, "--country", "Germany") == (
        0,
        ["contact is described", "send forms to  /v1/forms/contact", "its own page   /forms/contact"],
        [],
    )
    line = "contact                   form   on  DE  https://www.northwind.example"
    assert told(capsys, database_url, "list") == (0, [line], [])
    assert told(
        capsys, database_url, "change", "contact", "--map", str(tmp_path / "map.toml"), "--strict"
    ) == (
        0,
        ["contact is changed"],
        [],
    )
    assert told(capsys, database_url, "show", "contact", "--only", "map") == (0, MAP.splitlines(), [])
    _, settings, _ = told(capsys, database_url, "show", "contact", "--only", "settings")
    (tmp_path / "again.toml").write_text("\n".join(settings))
    assert told(capsys, database_url, "change", "contact", "--settings", str(tmp_path / "again.toml"))[0] == 0
    assert told(capsys, database_url, "show", "contact", "--only", "settings")[1] == settings
    assert told(capsys, database_url, "off", "contact") == (0, ["contact is switched off"], [])
    _, shown, _ = told(capsys, database_url, "show", "contact")
    assert shown[0] == "contact  form  off  DE  strict  https://www.northwind.example"


def test_mistakes_are_sentences(
    database_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "bad.toml").write_text("orgins = []")
    for arguments, said in (
        (("add", "x", "--kind", "fax"), "--kind fax: is one of form, api, file"),
        (("add", "x", "--kind", "api", "--map", "m"), "--settings and --map are for forms"),
        (("add", "x", "--settings", str(tmp_path / "bad.toml")), 'did you mean "origins"?'),
        (("add", "x", "--country", "Atlantis"), "--country Atlantis: "),
        (("add", "a b"), "name: a form's name has letters"),
        (("change", "nothing"), "nothing: is no source"),
        (("show", "nothing"), "nothing: is no source"),
        (("on", "nothing"), "nothing: is no source"),
    ):
        code, _, errors = told(capsys, database_url, *arguments)
        assert code != 0 and said in errors[0], arguments
    assert told(capsys, database_url, "list") == (0, ["none: firstright source add NAME"], [])


def test_sources_are_described_beside_a_server(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    url = f"sqlite:///{tmp_path / 'workspace.db'}"
    serving = Serving(url)
    try:
        _beside(url, capsys)
    finally:
        serving.stopped()


def _beside(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert told(capsys, url, "add", "contact", "--settings", FORM)[0] == 0
    code, _, errors = told(capsys, url, "add", "contact")
    assert (code != 0, errors) == (True, ["firstright: contact: there is a source of this name already"])
    assert told(capsys, url, "off", "contact")[1] == ["contact is switched off"]
    assert [line[:36] for line in told(capsys, url, "list")[1]] == [
        "api                       api    on",
        "contact                   form   off",
    ]
