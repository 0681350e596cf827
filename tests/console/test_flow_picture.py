"""The picture of a policy: what comes down the river is what is taken from it, and every line ends where it should."""

import re
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from firstright.core.documents.policyfile import read_policy
from firstright.core.documents.rosterfile import read_roster
from firstright.core.policy import Policy
from firstright.core.roster import Roster
from firstright.core.why.policyview import Went, view
from firstright.web.console.flowpicture import END, ENDS, LINE, MOST_ENDS, RIVER, Picture, cut, picture
from storage.inbound import NOON
from web.houses import EXAMPLES

MANY = "".join(
    f'\n[queues.q{n}]\n\n[[rule]]\nid = "many-{n}"\ntier = "segment"\nwhen = {{ company = "c{n}" }}\nsend_to = {{ queue = "q{n}" }}\n'
    for n in range(60)
)


def _read(more: str = "") -> tuple[Policy, Roster]:
    policy, _ = read_policy((EXAMPLES / "policies/inbound.toml").read_text() + more, file="p")
    document, _ = read_roster((EXAMPLES / "rosters/inbound.toml").read_text(), file="r")
    assert policy is not None
    assert document is not None
    return policy, Roster(document, 1)


POLICY, ROSTER = _read()
LARGE, _ = _read(MANY)


def drawn(policy: Policy, counts: dict[str, int], untaken: int = 0) -> Picture:
    went = [Went(rule, "", "owner", n) for rule, n in counts.items()]
    return picture(view(policy, ROSTER, NOON, went), untaken)


_COUNTS = st.dictionaries(st.sampled_from([rule.id for rule in LARGE.rules]), st.integers(1, 10_000))


@settings(max_examples=80, deadline=None)
@given(_COUNTS, st.integers(0, 500))
def test_what_comes_down_is_what_is_taken_and_what_arrives(counts: dict[str, int], untaken: int) -> None:
    seen = drawn(LARGE, counts, untaken)
    total = sum(counts.values()) + untaken
    assert seen.n == total == sum(stage.n for stage in seen.stages) == sum(end.n for end in seen.ends)
    assert [sum(row.n for row in stage.rows) for stage in seen.stages] == [stage.n for stage in seen.stages]
    assert all(above.width >= below.width for above, below in pairwise(seen.river))
    assert all(line.width <= LINE for line in seen.lines)
    assert all(stage.width <= RIVER for stage in seen.stages)


@settings(max_examples=40, deadline=None)
@given(_COUNTS, st.integers(0, 500))
def test_boxes_stand_below_each_other_and_lines_end_in_one(counts: dict[str, int], untaken: int) -> None:
    seen = drawn(LARGE, counts, untaken)
    assert len(seen.ends) <= MOST_ENDS
    for boxes in ([(s.y, s.height) for s in seen.stages], [(e.y, END) for e in seen.ends]):
        assert all(y + height < below for (y, height), (below, _) in pairwise(boxes))
        assert all(y + height <= seen.height for y, height in boxes)
    for line in seen.lines:
        x, y = re.split(r"[ C]", line.path)[-2:]
        assert int(x) == ENDS
        assert any(end.y <= float(y) <= end.y + END for end in seen.ends)


def test_a_policy_that_took_nothing_yet_is_drawn_with_every_line() -> None:
    seen = drawn(POLICY, {})
    assert seen.n == 0
    assert len(seen.lines) == len(POLICY.rules) + len(POLICY.precedence)
    assert all(line.empty for line in seen.lines)
    assert [stage.label for stage in seen.stages] == [
        *(f"Gate {t}" for t in POLICY.gate),
        "Owner precedence",
        *(f"Tier {t}" for t in POLICY.tiers if t not in POLICY.gate),
    ]


def test_of_a_long_tier_those_that_took_most_are_drawn_in_their_order_and_the_others_as_one() -> None:
    seen = drawn(LARGE, {"many-59": 5, "many-3": 9, "smb-emea": 1})
    [segment] = [stage for stage in seen.stages if stage.label == "Tier segment"]
    assert len(segment.rows) == 8
    assert [row.label for row in segment.rows if row.n] == ["Small companies in EMEA", "many-3", "many-59"]
    assert segment.rows[-1].label == "56 other rules"
    [last] = [row for row in segment.rows if row.label == "many-59"]
    assert last.href == "/policy?tier=segment&from=51#rule-many-59"


def test_what_nothing_took_is_its_own_way() -> None:
    seen = drawn(POLICY, {"catch-all": 3}, untaken=2)
    assert (seen.stages[-1].label, seen.stages[-1].n) == ("The last net", 2)
    assert [end.n for end in seen.ends if end.tone == "warn"] == [0, 2]


def test_what_is_too_long_is_cut() -> None:
    assert (cut("short", 5), cut("longer one", 8)) == ("short", "longer…")
