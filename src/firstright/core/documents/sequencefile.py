"""Reads [sequences.NAME] of a policy: steps of outreach. Names of templates and rules are `lint`'s business."""

from collections.abc import Iterator

from firstright.core.documents.reading import Table
from firstright.core.documents.whenfile import read_when
from firstright.core.rules.fields import Catalogue
from firstright.core.sequences import (
    AUTOMATIC,
    ENDS,
    NOTHING,
    By,
    Counted,
    Ends,
    Sequence,
    SequenceStep,
    with_so_far,
)

MOST_STEPS = 50


def read_sequences(root: Table, catalogue: Catalogue) -> dict[str, Sequence]:
    known = with_so_far(catalogue)
    return {name: _sequence(name, table, known) for name, table in root.named("sequences", "sequence")}


def _sequence(name: str, table: Table, catalogue: Catalogue) -> Sequence:
    steps = tuple(_step(row, catalogue) for row in _rows(table))
    if not steps:
        table.report("sequence.empty", "step", f'Sequence "{name}" has no step, so nothing is ever done.')
    if len(steps) > MOST_STEPS:
        table.report(
            "sequence.too_long", "step", f"It has {len(steps)} steps and at most {MOST_STEPS} are done."
        )
    return Sequence(
        id=name,
        steps=steps,
        name=table.text("name"),
        purpose=table.text("purpose", "sales"),
        basis=table.choice("basis", Counted, Counted.OWNER),
        stop_on=_ends(table),
    )


def _rows(table: Table) -> Iterator[Table]:
    yield from table.rows("step", "step")


def _ends(table: Table) -> tuple[Ends, ...]:
    if not table.has("stop_on"):
        return ENDS
    named = table.texts("stop_on")
    for each in named:
        if each not in set(Ends):
            table.unknown("value.unknown", "stop_on", each, [end.value for end in Ends])
    return tuple(end for end in Ends if end.value in named)


def _step(row: Table, catalogue: Catalogue) -> SequenceStep:
    channel = row.choice("channel", By, By.EMAIL)
    if not row.has("channel"):
        row.report("key.missing", "channel", '"channel" is missing; it is email, sms, call or task.')
    template, task = row.text("template"), row.text("task")
    if channel in AUTOMATIC and row.has("channel") and not template:
        row.report("key.missing", "template", '"template" is missing: nobody would know what to send.')
    if channel not in AUTOMATIC and not task:
        row.report("key.missing", "task", '"task" is missing: nobody would know what to do.')
    if channel in AUTOMATIC and task:
        row.report("key.no_effect", "task", "It is sent by itself; a task is for call and task.", "warning")
    return SequenceStep(
        channel=channel,
        wait=row.duration("wait", zero=True) or NOTHING,
        template=template,
        task=task,
        when=read_when(row, catalogue) if row.has("when") else None,
    )
