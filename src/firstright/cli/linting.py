"""What `firstright policy lint` prints: one line a finding, as compilers do, so that editors can jump to it."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from rich.text import Text

from firstright.cli.exits import FOUND, OK, Stop
from firstright.cli.files import read_text
from firstright.cli.screen import MARKS, console, safe
from firstright.core.documents.lint import load
from firstright.core.policy import Policy
from firstright.core.roster import Document
from firstright.core.rules.findings import Finding, errors


def lint(policy_file: str, roster_file: str, *, json: bool) -> int:
    """Prints all findings as of now, errors before warnings within each file, and gives the exit code."""
    from firstright import wiring  # 0.6 s of imports that deciding from files does not need

    _, _, findings = _load(policy_file, roster_file, wiring.now())
    ordered = in_order(findings, (policy_file, roster_file))
    if json:
        print(msgspec.json.format(msgspec.json.encode({"findings": ordered})).decode())
    else:
        show(ordered, stderr=False)
        _count(ordered, policy_file)
    return FOUND if errors(findings) else OK


def load_or_stop(policy_file: str, roster_file: str) -> tuple[Policy, Document]:
    """Both documents, for commands that decide with them; with an error in either, its findings and exit code 1."""
    policy, roster, findings = _load(policy_file, roster_file)
    wrong = errors(findings)
    if wrong or policy is None or roster is None:
        show(in_order(wrong, (policy_file, roster_file)), stderr=True)
        raise Stop(f"{_plural(len(wrong), 'error')} in policy and roster; nothing was decided", code=FOUND)
    return policy, roster


def _load(
    policy_file: str, roster_file: str, as_of: datetime | None = None
) -> tuple[Policy | None, Document | None, tuple[Finding, ...]]:
    roster = read_text(roster_file, "roster") if roster_file else None
    policy = read_text(policy_file, "policy")
    shown = roster_file or "roster.toml"
    return load(policy, roster, policy_file=policy_file, roster_file=shown, as_of=as_of)


def in_order(findings: Sequence[Finding], files: Sequence[str]) -> tuple[Finding, ...]:
    """By file in the order given, errors first, then by place."""
    place = {file: i for i, file in enumerate(files)}
    return tuple(
        sorted(findings, key=lambda f: (place.get(f.file, len(files)), f.severity, f.line, f.column, f.code))
    )


def show(findings: Sequence[Finding], *, stderr: bool) -> None:
    to = console(stderr=stderr)
    for finding in findings:
        line = Text(f"{_place(finding)}: ")
        line.append(f"{finding.severity}:", MARKS[finding.severity])
        line.append(f" {safe(finding.text)} ")
        line.append(f"[{finding.code}]", "dim")
        to.print(line, soft_wrap=True)  # never wrapped: an editor reads it by lines


def _place(finding: Finding) -> str:
    return (
        f"{finding.file}:{finding.line}" if finding.line else f"{finding.file}: {finding.where}".rstrip(": ")
    )


def _count(findings: Sequence[Finding], policy_file: str) -> None:
    wrong = len([f for f in findings if f.severity == "error"])
    warned = len(findings) - wrong
    if not findings:
        console().print(f"{policy_file}: nothing to complain about", soft_wrap=True)
    else:
        console().print(f"{_plural(wrong, 'error')}, {_plural(warned, 'warning')}", soft_wrap=True)


def _plural(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"
