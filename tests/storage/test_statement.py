"""A statement takes its values in the order it declares, or says that it cannot."""

import pytest
from sqlalchemy import bindparam, select

from firstright.storage.schema import leads
from firstright.storage.statement import Statement

TABLE = leads.lead


def test_text_differs_between_databases_only_in_its_marks() -> None:
    statement = Statement("SELECT id FROM lead WHERE id = ?")
    assert (statement.sqlite, statement.postgresql) == (
        "SELECT id FROM lead WHERE id = ?",
        "SELECT id FROM lead WHERE id = %s",
    )


def test_a_clause_is_compiled_for_each_database() -> None:
    clause = select(TABLE.c.id).where(TABLE.c.turn == bindparam("turn"), TABLE.c.rule == bindparam("rule"))
    statement = Statement(clause, "turn", "rule")
    assert statement.sqlite == "SELECT lead.id \nFROM lead \nWHERE lead.turn = ? AND lead.rule = ?"
    assert statement.postgresql == (
        "SELECT lead.id \nFROM lead \nWHERE lead.turn = %s::BIGINT AND lead.rule = %s::VARCHAR"
    )


def test_values_in_another_order_than_the_statement_takes_them_are_refused() -> None:
    clause = select(TABLE.c.id).where(TABLE.c.turn == bindparam("turn"), TABLE.c.rule == bindparam("rule"))
    with pytest.raises(TypeError, match="values are declared"):
        _ = Statement(clause, "rule", "turn").sqlite


def test_a_clause_that_hides_a_value_is_refused() -> None:
    with pytest.raises(TypeError, match="values are declared"):
        _ = Statement(select(TABLE.c.id).where(TABLE.c.rule == "smb")).postgresql
