"""What `firstright rep` does. Who may pause whom, and for how long, is the desk's to say."""

from firstright.cli.exits import Stop
from firstright.cli.reach import ask
from firstright.cli.screen import safe
from firstright.core.clean.problem import Refusal
from firstright.core.clean.timestamp import instant
from firstright.desk.staff.pausing import PauseAsked, Paused
from firstright.web.commands.people import Pause

BY = "firstright rep"


def pause(database: str | None, rep: str, until: str, reason: str) -> None:
    read = instant(until)
    if isinstance(read, Refusal):
        raise Stop(f"--until {safe(until)}: {read.reason}")
    paused = _done(database, PauseAsked(rep, reason, read))
    was = "" if paused.changed else " already"
    print(
        safe(f"{paused.rep} is{was} paused until {paused.until:%Y-%m-%d %H:%M} UTC (roster {paused.version})")
    )


def resume(database: str | None, rep: str, reason: str) -> None:
    paused = _done(database, PauseAsked(rep, reason))
    says = "takes leads again" if paused.changed else "was not paused"
    print(safe(f"{paused.rep} {says} (roster {paused.version})"))


def _done(database: str | None, asked: PauseAsked) -> Paused:
    return ask(database, Pause(asked=asked, by=BY))
