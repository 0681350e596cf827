"""A list of accounts is one column of a CSV file; rows that cannot be used are told with their line and reason."""

from io import BytesIO

from firstright.intake.listcsv import BadRow, Read, read_list
from firstright.intake.refused import Refused


def read(text: str, column: str = "") -> Read:
    found = read_list("emea", BytesIO(text.encode()), column)
    assert isinstance(found, Read), found
    return found


def test_good_rows_are_taken_and_bad_ones_told_with_line_and_reason() -> None:
    found = read("Name,Website\nAcme,https://www.acme.example\nNobody,\nFree,gmail.com\nHill,hill.example\n")
    assert found.list.domains == {"acme.example", "hill.example"}
    assert (found.column, found.rows, found.repeated) == ("Website", 4, 0)
    assert found.bad == (
        BadRow(3, "names no domain", 'string "Nobody,"'),
        BadRow(4, "is where anybody may have a mailbox or a page: it names no company", 'string "gmail.com"'),
    )


def test_a_domain_that_stands_there_twice_is_one() -> None:
    found = read("domain\nacme.example\nACME.example\n")
    assert (found.list.domains, found.rows, found.repeated) == ({"acme.example"}, 2, 1)


def test_the_column_is_the_one_that_is_named() -> None:
    assert read("domain;Parent Domain\nacme.example;hill.example\n", "parent domain").list.domains == {
        "hill.example"
    }


def test_a_row_with_a_cell_too_many_is_told_and_the_rest_taken() -> None:
    found = read("name,domain\na,b,acme.example\nHill,hill.example\n")
    assert found.list.domains == {"hill.example"}
    assert [(row.line, row.reason) for row in found.bad] == [(2, "expected 2 cells, got 3")]


def test_a_file_without_such_a_column_is_refused_with_those_it_has() -> None:
    found = read_list("emea", BytesIO(b"Name,City\nAcme,Berlin\n"))
    assert isinstance(found, Refused)
    assert [problem.reason for problem in found.errors] == [
        "the file has no column called domain, website, url, domains; it has Name, City"
    ]


def test_a_header_made_to_paint_a_terminal_is_told_as_text() -> None:
    found = read_list("emea", BytesIO(b"Na\x1b[31mme,City\nAcme,Berlin\n"))
    assert isinstance(found, Refused)
    assert [problem.reason for problem in found.errors] == [
        r"the file has no column called domain, website, url, domains; it has Na\u001b[31mme, City"
    ]


def test_what_is_no_csv_is_refused() -> None:
    assert isinstance(read_list("emea", BytesIO(b"PK\x03\x04...")), Refused)
