"""[hygiene] says when what comes, and what stands in the base, is worth somebody's time; what it leaves out is as shipped."""

from datetime import timedelta

import msgspec
import pytest

from firstright.core.documents.policyfile import read_policy
from firstright.core.hygiene import HYGIENE
from routing import CATCH_ALL, HEAD

POLICY = HEAD + CATCH_ALL


def found(table: str) -> list[tuple[str, str]]:
    return [(each.code, each.text) for each in read_policy(POLICY + table)[1]]


def test_what_is_left_out_is_as_shipped() -> None:
    policy, findings = read_policy(POLICY + '\n[hygiene]\nevery = "12h"\nfill_drop = 15\nspike = 9\n')
    assert policy is not None and findings == ()
    assert policy.hygiene == msgspec.structs.replace(
        HYGIENE, every=timedelta(hours=12), fill_drop=15, spike=9
    )
    bare, _ = read_policy(POLICY)
    assert bare is not None and bare.hygiene == HYGIENE


@pytest.mark.parametrize(
    ("line", "code", "text"),
    [
        ('every = "5min"', "hygiene.span", "It can be from 1h to 31d."),
        ('against = "1y"', "duration.invalid", ""),
        ('against = "365d"', "hygiene.span", "It can be from 1w to 90d."),
        ("fill_drop = 0", "value.range", "0 is not between 1 and 100."),
        ("least = 2", "value.range", "2 is not between 5 and 100,000."),
        ("fill_drops = 3", "key.unknown", ""),
    ],
)
def test_what_is_wrong_is_said(line: str, code: str, text: str) -> None:
    [(said, why)] = found(f"\n[hygiene]\n{line}\n")
    assert said == code
    assert text in why
