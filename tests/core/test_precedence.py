"""Owner precedence: who already has a claim, what happens when they are away, and when a step contradicts itself."""

import msgspec
import pytest

from firstright.core.compiled import Compiled
from firstright.core.decision import AlarmSet, ReviewOpened
from firstright.core.lead import Cause, Holder, HolderKind, Lead, Outcome, Waiting
from firstright.core.why.sentences import sentences
from firstright.core.world import Candidate
from routing import (
    ADA,
    CATCH_ALL,
    DAY,
    HEAD,
    HOUR,
    KIM,
    MONDAY,
    NOOR,
    SATURDAY,
    TO_SDR,
    ZOE,
    effects,
    explained,
    kept_by,
    lead,
    owned,
    policy,
    rep,
    roster,
    routed,
    verdicts,
    world,
)

RULES = policy(TO_SDR, CATCH_ALL)
VACATION = 'absences = [{{ type = "vacation", from = "2026-03-01", until = "{until}"{backup} }}]'


def account(owner: str, ident: str = "acme", **fields: object) -> Candidate:
    return msgspec.structs.replace(Candidate("account", ident, "domain", owner), **fields)


def opportunity(owner: str, ident: str, **fields: object) -> Candidate:
    return msgspec.structs.replace(Candidate("opportunity", ident, "domain", owner), **fields)


def contact(owner: str, age: int) -> Candidate:
    return Candidate("contact", "c1", "email", owner, at=MONDAY - age * DAY)


def colleague(owner: str, age: int, *, open: bool = True) -> Candidate:
    return Candidate("lead", "bob", "domain", owner, open, MONDAY - age * DAY)


def away(until: str, backup: str = "") -> str:
    more = f', backup = "{backup}"' if backup else ""
    return rep("Noor Haddad", 'manager = "ada"\n' + VACATION.format(until=until, backup=more))


def steps(*rows: str) -> str:
    return HEAD + "".join(f"\n[[precedence]]\n{row}\n" for row in rows)


def test_nobody_known_means_the_rules_decide() -> None:
    assert kept_by(routed(RULES)) == "kim"


def test_the_account_owner_gets_the_lead_and_no_turn_is_spent() -> None:
    decision = routed(RULES, where=world(known=[account("noor")]))
    assert (kept_by(decision), decision.reason, decision.credits) == ("noor", "step:account-owner", ())


def test_a_higher_step_simply_wins() -> None:
    decision = routed(RULES, where=world(known=[account("noor"), opportunity("omar", "deal")]))
    assert (kept_by(decision), decision.reason) == ("omar", "step:open-opportunity")


def test_a_closed_opportunity_claims_nothing() -> None:
    decision = routed(RULES, where=world(known=[opportunity("omar", "deal", open=False)]))
    assert kept_by(decision) == "kim"


def test_the_order_of_steps_is_the_policys() -> None:
    rules = policy(TO_SDR, CATCH_ALL, head=steps('step = "account-owner"', 'step = "open-opportunity"'))
    decision = routed(rules, where=world(known=[account("noor"), opportunity("omar", "deal")]))
    assert kept_by(decision) == "noor"


def test_a_step_that_is_left_out_is_switched_off() -> None:
    rules = policy(TO_SDR, CATCH_ALL, head=steps('step = "open-opportunity"'))
    assert kept_by(routed(rules, where=world(known=[account("noor")]))) == "kim"


@pytest.mark.parametrize("known", [account, opportunity])
def test_one_step_with_two_answers_is_an_owner_conflict(known: type) -> None:
    decision = routed(RULES, where=world(known=[known("noor", "one"), known("omar", "two")]))
    assert kept_by(decision) == "review:owner-conflict"
    (opened,) = effects(decision, ReviewOpened)
    assert set(opened.candidates) == {"noor", "omar"}


def test_two_records_of_one_owner_are_no_conflict() -> None:
    decision = routed(RULES, where=world(known=[account("noor", "one"), account("noor", "two")]))
    assert kept_by(decision) == "noor"


