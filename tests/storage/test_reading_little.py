"""A claim reads a few rows, however many are ready: told from what PostgreSQL counts within the transaction."""

from datetime import timedelta

import pytest

from firstright.storage import deliveries
from firstright.storage.deliveries import Ask
from firstright.storage.statement import Statement
from firstright.storage.transactions import Database, Tx
from storage.inbound import NOON, uid
from storage.outbox import CRM, delivery, told

READY, LEADS = 3_000, 500
READ = Statement(
    "SELECT coalesce(sum(seq_tup_read + idx_tup_fetch), 0)::int FROM pg_stat_xact_user_tables WHERE relname = 'delivery'"
)


def read(tx: Tx) -> int:
    return int(tx.all(READ)[0][0])


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_claim_and_what_follows_read_only_what_they_name(database: Database) -> None:
    rows = [delivery(n, n % LEADS + 1) for n in range(1, READY + 1)]
    told(database, *rows, leads=tuple(range(1, LEADS + 1)))
    with database.write() as tx:
        claimed = deliveries.claim(tx, NOON, [Ask(CRM, CRM, 8)], 8, "ada", timedelta(seconds=20))
        assert len(claimed) == 8
        assert read(tx) < 1_000
    with database.write() as tx:
        before = read(tx)
        names = [uid("other", n) for n in range(READY - 20, READY + 1)]
        assert len(deliveries.bury(tx, names, "nobody is there")) == 21
        deliveries.wake(tx, [row.lead_id for row in claimed])
        assert len(deliveries.replay(tx, names, NOON)) == 21
        assert read(tx) - before < 1_000
