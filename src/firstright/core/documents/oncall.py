"""What is wrong with rotas: members who are gone, swaps before the rota starts or on top of each other, rotas nobody asks.

That nobody is on call for a while is no mistake: the lead then goes on.
"""

from collections.abc import Iterator
from itertools import pairwise

from firstright.core.documents.case import Case
from firstright.core.documents.reading import not_known
from firstright.core.policy import TargetKind
from firstright.core.roster import Rep, Rota
from firstright.core.rules.findings import Finding


def on_call(case: Case) -> Iterator[Finding]:
    if case.roster is None:
        return
    reps = {rep.id: rep for rep in case.roster.reps}
    asked = _asked(case)
    for rota in case.roster.rotas:
        yield from _members(case, rota, reps)
        if ("rotas", rota.id) not in case.who.broken:
            yield from _swaps(case, rota, reps)
        if rota.id not in asked:
            text = f'Rota "{rota.id}" is not used: no rule or territory sends leads to whoever has it.'
            yield case.of_rota(rota.id, "rota.unused", text, "", "warning")


def _asked(case: Case) -> set[str]:
    policy = case.policy
    targets = [rule.send_to for rule in policy.rules] + [t.send_to for t in policy.territories]
    targets += [holdover.send_to for holdover in policy.holdovers]
    return {target.id for target in targets if target.kind is TargetKind.ON_CALL}


def _members(case: Case, rota: Rota, reps: dict[str, Rep]) -> Iterator[Finding]:
    for name in dict.fromkeys(rota.members):
        if name not in reps:
            yield case.of_rota(rota.id, "rep.unknown", not_known(name, reps, "The rep"), "members")
    gone = [n for n in dict.fromkeys(rota.members) if n in reps and case.gone(reps[n])]
    if gone and len(gone) == len(set(rota.members)):
        text = f"Nobody of the rota is left: {', '.join(gone)} are inactive or gone."
        yield case.of_rota(rota.id, "rota.nobody", text, "members", "warning")
        return
    for name in gone:
        text = f'"{name}" is inactive or has left: in their turns nobody is on call.'
        yield case.of_rota(rota.id, "rota.gone", text, "members", "warning")


def _swaps(case: Case, rota: Rota, reps: dict[str, Rep]) -> Iterator[Finding]:
    for i, swap in enumerate(rota.swaps):
        if swap.rep not in reps:
            yield case.of_rota(
                rota.id, "rep.unknown", not_known(swap.rep, reps, "The rep"), "swaps", "error", i, "rep"
            )
        elif case.gone(reps[swap.rep]) and not (case.as_of and swap.ends <= case.as_of):
            text = f'"{swap.rep}" is inactive or has left, so nobody is on call then.'
            yield case.of_rota(rota.id, "rota.gone", text, "swaps", "warning", i, "rep")
        if swap.ends <= rota.starts:
            text = "The swap is over before the rota starts, so it swaps nothing."
            yield case.of_rota(rota.id, "swap.outside", text, "swaps", "warning", i)
    ordered = sorted(enumerate(rota.swaps), key=lambda swap: swap[1].starts)
    for (_, one), (i, two) in pairwise(ordered):
        if two.starts < one.ends:
            text = f'It overlaps the swap with "{one.rep}": only one of them can be on call.'
            yield case.of_rota(rota.id, "swap.overlap", text, "swaps", "error", i)