def test_different_steps_with_different_owners_are_no_conflict() -> None:
    decision = routed(RULES, where=world(known=[account("noor"), contact("omar", 3)]))
    assert kept_by(decision) == "noor"


def test_a_record_without_an_owner_claims_nothing() -> None:
    decision = routed(RULES, where=world(known=[account("")]))
    assert kept_by(decision) == "kim"


@pytest.mark.parametrize(("age", "owner"), [(3, "noor"), (90, "noor"), (91, "kim")])
def test_the_previous_owner_counts_within_the_look_back(age: int, owner: str) -> None:
    assert kept_by(routed(RULES, where=world(known=[contact("noor", age)]))) == owner


@pytest.mark.parametrize(("age", "owner"), [(30, "noor"), (31, "kim")])
def test_the_owner_of_the_companys_open_lead_counts_within_thirty_days(age: int, owner: str) -> None:
    decision = routed(RULES, where=world(known=[colleague("noor", age)]))
    assert kept_by(decision) == owner


def test_a_closed_lead_of_the_company_binds_nobody() -> None:
    assert kept_by(routed(RULES, where=world(known=[colleague("noor", 3, open=False)]))) == "kim"


def test_free_mail_has_no_company_so_strangers_are_no_colleagues() -> None:
    """No `domain` is derived from free mail, so there is no key to share."""
    stranger = lead(email="anna@gmail.com", domain="")
    known = {("domain", "gmail.com"): (colleague("noor", 1),)}
    here = msgspec.structs.replace(world(), known=known)
    assert kept_by(routed(RULES, stranger, here)) == "kim"


def test_out_of_hours_is_not_away() -> None:
    decision = routed(RULES, lead(SATURDAY), world(as_of=SATURDAY, known=[account("noor")]))
    assert kept_by(decision) == "noor"


@pytest.mark.parametrize(
    ("row", "owner"),
    [
        ('when_away = "tiers"', "kim"),
        ('when_away = "backup"', "zoe"),
        ('when_away = "manager"', "ada"),
        ('when_away = "wait"\nwait = "8h"', "kim"),
    ],
)
def test_an_owner_on_leave_for_weeks(row: str, owner: str) -> None:
    """Kim is next in the pool, Zoe is the backup, Ada the manager; no wait of hours reaches the end of the month."""
    people = roster(ADA, KIM, away("2026-03-31", "zoe"), ZOE)
    rules = policy(TO_SDR, CATCH_ALL, head=steps(f'step = "account-owner"\n{row}'))
    assert kept_by(routed(rules, where=world(people, known=[account("noor")]))) == owner


def test_an_owner_who_is_back_soon_is_waited_for() -> None:
    """Noor is back at midnight in Berlin, 14 hours from now."""
    people = roster(ADA, KIM, away("2026-03-03"))
    rules = policy(TO_SDR, CATCH_ALL, head=steps('step = "account-owner"\nwhen_away = "wait"\nwait = "16h"'))
    decision = routed(rules, where=world(people, known=[account("noor")]))
    back = MONDAY + 14 * HOUR
    assert (decision.outcome, decision.waiting) == (
        Outcome.WAITING,
        Waiting("step:account-owner", MONDAY + 16 * HOUR),
    )
    assert effects(decision, AlarmSet) == [AlarmSet(Cause.HOURS_OPENED, back)]
    assert verdicts(decision) == [("account-owner", "away", "waited")]


def test_a_backup_who_is_away_too_leaves_it_to_the_rules() -> None:
    zoe = rep("Zoe Park", "active = false", pools="{ sun = 1 }", calendar="24x7")
    people = roster(ADA, KIM, away("2026-03-31", "zoe"), zoe)
    decision = routed(RULES, where=world(people, known=[account("noor")]))
    assert kept_by(decision) == "kim"
    assert verdicts(decision)[0] == ("account-owner", "away", "next")


@pytest.mark.parametrize(
    "state", ["active = false", 'left = "2026-02-01"', "paused_until = 2026-03-02T12:00:00Z"]
)
def test_gone_inactive_and_paused_owners_are_away(state: str) -> None:
    people = roster(ADA, KIM, rep("Noor Haddad", state))
    decision = routed(RULES, where=world(people, known=[account("noor")]))
    assert verdicts(decision)[0] == ("account-owner", "away", "next")
    assert kept_by(decision) == "kim"


