"""Whoever is to be informed of a part of the policy hears what a new version changed. It publishes nothing."""

from firstright.core.identifiers import is_id
from firstright.core.parts import changed_parts, informed
from firstright.core.policy import Policy
from firstright.desk.alarming import letter
from firstright.desk.batch import Batch
from firstright.desk.letter import Letter

CHANGED = "policy.changed"
SHOWN = 20  # parts named in a letter


def tell_changes(batch: Batch, before: Policy | None, after: Policy, version: int, by: str, why: str) -> None:
    """A letter for everybody who is to be informed of what a new version changed. Called once for each version, in the
    transaction that publishes it; the first version changed nothing."""
    if before is None:
        return
    parts = changed_parts(before, after)
    for whom, mine in informed(parts, before, after).items():
        batch.rows.deliveries += letter(batch, whom, _changes(mine, version, by, why), CHANGED)


def _changes(parts: tuple[str, ...], version: int, by: str, why: str) -> Letter:
    listed = "\n".join(f"- {part.replace(':', ' ', 1)}" for part in parts[:SHOWN])
    more = f"\nand {len(parts) - SHOWN} more" if len(parts) > SHOWN else ""
    because = f" because: {why}" if why else ""
    who = "somebody of the console" if is_id(by) else by
    text = f"Version {version} of the policy, published by {who}{because}\n\nchanges\n{listed}{more}"
    return Letter(f"firstright: the policy changed (version {version})", text)
