"""What is wrong with sequences beyond their own words: templates that are not there or hide the way out, steps that come all at
once, people asked too late, and rules that name a sequence nobody wrote.
"""

from collections.abc import Iterator
from datetime import timedelta

from firstright.core.documents.case import Case
from firstright.core.documents.mergefields import known_fields, problems
from firstright.core.documents.reading import not_known
from firstright.core.policy import Medium, Rule
from firstright.core.rules.findings import Finding, Severity
from firstright.core.sequences import NOTHING, By, Sequence, SequenceStep

OPT_OUT = "{opt_out_url}"


def sequences(case: Case) -> Iterator[Finding]:
    for name, sequence in case.policy.sequences.items():
        for place, step in enumerate(sequence.steps):
            yield from _step(case, name, place, step)
        yield from _at_once(case, sequence)
    yield from _named(case)


def _step(case: Case, name: str, place: int, step: SequenceStep) -> Iterator[Finding]:
    if step.automatic and step.template:
        yield from _template(case, name, place, step)
    for code, sentence in problems(step.task, known_fields(case.policy.catalogue)):
        yield _of_step(case, name, place, code, sentence, "task")


def _template(case: Case, name: str, place: int, step: SequenceStep) -> Iterator[Finding]:
    known = case.policy.templates
    template = known.get(step.template)
    if template is None:
        text = not_known(step.template, known, "The template")
        yield _of_step(case, name, place, "template.unknown", text, "template")
        return
    if step.channel is By.EMAIL and template.channel != Medium.EMAIL:
        text = f'"{template.id}" goes by {template.channel}; a lead is written to by e-mail.'
        yield _of_step(case, name, place, "sequence.medium", text, "template")
    if step.channel is By.EMAIL and OPT_OUT not in template.text:
        text = (
            f'"{template.id}" does not say how to end it: {OPT_OUT} is added at its end in a line of its own.'
        )
        yield _of_step(case, name, place, "sequence.no_way_out", text, "template", "warning")
    if template.fallback:
        text = f'What "{template.id}" falls back to is never sent for a step: it is for the lead alone.'
        yield _of_step(case, name, place, "key.no_effect", text, "template", "warning")


def _at_once(case: Case, sequence: Sequence) -> Iterator[Finding]:
    """A step without a wait after one that is sent: the lead would hear twice in one minute."""
    for place, (before, step) in enumerate(zip(sequence.steps, sequence.steps[1:], strict=False), start=1):
        if before.automatic and step.automatic and step.wait <= NOTHING:
            text = "It is sent together with the step before it; give it a wait."
            yield _of_step(case, sequence.id, place, "sequence.at_once", text, "wait")


def _named(case: Case) -> Iterator[Finding]:
    known = case.policy.sequences
    for index, rule in enumerate(case.policy.rules):
        if not rule.sequence:
            continue
        if rule.sequence not in known:
            yield case.of_rule(
                index, "sequence.unknown", not_known(rule.sequence, known, "The sequence"), "sequence"
            )
            continue
        yield from _too_late(case, index, rule, known[rule.sequence])
    for name, action in case.policy.actions.items():
        if action.sequence and action.sequence not in known:
            text = not_known(action.sequence, known, "The sequence")
            yield case.of_named("actions", name, "sequence.unknown", text, "sequence")


def _too_late(case: Case, index: int, rule: Rule, sequence: Sequence) -> Iterator[Finding]:
    """What is sent by itself stops no clock: when a human is asked later than the lead is taken away, nobody ever is."""
    service = case.policy.services.get(rule.service or case.policy.default_service)
    if service is None or service.untouched is None or rule.first_action:
        return
    waited = timedelta(0)
    for step in sequence.steps:
        waited += step.wait
        if not step.automatic:
            break
    if waited > service.untouched:
        text = (
            f'Sequence "{sequence.id}" asks nobody to act within the {service.untouched} of service "{service.id}": '
            "what is sent by itself is no touch, and the lead is taken away before."
        )
        yield case.of_rule(index, "sequence.too_long", text, "sequence", "warning")


def _of_step(
    case: Case, name: str, place: int, code: str, text: str, key: str, severity: Severity = "error"
) -> Finding:
    where = f'sequence "{name}" step {place + 1} {key}'
    return case.how.finding(code, ("sequences", name, "step", place, key), where, text, severity)