def test_an_owner_the_roster_does_not_know_is_passed_over() -> None:
    decision = routed(RULES, where=world(known=[account("somebody-in-the-crm")]))
    assert verdicts(decision)[0] == ("account-owner", "unknown-rep", "next")
    assert kept_by(decision) == "kim"


def test_the_do_not_assign_list_names_the_rep_or_asks_for_a_person() -> None:
    listed = (
        '\n[do_not_assign]\n"acme.example" = "ada"\n"rival.example" = "review"\n"vip@acme.example" = "omar"\n'
    )
    rules = policy(listed, TO_SDR, CATCH_ALL)
    assert kept_by(routed(rules)) == "ada"
    assert kept_by(routed(rules, lead(email="vip@acme.example"))) == "omar"
    assert (
        kept_by(routed(rules, lead(email="x@rival.example", domain="rival.example")))
        == "review:unusual-request"
    )


def test_a_manual_lock_goes_before_everything() -> None:
    chosen = msgspec.structs.replace(lead(), locked_to="omar")
    decision = routed(
        RULES, chosen, world(known=[account("noor"), opportunity("kim", "deal")]), Cause.OVERRIDDEN
    )
    assert (kept_by(decision), decision.reason) == ("omar", "step:manual-lock")


def held_by(owner: str) -> Lead:
    return msgspec.structs.replace(
        lead(), outcome=Outcome.OWNER, epoch=1, tried=(owner,), holder=Holder(HolderKind.REP, owner)
    )


@pytest.mark.parametrize("cause", [Cause.DECLINED, Cause.SLA_MISSED])
def test_an_owner_who_declined_or_missed_it_does_not_get_it_back(cause: Cause) -> None:
    decision = routed(RULES, held_by("noor"), world(known=[account("noor")]), cause)
    assert verdicts(decision)[0] == ("account-owner", "tried-before", "next")
    assert kept_by(decision) == "kim"


def test_a_backup_who_had_it_in_this_cycle_does_not_get_it_back() -> None:
    people = roster(ADA, KIM, away("2026-03-31", "zoe"), ZOE)
    decision = routed(RULES, held_by("zoe"), world(people, known=[account("noor")]), Cause.DECLINED)
    assert kept_by(decision) == "kim"


def test_the_strongest_key_decides_between_accounts() -> None:
    """One account was found by the external id, two others only share the domain."""
    rules = policy(TO_SDR, CATCH_ALL)
    anna = lead(external_id="77")
    known = [Candidate("account", "exact", "external", "omar"), account("noor", "one"), account("kim", "two")]
    assert kept_by(routed(rules, anna, world(known=known, about=anna))) == "omar"


def test_inactive_members_of_the_team_do_not_matter_to_others() -> None:
    people = roster(ADA, rep("Kim Larsen", "active = false"), NOOR)
    assert kept_by(routed(RULES, where=world(people))) == "noor"


def of_account(row: str) -> Compiled:
    return policy(TO_SDR, CATCH_ALL, head=steps(f'step = "account-owner"\n{row}'))


@pytest.mark.parametrize(
    ("hierarchy", "own", "above", "owner"),
    [
        ("self", "", ("noor",), "kim"),
        ("parent", "", ("noor", "omar"), "noor"),
        ("parent", "", ("", "omar"), "kim"),
        ("ultimate-parent", "", ("", "omar"), "omar"),
        ("ultimate-parent", "", ("noor", "omar"), "noor"),
        ("parent", "zoe", ("noor",), "zoe"),
        ("none", "zoe", ("noor",), "kim"),
    ],
)
def test_an_account_without_an_owner_may_be_its_parents(
    hierarchy: str, own: str, above: tuple[str, ...], owner: str
) -> None:
    known = [account(own, above=above)]
    assert kept_by(routed(of_account(f'hierarchy = "{hierarchy}"'), where=world(known=known))) == owner


