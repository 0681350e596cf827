"""Every mistake is named on its own line, together, and a sound policy gets no finding at all."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from firstright.core.documents.lint import lint, load
from firstright.core.documents.policyfile import read_policy
from firstright.core.rules.findings import Finding

EXAMPLES = Path(__file__).parents[3] / "examples"
NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)

# Each "#!" at the end of a line names the codes expected there, in the order of their columns.
BROKEN_POLICY = """\
[policy]
name = "Broken"
zone = "Europe/Berlim"  #! zone.unknown
tiers = ["first", "unused", "last"]  #! tier.empty
lock = "3h"  #! lock.too_long
tell_owner = "lead-asigned"  #! template.unknown
tell_missed = "late"
priority_queue = "desc"  #! queue.unknown
max_hops = 101  #! value.range
backdate = "5m"  #! duration.invalid
colour = "red"  #! key.unknown

[fields.size]
type = "choice"
values = ["s", "m"]

[fields.employees]
type = "text"  #! field.type

[regions]
dach = ["DE", "UK"]  #! country.unknown

[synonyms.size]
"small" = "xs"  #! synonym.value

[synonyms.country]
"team bavaria" = "DE"
"nowhere" = "Nowhereland"  #! synonym.wrong
"kosovo" = "XX"  #! synonym.wrong

[synonyms.revenue]
"seven figures" = "1M-10M"
"plenty" = "many"  #! synonym.wrong

[[precedence]]
step = "acount-owner"  #! precedence.unknown_step

[[precedence]]
step = "previous-owner"
when_away = "wait"  #! precedence.no_wait

[[precedence]]
step = "same-company"

[[precedence]]
step = "same-company"  #! precedence.repeated

[do_not_assign]
"rival.example" = "adda"  #! rep.unknown
"Rival Inc" = "review"  #! do_not_assign.key

[pools.ae]
calendar = "berlim"  #! calendar.unknown

[pools.sdr]  #! pool.empty

[pools.gone]  #! pool.nobody

[pools.spare]  #! pool.unused
method = "fastest"  #! value.unknown

[queues.desk]
hours = true  #! key.unknown

[services.urgent]
untouched = "2h"
routing = "5m"  #! duration.invalid
on_missed = ["tell-owner", "tell-boss"]  #! ladder.unknown_step
warnings = [80, 50]  #! service.warnings

[services.stuck]
on_missed = ["tell-owner", "re-route", "tell-manager"]  #! ladder.no_end

[services.early]
on_missed = ["priority-queue", "manager"]  #! ladder.unreachable

[actions.call]
task = "Call {first_nam}"  #! template.unknown_field

[templates.lead-assigned]  #! template.unused
text = "{{name}}"  #! template.braces template.braces

[templates.late]
text = "Late."
fallback = "erly"  #! template.unknown

[templates.round]  #! template.unused
text = "Round"
fallback = "about"  #! fallback.cycle

[templates.about]  #! template.unused
channel = "slack"
subject = "About"  #! key.no_effect
text = "About"
fallback = "round"

[templates.hook]
channel = "webhook"  #! template.webhook
text = "Hook"

[templates.twice]
subject = "Two\\nlines"  #! template.header_newline
text = "Twice"
fallback = "late"  #! fallback.same_medium

[subscribers.crm]
channel = "webhook"
events = ["lead.assigned", "lead.asigned"]  #! event.unknown
template = "twice"  #! subscriber.template

[subscribers.floor]  #! key.missing key.missing
channel = "slack"

[subscribers.board]
channel = "slack"
events = "*"
template = "twice"  #! subscriber.medium

[subscribers.hall]
channel = "slack"
events = []  #! subscriber.no_events
template = "abuot"  #! template.unknown

[subscribers.people]
channel = "email"  #! subscriber.email
events = "*"

[subscribers.unsaid]  #! key.missing
events = "*"

[[territory]]
id = "north"
plan = "field"
countries = ["DE"]
send_to = { pool = "ae" }

[[territory]]  #! territory.tie
id = "south"
plan = "field"
countries = ["AT", "DE"]
send_to = { pool = "ae" }
backup = "ae"  #! overflow.self

[[territory]]
id = "east"
plan = "field"
regions = ["dachs"]  #! region.unknown
send_to = { queue = "desk" }

[[territory]]
id = "west"
plan = "field"
postcodes = ["20000-10000"]  #! territory.postcode
send_to = { pool = "ae" }

[[rule]]
id = "students"
tier = "frist"  #! tier.unknown
when = { title = "student" }
send_to = { reject = "student" }

[[rule]]
id = "typo"
tier = "first"
when = { employes = { min = 5 }, country = { contians = "DE" } }  #! condition.unknown_field condition.unknown_operator
send_to = { pool = "ae", queue = "desk" }  #! target.several

