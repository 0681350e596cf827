"""Why this owner, and why not me: explanations of decisions, told as stories and checked for completeness."""

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chance import RULES as MANY_RULES
from chance import leads, worlds
from firstright.core.decide import decide_knowing
from firstright.core.decision import Code
from firstright.core.lead import Cause, Lead
from firstright.core.matching import candidates
from firstright.core.why.explanation import (
    SOMEBODY,
    Barrier,
    Explanation,
    LeafSaid,
    Member,
    Person,
    RuleSaid,
    StepSaid,
    TerritorySaid,
    as_json,
    redacted,
)
from firstright.core.why.moments import Moments
from firstright.core.why.sentences import barrier_phrase, sections, sentences
from firstright.core.why.trace import explain
from firstright.core.why.verdicts import verdict_sentence
from firstright.core.world import Candidate, Standing, World
from routing import (
    ADA,
    CATCH_ALL,
    DAY,
    HOUR,
    KIM,
    MONDAY,
    NOOR,
    OMAR,
    TO_SDR,
    ZOE,
    explained,
    lead,
    policy,
    rep,
    roster,
    world,
)

RULES = policy(TO_SDR, CATCH_ALL)
VACATION = 'absences = [{ type = "vacation", from = "2026-03-01", until = "2026-03-16", backup = "zoe" }]'
TEAM_WITH_REASONS = roster(
    ADA,
    KIM,
    rep("Noor Haddad", f'{VACATION}\nlanguages = ["de"]\nskills = {{ enterprise = 1 }}'),
    rep("Omar Diaz", 'capacity = 60\nlanguages = ["fr"]\nskills = { enterprise = 2 }'),
    rep("Pia Roy", 'left = 2026-02-01\nlanguages = ["fr"]\nskills = { enterprise = 2 }'),
    rep(
        "Quy Tran",
        'languages = ["fr"]\nskills = { enterprise = 2 }',
        '{ sdr = { weight = 2, joined = "2026-04-01" } }',
    ),
    rep("Rosa Lind", 'paused_until = 2026-03-02T10:00:00Z\nlanguages = ["fr"]\nskills = { enterprise = 2 }'),
    rep("Sam Berg", 'languages = ["fr"]\nskills = { enterprise = 2 }', calendar="evening"),
    rep("Tess Moor", 'languages = ["fr"]\nskills = { enterprise = 2 }', "{ sdr = 3 }"),
    rep("Uwe Frank", 'languages = ["fr-CA"]\nskills = { enterprise = 5 }'),
    ZOE,
    calendars="""
[calendars.berlin]
zone = "Europe/Berlin"
hours = { mon-fri = "09:00-17:00" }

[calendars.evening]
zone = "Europe/Berlin"
hours = { mon-fri = "18:00-22:00" }
""",
)
PICKY = policy(TO_SDR + 'needs = { language = "lead", skills = { enterprise = 2 } }\n', CATCH_ALL)


def barriers(explanation: Explanation) -> dict[str, tuple[Barrier, ...]]:
    return {m.rep.id: m.barriers for pool in explanation.pools for m in pool.members}


def test_every_member_of_a_pool_is_told_with_every_code_and_its_datum() -> None:
    where = world(TEAM_WITH_REASONS, loads={"omar": 61})
    found = barriers(explained(PICKY, lead(language="fr"), where))
    skill, language = (
        Barrier(Code.SKILL_MISSING, None, "enterprise", "2", "0"),
        Barrier(Code.LANGUAGE, need="fr"),
    )
    assert found == {
        "kim": (skill, language),
        "noor": (
            Barrier(Code.ABSENT, MONDAY + 13 * DAY + 14 * HOUR, "vacation"),
            msgspec.structs.replace(skill, have="1"),
            msgspec.structs.replace(language, have="de"),
        ),
        "omar": (Barrier(Code.LOAD_FULL, need="60", have="61"),),
        "pia": (Barrier(Code.LEFT, MONDAY - 29 * DAY - 10 * HOUR),),
        "quy": (Barrier(Code.NOT_IN_POOL, MONDAY + 29 * DAY + 13 * HOUR),),
        "rosa": (Barrier(Code.PAUSED, MONDAY + HOUR),),
        "sam": (Barrier(Code.OUT_OF_HOURS, MONDAY + 8 * HOUR),),
        "tess": (),
        "uwe": (),
    }


