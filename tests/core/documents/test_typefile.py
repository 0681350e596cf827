"""What a lead of a type must say is read by status, and a hold has somebody who is asked."""

from datetime import timedelta

from firstright.core.leadtypes import LeadType
from marked import policy_findings, sound_policy

TYPES = """
[types.any]
required = ["country"]

[types.partner]
required = { new = ["company", "product"], qualified = ["employees"] }
hold = "30min"
ask = "ada"

[types.referral]
required = "email"
quarantine = true
"""

WRONG = """
[types.partner]
required = ["compny", "score", "first.source"]  #! field.unknown type.not_theirs type.not_theirs
hold = "30min"  #! type.nobody_asked key.no_effect

[types.both]
required = ["email"]
quarantine = true
hold = "5min"  #! type.hold_and_quarantine
ask = "ada"

[types.late]
quarantine = true  #! key.no_effect

[types.late.required]
qualifed = ["email"]  #! status.unknown
"""


def test_types_are_read_by_name_and_any_is_that_of_every_other_lead() -> None:
    assert sound_policy(TYPES).types == {
        "": LeadType("", {"new": ("country",)}),
        "partner": LeadType(
            "partner",
            {"new": ("company", "product"), "qualified": ("employees",)},
            timedelta(minutes=30),
            ask="ada",
        ),
        "referral": LeadType("referral", {"new": ("email",)}, quarantine=True),
    }


def test_what_nobody_can_be_asked_for_and_holds_without_anybody_are_refused() -> None:
    found, wanted = policy_findings(WRONG)
    assert sorted(found) == sorted(wanted)
