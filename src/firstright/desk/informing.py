"""Whoever is to be informed of a part of the policy hears what a new version changed. It publishes nothing."""

from collections.abc import Mapping

from firstright.core.identifiers import is_id
from firstright.core.parts import changed_parts, informed, parts_of
from firstright.core.policy import Policy
from firstright.desk.alarming import letter
from firstright.desk.batch import Batch
from firstright.desk.letter import Letter
from firstright.storage import users

CHANGED = "policy.changed"
SEE = "The lines that differ are in the console, under Policy, Versions."
SHOWN = 20  # parts named in a letter


def tell_changes(batch: Batch, before: Policy | None, after: Policy, version: int, by: str, why: str) -> None:
    """A letter for everybody who is to be informed of what a new version changed. Called once for each version, in the
    transaction that publishes it; the first version changed nothing."""
    if before is None:
        return
    was, now = parts_of(before), parts_of(after)
    told = informed(changed_parts(before, after), before, after)
    who = users.names(batch.tx).get(by, "somebody who signs in") if told and is_id(by) else by
    begins = f"Version {version} of the policy is in force; {who} published it{f': {why}' if why else '.'}"
    for whom, parts in told.items():
        lines = [_line(part, was, now) for part in parts[:SHOWN]]
        more = [f"- and {len(parts) - SHOWN} more"] if len(parts) > SHOWN else []
        text = "\n".join([begins, "", "What you hear of has changed:", *lines, *more])
        about = Letter(f"The policy changed: version {version}", f"{text}\n\n{SEE}")
        batch.rows.deliveries += letter(batch, whom, about, CHANGED)


def _line(part: str, was: Mapping[str, object], now: Mapping[str, object]) -> str:
    """`- rule “Small companies” (smb): new`"""
    kind, _, name = part.partition(":")
    called = getattr(now.get(part) or was[part], "name", "")
    words = f"{kind} “{called}” ({name})" if called else f"{kind} {name}".strip()
    return f"- {words}: {'gone' if part not in now else 'changed' if part in was else 'new'}"
