"""The list of leads that lie and what a manager decides there; clocks that stand still and misses that are excused, on the page
of a lead. On both databases."""

from datetime import UTC, datetime, timedelta

from console.examples import send
from console.northwind import house
from console.visiting import stored, visitor, words
from firstright.core.authority import Role
from firstright.core.sweep import Cause
from firstright.storage import stuck
from firstright.storage.statement import Statement
from web.houses import House

__all__ = ["house"]
_OF_LENA = """SELECT id, epoch FROM lead WHERE holder_kind = 'rep' AND holder_id = 'lena' AND outcome = 'owner'
              ORDER BY id DESC LIMIT 1"""
_next = iter(range(170_000, 190_000, 60))


def of_lena(house: House) -> tuple[str, str]:
    """(a lead she has, its epoch)"""
    while not (found := stored(house, _OF_LENA)):
        send(house.desk, 60, first=next(_next))
    return str(found[0][0]), str(found[0][1])


def lies(house: House, lead: str) -> None:
    long_ago = datetime.now(UTC) - timedelta(days=9)
    with house.desk.database.write() as tx:
        (found,) = [each for each in _all(tx) if each.id == lead]
        stuck.begin(tx, house.desk.new_id(), found, Cause("no-touch", long_ago), datetime.now(UTC))


def _all(tx: object) -> list[stuck.Lying]:
    found: list[stuck.Lying] = []
    after = stuck.FIRST
    while page := stuck.lying(tx, after):  # type: ignore[arg-type]  # a transaction
        found += page
        after = page[-1].id
    return found


def local(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M")


def test_a_manager_decides_about_a_lead_that_lies_and_a_rep_only_sees_it(house: House) -> None:
    lead, epoch = of_lena(house)
    lies(house, lead)
    with visitor(house, Role.REP, "lena") as lena:
        page = lena.page("/stuck")
        assert "Nobody has touched it for 9 days" in words(page)
        assert f'action="/stuck/{lead}"' not in page
        assert lena.post(f"/stuck/{lead}", {"decided": "keep", "why": "x", "epoch": epoch}).status_code == 403
    with visitor(house, Role.OPERATIONS) as olga:
        asked = {"decided": "keep", "why": "", "epoch": epoch}
        assert "reason" in words(olga.post(f"/stuck/{lead}", asked).text).lower()
        told = olga.told(olga.post(f"/stuck/{lead}", {**asked, "why": "they are back on Monday"}))
        assert told == "Kept. It is not listed again for a while."
        assert f'id="stuck-{lead}"' not in olga.page("/stuck")
        assert olga.see("/stuck?cause=boredom").status_code == 400


def test_the_clocks_of_a_lead_stand_still_and_go_on_from_its_page(house: House) -> None:
    lead, epoch = of_lena(house)
    with visitor(house, Role.REP, "lena") as lena:
        assert "Pause the clocks" in words(lena.page(f"/leads/{lead}"))
        until = local(datetime.now(UTC) + timedelta(days=3))
        asked = {
            "epoch": epoch,
            "why": "waiting-on-customer",
            "until": until,
            "note": "they asked for a week",
        }
        assert lena.told(lena.post(f"/leads/{lead}/pause-clocks", asked)) == "The clocks stand still."
        assert "Clocks stand still: waiting on customer" in words(lena.page(f"/leads/{lead}"))
        past = {**asked, "until": "2020-01-01T10:00"}
        wrong = lena.post(f"/leads/{lead}/pause-clocks", past)
        assert (wrong.status_code, "has passed" in words(wrong.text)) == (422, True)
        assert lena.told(lena.post(f"/leads/{lead}/resume-clocks", {"epoch": epoch})) == "The clocks go on."
        assert "Clocks stand still: " not in words(lena.page(f"/leads/{lead}"))


def test_a_miss_is_excused_by_somebody_else_than_whose_it_is(house: House) -> None:
    lead, epoch = of_lena(house)
    with house.desk.database.write() as tx:
        tx.run(
            Statement(
                """UPDATE clock SET state = 'missed', missed_at = due_at
                   WHERE lead_id = ? AND clock = 'owner' AND epoch = ?"""
            ),
            (lead, int(epoch)),
        )
    ((clock,),) = stored(
        house, "SELECT id FROM clock WHERE lead_id = ? AND clock = 'owner' AND state = 'missed'", lead
    )
    asked = {"epoch": epoch, "clock": str(clock), "why": "outage", "note": "no line", "calendar": ""}
    with visitor(house, Role.REP, "lena") as lena:
        assert lena.post(f"/leads/{lead}/excuse", asked).status_code == 403
    with visitor(house, Role.OPERATIONS) as olga:
        assert "Excuse what was missed" in words(olga.page(f"/leads/{lead}"))
        told = olga.told(olga.post(f"/leads/{lead}/excuse", asked))
        assert told == "It is noted, and counts as no miss of theirs."
        assert "outage: no line" in words(olga.page(f"/leads/{lead}"))


def test_all_misses_of_an_outage_are_excused_at_once(house: House) -> None:
    lead, _ = of_lena(house)
    with house.desk.database.write() as tx:
        tx.run(
            Statement(
                "UPDATE clock SET state = 'missed', missed_at = due_at WHERE lead_id = ? AND clock = 'speed-to-lead'"
            ),
            (lead,),
        )
    ((due,),) = stored(
        house, "SELECT due_at FROM clock WHERE lead_id = ? AND clock = 'speed-to-lead' LIMIT 1", lead
    )
    at = datetime.fromisoformat(str(due))
    asked = {
        "since": local(at - timedelta(days=1)),
        "until": local(at + timedelta(days=1)),
        "why": "outage",
        "note": "the line was down",
        "calendar": "",
        "anew": "",
    }
    with visitor(house, Role.OPERATIONS) as olga:
        assert "misses settled" in (olga.told(olga.post("/misses/excuse", asked)) or "")
        again = olga.post("/misses/excuse", {**asked, "until": asked["since"]})
        assert (again.status_code, "lies before since" in words(again.text)) == (422, True)
    assert stored(house, "SELECT state FROM clock WHERE lead_id = ? AND clock = 'speed-to-lead'", lead) == [
        ("excused",)
    ]
