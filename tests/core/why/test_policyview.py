"""The example policy as people read it: sentences, edges of the picture, who is in which pool, and counts that add up."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from firstright.core.documents.policyfile import read_policy
from firstright.core.documents.rosterfile import read_roster
from firstright.core.policy import (
    Policy,
    Precedence,
    Step,
    Target,
    TargetKind,
    Territory,
    WhenAway,
)
from firstright.core.pools import Measure, Method, OnSkip, Pool
from firstright.core.roster import Roster
from firstright.core.servicelevels import SHIPPED_SERVICES, Basis, Service
from firstright.core.why import policywords as words
from firstright.core.why import poolwords
from firstright.core.why.policyview import (
    HoldoverView,
    LimitView,
    PolicyView,
    PoolView,
    QueueView,
    RotaView,
    RuleView,
    To,
    Went,
    view,
)
from marked import HEAD, sound_policy, sound_roster

EXAMPLES = Path(__file__).parents[3] / "examples"
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def policy() -> Policy:
    found, findings = read_policy((EXAMPLES / "policies/inbound.toml").read_text("utf-8"))
    assert found is not None, findings
    return found


def roster() -> Roster:
    document, findings = read_roster((EXAMPLES / "rosters/inbound.toml").read_text("utf-8"))
    assert document is not None, findings
    return Roster(document)


def seen(*went: Went) -> PolicyView:
    return view(policy(), roster(), NOON, went)


def rule(shown: PolicyView, name: str) -> RuleView:
    return next(rule for tier in shown.tiers for rule in tier.rules if rule.id == name)


def test_a_rule_is_an_if_and_a_then() -> None:
    demo = rule(seen(), "demo-enterprise")
    assert demo == RuleView(
        id="demo-enterprise",
        name="Demo requests of large companies",
        tier="intent",
        if_="intent is demo or pricing and employees is at least 1000",
        then=To(
            "pool",
            "dach-ae",
            "Account executives DACH",
            "whoever’s turn it is in Account executives DACH gets it",
        ),
        also=(
            "Only who speaks the lead’s own language.",
            "Only who has enterprise at 2 or more.",
            "After 3min: only who speaks the lead’s own language.",
            "If nobody can take it, it waits for at most 5min, then Follow-the-sun desk is asked, then the next tier.",
            "First: Call {first_name} at {company} about {product} (call), within 5min.",
        ),
        service="urgent",
        exclusive=False,
        in_force=True,
        active_from=None,
        active_until=None,
        n=0,
        outcomes={},
    )


def test_every_target_has_a_sentence() -> None:
    said = {rule.id: rule.then.says for tier in seen().tiers for rule in tier.rules}
    assert said["junk-students"] == "it is rejected (test or student)"
    assert said["support-instead"] == "it goes to support (helpdesk)"
    assert said["named-contoso"] == f"{roster().reps['ada'].name} gets it"
    assert said["partner-fabrikam"] == "it goes to partner Robotix GmbH"
    assert said["new-partner"] == "a person decides (new partner)"
    assert said["field-territories"] == "whoever has its territory in plan field gets it"
    assert said["any-hour"] == "whoever is on call in rota nights gets it"
    assert said["newsletter"] == "it goes to nurture for 30d"
    assert said["catch-all"] == "it waits in queue Reception until somebody claims it"
    assert rule(seen(), "catch-all").if_ == "always"
    assert set(TargetKind) == set(words._THEN)


def test_tiers_and_steps_stand_in_the_order_a_lead_meets_them() -> None:
    shown = seen()
    assert [tier.id for tier in shown.tiers] == [
        "junk",
        "named",
        "intent",
        "territory",
        "segment",
        "fallback",
    ]
    assert [step.id for step in shown.steps] == [
        "manual-lock", "do-not-assign", "open-opportunity", "account-owner", "previous-owner", "same-company",
    ]  # fmt: skip
    previous = shown.steps[4]
    assert previous.says == "If somebody had this person before, they get it. It looks back 90d."
    assert previous.when_away == "If they are away, the rules are asked."


def test_every_step_says_what_happens_when_the_owner_is_away() -> None:
    said = [
        words.away(Precedence(Step.MANUAL_LOCK, when_away=way, wait=timedelta(hours=8))) for way in WhenAway
    ]
    assert said == [
        "If they are away, the lead waits for at most 8h.", "If they are away, their backup gets it.",
        "If they are away, their manager gets it.", "If they are away, the rules are asked.",
    ]  # fmt: skip
    assert set(Step) == set(words._STEP)


def test_counts_add_up_over_rules_tiers_steps_and_what_fell_through() -> None:
    shown = seen(
        Went("smb-emea", "", "owner", 5), Went("smb-emea", "", "waiting", 2), Went("catch-all", "", "queued", 1),
        Went("", "step:account-owner", "owner", 3), Went("", "no-dead-end", "review", 4), Went("gone", "", "owner", 6),
    )  # fmt: skip
    assert (rule(shown, "smb-emea").n, rule(shown, "smb-emea").outcomes) == (7, {"owner": 5, "waiting": 2})
    assert {tier.id: tier.n for tier in shown.tiers if tier.n} == {"segment": 7, "fallback": 1}
    assert {step.id: step.n for step in shown.steps if step.n} == {"account-owner": 3}
    assert (shown.counted, shown.fallen) == (21, 10)


def test_a_pool_says_who_is_in_it_and_what_sends_there() -> None:
    overflow = next(pool for pool in seen().pools if pool.id == "overflow")
    members = [rep.id for rep in roster().document.reps if any(m.pool == "overflow" for m in rep.memberships)]
    assert overflow == PoolView(
        "overflow", "Follow-the-sun desk", "credit", "", False, len(members),
        ("any-hour", "demo-enterprise", "smb-emea", "smb-amer"), (
            "Whoever is owed most gets it; each earns by weight on every lead they could have had.",
            "Limit a-day: at most 60 leads a day each, Berlin time.",
        ),
    )  # fmt: skip
    ada = roster().reps["ada"].name
    assert seen().queues == (QueueView("reception", "Reception", "standard", "berlin", (ada,)),)


def test_a_service_promises_in_words() -> None:
    urgent = next(service for service in seen().services if service.id == "urgent")
    assert urgent.says == (
        "Somebody has it within 1min, in the pool’s working hours.",
        "First touch within 5min, in the pool’s working hours.",
        "Each owner reaches out within 2h, in the pool’s working hours.",
        "A review is decided within 30min, in the pool’s working hours.",
        "Warnings at 50, 80, 100 and 150 % of the time.",
        "When it is missed: the owner is told, then the manager is told, then it is routed again, then it goes to the "
        "manager, then a person decides.",
    )
    assert urgent.rules == ("named-contoso", "any-hour", "demo-enterprise")
    assert words.promises(SHIPPED_SERVICES["standard"])[1:2] == (
        "First touch by the close of the business day, in the pool’s working hours.",
    )
    assert words.promises(Service("none", warnings=(), on_missed=())) == ()
    assert set(Basis) == set(words._BASIS)


def test_a_territory_says_where_it_is() -> None:
    send_to = Target(TargetKind.REP, "ada")
    assert words.where(
        Territory("t", "field", send_to, postcodes=("10*", "20000-29999"), countries=("DE",))
    ) == ("postcodes 10*, 20000-29999 in DE")
    many = tuple(f"a{n}.example" for n in range(14))
    assert words.where(Territory("t", "field", send_to, accounts=many)).endswith("a11.example and 2 more")
    assert words.where(Territory("t", "field", send_to)) == "nowhere"
    assert all(territory.in_force for territory in seen().territories)


FULL = (
    HEAD
    + """
