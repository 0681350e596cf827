"""What `firstright why` prints: an explanation, section by section. Where it comes from (files, a database) is not its business."""

import msgspec
from rich.console import Console

from firstright.cli.screen import MARKS, console, heading, line
from firstright.core.why.explanation import Explanation, as_json
from firstright.core.why.sentences import sections


def show(explanation: Explanation, to: Console | None = None) -> None:
    """Every section with its heading; lines about one pool member or one rule start on their own line."""
    to = to or console()
    for title, lines in sections(explanation):
        if title:
            heading(to, title)
        for text in lines:
            line(to, text, indent=2 if title else 0, style="" if title else MARKS["plain"])


def print_json(explanation: Explanation) -> None:
    print(msgspec.json.format(as_json(explanation)).decode())
