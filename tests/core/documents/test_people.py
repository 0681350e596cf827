"""Everything a roster says about people: hours of their own, licences, limits, ramps, lists, rotas, earned weights."""

from datetime import UTC, date, datetime

from firstright.core.calendar import DatedHours
from firstright.core.roster import Absence, Licence, Membership, Rep, Rota, Step, Swap
from marked import roster_findings, sound_roster

PEOPLE = """
[roster]
zone = "Europe/Berlin"

[[rep]]
id = "ada"
crm_active = false
backup = "bob"
capacity = 20
capacities = { cost = 30, tasks = 40 }
limits = { daily = 4 }
licences = ["series-7", { name = "US-CA", until = 2027-01-01 }]
territories = ["north"]
conflicts = ["Acme.example", "a@b.example"]
do_not_assign = ["x.example"]
on_until = 2026-01-01T20:00:00Z
exceptions = [{ date = 2026-12-24, hours = ["09:00-12:00", "13:00-14:00"] }, { date = 2026-12-31, hours = [] }]
pools = { inbound = { weight = 4, ramp = [{ from = 2026-01-01, weight = 1 }, { from = 2026-02-01, weight = 4 }] } }
absences = [{ type = "vacation", from = 2026-07-01, until = 2026-07-08, feed = "1@calendar" }]

[[rep]]
id = "bob"

[rotas.night]
members = ["ada", "bob", "ada"]
starts = 2026-01-05T18:00:00
zone = "America/New_York"
days = 3
calendar = "nights"
swaps = [{ from = 2026-01-06, until = 2026-01-07, rep = "bob" }]

[rotas.plain]
members = ["bob"]
starts = 2026-01-05

[performance.inbound]
ada = 120
"""

WRONG = """
[calendars.berlin]
zone = "Europe/Berlin"
hours = { mon-fri = "09:00-17:00" }
closed = [2026-12-25]

[[rep]]
id = "ada"
calendar = "berlin"
crm_active = "no"  #! value.type
capacities = { leads = 5, hours = 3, cost = -1 }  #! capacity.leads capacity.unknown_measure value.range
limits = { daily = 0 }  #! limit.zero
licences = ["a", { name = "a" }, 5, { until = 2027-01-01 }]  #! licence.repeated value.type key.missing
conflicts = ["acme"]  #! address.invalid
exceptions = [
  { date = 2026-12-24, hours = "09:00-12:00" },
  { date = 2026-12-24, hours = [] },  #! calendar.repeated_date
  { date = 2026-12-25, hours = "09:00-12:00" },  #! calendar.holiday_wins
  { date = 2026-12-28, hours = ["09:00-12:00", "11:00-13:00"] },  #! calendar.overlap
]

[[rep]]
id = "bob"
exceptions = [{ date = 2026-12-24 }, { date = "soon", hours = [] }]  #! key.missing time.invalid
pools = { a = { ramp = [{ from = 2026-02-01, weight = 2 }, { from = 2026-01-01, weight = 0 }, {}] } }  #! ramp.order weight.zero key.missing key.missing

[rotas.a]  #! key.missing
members = []  #! rota.empty
days = 0  #! value.range

[rotas.b]
members = ["ada", 5]  #! value.type
starts = "noon"  #! time.invalid
zone = "Mars"  #! zone.unknown
swaps = [{ from = 2026-01-06, rep = "bob" }, { from = 2026-01-06, until = 2026-01-05 }]  #! key.missing time.reversed key.missing

[performance.inbound]
ada = 0  #! weight.zero
bob = 1.5  #! value.type
"""


def test_a_rep_is_read_with_everything_there_is_to_say() -> None:
    assert sound_roster(PEOPLE).reps[0] == Rep(
        id="ada",
        crm_active=False,
        backup="bob",
        capacity=20,
        capacities={"cost": 30, "tasks": 40},
        limits={"daily": 4},
        licences=(Licence("series-7"), Licence("US-CA", datetime(2026, 12, 31, 23, tzinfo=UTC))),
        territories=("north",),
        conflicts=("acme.example", "a@b.example"),
        do_not_assign=("x.example",),
        on_until=datetime(2026, 1, 1, 20, tzinfo=UTC),
        exceptions=(
            DatedHours(date(2026, 12, 24), ((540, 720), (780, 840))),
            DatedHours(date(2026, 12, 31)),
        ),
        memberships=(
            Membership(
                "inbound",
                4,
                ramp=(
                    Step(datetime(2025, 12, 31, 23, tzinfo=UTC), 1),
                    Step(datetime(2026, 1, 31, 23, tzinfo=UTC), 4),
                ),
            ),
        ),
        absences=(
            Absence(
                "vacation",
                datetime(2026, 6, 30, 22, tzinfo=UTC),
                datetime(2026, 7, 7, 22, tzinfo=UTC),
                feed="1@calendar",
            ),
        ),
    )


def test_rotas_and_their_swaps_are_in_their_own_zone() -> None:
    document = sound_roster(PEOPLE)
    assert document.rotas == (
        Rota(
            "night",
            ("ada", "bob", "ada"),
            datetime(2026, 1, 5, 23, tzinfo=UTC),
            "America/New_York",
            3,
            "nights",
            (Swap(datetime(2026, 1, 6, 5, tzinfo=UTC), datetime(2026, 1, 7, 5, tzinfo=UTC), "bob"),),
        ),
        Rota("plain", ("bob",), datetime(2026, 1, 4, 23, tzinfo=UTC), "Europe/Berlin"),
    )
    assert document.performance == {"inbound": {"ada": 120}}


def test_mistakes_are_named_on_their_lines() -> None:
    found, wanted = roster_findings(WRONG)
    assert sorted(found) == sorted(wanted)