[[rule]]
id = "demo"
tier = "first"
when = { intent = "demo" }
send_to = { pool = "aee" }  #! pool.unknown
service = "urgnt"  #! service.unknown
first_action = "cal"  #! action.unknown
active_from = "2026-05-01"
active_until = "2026-04-01"  #! time.reversed

[[rule]]
id = "demo"  #! rule.duplicate
tier = "first"
when = { intent = "demo" }
send_to = { territory = "feild" }  #! plan.unknown

[[rule]]
id = "wide"
tier = "first"
when = { country = ["DE", "AT"] }
send_to = { pool = "sdr" }

[[rule]]  #! rule.unreachable
id = "narrow"
tier = "first"
when = { country = "DE", employees = { min = 10 } }
send_to = { queue = "desc" }  #! queue.unknown
watchers = []

[[rule]]
id = "impossible"
tier = "first"
when = { country = "FR", not = { country = "FR" } }  #! rule.contradiction
send_to = { pool = "gone" }
when_full = { overflow = "gone" }  #! overflow.self

[[rule]]
id = "skilled"
tier = "first"
when = { any = [
  { title = "boss" },
  { product = 5 },  #! condition.type
] }
send_to = { rep = "bob" }  #! rep.inactive
on_unknown = "enrich-then-retry"  #! rule.no_limit
when_full = { wait = "30min" }  #! wait.ignored

[[rule]]
id = "swedish"
tier = "first"
when = { country = "SE" }
send_to = { pool = "ae" }
needs = { language = "sv", skills = { robots = 3 } }  #! language.nobody skill.nobody

[[rule]]  #! policy.no_default
id = "end"
tier = "last"
when = { country = "DE" }
send_to = { review = "unclear-fit" }
"""

BROKEN_ROSTER = """\
[roster]
zone = "Europe/Berlin"

[calendars.berlin]
hours = { mon-fri = "09:00-17:00", tue = "16:00-18:00" }  #! calendar.overlap

[calendars.night]
hours = { mon = "18:00-09:00", xyz = "09:00-10:00", sat = "25:00-26:00", sun = "09:00-09:00" }  #! hours.reversed hours.day hours.range hours.empty

[calendars.shut]
hours = {}  #! calendar.never_opens

[calendars.far]
hours = { mon = "09:00-17:00" }
holidays = { country = "QQ" }  #! holidays.unknown
closed = ["2026-02-30"]  #! time.invalid

[[rep]]
id = "ada"
email = "ada@example"  #! email.invalid
calendar = "berlin"
manager = "adam"  #! rep.unknown
languages = ["english"]  #! language.invalid
pools = { ae = 0, aee = 1 }  #! weight.zero member.unknown_pool

[[rep]]
id = "bob"
active = false
capacity = -1  #! value.range
absences = [
  { type = "sick", from = "2026-05-02", until = "2026-05-01" },  #! time.reversed
  { type = "sick", from = "2026-05-02" },  #! key.missing
]
pools = { gone = { weight = nan } }  #! value.type

