"""A rule that should have sent small companies to sales development sent them to Zoe for an hour. Mara publishes the right policy,
looks what a repair would come to, and has it done: Ben's lead moves with one entry in its history, Cleo's stays with Zoe, who has
called her by then, and what Mara gave by hand is left alone.
"""

import msgspec

from desk.office import Office, office, owner
from desk.test_assigning import MARA
from desk.test_repairing import preview
from desk.views import LOUD, Told, faults, letters, owners, tasks
from firstright.core.causes.correcting import Selection
from firstright.core.why.sagawords import did_words
from firstright.desk.acting import LogTouch
from firstright.desk.assigning import Reassign
from firstright.desk.repairing import StartRepair
from firstright.storage import audit, repairs, timeline
from routing import HOUR, MINUTE, TO_SDR

WRONG = LOUD.replace(TO_SDR, TO_SDR.replace('{ pool = "sdr" }', '{ pool = "sun" }'))
BAD = Selection(versions=(2,))
WHY = "version 2 sent everybody to the sun desk"


def entry(here: Office, told: Told) -> dict[str, object]:
    """The one line of its history that tells of the repair."""
    with here.desk.read() as tx:
        (found,) = [
            each for each in timeline.page(tx, str(told["lead"])) if each.kind in ("repair", "reassigned")
        ]
    said: dict[str, object] = msgspec.json.decode(found.told)
    return said


def test_an_hour_of_wrong_decisions_is_taken_back(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(LOUD)
        before = here.send("anna")
        here.publish(WRONG)
        ben, cleo, dora = (here.send(name) for name in ("ben", "cleo", "dora"))
        assert [owner(each) for each in (before, ben, cleo, dora)] == ["kim", "zoe", "zoe", "zoe"]
        here.at += HOUR
        here.desk.act(LogTouch(str(cleo["lead"]), "zoe", "call", result="answered"))
        here.desk.act(Reassign(str(dora["lead"]), MARA, "omar", "he knows her"))
        here.publish(LOUD)

        here.at += MINUTE
        would = preview(here, BAD)
        assert would.told.moves == (("rep:zoe", "rep:noor", 1),)
        assert {each for each in would.told.reasons if each[0] == "kept"} == {
            ("kept", "by-hand", 1),
            ("kept", "touched", 1),
        }

        name = here.desk.act(StartRepair(BAD, MARA, WHY, would.preview)).repair
        here.at += MINUTE
        while here.desk.work_due(here.at)[0]:
            pass
        assert [who for who, _, _ in owners(here, ben)] == ["zoe", "noor"]
        assert [(who, state) for who, _, state, _ in tasks(here, ben)] == [
            ("zoe", "cancelled"),
            ("noor", "open"),
        ]
        assert [to for to, _, state in letters(here, ben) if state == "ready" and to.startswith("email")] == [
            "email:noor",
            "email:zoe",  # that it is with somebody else now
        ]
        assert [who for who, _, _ in owners(here, cleo)] == ["zoe"]
        assert [who for who, _, _ in owners(here, dora)] == ["zoe", "omar"]
        assert [who for who, _, _ in owners(here, before)] == ["kim"]

        said = entry(here, ben)
        did = msgspec.convert(said["did"], list[tuple[str, str, int]])
        assert (said["repair_id"], said["was_id"], said["now_id"], said["reason"]) == (
            name,
            "zoe",
            "noor",
            WHY,
        )
        assert did_words(did) == "task cancelled, 2 unsent messages cancelled"
        assert here.rows("SELECT kind, rep, pool FROM ledger WHERE kind = 'returned'") == [
            ("returned", "zoe", "sun")
        ]
        with here.desk.read() as tx:
            (asked,) = audit.of(tx, "repair", name)
            done = repairs.one(tx, name)
        assert done is not None
        assert (asked.actor, asked.action, done.state, done.found) == (MARA.user, "repair", "done", 3)
        assert faults(here) == []
