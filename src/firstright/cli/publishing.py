"""What `firstright policy publish` and `firstright roster publish` do: judge a file, make it the current version."""

from typing import Literal

from firstright.cli import screen
from firstright.cli.exits import FOUND, Stop
from firstright.cli.files import read_text
from firstright.cli.reach import reach
from firstright.errors import Refused
from firstright.web.commands.files import Publish


def publish(kind: Literal["policy", "roster"], file: str, database: str, reason: str, by: str) -> None:
    """Publishes the file and says which version it became. Stop with every error when it is refused."""
    text = read_text(file, kind)
    with reach(database) as ask:
        try:
            published = ask(Publish(kind=kind, text=text, file=file, by=by, reason=reason))
        except Refused as refused:
            raise Stop(*refused.reasons, "nothing was published", code=FOUND) from None
    said = "is now current" if published.changed else "was current already: nothing was changed"
    screen.line(screen.console(), f"{kind} version {published.version} {said} ({published.hash[:12]})")
