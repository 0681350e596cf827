"""An edge that a table draws bends as one that a rule draws: 500 employees or 501 moves nobody's lead."""

import msgspec
import pytest

from firstright.core.decide import decide
from firstright.core.decision import Decision
from firstright.core.lead import Cause, Lead
from routing import CATCH_ALL, HEAD, HOUR, MONDAY, kept_by, lead, owned, policy, world

SEGMENTS = """
[[segment]]
id = "large"
is = "large"
when = { employees = { min = 501 } }

[[segment]]
id = "small"
is = "small"
when = { employees = { max = 500 } }

[[rule]]
id = "big"
tier = "first"
when = { segment = "large" }
send_to = { rep = "zoe" }

[[rule]]
id = "little"
tier = "second"
when = { segment = "small" }
send_to = { rep = "kim" }
"""
BENDING = HEAD + "\n[hysteresis]\nemployees = 10\n"
PLAIN = policy(SEGMENTS, CATCH_ALL)
RULES = policy(SEGMENTS, CATCH_ALL, head=BENDING)
LATER = world(as_of=MONDAY + HOUR)


def kims(employees: int) -> Lead:
    """Kim's lead of this morning, as better knowledge describes it now."""
    known = lead(employees=employees, segment="small", segment_by="small")
    return msgspec.structs.replace(known, **owned("kim", rule="little"))


def learnt(employees: int, *, bends: bool = True) -> Decision:
    return decide(kims(employees), Cause.ENRICHED, RULES if bends else PLAIN, LATER)


def test_a_lead_just_beyond_the_edge_of_a_segment_stays() -> None:
    assert kept_by(learnt(501, bends=False)) == "zoe"
    found = learnt(501)
    assert (found.kept, found.reason) == (True, "hysteresis")


@pytest.mark.parametrize(("employees", "holder"), [(549, "kim"), (550, "kim"), (551, "zoe"), (5_000, "zoe")])
def test_well_beyond_the_edge_it_moves(employees: int, holder: str) -> None:
    assert kept_by(learnt(employees)) == holder


def test_a_new_lead_goes_by_the_edge_as_it_stands() -> None:
    assert kept_by(decide(lead(employees=501), Cause.ARRIVED, RULES, world())) == "zoe"
