import io
from typing import BinaryIO

from firstright.intake.fieldmap import read_map
from firstright.intake.refused import Refused
from firstright.simulate.happened import Happened, Role, read_happened, read_roles
from firstright.simulate.history import History, read_history

DEALS = Role("closers", "deals.csv", "Lead", "Closer", ("closers",), slug=True)


def _files(**files: str):  # type: ignore[no-untyped-def]  # a small fake folder
    def opened(name: str) -> BinaryIO:
        return io.BytesIO(files[name.removesuffix(".csv")].encode())

    return opened


def test_roles_are_read_from_their_file() -> None:
    text = '[[happened]]\nrole = "closers"\nfile = "deals.csv"\nlead = "Lead"\nrep = "Closer"\npools = ["closers"]\nslug = true\n'
    assert read_roles(text) == ((DEALS,), ())


def test_what_is_wrong_with_roles_is_said_with_its_line() -> None:
    roles, findings = read_roles(
        '[[happened]]\nrole = "closers"\nfile = "deals.csv"\nlead = "Lead"\nreps = "Closer"\n'
    )
    assert (roles, [(f.line, f.code) for f in findings]) == ((), [(1, "key.missing"), (5, "key.unknown")])
    assert [f.code for f in read_roles("")[1]] == ["happened.empty"]


def test_who_had_a_lead_is_read_by_key_and_the_first_row_counts() -> None:
    opened = _files(deals="lead,closer\nl-1,Ann O'Hara\nl-2,\nl-1,Bob\n,Bob\n")
    assert read_happened((DEALS,), opened) == (Happened(DEALS, {"l-1": "ann-ohara"}, frozenset({"l-2"})),)


def test_a_column_that_is_not_there_is_named() -> None:
    answer = read_happened((DEALS,), _files(deals="lead,rep\nl-1,Ann\n"))
    assert isinstance(answer, Refused)
    assert [(p.pointer, p.code) for p in answer.errors] == [("/Closer", "csv.column_missing")]


MAP = """
[source]
name = "past"
file = "past.csv"
event = "Id"
[columns]
"Id" = "external_id"
[arrived]
column = "On"
date = "%Y-%m-%d"
time = "10:00"
zone = "UTC"
"""


def test_history_is_in_the_order_of_arrival_and_counts_what_it_leaves_out() -> None:
    fieldmap, _ = read_map(MAP)
    assert fieldmap is not None
    found = read_history(
        fieldmap, _files(past="Id,On\nc,2026-03-02\nb,2026-03-01\na,2026-03-02\nd,\n,2026-03-01\ne\n")
    )
    assert isinstance(found, History)
    assert [lead.event_id for lead in found.leads] == ["b", "a", "c"]
    assert found.left_out == {"time.missing": 1, "lead.no_contact": 1, "csv.column_count": 1}
