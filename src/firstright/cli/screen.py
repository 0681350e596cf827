"""How lines reach a terminal or a pipe. In a terminal they are coloured and wrapped with their indentation; in a pipe
each stays one plain line.
"""

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

MARKS = {
    "error": "bold red",
    "warning": "yellow",
    "good": "bold green",
    "held": "bold yellow",
    "plain": "bold",
}


PIPE = 110  # columns where nobody can tell how wide the reader is: tables keep their words


class _Screen(Console):
    """A console whose reader may stop reading: `firstright why ... | head` is no failure, as rich would have it."""

    def on_broken_pipe(self) -> None:
        raise SystemExit(0)


def console(*, stderr: bool = False) -> Console:
    """A console that interprets nothing in what it prints: rule names may hold brackets and colons."""
    found = _Screen(stderr=stderr, highlight=False, markup=False, emoji=False)
    if not found.is_terminal:
        found.width = PIPE
    return found


def safe(text: str) -> str:
    """Text without anything that could move a cursor: names and values come from strangers."""
    return "".join(c if c.isprintable() else " " if c.isspace() else "�" for c in text)


def heading(to: Console, text: str) -> None:
    to.print()
    to.print(Text(safe(text), "bold"), soft_wrap=True)


def line(to: Console, text: str, *, indent: int = 0, style: str = "") -> None:
    """One paragraph. Wrapped lines hang two columns deeper, so that the eye finds where the next one begins."""
    body = Text(safe(text), style)
    if not to.is_terminal:
        to.print(Text(" " * indent) + body, soft_wrap=True)
        return
    pieces = body.wrap(to, max(20, to.width - indent - 2))
    for i, piece in enumerate(pieces):
        piece.rstrip()
        to.print(Padding(piece, (0, 0, 0, indent + (2 if i else 0)), expand=False))


def pairs(to: Console, rows: list[tuple[str, str]], *, indent: int = 2) -> None:
    """Labels and what they say, in two columns; a label that repeats is shown once."""
    wide = max([len(label) for label, _ in rows], default=0)
    seen = ""
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim", width=wide, no_wrap=True)
    table.add_column()
    for label, text in rows:
        shown = "" if label == seen else label
        seen = label
        if to.is_terminal:
            table.add_row(shown, Text(safe(text)))
        else:
            to.print(f"{' ' * indent}{shown:<{wide}}  {safe(text)}".rstrip(), soft_wrap=True)
    if to.is_terminal:
        to.print(Padding(table, (0, 0, 0, indent), expand=False))
