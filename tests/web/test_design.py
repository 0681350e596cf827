"""The design is whole: every icon, class and value that a page names is there, and nothing is there that no page names."""

import re
from pathlib import Path

import firstright.web

WEB = Path(firstright.web.__file__).parent
STYLES = {name: (WEB / f"static/{name}.css").read_text() for name in ("tokens", "layout", "parts", "forms")}
TEMPLATES = "\n".join(path.read_text() for path in sorted(WEB.rglob("*.html")))
CODE = "\n".join(path.read_text() for path in [*sorted(WEB.rglob("*.py")), *sorted(WEB.glob("static/*.js"))])
ICONS = frozenset(re.findall(r'<symbol id="([^"]+)"', (WEB / "static/icons.svg").read_text()))
MADE = r"""\bicon\("([^"]+)"|\bempty\("([^"]+)"|\bbutton\((?:"[^"]*"|[^",()]+), "[^"]*", "([^"]+)\""""
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)


def test_an_icon_that_a_page_names_is_there() -> None:
    named = {name for found in re.findall(MADE, TEMPLATES) for name in found if name}
    assert len(named) > 20
    assert named - ICONS == set()


def test_an_icon_that_is_there_is_named_by_a_page() -> None:
    quoted = set(re.findall(r"""["']([a-z0-9-]+)["']""", TEMPLATES + CODE))
    assert ICONS - quoted == set()


def test_a_class_that_has_a_style_stands_on_a_page() -> None:
    styled = {
        name for style in STYLES.values() for name in re.findall(r"\.([a-z][a-z0-9-]*)", _selectors(style))
    }
    words = set(re.findall(r"[a-z][a-z0-9-]*", TEMPLATES + CODE))
    made = {f"tone-{tone}" for tone in ("good", "warn", "bad")} | {"htmx-request"}
    assert len(styled) > 100
    assert styled - words - made == set()


def test_a_value_of_the_design_is_used_and_each_that_is_used_is_said() -> None:
    said = {name for style in STYLES.values() for name in re.findall(r"(--[a-z0-9-]+)\s*:", style)}
    used = {name for style in STYLES.values() for name in re.findall(r"var\((--[a-z0-9-]+)", style)}
    assert used == said


def test_a_template_is_made_extended_or_included() -> None:
    names = {
        path.relative_to(folder).as_posix()
        for folder in (WEB / "templates", WEB / "forms/templates")
        for path in folder.rglob("*.html")
    }
    assert names - set(re.findall(r'"([a-z0-9/-]+\.html)"', TEMPLATES + CODE)) == set()


def _selectors(style: str) -> str:
    """What stands before each brace, within conditions as well."""
    return " ".join(re.findall(r"([^{};]*)\{", _COMMENT.sub(" ", style)))
