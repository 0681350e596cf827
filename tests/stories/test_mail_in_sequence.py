"""Anna is written to by a sequence. She opts out in the middle and hears no more; Bert's owner changes in the middle and he is not told
hello twice; Cleo answers, and what was planned ends. A machine that answers for Dora is no answer.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from desk.outreachroom import Outreach, outreach
from desk.views import faults
from firstright.desk.assigning import Reassign
from firstright.desk.optingout import OptOut
from firstright.storage import hooks
from firstright.storage.hooks import HookRow, HookSettings
from stories.team import OPS, TEAM, WRITTEN, reported, sequence


@contextmanager
def room(url: str) -> Iterator[Outreach]:
    with outreach(url, WRITTEN, TEAM) as here:
        with here.office.desk.database.write() as tx:
            hooks.add(tx, HookRow("dialler", b"", HookSettings(), True, here.office.at))
        yield here


def test_anna_opts_out_after_the_first_letter_and_hears_no_more(database_url: str) -> None:
    with room(database_url) as here:
        anna = here.arrive("anna")
        assert here.work() == ["Hello Anna"]
        here.wait(hours=5)
        person = here.office.lead({"lead": anna}).person_id
        here.office.desk.act(OptOut(person, "link"))
        assert here.days(5) == []
        assert sequence(here.office, {"lead": anna}) == [("stopped", "opted-out", 1)]
        assert here.office.lead({"lead": anna}).holder_id == "kim"  # she is still somebody's
        assert faults(here.office) == []


def test_berts_owner_changes_in_the_middle_and_he_is_greeted_once(database_url: str) -> None:
    with room(database_url) as here:
        bert = here.arrive("bert")
        assert here.work() == ["Hello Bert"]
        here.wait(hours=5)
        here.office.desk.act(Reassign(bert, OPS, "noor", "Noor speaks his language"))
        assert here.days(5) == []
        assert sequence(here.office, {"lead": bert}) == [("stopped", "owner-changed", 1)]
        assert [message.subject for message in here.mail] == ["Hello Bert"]
        assert here.office.rows("SELECT rep_id FROM task WHERE state = 'open'") == [("noor",)]
        assert faults(here.office) == []


def test_cleo_answers_by_mail_and_nothing_more_goes_out_by_itself(database_url: str) -> None:
    with room(database_url) as here:
        cleo = here.arrive("cleo")
        here.work()
        here.wait(hours=5)
        said = {"channel": "email", "direction": "in", "email": "cleo@cleo.example", "what": "Re: Hello"}
        assert reported(here.office, "mail-1", **said).lead == cleo
        assert here.days(5) == []
        assert sequence(here.office, {"lead": cleo}) == [("stopped", "reply", 1)]
        assert faults(here.office) == []


def test_a_machine_that_answers_for_dora_ends_nothing_and_stops_no_clock(database_url: str) -> None:
    with room(database_url) as here:
        dora = here.arrive("dora")
        here.work()
        before = here.office.rows("SELECT clock, state FROM clock ORDER BY clock")
        away = {"channel": "email", "direction": "in", "email": "dora@dora.example", "result": "auto"}
        assert reported(here.office, "mail-1", **away).state == "ignored"
        assert here.office.rows("SELECT clock, state FROM clock ORDER BY clock") == before
        assert here.days(4) == ["Still there?"]
        assert sequence(here.office, {"lead": dora})[0][0] == "finished"
        assert faults(here.office) == []
