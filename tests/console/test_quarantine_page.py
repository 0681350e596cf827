"""What was put aside, on its source's page: somebody tries it again, or says that it was a person all the same."""

from urllib.parse import urlencode

from console.northwind import house
from console.visiting import errand_done, stored, visitor, words
from firstright.core.authority import Role
from firstright.core.clean.problem import Problem
from firstright.desk.arrival import Arrival
from firstright.desk.forms import TakeForm
from firstright.desk.sources import Add, Change, Described, change_sources
from firstright.intake.formsettings import FormSettings
from firstright.storage import access, errands
from web.houses import House

__all__ = ["house"]
MAP = '[source]\nname = "contact"\n\n[columns]\n"Mail" = "email"\n'
MENDED = MAP + '"Telephone" = "phone"\n'


def described(house: House, text: str) -> None:
    wanted = Described("contact", "form", form=FormSettings(), map=text, country="DE")
    with house.desk.read() as tx:
        known = access.source(tx, "contact") is not None
    change_sources(house.desk, Change(wanted) if known else Add(wanted), by="test")


def aside(house: House, event: str, fields: dict[str, str]) -> str:
    """The arrival of a form that was no lead."""
    described(house, MAP)
    kind, why = (
        "application/x-www-form-urlencoded",
        Problem("", "lead.no_contact", "nobody could be reached", ""),
    )
    arrival = Arrival("contact", event, event, urlencode(fields).encode(), {}, (why,), kind)
    return house.desk.writer.submit(TakeForm(arrival, aside=True)).result().arrival


def test_olga_mends_the_map_and_tries_again(house: House) -> None:
    name = aside(house, "one", {"Telephone": "030 901820"})
    with visitor(house, Role.OPERATIONS) as olga:
        page = words(olga.page("/sources/one?name=contact"))
        assert "nobody could be reached" in page and "Try again" in page
        told = olga.told(olga.post("/sources/replay", {"name": "contact", "arrival": name}))
        assert told.startswith("It stays: ")
        described(house, MENDED)
        answer = olga.post("/sources/replay", {"name": "contact", "arrival": name})
        assert olga.told(answer) == "It is a lead now."
        assert "Try again" not in words(olga.page("/sources/one?name=contact"))
    ((label,),) = stored(house, "SELECT label FROM arrival WHERE id = ?", name)
    assert label == "created"


def test_all_of_a_source_are_tried_at_once(house: House) -> None:
    names = [aside(house, f"many-{n}", {"Telephone": f"030 90182{n}"}) for n in range(3)]
    described(house, MENDED)
    with visitor(house, Role.OPERATIONS) as olga:
        told = olga.told(olga.post("/sources/replay", {"name": "contact"}))
        assert told == "They are read again; this page tells how far it is."
        errand_done(house, errands.QUARANTINE)
        assert "3 of 3 arrivals could be used" in words(olga.page("/sources/one?name=contact"))
    found = [stored(house, "SELECT label FROM arrival WHERE id = ?", name) for name in names]
    assert found == [[("created",)]] * 3


def test_what_a_machine_seemed_to_send_is_taken_by_who_says_so(house: House) -> None:
    name = aside(house, "trap", {"Mail": "rosa@trap.example", FormSettings().honeypot: "x"})
    fields = {"name": "contact", "arrival": name}
    with visitor(house, Role.OPERATIONS) as olga:
        assert "Take it anyway" in words(olga.page(f"/sources/raw/{name}"))
        assert "a field was filled in that nobody can see" in olga.told(olga.post("/sources/replay", fields))
        assert olga.told(olga.post("/sources/replay", {**fields, "anyway": "yes"})) == "It is a lead now."
        assert "Take it anyway" not in words(olga.page(f"/sources/raw/{name}"))


def test_only_operations_lets_anything_out(house: House) -> None:
    name = aside(house, "refused", {"Telephone": "030 901899"})
    fields = {"name": "contact", "arrival": name}
    with visitor(house, Role.MANAGER, "ada") as max_:
        assert "Try again" not in words(max_.page("/sources/one?name=contact"))
        assert max_.post("/sources/replay", fields).status_code == 403
    with visitor(house, Role.OPERATIONS) as olga:
        assert olga.post("/sources/replay", fields, csrf="").status_code == 403
        assert olga.post("/sources/replay", {**fields, "anyway": "perhaps"}).status_code == 400