def test_who_won_who_could_have_and_what_stood_to_their_name() -> None:
    where = world(roster(ADA, KIM, NOOR, OMAR), credit={"kim": -333_333_333, "noor": 0, "omar": 333_333_333})
    (pool,) = explained(RULES, lead(), where).pools
    assert (pool.pool, pool.rule, pool.size, pool.eligible, pool.winner) == (
        "sdr", "to-sdr", 3, 3, Person("omar", "Omar Diaz"),
    )  # fmt: skip
    assert pool.members == (
        Member(Person("kim", "Kim Larsen"), "eligible", (), 1, -333_333_333),
        Member(Person("noor", "Noor Haddad"), "eligible", (), 1, 0),
        Member(Person("omar", "Omar Diaz"), "won", (), 1, 333_333_333),
    )


def test_without_a_standing_credit_and_load_are_left_out_not_guessed() -> None:
    where = world(roster(ADA, rep("Kim Larsen", "capacity = 1"), NOOR), loads={"kim": 1})
    found = candidates(lead(), where)
    decision = decide_knowing(lead(), Cause.ARRIVED, RULES, where, found)
    (pool,) = explain(decision, lead(), Cause.ARRIVED, RULES, where.roster, MONDAY, found).pools
    assert pool.members == (
        Member(Person("kim", "Kim Larsen"), "ruled-out", (Barrier(Code.LOAD_FULL, need="1"),)),
        Member(Person("noor", "Noor Haddad"), "won"),
    )


def test_a_standing_that_knows_credit_only_does_not_call_a_full_rep_empty() -> None:
    people = roster(ADA, rep("Kim Larsen", "capacity = 1"), NOOR)
    where = world(people, loads={"kim": 1}, credit={"kim": 0, "noor": 0})
    found = candidates(lead(), where)
    decision = decide_knowing(lead(), Cause.ARRIVED, RULES, where, found)
    folded = Standing(where.standing.pools)
    (pool,) = explain(decision, lead(), Cause.ARRIVED, RULES, people, MONDAY, found, folded).pools
    assert pool.members[0].barriers == (Barrier(Code.LOAD_FULL, need="1"),)


LARGE = '\n[[rule]]\nid = "large"\ntier = "first"\nname = "Large ones"\nwhen = { employees = { min = 1000 } }\nsend_to = { rep = "ada" }\n'
ABROAD = '\n[[rule]]\nid = "abroad"\ntier = "first"\nwhen = { not = { country = "DE" } }\nsend_to = { rep = "ada" }\n'


def test_rules_are_told_in_tier_order_with_the_datum_that_decided_them() -> None:
    rules = policy(CATCH_ALL, LARGE, ABROAD, TO_SDR)
    found = explained(rules, lead(employees=120), world())
    assert found.rules == (
        RuleSaid(
            "large", "Large ones", "first", "false", "", "employees is at least 1000",
            (LeafSaid("employees", "employees is at least 1000", "false", 120),),
        ),
        RuleSaid(
            "abroad", "", "first", "false", "", "country is not DE",
            (LeafSaid("country", "country is not DE", "false", "DE"),),
        ),
        RuleSaid("to-sdr", "Everybody to sales development", "first", "true", "took", "always"),
        RuleSaid("rest", "", "last", "not-reached"),
    )  # fmt: skip


def test_a_missing_field_is_told_as_missing() -> None:
    found = explained(policy(LARGE, TO_SDR, CATCH_ALL), lead(), world()).rules[0]
    assert (found.verdict, found.then, found.leaves[0].have) == ("unknown", "next", None)


def test_a_rule_outside_its_dates_is_named_with_them() -> None:
    dated = LARGE + "active_from = 2026-04-01T00:00:00Z\n"
    found = explained(policy(dated, TO_SDR, CATCH_ALL), lead(employees=5000), world()).rules[0]
    assert (found.verdict, found.since, found.leaves) == ("not-in-force", MONDAY + 30 * DAY - 9 * HOUR, ())


def test_a_true_rule_above_an_exclusive_one_was_passed_over() -> None:
    exclusive = (
        '\n[[rule]]\nid = "named"\ntier = "first"\nwhen = {}\nsend_to = { rep = "ada" }\nexclusive = true\n'
    )
    found = explained(policy(TO_SDR, exclusive, LARGE, CATCH_ALL), lead(), world())
    assert [(r.id, r.verdict, r.then) for r in found.rules] == [
        ("to-sdr", "true", "passed-over"),
        ("named", "true", "took"),
        ("large", "not-reached", ""),
        ("rest", "not-reached", ""),
    ]


def test_rules_after_one_that_fired_in_vain_were_not_reached_in_its_tier() -> None:
    vain = '\n[[rule]]\nid = "vain"\ntier = "first"\nwhen = {}\nsend_to = { pool = "sun" }\nwhen_full = { wait = "none" }\n'
    found = explained(policy(vain, TO_SDR, CATCH_ALL), lead(), world(roster(ADA, KIM)))
    assert [(r.id, r.verdict, r.then) for r in found.rules] == [
        ("vain", "true", "next"), ("to-sdr", "not-reached", ""), ("rest", "true", "took"),
    ]  # fmt: skip


