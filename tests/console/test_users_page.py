"""The page of users over HTTP: everybody by name, a page at a time."""

import re

import pytest

from console.northwind import house
from console.people import invited
from console.visiting import visitor, words
from firstright.core.authority import Role
from firstright.web.console import users
from web.houses import House

__all__ = ["house"]


def listed(page: str) -> list[str]:
    return re.findall(r'href="/users/[^"]+">([^<]+)</a>', page)


def test_users_are_listed_by_name_a_page_at_a_time(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    with visitor(house, Role.ADMIN) as robin:
        invited(house, "zoë Last", Role.OPERATIONS)
        invited(house, "Anton First", Role.OPERATIONS)
        everybody = listed(robin.page("/users"))
        assert everybody == sorted(everybody, key=str.casefold)
        assert everybody[-1] == "zoë Last"
        monkeypatch.setattr(users, "PAGE", len(everybody) - 1)
        first = robin.page("/users")
        assert listed(first) == everybody[:-1]
        (following,) = re.findall(r'href="(/users\?after=[^"]+)"', first)
        second = robin.page(following)
        assert listed(second) == everybody[-1:]
        assert "To the beginning" in words(second)
        assert listed(robin.page("/users?after=nobody")) == everybody[:-1]
