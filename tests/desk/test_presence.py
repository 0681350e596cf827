"""Presence: said for a while, by whom it is about or who answers for them, without a roster of its own."""

import pytest

from desk.office import RULES, office, owner
from desk.test_assigning import ADA, KIM, MARA
from desk.views import faults
from firstright.core.world import Presence
from firstright.desk.staff.presence import PresenceAsked, Present
from firstright.errors import Refused
from routing import HOUR, MINUTE, MONDAY

AT_THEIR_DESK = RULES.replace('name = "Sales development"', 'name = "Sales development"\npresence = true')


def test_only_who_is_there_gets_the_lead(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(AT_THEIR_DESK)
        assert owner(here.send("anna")) == "waiting"
        asked = PresenceAsked("kim", Presence.ONLINE, 600)
        assert here.desk.act(asked.work(KIM)) == Present("kim", Presence.ONLINE, MONDAY + 10 * MINUTE)
        assert owner(here.send("ben")) == "kim"
        here.at = MONDAY + 10 * MINUTE
        assert owner(here.send("cara")) == "waiting"
        assert here.rows("SELECT count(*) FROM roster_version") == [(1,)]
        assert faults(here) == []


def test_another_node_knows_of_it(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(AT_THEIR_DESK)
        here.desk.act(PresenceAsked("noor", Presence.ONLINE).work(ADA))
    with office(database_url, "grace", MONDAY + MINUTE, published=False) as there:
        assert owner(there.send("anna")) == "noor"


@pytest.mark.parametrize(
    ("asked", "actor", "reason"),
    [
        (PresenceAsked("noor", Presence.AWAY), KIM, "rep: Kim Larsen may not say for others whether they are there"),
        (PresenceAsked("norr", Presence.AWAY), MARA, 'rep: "norr" is not known; did you mean noor?'),
        (PresenceAsked("kim", Presence.AWAY, 0), KIM, "for: is 10 to 86,400 seconds"),
        (PresenceAsked("kim", Presence.AWAY, 90_000), KIM, "for: is 10 to 86,400 seconds"),
    ],
)  # fmt: skip
def test_a_refusal_says_why(database_url: str, asked: PresenceAsked, actor: object, reason: str) -> None:
    with office(database_url) as here:
        with pytest.raises(Refused) as caught:
            here.desk.act(asked.work(actor))  # type: ignore[arg-type]  # an Actor of another test
        assert list(caught.value.reasons) == [reason]
        here.at = MONDAY + HOUR
        assert here.rows("SELECT count(*) FROM standing WHERE scope LIKE 'seen:%'") == [(0,)]
