"""What is wrong with a policy or a roster, one finding per mistake, as data. Nothing is raised or printed here."""

from typing import Literal

import msgspec

Severity = Literal["error", "warning"]


class Finding(msgspec.Struct, frozen=True):
    """One mistake: a stable `code`, the place (`rule "dach" when.employees`), and one sentence a person can act on.

    An error forbids publishing; a warning is shown and may be published over. Line and column count from 1;
    0 is "not known", as for a policy that was not read from a text.
    """

    code: str
    where: str
    text: str
    severity: Severity = "error"
    file: str = ""
    line: int = 0
    column: int = 0


def errors(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Only those that forbid publishing, in the given order."""
    return tuple(finding for finding in findings if finding.severity == "error")
