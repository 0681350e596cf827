"""What is wrong with actions, next actions, drafts and acknowledgements beyond how they are written: names that lead nowhere,
rows nobody reaches, and an acknowledgement that would name somebody before anybody has the lead."""

from collections.abc import Iterator

from firstright.core.actions import SHIPPED_NEXT, NextAction
from firstright.core.documents.calendarfile import RESERVED
from firstright.core.documents.case import Case
from firstright.core.documents.mergefields import used
from firstright.core.documents.reading import not_known
from firstright.core.rules.findings import Finding

NAMES_SOMEBODY = ("owner_name", "owner_email", "previous_owner_name", "by", "task", "rule_name", "rule")
_SHIPPED = frozenset(row.id for row in SHIPPED_NEXT)


def next_steps(case: Case) -> Iterator[Finding]:
    yield from _rows(case)
    yield from _sequences(case)
    yield from _acknowledgement(case)
    yield from _drafts(case)


def _rows(case: Case) -> Iterator[Finding]:
    """Rows of the file: the shipped ones stand behind them, and name what is shipped."""
    policy = case.policy
    before: list[NextAction] = []
    rules = tuple(rule.id for rule in policy.rules)
    for n, row in enumerate(policy.next_actions.rows):
        if row in SHIPPED_NEXT:
            break
        named: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...] = (
            ("action", (row.action,), tuple(policy.actions)),
            ("rules", row.rules, rules),
            ("queues", row.queues, tuple(policy.queues)),
        )
        for key, names, known in named:
            for name in names:
                if name and name not in known:
                    what = f"The {key.removesuffix('s')}"
                    yield _of_row(
                        case,
                        n,
                        row,
                        f"next_action.unknown_{key.removesuffix('s')}",
                        not_known(name, known, what),
                        key,
                    )
        if earlier := next((each for each in before if _says_all(each, row)), None):
            text = f'It is never reached: "{earlier.id}" above it speaks whenever it would.'
            yield _of_row(case, n, row, "next_action.unreachable", text, "id", "warning")
        before.append(row)


def _says_all(one: NextAction, other: NextAction) -> bool:
    """Whether a row speaks wherever another one would."""
    lists = ("causes", "results", "channels", "statuses", "rules", "queues", "intents")
    wider = all(
        not getattr(one, key) or (getattr(other, key) and set(getattr(other, key)) <= set(getattr(one, key)))
        for key in lists
    )
    return wider and one.tries <= other.tries and (one.when is None or one.when == other.when)


def _of_row(
    case: Case, n: int, row: NextAction, code: str, text: str, key: str, severity: str = "error"
) -> Finding:
    where = f'next_action "{row.id}" {key}'
    made = case.how.finding(code, ("next_action", n, key), where, text)
    return (
        made
        if severity == "error"
        else case.how.finding(code, ("next_action", n, key), where, text, "warning")
    )


def _sequences(case: Case) -> Iterator[Finding]:
    for name, action in case.policy.actions.items():
        if action.sequence and action.sequence not in case.policy.sequences:
            text = not_known(action.sequence, case.policy.sequences, "The sequence")
            yield case.of_named("actions", name, "sequence.unknown", text, "sequence")


def _acknowledgement(case: Case) -> Iterator[Finding]:
    name = case.policy.acknowledge
    template = case.policy.templates.get(name)
    if name and template is None:
        text = not_known(name, case.policy.templates, "The template")
        yield case.how.finding("template.unknown", ("policy", "acknowledge"), "[policy] acknowledge", text)
    if template is None:
        return
    if template.channel != "email" or template.drafts:
        text = f'"{name}" is no e-mail to the person: an acknowledgement goes to the address they left.'
        yield case.how.finding("acknowledge.medium", ("policy", "acknowledge"), "[policy] acknowledge", text)
    for field in dict.fromkeys((*used(template.subject), *used(template.text))):
        if field in NAMES_SOMEBODY:
            text = f"An acknowledgement is sent before anybody of ours is sure to have the lead: {{{field}}} would name somebody."
            yield case.of_named("templates", name, "acknowledge.names_somebody", text, "text")
    yield from _always_open(case)


def _always_open(case: Case) -> Iterator[Finding]:
    """Such a pool once promised an answer within the hour at three in the morning."""
    for name, pool in case.policy.pools.items():
        there = [rep for rep, place in case.members(name) if case.takes(rep, place)]
        at_night = any(rep.calendar in ("", RESERVED) for rep in there)
        if pool.calendar or not pool.hours or not there or at_night:
            continue
        text = (
            "Nobody here works around the clock, and the pool names no calendar: it counts as open at any hour, so that whoever "
            "writes at night is told nothing, or to expect an answer at night. Name one with calendar."
        )
        yield case.of_named("pools", name, "acknowledge.always_open", text, "calendar", "warning")


def _drafts(case: Case) -> Iterator[Finding]:
    """A rule's own message of a kind that nobody sends from here is copied: that is worth knowing."""
    policy = case.policy
    for name, action in policy.actions.items():
        template = policy.templates.get(action.template)
        if template and template.drafts and template.drafts not in (action.channel, *action.channels):
            text = f'"{action.template}" drafts {template.drafts}, and this is done by {action.channel}: nobody would see it.'
            yield case.of_named("actions", name, "draft.other_channel", text, "template", "warning")
