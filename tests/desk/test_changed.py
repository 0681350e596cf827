"""Versions are listed with who, when and why, and compared with each other."""

import pytest

from desk.office import PEOPLE, RULES, office
from firstright.core.textdiff import Line, Side
from firstright.desk.changed import changed, published
from routing import MONDAY


def test_versions_tell_who_when_and_why_and_what_changed(database_url: str) -> None:
    with office(database_url) as here:
        more = RULES.replace('name = "Test"', 'name = "Better"')
        here.desk.publish_policy(more, file="policy.toml", by="otto", reason="a better name")
        with here.desk.read() as tx:
            found = published(tx, "policy")
            assert [(v.version, v.published_by, v.reason) for v in found] == [
                (2, "otto", "a better name"), (1, "mara", "test"),
            ]  # fmt: skip
            assert MONDAY <= found[1].published_at < found[0].published_at
            assert [v.version for v in published(tx, "roster")] == [1]
            assert [v.version for v in published(tx, "policy", before=2)] == [1]
            told = changed(tx, "policy", 1, 2)
            back = changed(tx, "policy", 2, 1)
            whole = changed(tx, "roster", 0, 1)
            with pytest.raises(LookupError):
                changed(tx, "policy", 1, 7)
    line = next(n for n, text in enumerate(RULES.splitlines(), 1) if text == 'name = "Test"')
    assert told.difference.lines and back.difference.lines and whole.difference.lines
    assert [each for each in told.difference.lines if each.side in (Side.PLUS, Side.MINUS)] == [
        Line(Side.MINUS, 'name = "Test"', line, 0), Line(Side.PLUS, 'name = "Better"', 0, line),
    ]  # fmt: skip
    assert [each.text for each in back.difference.lines if each.side is Side.MINUS] == ['name = "Better"']
    assert [each.text for each in whole.difference.lines] == PEOPLE.splitlines()
