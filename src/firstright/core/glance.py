"""A lead at a glance: what a line of a list can say of it, from its facts. It judges nothing and shortens only what was written."""

from collections.abc import Mapping

import msgspec

from firstright.core.lead import Fact

LINE = 140  # characters of a message in a list


class Glance(msgspec.Struct, frozen=True):
    """What is missing is empty. `name` is the person, else how to reach them; `line` the beginning of their message."""

    name: str = ""
    company: str = ""
    country: str = ""
    about: str = ""  # intent, else product
    line: str = ""
    email: str = ""
    phone: str = ""
    employees: int | None = None


def glance(facts: Mapping[str, Fact]) -> Glance:
    def text(name: str) -> str:
        return _text(facts.get(name))

    full = " ".join(filter(None, (text("first_name"), text("last_name"))))
    employees = facts.get("employees")
    return Glance(
        name=full or text("name") or text("email") or text("phone") or text("external_id"),
        company=text("company") or text("account.name") or text("domain"),
        country=text("country"),
        about=text("intent") or text("product"),
        line=_line(text("message")),
        email=text("email"),
        phone=text("phone"),
        employees=employees if isinstance(employees, int) and not isinstance(employees, bool) else None,
    )


def _text(value: Fact | None) -> str:
    match value:
        case str():
            return value
        case tuple():
            return ", ".join(value)
        case _:
            return ""


def _line(message: str) -> str:
    line = " ".join(message[: 4 * LINE].split())
    return line if len(line) <= LINE else line[: LINE - 1].rstrip() + "…"
