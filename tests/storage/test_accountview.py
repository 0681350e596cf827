"""Accounts as people find them: by the beginning of a name or a domain, and only those that are theirs to see."""

from desk.extracts import bring
from desk.office import Office, office
from firstright.core.authority import Actor, Role
from firstright.storage import accountview
from firstright.storage.accountview import FIRST, place_text, read_place

SHEET = (
    "Account ID,Name,Domains,Owner,Parent,Employees\n"
    "A,Hill Ltd,hill.example;hill.test,omar,T,50\n"
    "B,Hilltop GmbH,hilltop.example,noor,,\n"
    "C,Ähre AG,hill.example,,,\n"
    "T,The Hill Group,,noor,,\n"
    "Z,Old Hill,old.example,omar,,\n"
)
OLGA = Actor("u1", "Olga", Role.OPERATIONS)
OMAR = Actor("u2", "Omar", Role.REP, "omar")
MARA = Actor("u3", "Mara", Role.MANAGER, "mara", frozenset({"mara", "omar"}))


def names(here: Office, actor: Actor, text: str = "", owner: str | None = None) -> list[str]:
    with here.desk.read() as tx:
        return [line.external_id for line in accountview.found(tx, actor, text, owner=owner)]


def test_accounts_are_found_by_name_domain_and_owner_as_far_as_they_are_theirs(database_url: str) -> None:
    with office(database_url) as here:
        bring(here.desk, SHEET, system="sheet")
        assert names(here, OLGA) == ["C", "A", "B", "Z", "T"]
        assert names(here, OLGA, "HILL") == ["A", "B"]
        assert names(here, OLGA, "ahre") == ["C"]
        assert names(here, OLGA, "https://www.hill.example/x") == ["C", "A"]
        assert names(here, OLGA, owner="noor") == ["B", "T"]
        assert names(here, OLGA, owner="") == ["C"]
        assert names(here, OMAR) == ["A", "Z"]
        assert names(here, OMAR, "hill.example") == ["A"]
        assert names(here, OMAR, owner="noor") == []
        assert names(here, MARA) == ["C", "A", "Z"]


def test_pages_follow_each_other_without_a_gap(database_url: str) -> None:
    with office(database_url) as here:
        bring(here.desk, SHEET, system="sheet")
        found, after = [], FIRST
        with here.desk.read() as tx:
            while page := accountview.found(tx, OLGA, after=after, limit=2):
                found += [line.external_id for line in page]
                after = read_place(place_text(page[-1].place))
        assert found == ["C", "A", "B", "Z", "T"]


def test_one_account_comes_with_its_relatives_people_and_deals(database_url: str) -> None:
    with office(database_url) as here:
        bring(here.desk, SHEET, system="sheet")
        bring(
            here.desk,
            "Opportunity ID,Account ID,Name,Owner,Open,Won,Amount\nO,A,Arms,omar,yes,,900\nP,A,Legs,omar,no,yes,\n",
            system="sheet",
        )
        bring(
            here.desk,
            "Contact ID,Account ID,First Name,Last Name,Email,Owner\nP1,A,Mara,Hill,m@hill.example,omar\n",
            system="sheet",
        )
        with here.desk.read() as tx:
            [line] = accountview.found(tx, OMAR, "hill ltd")
            found = accountview.one(tx, OMAR, line.id)
            assert found is not None
            above = accountview.one(tx, OLGA, found.above[0].id)
            assert above is not None
            assert accountview.one(tx, OMAR, above.line.id) is None
        assert (line.domains, line.deals, found.facts) == (
            ("hill.example", "hill.test"),
            1,
            {"employees": 50, "employees_band": "11-50"},
        )
        assert [(each.name, each.owner, each.seen) for each in found.above] == [
            ("The Hill Group", "noor", False)
        ]
        assert [(each.name, each.state, each.amount) for each in found.deals] == [
            ("Arms", "open", 900),
            ("Legs", "won", None),
        ]
        assert [(each.name, each.facts["email"]) for each in found.people] == [
            ("Mara Hill", "m@hill.example")
        ]
        assert [each.name for each in above.below] == ["Hill Ltd"]
