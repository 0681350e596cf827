"""The example policy as people read it: sentences, edges of the picture, who is in which pool, and counts that add up."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from firstright.core.documents.policyfile import read_policy
from firstright.core.documents.rosterfile import read_roster
from firstright.core.policy import (
    SHIPPED_SERVICES,
    Basis,
    Policy,
    Precedence,
    Service,
    Step,
    Target,
    TargetKind,
    Territory,
    WhenAway,
)
from firstright.core.roster import Roster
from firstright.core.why import policywords as words
from firstright.core.why.policyview import PolicyView, PoolView, QueueView, RuleView, To, Went, view

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
        ("demo-enterprise", "smb-emea", "smb-amer"),
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
    assert urgent.rules == ("named-contoso", "demo-enterprise")
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
