"""Hooks in the console: what came, what stays aside and is read again, what was turned away; for operations and admins alone."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from console.hooked import BODY, register
from console.northwind import came, settle
from console.visiting import errand_done, visitor, words
from firstright import wiring
from firstright.core.authority import Role
from firstright.core.why.moments import MONTHS
from firstright.desk.hooking import TakeEvent, read_event
from firstright.desk.hooks import HookAsked, HookChange, HookRotate, Hooks
from firstright.storage import errands, hooks, refusals
from firstright.storage.refusals import Counted
from web.houses import EXAMPLES, House, OpenBox, running


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    for each in running(f"sqlite:///{tmp_path / 'hooks.db'}", published=False, sealing=OpenBox()):
        settle(each.desk)
        with ThreadPoolExecutor(1) as aside:  # a browser of another test may have a loop in this thread
            aside.submit(register, each).result()
        yield each


def told(house: House, name: str, hook: str = "dialler") -> str:
    """An event in a dialler's words; its id with us."""
    with house.desk.read() as tx:
        settings = hooks.load(tx)[hook].settings
    event = read_event(house.desk, hook, settings, name, BODY)
    return house.desk.writer.submit(TakeEvent(event)).result().event


def changed(house: House, asked: HookAsked) -> str:
    """The secret that was made, if any."""
    with ThreadPoolExecutor(1) as aside:  # a browser of another test may have a loop in this thread
        return (
            aside.submit(Hooks(house.desk, OpenBox(), wiring.new_secret).change, asked, "mara")
            .result()
            .secret
        )


def mapped(house: House) -> None:
    text = (EXAMPLES / "hooks/dialler.toml").read_text()
    changed(house, HookChange("mail-system", map=text, country="DE"))


def anna(house: House) -> str:
    return came(house, email="anna@anna.example", last_name="Anders", phone="+49301234567")


def test_nothing_is_registered_and_the_page_says_how(tmp_path: Path) -> None:
    for each in running(f"sqlite:///{tmp_path / 'none.db'}"):
        with visitor(each, Role.OPERATIONS) as olga:
            page = words(olga.page("/hooks"))
    assert "No hook is registered yet" in page and "firstright hook add dialler" in page


def test_olga_reads_an_event_again_once_its_map_is_there(house: House) -> None:
    lead = anna(house)
    name = told(house, "one", "mail-system")
    why = "needs our lead, an external id, an e-mail address or a phone number"
    with visitor(house, Role.OPERATIONS) as olga:
        assert "1 aside" in words(olga.page("/hooks"))
        page = words(olga.page("/hooks/mail-system"))
        assert why in page and "1 kept aside; the last event came" in page
        said = olga.told(olga.post("/hooks/mail-system/replay", {"event": name}))
        assert said == f"It stays: {why}."
        mapped(house)
        assert olga.told(olga.post("/hooks/mail-system/replay", {"event": name})) == "It is taken now."
        page = olga.page("/hooks/mail-system")
        assert "Nothing is aside" in words(page) and "1 taken" in words(page) and f"/leads/{lead}" in page
        assert "call.to.number" in words(page) and "POST http://127.0.0.1" in words(page)
        shown = words(olga.page(f"/hooks/mail-system/events/{name}"))
        assert "+49301234567" in shown and "Read again" not in shown


def test_all_of_a_hook_are_read_again_at_once(house: House) -> None:
    anna(house)
    for n in range(3):
        told(house, f"many-{n}", "mail-system")
    mapped(house)
    with visitor(house, Role.ADMIN) as robin:
        said = robin.told(robin.post("/hooks/mail-system/replay"))
        assert said == "They are read again; this page tells how far it is."
        errand_done(house, errands.HOOK)
        assert "3 of 3 events could be used" in words(robin.page("/hooks/mail-system"))


def test_the_days_of_the_chart_are_those_of_whoever_looks(house: House) -> None:
    name = told(house, "today")
    with house.desk.read() as tx:
        event = hooks.event_named(tx, name)
    assert event is not None
    now = event.received_at
    turned = [("", "requests turned away"), ("signature.invalid", "no signature is of a secret of this hook")]
    with house.desk.database.write() as tx:
        for back, n in ((0, 2), (3, 4), (20, 9)):
            counted = [Counted("hook:dialler", code, "", said, n, "r") for code, said in turned]
            refusals.add(tx, counted, now - timedelta(days=back))
    with visitor(house, Role.OPERATIONS) as olga:
        page = olga.page("/hooks/dialler")
        assert "hook:dialler" not in olga.page("/sources")
    days = re.findall(r"<title>(\d+ \w+: [^<]*)</title>", page)
    assert len(days) == 14
    assert [day for day in days if not day.endswith(": nothing")] == [
        f"{day(now - timedelta(days=3))}: 4 turned away",
        f"{day(now)}: 1 kept aside, 2 turned away",
    ]
    assert "no signature is of a secret of this hook 6 times" in words(page)


def day(at: datetime) -> str:
    local = at.astimezone(ZoneInfo("Europe/Berlin"))
    return f"{local.day} {MONTHS[local.month - 1]}"


def test_a_secret_is_never_shown_but_when_it_was_made_is(house: House) -> None:
    secret = changed(house, HookRotate("dialler"))
    with visitor(house, Role.OPERATIONS) as olga:
        page = olga.page("/hooks/dialler")
    assert secret not in page and secret[-4:] not in words(page)
    assert "secret being rotated" in words(page) and "firstright hook rotate dialler --finish" in words(page)


def test_a_hook_is_switched_off_and_on(house: House) -> None:
    with visitor(house, Role.OPERATIONS) as olga:
        assert olga.told(olga.post("/hooks/dialler/switch", {"on": "no"})).startswith("dialler is off")
        assert "Switch on" in words(olga.page("/hooks/dialler"))
        assert olga.told(olga.post("/hooks/dialler/switch", {"on": "yes"})) == "dialler is on."
        assert olga.post("/hooks/dialler/switch", {"on": "maybe"}).status_code == 400
        assert olga.told(olga.post("/hooks/nobody/switch", {"on": "yes"})).startswith("nobody: is no hook")


@pytest.mark.parametrize("role", [Role.REP, Role.MANAGER])
def test_hooks_are_nothing_for_those_who_may_not_edit_sources(house: House, role: Role) -> None:
    name = told(house, "aside")
    with visitor(house, role, "lena") as lena:
        paths = ("/hooks", "/hooks/dialler", f"/hooks/dialler/events/{name}")
        assert [lena.see(path).status_code for path in paths] == [403, 403, 403]
        assert lena.post("/hooks/dialler/replay").status_code == 403
        assert lena.post("/hooks/dialler/switch", {"on": "no"}).status_code == 403


def test_what_is_not_there_is_said_to_be_nothing(house: House) -> None:
    name = told(house, "aside")
    with visitor(house, Role.OPERATIONS) as olga:
        for path in ("/hooks/nobody", f"/hooks/mail-system/events/{name}", "/hooks/dialler/events/none"):
            assert olga.see(path).status_code == 404
        assert olga.post("/hooks/dialler/replay", csrf="").status_code == 403
