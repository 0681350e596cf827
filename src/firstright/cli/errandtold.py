"""How far an errand is, on a terminal while it is under way."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from firstright.cli import screen
from firstright.web.commands.house import Progress as Told


@contextmanager
def bar(title: str) -> Iterator[Told]:
    """Beside what is printed; nothing is left of it there."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    console = screen.console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as shown:
        task = shown.add_task(title, total=None)
        yield lambda done, of: shown.update(task, completed=done, total=of or None)