def test_every_step_of_precedence_is_told_with_what_it_found() -> None:
    away = rep("Noor Haddad", VACATION)
    known = [
        Candidate("contact", "c1", "email", "omar", at=MONDAY - 100 * DAY),
        Candidate("account", "acme", "domain", "noor", label="Acme"),
    ]
    found = explained(RULES, lead(), world(roster(ADA, KIM, away, OMAR, ZOE), known=known))
    noor = Person("noor", "Noor Haddad")
    vacation = Barrier(Code.ABSENT, MONDAY + 13 * DAY + 14 * HOUR, "vacation")
    assert found.steps == (
        StepSaid("manual-lock", "nothing"),
        StepSaid("do-not-assign", "nothing"),
        StepSaid("open-opportunity", "nothing"),
        StepSaid("account-owner", "away", "backup", (noor,), (vacation,), None, 1),
        StepSaid("active-handoff", "not-reached"),
        StepSaid("previous-owner", "not-reached"),
        StepSaid("same-company", "not-reached"),
    )
    assert [(k.id, k.key, k.label, k.owner) for k in found.known] == [
        ("c1", "email", "", Person("omar", "Omar Diaz")),
        ("acme", "domain", "Acme", noor),
    ]


def test_what_a_step_found_too_long_ago_is_counted() -> None:
    known = [Candidate("contact", "c1", "email", "omar", at=MONDAY - 100 * DAY)]
    found = explained(RULES, lead(), world(known=known))
    assert found.steps[5] == StepSaid("previous-owner", "nothing", days=90, found=1, late=1)
    assert "Previous owner: 1 known, all older than 90 days." in sentences(found)


def test_territories_and_overflow_belong_to_the_rule_that_asked_for_them() -> None:
    """Two rules share the overflow pool; the first one's plan has no place for France."""
    text = """
[[territory]]
id = "germany"
plan = "field"
countries = ["DE"]
send_to = { rep = "ada" }

[[rule]]
id = "field"
tier = "first"
when = {}
send_to = { territory = "field" }
when_full = { overflow = "sun" }

[[rule]]
id = "desk"
tier = "second"
when = {}
send_to = { pool = "sdr" }
when_full = { wait = "none", overflow = "sun" }
"""
    night = world(as_of=MONDAY + 12 * HOUR)
    found = explained(policy(text, CATCH_ALL), lead(country="FR"), night)
    assert [(p.pool, p.rule) for p in found.pools] == [("sdr", "desk"), ("sun", "desk")]
    assert found.rules[0].territories == (TerritorySaid("field", "false"),)
    named = explained(policy(text, CATCH_ALL), lead(), night)
    assert [(p.pool, p.rule, p.direct, p.name) for p in named.pools] == [
        ("@ada", "field", True, "Ada Krüger")
    ]
    assert verdict_sentence(named) == (
        "Ada Krüger owns this lead because rule “field” matched, territory germany holds it and they are named for it."
    )


STORY = """Kim Larsen owns this lead because rule “Everybody to sales development” matched and it was their turn in Sales development.
Nobody and no company we know.
Manual lock: nobody was chosen by hand.
Do-not-assign list: neither the e-mail address nor the domain is on it.
Open opportunity: none known.
Account owner: no account known.
Active handoff: none.
Previous owner: this person is new.
Same company: no open lead of the company.
[first] “Large ones” (large) does not match: employees is at least 1000, the lead has 120.
[first] “abroad” cannot be answered: country is not DE, but that is missing; so the next rule was asked.
[first] “Everybody to sales development” (to-sdr) matches and takes the lead.
Not reached: “rest”.
sdr (Sales development): 2 of 3 can take it, it goes to Kim Larsen.
sdr: Kim Larsen wins; credit +0.5 before this turn.
sdr: Noor Haddad cannot: vacation until Mon 16 Mar 00:00 Berlin.
sdr: Omar Diaz could take it; credit −0.5 before this turn.
Task for Kim Larsen: Call Anna of Acme, by phone, due Mon 2 Mar 10:05 Berlin.
A first response may be expected by Mon 2 Mar 17:00 Berlin.
First touch is due Mon 2 Mar 17:00 Berlin (business time of berlin); warnings at 50 % Mon 2 Mar 13:30 Berlin and 80 % Mon 2 Mar 15:36 Berlin; if missed, the owner is told and the manager is told.
Touch by this owner is due Mon 2 Mar 12:00 Berlin (business time of berlin); warnings at 50 % Mon 2 Mar 11:00 Berlin and 80 % Mon 2 Mar 11:36 Berlin; if missed, the owner is told, the manager is told, it is routed again and a person decides.
Kim Larsen is told by e-mail (yours).
Something happens next Mon 2 Mar 11:00 Berlin."""