def test_a_parents_owner_is_told_as_one() -> None:
    rules = of_account('hierarchy = "parent"')
    where = world(known=[account("", above=("noor",))])
    assert verdicts(routed(rules, where=where)) == [("account-owner", "parent", "took")]
    said = sentences(explained(rules, lead(), where))
    assert said[0] == "Noor Haddad owns this lead because they own a parent of the account."
    assert "Account owner: Noor Haddad, who owns a parent of the account and takes the lead." in said


def test_two_subsidiaries_under_one_parent_are_one_answer() -> None:
    known = [account("", "one", above=("noor",)), account("", "two", above=("noor",))]
    assert kept_by(routed(of_account('hierarchy = "parent"'), where=world(known=known))) == "noor"


def test_two_subsidiaries_under_two_parents_are_an_owner_conflict() -> None:
    known = [account("", "one", above=("noor",)), account("", "two", above=("omar",))]
    decision = routed(of_account('hierarchy = "parent"'), where=world(known=known))
    assert kept_by(decision) == "review:owner-conflict"


@pytest.mark.parametrize(("day", "owner"), [(-1, "waiting"), (0, "noor"), (6, "noor"), (7, "kim")])
def test_a_dated_step_is_asked_while_it_is_in_force(day: int, owner: str) -> None:
    """From Monday to Monday, half-open, in the time of Berlin; on the Sunday before the pool is closed."""
    rules = of_account("active_from = 2026-03-02T10:00:00\nactive_until = 2026-03-09T10:00:00")
    at = MONDAY + day * DAY
    assert kept_by(routed(rules, lead(at), world(as_of=at, known=[account("noor")]))) == owner


def test_a_step_out_of_force_is_told_as_one() -> None:
    rules = of_account("active_until = 2026-03-01")
    assert "Account owner: not in force at that time." in sentences(
        explained(rules, lead(), world(known=[account("noor")]))
    )


LADDER = """if_away = [
  { up_to = "16h", do = "wait" }, { up_to = "5d", do = "backup" }, { up_to = "20d", do = "manager" }, { do = "tiers" }
]"""


@pytest.mark.parametrize(
    ("until", "owner"),
    [("2026-03-03", "waiting"), ("2026-03-04", "zoe"), ("2026-03-20", "ada"), ("2026-03-31", "kim")],
)
def test_what_is_done_for_an_owner_who_is_away_goes_by_how_long(until: str, owner: str) -> None:
    people = roster(ADA, KIM, away(until, "zoe"), ZOE)
    assert kept_by(routed(of_account(LADDER), where=world(people, known=[account("noor")]))) == owner


def test_an_absence_without_a_known_end_is_longer_than_any_rung() -> None:
    gone = rep("Noor Haddad", 'manager = "ada"\nactive = false')
    ladder = 'if_away = [{ up_to = "300d", do = "backup" }]\nwhen_away = "manager"'
    decision = routed(of_account(ladder), where=world(roster(ADA, KIM, gone), known=[account("noor")]))
    assert (kept_by(decision), verdicts(decision)) == ("ada", [("account-owner", "away", "manager")])


def test_the_backup_of_the_roster_stands_in_where_the_absence_names_nobody() -> None:
    on_leave = rep("Noor Haddad", 'backup = "zoe"\n' + VACATION.format(until="2026-03-31", backup=""))
    rules = of_account('when_away = "backup"')
    assert (
        kept_by(routed(rules, where=world(roster(ADA, KIM, on_leave, ZOE), known=[account("noor")]))) == "zoe"
    )


def test_a_manager_who_is_away_is_stood_in_for_up_the_line() -> None:
    boss = rep("Ada Krüger", VACATION.format(until="2026-03-31", backup=', backup = "zoe"'), pools="{}")
    rules = of_account('when_away = "manager"')
    people = roster(boss, KIM, away("2026-03-31"), ZOE)
    assert kept_by(routed(rules, where=world(people, known=[account("noor")]))) == "zoe"


