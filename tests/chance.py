"""Leads, rosters and worlds by chance, and a policy with a bit of everything to decide them by."""

from hypothesis import strategies as st

from firstright.core.lead import Lead
from firstright.core.roster import Absence, Document, Membership, Rep, Roster
from firstright.core.world import Candidate, Standing, World
from routing import CATCH_ALL, DAY, HOUR, MONDAY, loaded, policy, roster

RULES = policy(
    """
[regions]
dach = ["DE", "AT", "CH"]

[[territory]]
id = "germany"
plan = "field"
countries = ["DE"]
send_to = { rep = "r0" }
backup = "sdr"

[[territory]]
id = "berlin"
plan = "field"
postcodes = ["10*"]
send_to = { pool = "sun" }

[[rule]]
id = "junk"
tier = "first"
when = { company = "test" }
send_to = { reject = "test" }

[[rule]]
id = "large"
tier = "first"
exclusive = true
when = { employees = { min = 1000 } }
send_to = { pool = "sdr" }
needs = { language = "lead", skills = { enterprise = 2 } }
on_unknown = "enrich-then-retry"
enrich_for = "2min"

[[rule]]
id = "partner"
tier = "first"
exclusive = true
when = { domain = "fabrikam.example" }
send_to = { partner = "Robotix" }

[[rule]]
id = "field"
tier = "second"
when = { employees = { min = 50 } }
send_to = { territory = "field" }

[[rule]]
id = "dach"
tier = "second"
when = { region = "dach", not = { employees = { max = 3 } } }
send_to = { pool = "sdr" }
when_full = { wait = "none", overflow = "sun" }
on_unknown = "review"

[[rule]]
id = "download"
tier = "second"
when = { any = [{ intent = "download" }, { phone = { missing = true }, employees = { max = 5 } }] }
send_to = { nurture = "30d" }
""",
    CATCH_ALL,
)
PEOPLE = [f"r{n}" for n in range(6)]
CALENDARS = roster().document.calendars
NEAR = st.integers(-72, 72).map(lambda n: MONDAY + n * HOUR)


@st.composite
def rosters(draw: st.DrawFn) -> Roster:
    reps = []
    for name in draw(st.lists(st.sampled_from(PEOPLE), unique=True, max_size=6)):
        starts = draw(st.none() | NEAR)
        places = [
            Membership(
                pool, draw(st.integers(1, 3)), joined=draw(st.none() | NEAR), left=draw(st.none() | NEAR)
            )
            for pool in draw(st.lists(st.sampled_from(["sdr", "sun"]), unique=True))
        ]
        reps.append(
            Rep(
                id=name,
                name=f"Rep {name}",
                active=draw(st.integers(0, 5)) > 0,
                calendar=draw(st.sampled_from(["", "berlin"])),
                manager="r5",
                capacity=draw(st.none() | st.integers(0, 3)),
                languages=tuple(draw(st.lists(st.sampled_from(["de", "en"]), unique=True))),
                skills={"enterprise": draw(st.integers(0, 3))},
                left=draw(st.none() | NEAR),
                paused_until=draw(st.none() | NEAR),
                absences=(Absence("vacation", starts, starts + 48 * HOUR, "r1"),) if starts else (),
                memberships=tuple(places),
            )
        )
    return Roster(Document("roster", tuple(reps), CALENDARS))


FACTS = st.fixed_dictionaries(
    {"email": st.just("anna@acme.example")},
    optional={
        "country": st.sampled_from(["DE", "FR"]),
        "company": st.sampled_from(["test", "Acme"]),
        "domain": st.sampled_from(["acme.example", "fabrikam.example"]),
        "employees": st.sampled_from([1, 5, 60, 1000]),
        "intent": st.sampled_from(["download", "demo"]),
        "language": st.sampled_from(["de", "en", "fr"]),
        "postcode": st.sampled_from(["10115", "80331"]),
        "phone": st.just("+4930901820"),
    },
)


@st.composite
def leads(draw: st.DrawFn) -> Lead:
    arrived = draw(NEAR)
    return Lead(
        draw(FACTS),
        "web",
        min(arrived, MONDAY),
        id="anna",
        tried=tuple(draw(st.lists(st.sampled_from(PEOPLE), max_size=2))),
    )


@st.composite
def worlds(draw: st.DrawFn) -> World:
    loads = draw(st.dictionaries(st.sampled_from(PEOPLE), st.integers(0, 4)))
    kinds = st.sampled_from(["account", "opportunity", "contact", "lead"])
    found = draw(st.lists(st.tuples(kinds, st.sampled_from(["", *PEOPLE]), st.booleans()), max_size=3))
    known = tuple(
        Candidate(kind, f"id{n}", "domain", owner, open_, MONDAY - DAY)
        for n, (kind, owner, open_) in enumerate(found)
    )
    as_of = draw(NEAR.filter(lambda t: t >= MONDAY))
    return World(
        as_of,
        1,
        draw(rosters()),
        Standing(loads={name: loaded(n) for name, n in loads.items()}),
        {("domain", "acme.example"): known},
    )
