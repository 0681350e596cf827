"""[matching] is read over what is shipped, and whatever makes no sense in it is named with its place."""

from firstright.core.matchrules import MATCHING, Matching
from marked import policy_findings, sound_policy

SAID = """
[matching]
link = 880
review = 700
group_within = "20min"
unsure = "route"
trusted = ["crm", "web"]

[matching.keys]
chat = ["phone", "email"]

[matching.survives]
phone = "trusted"
company = "longest"
city = "newest"
"""

WRONG = """
[matching]
link = 700
review = 800  #! matching.review_above_link
group_within = "2d"  #! value.range
unsure = "guess"  #! value.unknown
sometimes = true  #! key.unknown

[matching.keys]
chat = []  #! matching.no_keys
form = ["email", "shoe"]  #! matching.unknown_key
site = 5  #! value.type

[matching.survives]
phon = "newest"  #! field.unknown
phone = "oldest"  #! matching.unknown_rule
phone_country = "newest"  #! matching.no_choice
score = "longest"  #! matching.no_choice
city = 3  #! value.type
"""


def test_what_is_said_is_read_and_the_rest_is_as_shipped() -> None:
    assert sound_policy(SAID).matching == Matching(
        link=880,
        review=700,
        keys={"chat": ("email", "phone")},
        trusted=("crm", "web"),
        survives={"phone": "trusted", "company": "longest", "city": "newest"},
        unsure="route",
        group_within=1200,
    )
    assert sound_policy("").matching == MATCHING
    assert sound_policy('[matching]\ngroup_within = "none"\n').matching.group_within == 0


def test_every_mistake_is_named_where_it_stands() -> None:
    found, marked = policy_findings(WRONG)
    assert found == marked


def test_trust_needs_somebody_to_trust_and_somebody_trusted_a_field() -> None:
    nobody = '[matching]\nsurvives = { phone = "trusted" }  #! matching.nobody_trusted\n'
    nothing = '[matching]\ntrusted = ["crm"]  #! key.no_effect\n'
    for text in (nobody, nothing):
        found, marked = policy_findings(text)
        assert found == marked