def told() -> Explanation:
    people = roster(ADA, KIM, rep("Noor Haddad", VACATION), OMAR)
    where = world(people, credit={"kim": 500_000_000, "noor": 0, "omar": -500_000_000})
    return explained(policy(LARGE, ABROAD, TO_SDR, CATCH_ALL), lead(employees=120, country=""), where)


def test_the_whole_story_in_english() -> None:
    assert "\n".join(sentences(told())) == STORY


def test_sections_are_the_same_lines_under_headings() -> None:
    found = sections(told())
    assert [title for title, _ in found] == [
        "", "What we already knew", "Who had a claim", "Rules", "Who was asked", "What follows",
    ]  # fmt: skip
    assert [line for _, lines in found for line in lines] == STORY.splitlines()


def test_a_rep_sees_why_the_lead_did_not_come_to_them_and_no_colleagues_name() -> None:
    seen = redacted(told(), "noor")
    text = "\n".join(sentences(seen))
    assert "sdr: Noor Haddad cannot: vacation until Mon 16 Mar 00:00 Berlin." in text
    assert text.startswith("Another rep owns this lead because")
    assert [
        name for name in ("Kim", "Omar", "Ada") if name in text or name.lower() in as_json(seen).decode()
    ] == []
    assert [m.rep.id for p in seen.pools for m in p.members] == ["noor"]
    assert (seen.pools[0].size, seen.pools[0].eligible, seen.pools[0].winner) == (3, 2, SOMEBODY)


def test_the_owner_sees_themselves_everywhere() -> None:
    seen = redacted(told(), "kim")
    assert verdict_sentence(seen) == STORY.splitlines()[0]
    assert (seen.tasks, seen.told) == (told().tasks, told().told)


def test_owners_in_conflict_are_not_named_to_a_third() -> None:
    known = [Candidate("account", n, "domain", owner) for n, owner in (("a", "kim"), ("b", "noor"))]
    whole = explained(RULES, lead(), world(known=known))
    assert verdict_sentence(whole) == (
        "A person must decide about this lead (owner conflict) because “Noor Haddad” and “Kim Larsen” claim it alike."
    )
    assert "noor" not in as_json(redacted(whole, "omar")).decode().lower()


@pytest.mark.parametrize("code", Code)
def test_every_code_has_words(code: Code) -> None:
    phrase = barrier_phrase(Barrier(code, MONDAY, "x", "1", "0"), Moments("Europe/Berlin", MONDAY))
    assert phrase and "_" not in phrase


@given(leads(), st.sampled_from(Cause), worlds())
@settings(deadline=None, max_examples=80)
def test_every_rule_and_every_member_is_told_exactly_once(subject: Lead, cause: Cause, where: World) -> None:
    found = candidates(subject, where)
    decision = decide_knowing(subject, cause, MANY_RULES, where, found)
    told = explain(decision, subject, cause, MANY_RULES, where.roster, where.as_of, found, where.standing)
    assert [r.id for r in told.rules] == [r.id for r in MANY_RULES.rules]
    assert [s.step for s in told.steps] == [p.step for p in MANY_RULES.policy.precedence]
    assert [p.pool for p in told.pools] == [a.pool for a in decision.trace.asked]
    for pool in told.pools:
        members = (pool.pool[1:],) if pool.direct else where.roster.members(pool.pool).ids
        assert tuple(m.rep.id for m in pool.members) == members
        assert [m.verdict == "ruled-out" for m in pool.members] == [bool(m.barriers) for m in pool.members]
        assert pool.eligible == sum(m.verdict != "ruled-out" for m in pool.members)
    said = {c.id for c in decision.trace.considered if c.what == "rule" and c.id}
    assert said <= {r.id for r in told.rules if r.verdict in ("true", "unknown")}
    assert all(line.strip() == line and line for line in sentences(told))
    assert msgspec.json.decode(as_json(told))["verdict"]["reason"] == decision.reason


@given(leads(), st.sampled_from(Cause), worlds(), st.sampled_from(["r0", "r3"]))
@settings(deadline=None, max_examples=60)
def test_a_redacted_explanation_names_no_colleague(
    subject: Lead, cause: Cause, where: World, me: str
) -> None:
    found = candidates(subject, where)
    decision = decide_knowing(subject, cause, MANY_RULES, where, found)
    whole = explain(decision, subject, cause, MANY_RULES, where.roster, where.as_of, found, where.standing)
    seen = as_json(redacted(whole, me)).decode() + "\n".join(sentences(redacted(whole, me)))
    others = [f"r{n}" for n in range(6) if f"r{n}" != me]
    assert [other for other in others if f"Rep {other}" in seen or f'"{other}"' in seen] == []