[pools.p]
name = "Sales"
[pools.w]
method = "pull"
[queues.desk]
[[precedence]]
step = "account-owner"
hierarchy = "ultimate-parent"
wait = "4h"
if_away = [{ up_to = "8h", do = "wait" }, { up_to = "5d", do = "backup" }, { do = "tiers" }]
active_from = 2026-03-01
[[precedence]]
step = "previous-owner"
if_away = [{ up_to = "2d", do = "manager" }]
[[territory]]
id = "north"
plan = "field"
accounts_from = ["named"]
send_to = { on-call = "night" }
[[holdover]]
territory = "north"
send_to = { pool = "p" }
from = 2026-11-01
until = 2027-01-01
accounts = ["acme.example"]
[lists.named]
hash = "0000000000000000000000000000000000000000000000000000000000000000"
[limits.daily]
most = 8
period = "day"
[absences.parental]
make_up = true
max_debt = 2.5
[hysteresis]
employees = 10
[[rule]]
id = "asking"
tier = "all"
when = { country = "SE" }
send_to = { pool = "p" }
cost = 0.5
needs = { licence = "state", territory = "field", preferred = { fintech = 2 } }
relax = [{ after = "5min", needs = { language = "sv", skills = { saas = 1 } } }, { after = "10min", needs = {} }]
[[rule]]
id = "night"
tier = "all"
when = { country = "NO" }
send_to = { on-call = "night" }
when_full = { overflow = "p" }
[[rule]]
id = "waiting"
tier = "all"
when = { country = "FI" }
send_to = { pool = "w" }
[[rule]]
id = "end"
tier = "all"
when = {}
send_to = { queue = "desk" }
"""
)
TEAM = """
[[rep]]
id = "ada"
name = "Ada Krüger"
limits = { daily = 4 }
[[rep]]
id = "bob"
[rotas.night]
members = ["ada", "bob"]
starts = 2026-11-16T18:00:00
zone = "Europe/Berlin"
"""


def full() -> PolicyView:
    document = sound_roster(TEAM)
    found, findings = read_policy(FULL)
    assert found is not None and findings == ()
    return view(found, Roster(document), NOON)


def test_requirements_their_relaxation_and_cost_are_told() -> None:
    assert rule(full(), "asking").also[:-1] == (
        "Only who has a licence for the lead’s state.",
        "Only who covers the lead’s territory in plan field.",
        "Rather who has fintech (2 a level).",
        "After 5min: only who speaks sv; only who has saas at 1 or more.",
        "After 10min: anybody.",
        "It counts as 0.5 leads in a rotation and in the load of its owner.",
    )


def test_on_call_and_pull_are_told_as_what_they_are() -> None:
    shown = full()
    assert rule(shown, "night").then == To(
        "on-call", "night", "night", "whoever is on call in rota night gets it"
    )
    assert rule(shown, "night").also == (
        "If nobody is on call, or they cannot take it, Sales is asked, then the next tier.",
    )
    assert rule(shown, "waiting").then.says == "it waits in w until somebody there takes it"
    assert rule(shown, "waiting").also == ()
    assert shown.rotas == (
        RotaView(
            "night",
            "Ada Krüger and bob in turn, handed over every 7 days at 18:00 Berlin time.",
            "Ada Krüger",
        ),
    )


def test_how_long_an_owner_is_away_decides_what_is_done() -> None:
    assert [(step.says, step.when_away) for step in full().steps] == [
        (
            "If the account, its parent or the ultimate parent has an owner, they get it. "
            "In force from 2026-02-28 23:00 UTC.",
            "If they are away for at most 8h, the lead waits for at most 4h; for at most 5d, their backup gets it; "
            "longer, the rules are asked.",
        ),
        (
            "If somebody had this person before, they get it.",
            "If they are away for at most 2d, their manager gets it; longer, the rules are asked.",
        ),
    ]


def test_limits_holdovers_absences_and_edges_are_told() -> None:
    shown = full()
    assert shown.limits == (
        LimitView(
            "daily",
            (
                "At most 8 leads a day each, Berlin time.",
                "Who has reached it gets none until it frees.",
                "Others for Ada Krüger 4.",
            ),
        ),
    )
    to = To("pool", "p", "Sales", "whoever’s turn it is in Sales gets it")
    says = "From 2026-11-01 until 2027-01-01 leads of acme.example still go to Sales."
    assert shown.holdovers == (HoldoverView("north", says, to, in_force=True),)
    assert shown.absences == (
        "Parental: what was missed is made up for, at most 2.5 leads, by 25 % more of each share until 30d "
        "after the return.",
    )
    assert shown.edges == (
        "A lead that is being worked stays where it is until employees is 10 % past an edge.",
    )
    assert shown.territories[0].where == "accounts on list named"


def test_credit_back_says_for_what_and_who_agrees() -> None:
    assert full().credit_back == (
        "For spam, test, duplicate, wrong territory, conflict, no show or withdrawn the turn is given back at once, within 3d.",
        "For invalid contact the turn is given back once the lead itself shows it, else when the manager agrees, "
        "within 3d.",
        "For corrected the turn is given back at once, within 30d.",
        "For wrong product, busy, not interested, other or expired it is not.",
        "At most 10 % of a rep’s leads of a month in a pool.",
    )


def test_every_method_has_a_sentence() -> None:
    said = {method: poolwords.method(Pool("p", method=method, band=3)) for method in Method}
    assert said == {
        "credit": "Whoever is owed most gets it; each earns by weight on every lead they could have had.",
        "sequence": "Members take turns in the order of the roster; who cannot take theirs keeps it.",
        "least-recent": "Whoever has gone longest without a lead gets it.",
        "equal-count": "Whoever got fewest leads for their weight this month gets it.",
        "load-balanced": "Whoever has the least in hand for their capacity gets it, counted in open leads.",
        "best-fit": "Whoever has most of the skills the rule prefers gets it; who is within 3 of the best is as good.",
        "soonest-available": "Whoever is there soonest gets it, also who opens within 1d.",
        "performance": "Whoever is owed most gets it; weights follow conversion over 90d, between 50 % and 200 %, "
        "every 1w; 5 % of the leads go by plain weight.",
        "pull": "Members take leads themselves, the most urgent and oldest first, and see what waits.",
    }
    by = {m: poolwords.method(Pool("p", method=Method.LOAD, load=m, field="seats")) for m in Measure}
    assert by[Measure.FIELD].endswith("counted in open leads, by the sum of seats.")
    assert len(set(by.values())) == len(Measure)
    lost = Pool("p", method=Method.SEQUENCE, on_skip=OnSkip.LOSE)
    assert poolwords.method(lost).endswith("who cannot take theirs loses it.")


def test_what_keeps_a_member_from_a_lead_is_told_with_the_pool() -> None:
    policy = sound_policy(
        """
[pools.p]
presence = true
one_at_a_time = true
cooldown = "5min"
burst = { most = 1, within = "10min" }
[pools.q]
[limits.hot]
most = 3
within = "24h"
pools = ["p"]
sources = ["web", "chat"]
score = [80, 100]
hard = false
"""
    )
    assert poolwords.pool_says(policy.pools["p"], policy)[1:] == (
        "Only who is online.",
        "Nobody gets another one before they answered the last.",
        "After each lead of this pool nobody gets one for 5min.",
        "Nobody gets more than one lead within 10min.",
        "Limit hot: at most 3 leads each within 1d, from web or chat, with a score from 80 to 100.",
    )
    assert len(poolwords.pool_says(policy.pools["q"], policy)) == 1
    assert poolwords.limit_says(policy.limits[0], policy, Roster(sound_roster(TEAM))) == (
        "At most 3 leads each within 1d, through p, from web or chat, with a score from 80 to 100.",
        "Who has reached it stands back while somebody else is there.",
    )