@pytest.mark.parametrize("row", ['conflicts = ["acme.example"]', 'do_not_assign = ["anna@acme.example"]'])
def test_an_owner_whom_their_own_list_keeps_from_the_lead_does_not_get_it(row: str) -> None:
    """Nor does somebody it keeps from it stand in for another."""
    barred = rep("Noor Haddad", row)
    decision = routed(RULES, where=world(roster(ADA, KIM, barred), known=[account("noor")]))
    assert (kept_by(decision), verdicts(decision)[0]) == ("kim", ("account-owner", "barred", "next"))
    on_leave = rep("Omar Diaz", VACATION.format(until="2026-03-31", backup=', backup = "noor"'))
    stood_in = routed(RULES, where=world(roster(ADA, KIM, barred, on_leave), known=[account("omar")]))
    assert kept_by(stood_in) == "kim"


def test_whom_somebody_chose_by_hand_gets_it_all_the_same() -> None:
    barred = rep("Noor Haddad", 'conflicts = ["acme.example"]')
    chosen = msgspec.structs.replace(lead(), locked_to="noor")
    assert kept_by(routed(RULES, chosen, world(roster(ADA, KIM, barred)))) == "noor"


@pytest.mark.parametrize("touched", [False, True])
def test_leads_nobody_has_touched_yet_count_as_their_owners(touched: bool) -> None:
    """A colleague's lead of this morning, which its owner has not got to yet: the company is theirs."""
    untouched = lead(id="bob", email="bob@acme.example")
    bobs = msgspec.structs.replace(untouched, **owned("omar", touched=touched))
    same = Candidate("lead", "bob", "domain", "omar", True, MONDAY - HOUR, lead=bobs)
    assert kept_by(routed(RULES, where=world(known=[same]))) == "omar"


FULL = rep("Noor Haddad", 'manager = "ada"\ncapacity = 2\n')


def test_no_step_takes_an_owner_over_their_capacity() -> None:
    people = roster(ADA, KIM, FULL)
    subject = lead(domain="acme.example")
    to_manager = of_account('when_away = "manager"')
    for held, expected in ((1, "noor"), (2, "ada"), (3, "ada")):
        where = world(people, known=(account("noor"),), about=subject, loads={"noor": held})
        assert kept_by(routed(to_manager, subject, where)) == expected


def test_an_owner_without_room_is_told_as_one_and_the_rules_are_asked() -> None:
    where = world(
        roster(ADA, KIM, FULL), known=(account("noor"),), about=lead(domain="acme.example"), loads={"noor": 2}
    )
    decision = routed(RULES, lead(domain="acme.example"), where)
    assert kept_by(decision) in ("ada", "kim")
    assert ("account-owner", "full") in [(c.id, c.verdict) for c in decision.trace.considered]
    said = sentences(explained(RULES, lead(domain="acme.example"), where))
    assert any("Noor Haddad has no room for another lead" in line for line in said)


def test_who_was_chosen_by_hand_gets_it_over_their_capacity() -> None:
    chosen = msgspec.structs.replace(lead(domain="acme.example"), locked_to="noor")
    where = world(roster(ADA, KIM, FULL), loads={"noor": 9})
    assert kept_by(routed(RULES, chosen, where)) == "noor"


@pytest.mark.parametrize(
    ("row", "owner"),
    [
        (LADDER, "zoe"),  # not waited for: the next rung is the backup
        ('if_away = [{ up_to = "8h", do = "wait" }, { do = "manager" }]', "ada"),
        ('if_away = [{ do = "wait" }]\nwait = "8h"\nwhen_away = "tiers"', "kim"),
        ('when_away = "wait"\nwait = "8h"', "kim"),
    ],
)
def test_nobody_waits_for_an_owner_who_is_full_and_the_next_rung_is_asked(row: str, owner: str) -> None:
    full = rep("Noor Haddad", 'manager = "ada"\nbackup = "zoe"\ncapacity = 2\n')
    where = world(roster(ADA, KIM, full, ZOE), known=[account("noor")], loads={"noor": 2})
    assert kept_by(routed(of_account(row), where=where)) == owner
