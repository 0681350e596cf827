"""What is wrong with who answers for what: parts there are not, people nobody knows, parts for which nobody answers."""

from collections.abc import Iterator

from firstright.core.documents.case import Case
from firstright.core.documents.reading import not_known
from firstright.core.documents.spans import Path
from firstright.core.parts import parts_of, stewards_of
from firstright.core.rules.findings import Finding
from firstright.core.stewards import KINDS, Answers

MOST = 5  # parts named in one finding
_KEYS = {kind: key for key, kind in KINDS.items()}


def stewards(case: Case) -> Iterator[Finding]:
    said = case.policy.stewards
    if not said.said:
        return
    known = parts_of(case.policy)
    for part in said.parts:
        if part not in known:
            kind, _, name = part.partition(":")
            there = [each.partition(":")[2] for each in known if each.startswith(f"{kind}:")]
            text = not_known(name, there, f"The {kind}")
            yield case.how.finding("stewards.unknown_part", _path(part), f"stewards of {kind}", text)
    yield from _people(case, ("stewards",), "[stewards]", said.general)
    for kind, answers in said.kinds.items():
        yield from _people(case, ("stewards", _KEYS[kind]), f"[stewards.{_KEYS[kind]}]", answers)
    for part, answers in said.parts.items():
        yield from _people(case, _path(part), f'stewards of "{part}"', answers)
    yield from _nobody(case)


def _people(case: Case, path: Path, where: str, answers: Answers) -> Iterator[Finding]:
    """A rep of the roster, or an address. Without a roster nobody is missed."""
    if case.roster is None:
        return
    reps = [rep.id for rep in case.roster.reps]
    named = [("responsible", answers.responsible), ("accountable", answers.accountable)]
    named += [("inform", one) for one in answers.inform or ()]
    for key, who in named:
        if who and "@" not in who and who not in reps:
            text = f"{not_known(who, reps, 'The rep')} It can be an address, too."
            yield case.how.finding("stewards.unknown_person", (*path, key), f"{where} {key}", text)


def _nobody(case: Case) -> Iterator[Finding]:
    bare = [each.part for each in stewards_of(case.policy) if not each.accountable]
    if bare:
        more = f" and {len(bare) - MOST} more" if len(bare) > MOST else ""
        text = (
            f"Nobody is accountable for {', '.join(bare[:MOST])}{more}: say who under [stewards], or by kind."
        )
        yield case.how.finding("stewards.nobody", ("stewards",), "[stewards]", text, "warning")


def _path(part: str) -> Path:
    kind, _, name = part.partition(":")
    return ("stewards", _KEYS[kind], name) if name else ("stewards", _KEYS[kind])
