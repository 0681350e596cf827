"""The score page on both databases: a policy without points, with points and no leads, with leads, with outcomes and a model."""

import re
from collections.abc import Iterator
from functools import partial

import pytest
from playwright.sync_api import Browser

from console.examples import EXAMPLES, arrival
from console.seats import seat_of
from console.test_accessible import _amiss as amiss
from console.visiting import stored, visitor, words
from firstright.core.authority import Role
from firstright.core.drift import FEW
from firstright.core.learned import Feature, Model, Training, model_hash
from firstright.desk.learned import AddModel
from firstright.desk.watch.drifting import look
from firstright.simulate.roundtheclock import round_the_clock
from firstright.storage.statement import Statement
from web.houses import House, running

PAGE = "/policy/score"
MODEL = Model(
    "won",
    (Feature("country", (900, -900, 0, -100), (50, 40, 0, 10), values=("de", "us")),),
    -200,
    ((-1000, 100), (1000, 600)),
    Training(
        *(100, 30, "status=won", "<b>base</b>.csv", "2025-01-01", "2025-12-31"),
        refused=(("duration", "known-after: how long it lasted"),),
        allowed=(("channel", "known at once"),),
        figures=(("auc", 812_345), ("brier", 91_000), ("log_loss", 300_000)),
        deciles=(300,),
        decile_counts=(60, 40),
        error=12_000,
    ),
)
POINTS = f"""
[score]
mql = 30
sql = 60
model = "won"
model_hash = "{model_hash(MODEL)}"
model_points = 20

[[score.points]]
id = "demo"
kind = "urgency"
points = 40
when = {{ intent = "demo" }}
half_life = "7d"

[[score.points]]
id = "prices"
kind = "urgency"
points = 15
half_life = "7d"
each = {{ kind = "visit", what = "/pricing" }}

[[score.points]]
id = "large"
points = 15
when = {{ employees = {{ min = 100 }} }}
"""
BARE = re.sub(
    r"\n\[score\].*?(?=\n\[(?!\[score)|\n\[\[(?!score))",
    "\n",
    (EXAMPLES / "policies/inbound.toml").read_text(),
    flags=re.DOTALL,
)


@pytest.fixture
def house(database_url: str) -> Iterator[House]:
    """Always open, and nothing published but the roster."""
    yield from _settled(database_url)


def _settled(url: str) -> Iterator[House]:
    for house in running(url, published=False):
        roster = round_the_clock((EXAMPLES / "rosters/inbound.toml").read_text())
        house.desk.publish_roster(roster, file="roster.toml", by="mara", reason="always open")
        yield house


def published(house: House, points: str) -> None:
    house.desk.publish_policy(BARE + points, file="policy.toml", by="mara", reason="test")


def test_a_policy_without_points_says_how_to_write_them(house: House) -> None:
    with visitor(house, Role.REP, "lena") as lena:
        assert "Nothing is published yet" in words(lena.page(PAGE))
        published(house, "")
        told = words(lena.page(PAGE))
        assert "This policy scores nobody" in told and "[[score.points]]" in told
        assert f'href="{PAGE}"' in lena.page("/policy")


def test_points_leads_outcomes_and_the_model_are_shown_as_they_come(house: House) -> None:
    house.desk.writer.submit(AddModel(MODEL, "mara")).result()
    published(house, POINTS)
    with visitor(house, Role.OPERATIONS) as olga:
        told = words(olga.page(PAGE))
        for empty in ("No open lead has a score", "No outcome is known yet", "Nobody has looked yet"):
            assert empty in told
        assert "each visit of /pricing, 10 at most" in told and "halves every 7 days" in told
        assert "+40 points" in told and "AUC 0.812" in told and "known at once" in told
        assert "duration (known-after)" in told and "<b>base" not in olga.page(PAGE)

        replies = house.desk.take_in([arrival(house.desk, 70_000 + n, country="DE") for n in range(FEW + 40)])
        assert all(reply.status < 300 for reply in replies)
        look(house.desk)
        told = words(olga.page(PAGE))
        found = re.search(r"Open leads with a score (\d+) Mean score ([\d.]+)", told)
        assert found and f"{found[1]} leads of the newest 1" in told and int(found[1]) > FEW / 2
        assert "country" in told and "shifted" in told
        assert "Train it again" in told

        ids = [str(row[0]) for row in stored(house, "SELECT id FROM lead ORDER BY id")]
        with house.desk.database.write() as tx:
            for place, name in enumerate(ids[:60]):
                status = "won" if place % 3 == 0 else "lost"
                tx.run(
                    Statement("UPDATE lead SET status = ?, outcome = 'closed' WHERE id = ?"), (status, name)
                )
        page = olga.page(PAGE)
        assert 'style="' not in page

        shares = re.findall(r"(\d+) of (\d+)</span>", page)
        assert sum(int(had) for had, _ in shares) == 20 and sum(int(n) for _, n in shares) == 60


def test_a_lead_says_what_it_is_worth_and_why(house: House) -> None:
    house.desk.writer.submit(AddModel(MODEL, "mara")).result()
    published(house, POINTS)
    house.desk.take_in([arrival(house.desk, 71_000, country="DE", intent="demo", employees="500")])
    ((name,),) = stored(house, "SELECT id FROM lead")
    with visitor(house, Role.OPERATIONS) as olga:
        told = words(olga.page(f"/leads/{name}"))
    assert "Score 65 SQL fit 15, urgency 40, model 10" in told
    assert "demo +40" in told and "large +15" in told and "won: 52.5 % likely +10" in told
    assert "What won goes by" in told and "country: de +0.90" in told


@pytest.mark.parametrize("house", ["sqlite"], indirect=True)
def test_with_a_model_leads_and_outcomes_it_is_for_everybody(house: House, browser: Browser) -> None:
    house.desk.writer.submit(AddModel(MODEL, "mara")).result()
    published(house, POINTS)
    house.desk.take_in([arrival(house.desk, 72_000 + n, country="DE") for n in range(FEW + 40)])
    ids = [str(row[0]) for row in stored(house, "SELECT id FROM lead ORDER BY id")]
    with house.desk.database.write() as tx:
        for name in ids[:60]:
            tx.run(Statement("UPDATE lead SET status = 'lost', outcome = 'closed' WHERE id = ?"), (name,))
    look(house.desk)
    seat = partial(seat_of, browser, house)
    for path in (PAGE, f"/leads/{ids[-1]}"):
        assert list(amiss(seat, "operations", path)) == []
