"""What `firstright pool` does."""

from firstright.cli.reach import ask
from firstright.cli.screen import safe
from firstright.web.commands.people import Weigh

BY = "firstright pool"


def weigh(database: str | None, pool: str, look: bool) -> None:
    weighed = ask(database, Weigh(pool=pool, publish=not look, by=BY))
    for rep, percent in weighed.percents.items():
        print(safe(f"{percent:>5} %  {rep}"))
    became = "would be published" if look else "is current" if weighed.changed else "stays: nothing changed"
    version = "" if look else f" (roster {weighed.version})"
    print(safe(f"{weighed.converted} of {weighed.leads} leads of {pool} converted; this {became}{version}"))
