"""Names in a policy or roster that lead nowhere: each with its place and the nearest name that exists."""

from collections.abc import Callable, Collection, Iterator

from firstright.core.deriving import Derivation
from firstright.core.documents.calendarfile import RESERVED
from firstright.core.documents.case import Case
from firstright.core.documents.letters import tellings
from firstright.core.documents.mergefields import known_fields, problems
from firstright.core.documents.reading import not_known
from firstright.core.documents.spans import Path
from firstright.core.policy import Precedence, Step, TargetKind
from firstright.core.pools import Method
from firstright.core.roster import Rep
from firstright.core.rules.findings import Finding
from firstright.core.rules.predicates import AllOf, AnyOf, Condition, Not, Op, Test

_WHAT = {
    "pool": "The pool",
    "queue": "The queue",
    "rep": "The rep",
    "plan": "The territory plan",
    "service": "The service level",
    "action": "The first action",
    "template": "The template",
    "calendar": "The calendar",
    "region": "The region",
    "tier": "The tier",
    "rota": "The rota",
    "territory": "The territory",
    "limit": "The limit",
    "list": "The list",
    "field": "The field",
}
_TARGETS = {
    TargetKind.POOL: "pool",
    TargetKind.QUEUE: "queue",
    TargetKind.REP: "rep",
    TargetKind.TERRITORY: "plan",
    TargetKind.ON_CALL: "rota",
}
Report = Callable[[str, str, str], Finding]  # code, sentence, key


