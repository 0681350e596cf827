"""What `firstright policy publish` and `firstright roster publish` do: judge a file, make it the current version."""

from firstright import settings, wiring
from firstright.cli import screen
from firstright.cli.exits import CONFIGURATION, FOUND, Stop
from firstright.cli.files import read_text
from firstright.errors import AlreadyServing, Refused


def publish(kind: str, file: str, database: str, reason: str, by: str) -> None:
    """Publishes the file and says which version it became. Stop with every error when it is refused."""
    text = read_text(file, kind)
    chosen = settings.read(database=database or None)
    try:
        desk = wiring.open_desk(chosen)
    except AlreadyServing as error:
        said = f"{error.path.removesuffix('.lock')} is being served by {error.holder}: stop it, publish, start it again"
        raise Stop(said, code=CONFIGURATION) from None
    try:
        call = desk.publish_policy if kind == "policy" else desk.publish_roster
        published = call(text, file=file, by=by, reason=reason)
    except Refused as refused:
        raise Stop(*refused.reasons, "nothing was published", code=FOUND) from None
    finally:
        desk.close()
    said = "is now current" if published.changed else "was current already: nothing was changed"
    screen.line(screen.console(), f"{kind} version {published.version} {said} ({published.hash[:12]})")
