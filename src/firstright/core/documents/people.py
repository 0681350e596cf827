"""What is wrong with people as the roster has them: managers in circles, stand-ins who are gone, licences that have run out.

Names that lead nowhere are `references`', rotas are `oncall`'s.
"""

from collections.abc import Iterator

from firstright.core.calendar import zone_of
from firstright.core.documents.case import Case
from firstright.core.pools import Measure, Method
from firstright.core.roster import Rep
from firstright.core.rules.findings import Finding


def people(case: Case) -> Iterator[Finding]:
    if case.roster is None:
        return
    reps = {rep.id: rep for rep in case.roster.reps}
    yield from _manager_circles(case, reps)
    for i, rep in enumerate(case.roster.reps):
        if case.gone(rep):
            continue
        yield from _stand_ins(case, i, rep, reps)
        yield from _expired(case, i, rep)
        yield from _ramps(case, i, rep)
        yield from _rooms(case, i, rep)


def _manager_circles(case: Case, reps: dict[str, Rep]) -> Iterator[Finding]:
    """Each circle once, at the first of it in the roster; somebody who manages themselves is told elsewhere."""
    apart: set[str] = set()
    for i, rep in enumerate(case.roster.reps if case.roster else ()):
        way: list[str] = []
        name = rep.id
        while name in reps and name not in apart and name not in way:
            way.append(name)
            name = reps[name].manager
        apart |= set(way)
        if len(way) > 1 and name == rep.id:
            told = " -> ".join((*way, name))
            text = f"Managers run in a circle, {told}: nobody stands above them whom a missed deadline could reach."
            yield case.of_rep(i, "rep.manager_circle", text, "manager")


def _stand_ins(case: Case, i: int, rep: Rep, reps: dict[str, Rep]) -> Iterator[Finding]:
    if rep.manager in reps and case.gone(reps[rep.manager]):
        text = f'Manager "{rep.manager}" is inactive or has left; their own manager is asked instead.'
        if not reps[rep.manager].manager:
            text = f'Manager "{rep.manager}" is inactive or has left, and nobody stands above them.'
        yield case.of_rep(i, "manager.gone", text, "manager", "warning")
    if rep.backup in reps and rep.backup != rep.id and case.gone(reps[rep.backup]):
        text = f'"{rep.backup}" is inactive or has left, so nobody stands in for "{rep.id}".'
        yield case.of_rep(i, "backup.gone", text, "backup", "warning")


def _expired(case: Case, i: int, rep: Rep) -> Iterator[Finding]:
    zone = zone_of(case.roster.zone if case.roster else "UTC")
    for licence in rep.licences:
        if case.as_of and licence.until and licence.until <= case.as_of:
            ended = f"{licence.until.astimezone(zone):%Y-%m-%d %H:%M}"
            text = f'Licence "{licence.name}" ran out at {ended}; renew its date, or take it out.'
            yield case.of_rep(i, "licence.expired", text, "licences", "warning")


def _ramps(case: Case, i: int, rep: Rep) -> Iterator[Finding]:
    for place in rep.memberships:
        if not place.ramp:
            continue
        last = place.ramp[-1]
        if last.weight < place.weight:
            text = (
                f"The ramp ends at {last.weight} and stays there, below the weight of {place.weight}; "
                f"add a step from which it is {place.weight}."
            )
            yield case.of_rep(i, "ramp.ends_below", text, "pools", "warning", place.pool, "ramp")
        if place.left and last.at >= place.left:
            text = "The last step begins when they have left the pool already."
            yield case.of_rep(i, "ramp.after_leaving", text, "pools", "warning", place.pool, "ramp")


def _rooms(case: Case, i: int, rep: Rep) -> Iterator[Finding]:
    """Capacities in measures that no pool balances by."""
    measures = {pool.load for pool in case.policy.pools.values() if pool.method is Method.LOAD}
    for measure in rep.capacities:
        if Measure(measure) not in measures:
            text = f'No pool is load-balanced with load = "{measure}", so this capacity is never asked.'
            yield case.of_rep(i, "capacity.unused", text, "capacities", "warning", measure)