[[rep]]
id = "ada"  #! rep.duplicate
left = "soon"  #! time.invalid
"""


def expected(text: str, file: str) -> list[tuple[str, int, str]]:
    return [
        (file, number, code)
        for number, line in enumerate(text.splitlines(), start=1)
        for code in (re.search(r"#! (.*)$", line) or re.match("()", ""))[1].split()
    ]


def placed(findings: tuple[Finding, ...]) -> list[tuple[str, int, str]]:
    return [(finding.file, finding.line, finding.code) for finding in findings]


def test_a_policy_with_many_mistakes_shows_each_on_its_line() -> None:
    policy, roster, findings = load(BROKEN_POLICY, BROKEN_ROSTER, as_of=NOW)
    wanted = [*expected(BROKEN_POLICY, "policy.toml"), *expected(BROKEN_ROSTER, "roster.toml")]
    assert sorted(placed(findings)) == sorted(wanted)
    assert len({code for _, _, code in wanted}) >= 50
    assert (policy, roster) == (None, None)


def test_every_finding_is_a_sentence_that_says_where() -> None:
    for finding in load(BROKEN_POLICY, BROKEN_ROSTER)[2]:
        assert finding.where and finding.column and re.fullmatch(r'["\w\[{-].*[.?]', finding.text), finding


def test_the_examples_are_clean() -> None:
    policy_text = (EXAMPLES / "policies" / "inbound.toml").read_text(encoding="utf-8")
    roster_text = (EXAMPLES / "rosters" / "inbound.toml").read_text(encoding="utf-8")
    policy, roster, findings = load(policy_text, roster_text, as_of=NOW)
    assert findings == ()
    assert policy is not None and roster is not None
    assert (len(policy.rules), len(policy.pools), len(roster.reps)) == (14, 5, 14)


MINIMAL = """\
[policy]
name = "Minimal"
tiers = ["all"]
{head}
[queues.desk]
{middle}
[[rule]]
id = "end"
tier = "all"
when = {{}}
send_to = {{ queue = "desk" }}
"""


def minimal(middle: str = "", head: str = "") -> str:
    return MINIMAL.format(middle=middle, head=head)


def said(policy_text: str, roster_text: str | None = None) -> list[tuple[str, str]]:
    return [(finding.code, finding.text) for finding in load(policy_text, roster_text, as_of=NOW)[2]]


def test_a_queue_for_everything_is_a_whole_policy() -> None:
    assert said(minimal()) == []


def test_without_a_roster_nothing_is_said_about_people() -> None:
    text = minimal('tell = ["nobody"]\n[pools.ae]\ncalendar = "moon"\n')
    assert said(text) == []
    assert [code for code, _ in said(text, "[roster]\n")] == [
        "rep.unknown",
        "pool.unused",
        "calendar.unknown",
    ]


def test_without_its_text_a_policy_is_judged_just_the_same() -> None:
    policy, _ = read_policy(minimal(head='tell_owner = "nothing"\n'))
    assert policy is not None
    text = 'The template "nothing" is not known.'
    assert lint(policy) == (Finding("template.unknown", "[policy] tell_owner", text),)


def rule(id: str, rest: str) -> str:
    return f'[[rule]]\nid = "{id}"\ntier = "all"\n{rest}\n'


def test_the_nearest_name_is_offered() -> None:
    text = minimal(
        '[pools.dach-ae]\n[[rule]]\nid = "x"\ntier = "all"\nwhen = { title = "x" }\nsend_to = { pool = "dach-se" }'
    )
    assert ("pool.unknown", 'The pool "dach-se" is not known; did you mean "dach-ae"?') in said(text)


@pytest.mark.parametrize(
    ("first", "second", "code"),
    [
        ('when = { country = ["DE", "AT"] }', 'when = { country = "DE" }', "rule.unreachable"),
        (
            'when = { country = ["DE", "AT"] }\nexclusive = true',
            'when = { country = "DE" }',
            "rule.unreachable",
        ),
        (
            'when = { country = "DE" }\nexclusive = true',
            'when = { country = "DE" }\nexclusive = true',
            "rule.exclusive_conflict",
        ),
        ('when = { country = "DE" }', 'when = { country = "DE" }\nexclusive = true', "rule.unreachable"),
        ('when = { country = "DE" }', 'when = { country = ["DE", "AT"] }', None),
        ('when = { country = "DE" }', 'when = { country = "DE" }\nwatchers = ["ada"]', None),
        ('when = { country = "DE" }\nactive_until = 2026-01-01', 'when = { country = "DE" }', None),
        ('when = { country = "DE" }', 'when = { country = "DE" }\non_unknown = "review"', None),
    ],
)
def test_a_rule_that_is_always_beaten_in_its_tier_is_named(first: str, second: str, code: str | None) -> None:
    target = '\nsend_to = { queue = "desk" }'
    found = said(minimal(rule("one", first + target) + rule("two", second + target)))
    assert [c for c, _ in found] == ([code] if code else [])


@pytest.mark.parametrize(
    ("before", "target", "codes"),
    [
        ("", '{ queue = "desk" }', ["rule.unreachable"]),
        ("", '{ pool = "ae" }', []),  # a full pool lets the lead fall to the next tier
        (rule("zero", 'when = { title = "x" }\nsend_to = { pool = "ae" }'), '{ queue = "desk" }', []),
    ],
)
def test_a_rule_of_an_earlier_tier_beats_only_when_it_keeps_the_lead(
    before: str, target: str, codes: list[str]
) -> None:
    early = before + rule("early", f'when = {{ country = "DE" }}\nsend_to = {target}')
    late = rule("late", 'when = { country = "DE", title = "y" }\nsend_to = { review = "unclear-fit" }')
    text = minimal("[pools.ae]\n" + early.replace('"all"', '"first"') + late).replace(
        '["all"]', '["first", "all"]'
    )
    assert [code for code, _ in said(text)] == codes


def territories(*rows: str) -> str:
    lines = [
        f'[[territory]]\nid = "t{i}"\nplan = "p"\nsend_to = {{ queue = "desk" }}\n{r}'
        for i, r in enumerate(rows)
    ]
    head = '[regions]\nnord = ["SE", "FI"]\nbalt = ["EE", "FI"]\n'
    return minimal("\n".join(lines) + "\n", head)


@pytest.mark.parametrize(
    ("one", "two", "example"),
    [
        ('countries = ["DE", "FR"]', 'countries = ["FR", "ES"]', "country FR"),
        ('regions = ["nord"]', 'regions = ["balt"]', "country FI"),
        ('regions = ["nord"]', 'regions = ["balt"]\npriority = 1', None),
        ('regions = ["nord"]', 'countries = ["FI"]', None),
        ('states = ["US-CA", "US-NY"]', 'states = ["US-NY"]', "country US, state US-NY"),
        ('postcodes = ["10*"]', 'postcodes = ["10*", "11*"]', "postcode 10"),
        ('postcodes = ["10*"]', 'postcodes = ["101*"]', None),
        ('postcodes = ["10000-14999"]', 'postcodes = ["14000-15000"]', "postcode 14999"),
        ('postcodes = ["10*"]\ncountries = ["DE"]', 'postcodes = ["10*"]\ncountries = ["FR"]', None),
        (
            'accounts = ["acme.example"]',
            'accounts = ["acme.example"]\ncountries = ["DE"]',
            "country DE, domain acme.example",
        ),
        ('cities = ["Köln"]', 'cities = ["köln", "Bonn"]', "city Köln"),
        (
            'countries = ["DE"]\nactive_until = 2026-07-01',
            'countries = ["DE"]\nactive_from = 2026-07-01',
            None,
        ),
    ],
)
def test_two_territories_that_tie_are_shown_by_a_lead(one: str, two: str, example: str | None) -> None:
    text = f'A lead with {example} is in "t0" on line 9 and here alike; give one of them a higher priority.'
    found = [
        (code, re.sub(r"on line \d+", "on line 9", said_)) for code, said_ in said(territories(one, two))
    ]
    assert found == ([("territory.tie", text)] if example else [])


def test_pools_that_overflow_into_each_other_are_named_once() -> None:
    rules = "".join(
        rule(
            pool,
            f'when = {{ title = "{pool}" }}\nsend_to = {{ pool = "{pool}" }}\nwhen_full = {{ overflow = "{other}" }}',
        )
        for pool, other in (("a", "b"), ("b", "c"), ("c", "a"))
    )
    text = "Overflow runs in a circle, a -> b -> c -> a: when all are full nobody takes it, and it goes to the next tier."
    assert said(minimal("[pools.a]\n[pools.b]\n[pools.c]\n" + rules)) == [("overflow.cycle", text)]


def letter(id: str, rest: str = "") -> str:
    return f'[templates.{id}]\ntext = "Hello"\n{rest}\n'


def test_a_fallback_to_itself_is_a_circle_too() -> None:
    text = minimal(letter("a", 'fallback = "a"'), 'tell_owner = "a"\n')
    sentence = "Fallbacks run in a circle, a -> a: what has failed by every way would be tried for ever."
    assert said(text) == [("fallback.cycle", sentence)]


def test_a_template_told_only_when_another_failed_is_used() -> None:
    chain = letter("a", 'fallback = "b"') + letter("b", 'channel = "slack"\nfallback = "c"') + letter("c")
    assert said(minimal(chain, 'tell_moved = "a"\n')) == []
    assert [code for code, _ in said(minimal(chain))] == ["template.unused"] * 3


def test_a_slack_channel_may_subscribe_to_what_is_written_for_slack() -> None:
    subscriber = '[subscribers.floor]\nchannel = "slack"\nevents = "*"\ntemplate = "a"\n'
    assert said(minimal(letter("a", 'channel = "slack"') + subscriber)) == []


@pytest.mark.parametrize(
    ("ladder", "codes"),
    [
        ([], []),
        (["tell-owner", "tell-manager"], []),
        (["re-route", "manager"], []),
        (["re-route", "manager", "review"], []),
        (["re-route", "priority-queue"], ["ladder.no_queue"]),
        (["manager", "re-route"], ["ladder.no_end"]),
        (["review", "re-route"], ["ladder.no_end", "ladder.unreachable"]),
    ],
)
def test_a_ladder_must_end_somewhere(ladder: list[str], codes: list[str]) -> None:
    assert [code for code, _ in said(minimal(f"[services.x]\non_missed = {ladder}\n"))] == codes


def test_somebody_who_has_left_counts_only_once_the_day_has_come() -> None:
    policy_text = minimal("[pools.ae]\n" + rule("x", 'when = { title = "x" }\nsend_to = { pool = "ae" }'))
    roster_text = '[[rep]]\nid = "ada"\nleft = "2026-06-01"\npools = { ae = 1 }\n'
    before = load(policy_text, roster_text, as_of=datetime(2026, 5, 31, 23, tzinfo=UTC))[2]
    after = load(policy_text, roster_text, as_of=datetime(2026, 6, 1, tzinfo=UTC))[2]
    assert ([f.code for f in before], [f.code for f in after]) == ([], ["pool.nobody"])
