"""What a preview says is what its repair does, lead by lead, where nothing moves between them: colleagues, the same person twice, those
whom the right version placed and those who came long ago."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desk.office import Office, office
from desk.test_previewing import listed, run
from desk.test_repairing import MARA, WRONG, preview, stands, work
from desk.views import LOUD, faults
from firstright.core.causes.correcting import Selection
from firstright.desk import previewing, repairing
from firstright.desk.acting import Accept, LogTouch
from firstright.desk.assigning import Reassign
from firstright.storage import instants, previews, repairs
from routing import DAY, MINUTE, MONDAY

# Each lead: of which company, whom the right version knows of it, and what became of it meanwhile.
LEADS = st.lists(
    st.tuples(
        st.sampled_from(["one.example", "two.example", "gmail.com"]),
        st.sampled_from(["wrong", "wrong", "wrong", "right", "rejected", "old"]),
        st.sampled_from(["", "", "", "touched", "accepted", "given"]),
        st.booleans(),
    ),
    min_size=2,
    max_size=9,
)
PREVIOUS = (
    '\n[[precedence]]\nstep = "previous-owner"\n[[precedence]]\nstep = "same-company"\nwithin = "30d"\n'
)
NOW = LOUD.replace("[pools.sdr]", PREVIOUS + "\n[pools.sdr]")
REJECTS = NOW.replace('send_to = { pool = "sdr" }', 'send_to = { reject = "test" }', 1).replace(
    'first_action = "call"', "", 1
)


@settings(
    deadline=None,
    max_examples=10,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(leads=LEADS, slices=st.integers(1, 4))
def test_what_a_preview_says_is_what_its_repair_does(
    database_url: str, leads: list[tuple[str, str, str, bool]], slices: int
) -> None:
    was = previewing.SLICE, previewing.FIND, repairing.DECIDE
    with office(database_url, published=False) as here, pytest.MonkeyPatch.context() as patch:
        patch.setattr(previewing, "SLICE", slices)
        patch.setattr(previewing, "FIND", slices)
        patch.setattr(repairing, "DECIDE", 1 + slices // 2)
        chosen = _scene(here, leads)
        told = preview(here, chosen)
        assert (told.state, told.done) == ("done", told.total)
        assert sum(told.told.states.values()) == told.total == len(meant(here, chosen))
        said = dict(listed(here, told.preview))
        stayed = {lead for state in ("stayed", "kept") for lead, _ in listed(here, told.preview, state)}
        repair = run(here, told.preview)
        with here.desk.read() as tx:
            assert previews.otherwise(tx, repair, told.preview) == []
        became = {
            str(lead): f"{kind}:{name}" if name else outcome
            for lead, kind, name, outcome in here.rows(
                "SELECT id, holder_kind, holder_id, outcome FROM lead ORDER BY id"
            )
        }
        assert {lead: became[lead] for lead in said} == said
        assert stands(here, repair).counts["waiting"] == 0
        assert {*said, *stayed} <= {*became}
        assert faults(here) == []
    assert was == (previewing.SLICE, previewing.FIND, repairing.DECIDE)


def meant(here: Office, chosen: Selection) -> list[str]:
    with here.desk.read() as tx:
        return repairs.selected(tx, chosen)


def _scene(here: Office, leads: list[tuple[str, str, str, bool]]) -> Selection:
    """Everybody of one run has names of their own: a database may serve several."""
    now = here.desk.new_id()[-12:]
    (last,) = here.rows("SELECT at FROM turn")[0]  # no clock goes back: the next Monday
    here.at = MONDAY + 7 * DAY * (1 + max(0, (instants.read(last) - MONDAY) // (7 * DAY)))
    versions = []
    for i, (domain, how, meanwhile, twice) in enumerate(sorted(leads, key=lambda each: each[1] != "old")):
        if how != "old" and not versions:
            work(here)
            here.at += 42 * DAY
            work(here)  # else what is due by then would be done in the middle of the repair
        here.publish({"right": NOW, "rejected": REJECTS, "old": NOW}.get(how, WRONG))
        if how not in ("right", "old"):
            versions.append(here.rows("SELECT max(version) FROM policy_version")[0][0])
        name = f"a{i}x{now}"
        mine = f"{now}{domain}" if domain != "gmail.com" else domain
        told = here.send(
            name, event=name, email=f"{name}@{mine}", **({"phone": f"+4930{i}123456"} if twice else {})
        )
        here.at += MINUTE
        lead = str(told["lead"])
        rep = here.lead(told).holder_id
        if how == "rejected" or not rep:
            continue
        match meanwhile:
            case "touched":
                here.desk.act(LogTouch(lead, rep, "call"))
            case "accepted":
                here.desk.act(Accept(lead, rep))
            case "given":
                here.desk.act(
                    Reassign(lead, MARA, "omar" if rep != "omar" else "kim", "they know each other")
                )
    here.publish(NOW)
    work(here)
    here.at += MINUTE
    return Selection(versions=tuple(versions) or (999,))
