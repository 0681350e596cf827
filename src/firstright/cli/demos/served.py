"""The demo as it is served: always working hours, the leads of the file worked through, ways in for three people, and life.

The leads of the file are decided before that, under the roster as it is written.
"""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import timedelta
from pathlib import Path

from firstright import wiring
from firstright.cli import serving
from firstright.cli.demos.leads import MORNING
from firstright.cli.demos.life import LASTS, Life, arrival, worked_through
from firstright.desk import Desk
from firstright.desk.access.userasked import InviteAsked, ResetAsked
from firstright.desk.access.users import NewUser
from firstright.settings import Settings
from firstright.simulate.roundtheclock import round_the_clock
from firstright.storage import destinations, users
from firstright.storage.destinations import DestinationRow

BY = "demo"
RESTS = timedelta(days=365)
PEOPLE = (
    NewUser("robin@northwind.example", "Robin Ray", "admin"),
    NewUser("ada@northwind.example", "Ada Krüger", "manager", "ada"),
    NewUser("lena@northwind.example", "Lena Huber", "rep", "lena"),
)


def begin(desk: Desk, examples: Path) -> dict[str, str]:
    """Tokens of the links by which people come in, by address; empty for who has been in.

    Somebody may look at it on a Sunday night, and no lead would reach anybody before Monday at nine: so from here on the
    demo's own copy of the roster is open around the clock. Once; a roster that was published meanwhile stays.
    """
    file = examples / "rosters/inbound.toml"
    if desk.roster is not None and desk.roster.version == 1:
        text = round_the_clock(file.read_text("utf-8"))
        reason = "the demo is always at work: leads reach people whenever somebody looks"
        desk.publish_roster(text, file=str(file), by=BY, reason=reason)
        worked_through(desk, wiring.now())
    _keep_mail(desk)
    desk.take_in([arrival(desk, raw, event, "web-forms") for event, raw in MORNING.items()])
    return {person.email: _token(desk, person) for person in PEOPLE}


def _keep_mail(desk: Desk) -> None:
    """The people of the demo have no mailboxes. Without a mail server every message would die, one error each; so there is
    one, which has asked to be left alone: what would be sent can be seen, waiting."""
    now = wiring.now()
    row = DestinationRow(
        desk.new_id(),
        "email",
        "email",
        url="smtp://mail.northwind.example",
        settings="{}",
        secret=None,
        enabled=True,
        failing_since=None,
        created_at=now,
        paused_until=now + RESTS,
    )
    with desk.database.write() as tx:
        if row.name not in destinations.load(tx):
            destinations.add(tx, row)


def _token(desk: Desk, person: NewUser) -> str:
    with desk.read() as tx:
        user = users.by_email(tx, person.email)
    if user is not None and user.password_hash:
        return ""
    return wiring.admit(desk, ResetAsked(person.email) if user else InviteAsked(person), by=BY).token


def serve(chosen: Settings, examples: Path, tokens: dict[str, str], *, quiet: bool) -> None:
    @contextmanager
    def beside(desk: Desk, url: str) -> Iterator[None]:
        print("", *ways_in(tokens, url), sep="\n")
        if not quiet:
            print(f"\nLeads keep arriving for {LASTS.seconds // 60} minutes. Ctrl+C stops everything.")
        print(flush=True)
        with nullcontext() if quiet else Life(desk, examples, wiring.now):
            yield

    serving.run(chosen.database, chosen.host, chosen.port, insecure_public=False, beside=beside)


def ways_in(tokens: dict[str, str], url: str) -> list[str]:
    """What a server prints keeps no secrets; but a demo has none: its people are made up, and it listens at home."""
    said = ["Come in; each link lets in once, so give each person a browser window of their own:"]
    for person in PEOPLE:
        token = tokens[person.email]
        way = f"{url}/set-up/{token}" if token else f"{url}/sign-in as {person.email}"
        said.append(f"  {person.name}, {person.role}: {way}")
    return said
