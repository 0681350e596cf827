"""Any story between an owner and an outcome, told to both databases at once: enquiries, repeats, touches, replies, offers and what
is answered too late, steps of a sequence, meetings, people who leave, policies that change, leads that are one and two again,
clocks that stand still, a repair, hours that pass, and a process that dies at any statement. After every step each promise
holds, and both have stored the same.

FIRSTRIGHT_CHAOS_STORIES says how many stories are told, new ones each time; without it they are a few, the same each time.
"""

import os
from collections.abc import Callable, Iterator
from itertools import count

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

import postgres
from chaos.milemore import Story
from firstright.storage import endings
from firstright.storage.database import open_database
from routing import DAY, HOUR, MINUTE

ASKED = os.environ.get("FIRSTRIGHT_CHAOS_STORIES", "")
STORIES = int(ASKED or "7")
_numbers = count(1)


def told(machine: type[Story], stories: int, steps: int = 40) -> None:
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=stories,
            stateful_step_count=steps,
            report_multiple_bugs=False,
            deadline=None,
            derandomize=not ASKED,
            phases=(Phase.generate, Phase.shrink) if ASKED else (Phase.generate,),
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.fixture
def sqlite(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], str]:
    def place() -> str:
        url = f"sqlite:///{tmp_path_factory.mktemp('mile') / 'mile.db'}"
        database = open_database(url, node="migration")
        database.migrate()
        database.close()
        return url

    return place


@pytest.fixture
def postgresql(postgres_server: postgres.Server, postgres_template: str) -> Iterator[Callable[[], str]]:
    yield lambda: postgres_server.create(f"firstright_mile_{os.getpid()}_{next(_numbers)}", postgres_template)


@pytest.mark.timeout(3600 if ASKED else 900)
def test_any_story_keeps_every_promise_and_both_databases_tell_it_alike(
    sqlite: Callable[[], str], postgresql: Callable[[], str], postgres_server: postgres.Server
) -> None:
    class Both(Story):
        places = staticmethod(lambda: [sqlite(), postgresql()])
        gone = staticmethod(lambda urls: postgres_server.drop(urls[1].partition("?")[0].rpartition("/")[2]))

    told(Both, STORIES)


def test_a_writer_that_forgets_an_end_is_found(
    sqlite: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: what an earlier holder had begun goes on, as it does in many programs."""
    monkeypatch.setattr(endings, "supersede", lambda tx, leads: None)

    class Alone(Story):
        places = staticmethod(lambda: [sqlite()])
        gone = staticmethod(lambda urls: None)

    with pytest.raises(AssertionError, match="of-an-earlier-holder"):
        told(Alone, 30)


@pytest.mark.parametrize("deaths", [2, 3, 8])
def test_as_many_workers_may_die_in_a_row_as_there_are(sqlite: Callable[[], str], deaths: int) -> None:
    """What has killed three is parked, until somebody has it done once more; the control is two, who park nothing."""

    class Alone(Story):
        places = staticmethod(lambda: [sqlite()])
        gone = staticmethod(lambda urls: None)

    story = Alone()
    story.write("anna", "")
    story.time_passes(2 * HOUR)
    for _ in range(deaths):
        story.the_next_one_dies(-1)
        story.time_passes(31 * MINUTE)
        story.every_promise_holds()
    story.time_passes(DAY)
    story.every_promise_holds()
    assert (story.parked > 0) == (deaths > 2)
    story.teardown()
