"""Identifiers that sort by time: UUIDs of the seventh kind, each once, rising within a process."""

from uuid import RFC_4122, UUID

from firstright.wiring import Names


def test_names_are_uuids_that_rise_and_never_come_twice() -> None:
    new_id = Names()
    names = [new_id() for _ in range(10_000)]
    found = [UUID(name) for name in names]
    assert names == sorted(names) == [str(each) for each in found]
    assert len(set(names)) == len(names)
    assert {(each.version, each.variant) for each in found} == {(7, RFC_4122)}
    assert len({name[-16:] for name in names}) == len(names)
