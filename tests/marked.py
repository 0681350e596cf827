"""TOML in which a "#!" at the end of a line names the codes of the findings expected there, in order of their columns."""

import re

from firstright.core.documents.policyfile import read_policy
from firstright.core.documents.rosterfile import read_roster
from firstright.core.policy import Policy
from firstright.core.roster import Document
from firstright.core.rules.findings import Finding

Placed = list[tuple[int, str]]

HEAD = '[policy]\nname = "Small"\nzone = "Europe/Berlin"\ntiers = ["all"]\n'


def expected(text: str) -> Placed:
    return [
        (number, code)
        for number, line in enumerate(text.splitlines(), start=1)
        for code in (re.search(r"#! (.*)$", line) or re.match("()", ""))[1].split()
    ]


def placed(findings: tuple[Finding, ...], file: str = "") -> Placed:
    """Lines and codes, sorted, of one file or of all."""
    wanted = [f for f in findings if not file or f.file == file]
    return [(f.line, f.code) for f in sorted(wanted, key=lambda f: (f.line, f.column))]


def sound_policy(rest: str) -> Policy:
    policy, findings = read_policy(HEAD + rest)
    assert policy is not None and findings == (), findings
    return policy


def sound_roster(text: str) -> Document:
    document, findings = read_roster(text)
    assert document is not None and findings == (), findings
    return document


def policy_findings(rest: str) -> tuple[Placed, Placed]:
    """What is found on reading, and what the text says shall be found."""
    text = HEAD + rest
    return placed(read_policy(text)[1]), expected(text)


def roster_findings(text: str) -> tuple[Placed, Placed]:
    return placed(read_roster(text)[1]), expected(text)
