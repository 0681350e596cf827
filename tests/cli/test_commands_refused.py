"""How a command that asks ends when the desk says no: with every reason, and a code that scripts rely on."""

import pytest

from firstright.cli.exits import FOUND, USAGE, Stop
from firstright.cli.reach import ask, reach
from firstright.errors import FirstrightError, NoPolicy, NotFound, Refused, Superseded
from firstright.web.commands.house import House
from firstright.web.commands.request import Request

TAKEN = Superseded("ada", 7, "rep ada")


class Fails(Request[str], frozen=True, tag="fails"):
    """A word that no server knows: it is done, and fails, at a desk of this process."""

    error: FirstrightError

    def done(self, house: House) -> str:
        house.progress(1, 2)
        raise self.error


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> str:
    return f"sqlite:///{tmp_path_factory.mktemp('reach') / 'workspace.db'}"


@pytest.mark.parametrize(
    ("error", "lead", "lines", "code"),
    [
        (NotFound("lead"), "", (str(NotFound("lead")),), FOUND),
        (TAKEN, "", (str(TAKEN),), FOUND),
        (TAKEN, "abc", (f"lead abc: {TAKEN}; nothing was changed",), FOUND),
        (NoPolicy("roster"), "", (str(NoPolicy("roster")),), FOUND),
        (Refused(["one", "two"]), "", ("one", "two"), USAGE),
    ],
)
def test_what_the_desk_says_no_to_ends_a_command_with_its_reasons(
    url: str, error: FirstrightError, lead: str, lines: tuple[str, ...], code: int
) -> None:
    with pytest.raises(Stop) as stop:
        ask(url, Fails(error=error), lead=lead)
    assert (stop.value.lines, stop.value.code) == (lines, code)


def test_what_is_refused_may_end_it_as_something_found(url: str) -> None:
    with pytest.raises(Stop) as stop:
        ask(url, Fails(error=Refused(["one"])), refused=FOUND)
    assert (stop.value.lines, stop.value.code) == (("one",), FOUND)


def test_trouble_is_not_said_to_be_the_callers(url: str) -> None:
    with pytest.raises(FirstrightError, match="the disk is full"):
        ask(url, Fails(error=FirstrightError("the disk is full")))


def test_who_asks_is_told_how_far_it_is(url: str) -> None:
    told: list[tuple[int, int]] = []
    with reach(url) as asking, pytest.raises(NotFound):
        asking(Fails(error=NotFound("lead")), lambda *each: told.append(each))
    assert told == [(1, 2)]
