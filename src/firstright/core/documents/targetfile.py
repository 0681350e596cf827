"""Reads where a lead is sent: exactly one kind of target and its name. Whether there is such a thing is `lint`'s business."""

from firstright.core.documents.reading import Table
from firstright.core.policy import REVIEW_REASONS, Target, TargetKind

STAND_IN = Target(TargetKind.REVIEW, "unclear-fit")


def read_target(row: Table) -> Target:
    """`send_to = { pool = "x" }`: exactly one kind of target and its name."""
    if not row.has("send_to"):
        row.report(
            "key.missing", "send_to", '"send_to" is missing: say where the lead goes, { pool = "..." }.'
        )
        return STAND_IN
    table = row.table("send_to")
    kinds = [kind for kind in TargetKind if table.has(kind)]
    table.close()
    if len(kinds) == 1:
        return _target(table, kinds[0])
    if len(kinds) > 1:
        row.report("target.several", "send_to", f"A lead goes to one place; here are {' and '.join(kinds)}.")
    elif not table.data and isinstance(row.raw("send_to"), dict):
        row.report("target.missing", "send_to", f"Nothing is named; it can be {', '.join(TargetKind)}.")
    return STAND_IN


def _target(table: Table, kind: TargetKind) -> Target:
    if kind is TargetKind.NURTURE:
        return Target(kind, wait=table.duration(kind))
    name = table.text(kind)
    if kind is TargetKind.REVIEW and name and name not in REVIEW_REASONS:
        table.unknown("review.unknown", kind, name, REVIEW_REASONS)
        return STAND_IN
    return Target(kind, name) if name else STAND_IN
