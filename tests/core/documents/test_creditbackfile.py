"""What is given back, and what absences are owed, is read over what is shipped."""

from datetime import timedelta

from firstright.core.pools import CREDIT_BACK, LEAD, AbsencePolicy, Approval, CreditBack
from marked import policy_findings, sound_policy

SAID = """
[credit_back]
most = 25

[credit_back.reasons]
busy = { credit = true, approval = "manager", window = "24h" }
spam = { credit = false }

[absences.parental]
make_up = true
max_debt = 2.5
rate = 50
expires = "60d"

[absences.vacation]
"""

WRONG = """
[credit_back]
most = 101  #! value.range

[credit_back.reasons]
no-shows = { credit = true }  #! credit_back.unknown_reason
spam = { credit = "yes", approval = "boss" }  #! value.type value.unknown
busy = { window = "24h" }  #! key.no_effect
test = 5  #! value.type

[absences.parental]  #! key.missing
make_up = true

[absences.sick]
max_debt = 3  #! key.no_effect

[absences.course]
make_up = true
max_debt = 0  #! value.range
rate = 0  #! value.range

[absences.odd]
make_up = true
max_debt = 0.00000000001  #! value.range

[absences.nan]
make_up = true
max_debt = nan  #! value.type
"""


def test_reasons_are_merged_over_the_shipped_ones() -> None:
    policy = sound_policy(SAID)
    assert policy.credit_back == CREDIT_BACK | {
        "busy": CreditBack(True, Approval.MANAGER, timedelta(hours=24)),
        "spam": CreditBack(False),
    }
    assert policy.credit_back_most == 25


def test_an_absence_type_owes_what_the_policy_says_in_exact_leads() -> None:
    assert sound_policy(SAID).absences == {
        "parental": AbsencePolicy(True, 5 * LEAD // 2, 50, timedelta(days=60)),
        "vacation": AbsencePolicy(),
    }


def test_mistakes_are_named_on_their_lines() -> None:
    found, wanted = policy_findings(WRONG)
    assert found == wanted
