"""Whatever is merged and taken apart, in whatever order: loads and every invariant hold, and apart again all is as it was."""

from collections.abc import Iterator
from contextlib import contextmanager

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chaos.scene import broken
from desk.office import Office, office
from desk.test_assigning import MARA
from desk.test_merging import Told, facts, loads
from desk.views import faults
from firstright.desk.acting import Accept, LogTouch
from firstright.desk.merging import Merge, Unmerge
from firstright.errors import Refused
from routing import MINUTE

NAMES = ("anna", "ben", "cleo", "dora")
MORE = st.fixed_dictionaries(
    {}, optional={"company": st.sampled_from(["Acme", "Globex"]), "city": st.sampled_from(["Bonn", "Köln"])}
)
# (merge?, child, into)
STEPS = st.lists(st.tuples(st.booleans(), st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=7)
WHY = "as it came"


@contextmanager
def four(url: str, said: list[dict[str, str]], done: list[int]) -> Iterator[tuple[Office, list[Told]]]:
    """Four leads, some accepted, some touched."""
    with office(url, published=False) as here:
        here.publish()
        now = here.desk.new_id()[-12:]
        told = [
            here.send(f"{name}{now}", event=f"{name}{now}", **more)
            for name, more in zip(NAMES, said, strict=True)
        ]
        for each, how in zip(told, done, strict=True):
            row = here.lead(each)
            if row.holder_kind == "rep" and how:
                here.desk.act(Accept(row.id, row.holder_id))
            if row.holder_kind == "rep" and how == 2:
                here.desk.act(LogTouch(row.id, row.holder_id, "call"))
        yield here, told


def picture(here: Office, told: list[Told]) -> object:
    """Facts, holders, statuses and what is touched of each lead, and the load of each rep."""
    rows = [here.lead(each) for each in told]
    stands = [(r.holder_kind, r.holder_id, r.outcome, r.status, r.touched, r.merged_into) for r in rows]
    return [facts(here, each) for each in told], stands, loads(here)


@settings(deadline=None, max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    said=st.lists(MORE, min_size=4, max_size=4),
    done=st.lists(st.integers(0, 2), min_size=4, max_size=4),
    steps=STEPS,
)
def test_taking_all_apart_again_is_the_inverse_of_every_merge(
    database_url: str, said: list[dict[str, str]], done: list[int], steps: list[tuple[bool, int, int]]
) -> None:
    with four(database_url, said, done) as (here, told):
        before = picture(here, told)
        for merges, child, into in steps:
            here.at += MINUTE
            attempt(here, merges, str(told[child]["lead"]), str(told[into]["lead"]))
            assert broken(here.desk.database) == []
        while merged := [each for each in told if here.lead(each).merged_into]:
            for each in merged:
                attempt(here, False, str(each["lead"]), "")
        assert picture(here, told) == before
        assert faults(here) == []


def attempt(here: Office, merges: bool, child: str, into: str) -> None:
    try:
        here.desk.act(Merge(child, into, MARA, WHY) if merges else Unmerge(child, MARA, WHY))
    except Refused:
        return


@settings(deadline=None, max_examples=4, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.permutations([0, 1, 2]), back=st.permutations([0, 1, 2]))
def test_children_leave_their_master_in_any_order_and_it_keeps_what_the_others_gave(
    database_url: str, order: list[int], back: list[int]
) -> None:
    said: list[dict[str, str]] = [{"company": "Acme"}, {"city": "Bonn"}, {"product": "arm"}, {}]
    with four(database_url, said, [0, 0, 0, 0]) as (here, told):
        master, own = told[3], facts(here, told[3])
        gives = [
            msgspec.json.decode(here.lead(each).facts).get(name)
            for each, name in zip(told, ("company", "city", "product"), strict=False)
        ]
        for n in order:
            here.desk.act(Merge(str(told[n]["lead"]), str(master["lead"]), MARA, WHY))
        names = ("company", "city", "product")
        assert [facts(here, master)[name] for name in names] == gives
        for place, n in enumerate(back):
            here.desk.act(Unmerge(str(told[n]["lead"]), MARA, WHY))
            gone = {names[left] for left in back[: place + 1]}
            assert {name for name in names if name not in facts(here, master)} == gone
        assert facts(here, master) == own
        assert faults(here) == []
