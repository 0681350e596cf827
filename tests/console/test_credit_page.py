"""Turns asked back in the console, on both databases: who asks, who answers, who never does, and what each of them reads."""

from datetime import UTC, datetime, timedelta

from console.examples import send
from console.northwind import house
from console.visiting import stored, visitor, words
from firstright.core.authority import Role
from firstright.storage.statement import Statement
from web.houses import House

__all__ = ["house"]
DACH = "Account executives DACH"
MISSING = "019fffff-ffff-7fff-bfff-ffffffffffff"
_LEADS = """SELECT a.lead_id, a.epoch FROM ledger AS l JOIN assignment AS a ON a.decision_id = l.decision_id
            JOIN lead AS d ON d.id = a.lead_id AND d.epoch = a.epoch
            WHERE l.kind = 'turned' AND l.rep = ? AND l.pool = 'dach-ae' AND d.outcome = 'owner' LIMIT 1"""
_next = iter(range(70_000, 90_000, 60))


def turn_of_lena(house: House) -> tuple[str, str]:
    """(a lead that Lena has by her turn, its epoch)"""
    while not (found := stored(house, _LEADS, "lena")):
        send(house.desk, 60, first=next(_next))
    ((lead, epoch),) = found
    return str(lead), str(epoch)


def form(epoch: str, reason: str) -> dict[str, str]:
    return {"epoch": epoch, "reason": reason, "note": "", "back": ""}


def asked(house: House) -> str:
    """A turn that Lena asks back, and that somebody must agree to."""
    another_month(house)
    lead, epoch = turn_of_lena(house)
    with visitor(house, Role.REP, "lena") as lena:
        answer = lena.post(f"/leads/{lead}/return", form(epoch, "invalid-contact"))
        assert lena.told(answer).startswith("Given back")
    ((name,),) = stored(house, "SELECT id FROM credit_request WHERE lead_id = ?", lead)
    return str(name)


def state(house: House, name: str) -> tuple[object, ...]:
    return stored(house, "SELECT state, note FROM credit_request WHERE id = ?", name)[0]


def another_month(house: House) -> None:
    """What was given back until now was given back long ago: the cap is of a month."""
    long_ago = (datetime.now(UTC) - timedelta(days=90)).isoformat()
    with house.desk.database.write() as tx:
        tx.run(Statement("UPDATE ledger SET kind = 'manual' WHERE kind = 'returned' AND at > ?"), (long_ago,))


def test_a_rep_reads_what_it_did_to_their_turn(house: House) -> None:
    another_month(house)
    lead, epoch = turn_of_lena(house)
    with visitor(house, Role.REP, "lena") as lena:
        assert "Turns asked back" not in words(lena.page("/me"))
        assert lena.told(lena.post(f"/leads/{lead}/decline", form(epoch, "spam"))).startswith("Declined")
        said = words(lena.page("/me"))
        assert f"given back A turn back in {DACH} spam" in said
        assert lead not in lena.page("/me")  # it is with somebody else by now


def test_the_manager_agrees_and_both_read_it(house: House) -> None:
    name = asked(house)
    with visitor(house, Role.REP, "lena") as lena, visitor(house, Role.MANAGER, "ada") as ada:
        assert f"waiting A turn in {DACH}, once somebody agrees invalid contact" in words(lena.page("/me"))
        page = words(ada.page("/review"))
        assert "Turns asked back" in page
        assert "Lena" in page
        told = ada.told(ada.post(f"/credit-requests/{name}/approve"))
        assert told.startswith("Agreed: Lena")
        assert state(house, name) == ("given", "")
        assert f"asked-{name}" not in ada.page("/review")
        assert f"given back A turn back in {DACH} invalid contact · Ada" in words(lena.page("/me"))
        assert "Turns asked back" in words(ada.page("/team/lena"))
        ((lead,),) = stored(house, "SELECT lead_id FROM credit_request WHERE id = ?", name)
        with visitor(house, Role.OPERATIONS) as olga:
            story = words(olga.page(f"/leads/{lead}"))
        assert "went back to Lena" in story


def test_a_no_needs_its_reason_which_the_rep_reads(house: House) -> None:
    name = asked(house)
    with visitor(house, Role.MANAGER, "ada") as ada, visitor(house, Role.REP, "lena") as lena:
        bare = ada.post(f"/credit-requests/{name}/refuse", {"reason": ""})
        assert (bare.status_code, f"{name}-reason-wrong" in bare.text) == (422, True)
        assert state(house, name) == ("asked", "")
        hostile = "<script>1</script> the number works"
        told = ada.told(ada.post(f"/credit-requests/{name}/refuse", {"reason": hostile}))
        assert told.startswith("Not given: Lena")
        assert state(house, name) == ("refused", hostile)
        page = lena.page("/me")
        assert "<script>1" not in page
        assert f"Nothing comes back in {DACH} invalid contact · Ada: “{hostile}”" in words(page)
        assert "in the meantime" in ada.told(ada.post(f"/credit-requests/{name}/approve"))
        assert state(house, name) == ("refused", hostile)


def test_nobody_answers_what_is_not_theirs(house: House) -> None:
    name = asked(house)
    with (
        visitor(house, Role.REP, "lena") as lena,
        visitor(house, Role.MANAGER, "lena") as lena_leads,
        visitor(house, Role.MANAGER, "dwayne") as dwayne,
        visitor(house, Role.OPERATIONS) as olga,
    ):
        for answer in ("approve", "refuse"):
            path = f"/credit-requests/{name}/{answer}"
            fields = {"reason": "because"}
            assert lena.post(path, fields).status_code == 403
            assert lena_leads.post(path, fields).status_code == 403  # one's own
            assert dwayne.post(path, fields).status_code == 404  # of another team
            assert olga.post(path, fields, csrf="").status_code == 403
            assert olga.post(path, {**fields, "more": "1"}).status_code == 400
            assert olga.post(f"/credit-requests/{MISSING}/{answer}", fields).status_code == 404
        assert f"asked-{name}" not in lena_leads.page("/review")
        assert f"asked-{name}" not in dwayne.page("/review")
        assert f"asked-{name}" in olga.page("/review")
    assert state(house, name) == ("asked", "")


def test_a_source_says_how_often_its_leads_cost_a_turn_for_nothing(house: House) -> None:
    asked(house)
    ((n,),) = stored(house, "SELECT count(*) FROM credit_request")
    with visitor(house, Role.OPERATIONS) as olga:
        said = words(olga.page("/sources/one?name=website"))
    assert f"Asked back by reps, 30 days {n}" in said
    assert "invalid contact" in said