class References:
    """Everything that can be named, and the check of one name. People and calendars are known only with a roster."""

    def __init__(self, case: Case) -> None:
        policy, roster = case.policy, case.roster
        self.case = case
        self.known: dict[str, Collection[str]] = {
            "pool": policy.pools,
            "queue": policy.queues,
            "plan": dict.fromkeys(territory.plan for territory in policy.territories),
            "service": policy.services,
            "action": policy.actions,
            "template": policy.templates,
            "region": policy.regions,
            "tier": policy.tiers,
            "territory": dict.fromkeys(territory.id for territory in policy.territories),
            "limit": dict.fromkeys(limit.id for limit in policy.limits),
            "list": policy.lists,
            "field": policy.catalogue,
        }
        if roster is not None:
            self.known["rep"] = dict.fromkeys(rep.id for rep in roster.reps)
            self.known["rota"] = dict.fromkeys(rota.id for rota in roster.rotas)
            self.known["calendar"] = (*(calendar.id for calendar in roster.calendars), RESERVED)

    def findings(self) -> Iterator[Finding]:
        yield from self._policy()
        yield from self._rules()
        yield from self._derivations()
        yield from self._territories()
        yield from self._named()
        yield from self._limits()
        yield from self._texts()
        yield from self._reps()
        yield from self._rosters_own()

    def _check(self, kind: str, name: str, report: Report, key: str) -> Iterator[Finding]:
        known = self.known.get(kind)
        if name and known is not None and name not in known:
            yield report(f"{kind}.unknown", not_known(name, known, _WHAT[kind]), key)

    def _policy(self) -> Iterator[Finding]:
        policy = self.case.policy

        def report(code: str, text: str, key: str) -> Finding:
            return self.case.of_policy(code, text, key)

        yield from self._check("service", policy.default_service, report, "default_service")
        yield from self._check("service", policy.urgent_service, report, "urgent_service")
        for key, template in tellings(policy).items():
            yield from self._check("template", template, report, key)
        yield from self._check("queue", policy.priority_queue, report, "priority_queue")
        for address, rep in policy.do_not_assign.items():
            if rep != "review" and rep not in self.known.get("rep", (rep,)):
                text = not_known(rep, self.known["rep"], "The rep")
                where = f'[do_not_assign] "{address}"'
                yield self.case.how.finding("rep.unknown", ("do_not_assign", address), where, text)
        yield from self._precedence()

    def _precedence(self) -> Iterator[Finding]:
        before: dict[Step, list[Precedence]] = {}
        for i, step in enumerate(self.case.policy.precedence):
            clash = any(_at_once(step, other) for other in before.get(step.step, ()))
            if clash and ("precedence", i) not in self.case.how.broken:
                text = f'Step "{step.step}" stands in the order already; it is asked once only.'
                where = f"precedence step {i + 1}"
                yield self.case.how.finding("precedence.repeated", ("precedence", i, "step"), where, text)
            before.setdefault(step.step, []).append(step)

    def _rules(self) -> Iterator[Finding]:
        for i, rule in enumerate(self.case.policy.rules):

            def report(code: str, text: str, key: str, index: int = i) -> Finding:
                return self.case.of_rule(index, code, text, key)

            yield from self._check("tier", rule.tier, report, "tier")
            yield from self._check(_TARGETS.get(rule.send_to.kind, ""), rule.send_to.id, report, "send_to")
            yield from self._check("service", rule.service, report, "service")
            yield from self._check("action", rule.first_action, report, "first_action")
            yield from self._check("pool", rule.when_full.overflow, report, "when_full")
            yield from self._check("plan", rule.needs.territory, report, "needs")
            for step in rule.relax:
                yield from self._check("plan", step.needs.territory, report, "relax")
            for rep in rule.watchers:
                yield from self._check("rep", rep, report, "watchers")
            for region in _regions_asked(rule.when):
                yield from self._check("region", region, report, "when")

    def _derivations(self) -> Iterator[Finding]:
        """Lists and regions that rows of the tables name, which say what a lead is."""
        at: dict[str, int] = {}
        for row in self.case.policy.derivations:
            place = at[row.field] = at.get(row.field, -1) + 1

            def report(code: str, text: str, key: str, row: Derivation = row, place: int = place) -> Finding:
                where = f'{row.field} "{row.id}" {key}'
                return self.case.how.finding(code, (row.field, place, key), where, text)

            for name in row.lists:
                yield from self._check("list", name, report, "lists")
            for region in _regions_asked(row.when):
                yield from self._check("region", region, report, "when")

    def _territories(self) -> Iterator[Finding]:
        for i, territory in enumerate(self.case.policy.territories):

            def report(code: str, text: str, key: str, index: int = i) -> Finding:
                return self.case.of_territory(index, code, text, key)

            target = territory.send_to
            yield from self._check(_TARGETS.get(target.kind, ""), target.id, report, "send_to")
            yield from self._check("pool", territory.backup, report, "backup")
            for region in territory.regions:
                yield from self._check("region", region, report, "regions")
            for name in territory.accounts_from:
                yield from self._check("list", name, report, "accounts_from")
        for i, holdover in enumerate(self.case.policy.holdovers):

            def of_holdover(code: str, text: str, key: str, index: int = i) -> Finding:
                return self.case.of_holdover(index, code, text, key)

            target = holdover.send_to
            yield from self._check("territory", holdover.territory, of_holdover, "territory")
            yield from self._check(_TARGETS.get(target.kind, ""), target.id, of_holdover, "send_to")

    def _named(self) -> Iterator[Finding]:
        policy = self.case.policy
        for name, pool in policy.pools.items():
            yield from self._check("calendar", pool.calendar, self._of("pools", name), "calendar")
            yield from self._check("field", pool.field, self._of("pools", name), "field")
            if pool.method is Method.PULL and name in policy.queues:
                text = f"Its leads wait in a queue of that name, and [queues.{name}] is one, too: call one of them otherwise."
                yield self.case.of_named("pools", name, "pool.also_queue", text)
        for name, queue in policy.queues.items():
            yield from self._check("calendar", queue.calendar, self._of("queues", name), "calendar")
            yield from self._check("service", queue.service, self._of("queues", name), "service")
            for rep in queue.tell:
                yield from self._check("rep", rep, self._of("queues", name), "tell")
        for name, service in policy.services.items():
            yield from self._check("calendar", service.calendar, self._of("services", name), "calendar")
        for i, row in enumerate(policy.service_for):
            yield from self._check("service", row.service, self._of_row(i), "service")
        for name, letter in policy.templates.items():
            yield from self._check("template", letter.fallback, self._of("templates", name), "fallback")
        for name, subscriber in policy.subscribers.items():
            yield from self._check("template", subscriber.template, self._of("subscribers", name), "template")
        for name, action in policy.actions.items():
            yield from self._check("template", action.template, self._of("actions", name), "template")

    def _limits(self) -> Iterator[Finding]:
        for limit in self.case.policy.limits:
            for pool in limit.pools:
                yield from self._check("pool", pool, self._of("limits", limit.id), "pools")

    def _of(self, table: str, name: str) -> Report:
        def report(code: str, text: str, key: str) -> Finding:
            return self.case.of_named(table, name, code, text, key)

        return report

    def _of_row(self, index: int) -> Report:
        def report(code: str, text: str, key: str) -> Finding:
            where = f"service_for {index + 1} {key}"
            return self.case.how.finding(code, ("service_for", index, key), where, text)

        return report

    def _texts(self) -> Iterator[Finding]:
        """Merge fields of tasks and templates."""
        known = known_fields(self.case.policy.catalogue)
        texts = [("actions", a.id, "task", a.task) for a in self.case.policy.actions.values()]
        for template in self.case.policy.templates.values():
            texts.append(("templates", template.id, "subject", template.subject))
            texts.append(("templates", template.id, "text", template.text))
        for table, name, key, text in texts:
            for code, sentence in problems(text, known):
                yield self.case.of_named(table, name, code, sentence, key)

    def _reps(self) -> Iterator[Finding]:
        for i, rep in enumerate(self.case.roster.reps if self.case.roster else ()):

            def report(code: str, text: str, key: str, index: int = i) -> Finding:
                return self.case.of_rep(index, code, text, key)

            yield from self._check("calendar", rep.calendar, report, "calendar")
            yield from self._check("rep", rep.manager, report, "manager")
            if rep.manager == rep.id:
                yield report("rep.own_manager", f'"{rep.id}" cannot be their own manager.', "manager")
            for absence in rep.absences:
                yield from self._check("rep", absence.backup, report, "absences")
                if absence.backup == rep.id:
                    yield report("rep.own_backup", f'"{rep.id}" cannot stand in for themselves.', "absences")
            yield from self._check("rep", rep.backup, report, "backup")
            if rep.backup == rep.id:
                yield report("rep.own_backup", f'"{rep.id}" cannot stand in for themselves.', "backup")
            yield from self._of_the_policy(i, rep)

    def _of_the_policy(self, i: int, rep: Rep) -> Iterator[Finding]:
        """Names of the policy in a rep's row: warnings, because a roster may be published before its policy."""
        named = [("pool", "pools", place.pool) for place in rep.memberships]
        named += [("limit", "limits", limit) for limit in rep.limits]
        named += [("territory", "territories", name) for name in rep.territories]
        for kind, key, name in named:
            if name not in self.known[kind]:
                code = "member.unknown_pool" if kind == "pool" else f"{kind}.unknown"
                text = not_known(name, self.known[kind], _WHAT[kind])
                yield self.case.of_rep(
                    i, code, text, key, "warning", *([] if key == "territories" else [name])
                )

    def _rosters_own(self) -> Iterator[Finding]:
        """Rotas' calendars, and the weights worked out from conversion. Members of rotas are `oncall`'s."""
        roster = self.case.roster
        for rota in roster.rotas if roster else ():

            def report(code: str, text: str, key: str, name: str = rota.id) -> Finding:
                return self.case.of_rota(name, code, text, key)

            yield from self._check("calendar", rota.calendar, report, "calendar")
        for pool, weights in roster.performance.items() if roster else ():
            if pool not in self.known["pool"]:
                yield self._earned(("performance", pool), pool, "pool", pool)
            for rep in weights:
                if rep not in self.known["rep"]:
                    yield self._earned(("performance", pool, rep), pool, "rep", rep)

    def _earned(self, path: Path, pool: str, kind: str, name: str) -> Finding:
        text = not_known(name, self.known[kind], _WHAT[kind])
        return self.case.who.finding(
            f"{kind}.unknown", path, f'performance of pool "{pool}"', text, "warning"
        )


def _at_once(one: Precedence, two: Precedence) -> bool:
    """Whether there is a moment at which both are asked."""
    begins = [step.active_from for step in (one, two) if step.active_from]
    ends = [step.active_until for step in (one, two) if step.active_until]
    return not begins or not ends or max(begins) < min(ends)


def _regions_asked(condition: Condition) -> Iterator[str]:
    match condition:
        case Test("region", Op.IN | Op.NOT_IN):
            yield from (value for value in condition.values if isinstance(value, str))
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                yield from _regions_asked(part)
        case Not(part):
            yield from _regions_asked(part)
        case _:
            return
