"""Every page of the console: whose it is best looked at as, and where it is in a house. A page without an entry here fails a test."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from console.examples import EXAMPLES, held_by
from console.hooked import hooked
from console.northwind import TWO_OWNERS, came
from console.overs import ended
from console.underway import drafted, offered, shared
from desk.office import Note
from desk.outreachroom import Box
from firstright import wiring
from firstright.core.authority import Actor, Role
from firstright.core.causes.correcting import Selection
from firstright.core.likeness.people import person_likeness
from firstright.core.meetings import THE_LEAD
from firstright.core.sweep import Cause
from firstright.desk.access.userasked import InviteAsked
from firstright.desk.access.users import NewUser
from firstright.desk.crm.accounts import TakeCrm
from firstright.desk.errands import carry_out
from firstright.desk.links import token
from firstright.desk.marks import marks_in, marks_read
from firstright.desk.meetings import BookMeeting
from firstright.desk.previewing import StartPreview
from firstright.desk.repairing import StartRepair
from firstright.desk.watch.tending import audit_now
from firstright.intake.crmfiles import Account, Opportunity
from firstright.storage import (
    alarms,
    crmrecords,
    duplicates,
    errands,
    instants,
    meetings,
    profiles,
    repairs,
    reviewing,
    stuck,
    users,
)
from firstright.storage.accounts import AccountRow
from firstright.storage.inbox import Scope
from firstright.storage.profiles import Missed
from firstright.storage.statement import Statement
from patience import until
from web.houses import House

TWICE = {
    "Margarethe": (
        {"last_name": "Oberhauser", "email": "m.oberhauser@kraftwerk.example", "company": "Kraftwerk Antriebe GmbH",
         "phone": "+4989123456", "city": "München", "country": "DE", "title": "Head of Procurement"},
        {"last_name": "Oberhauser", "email": "margarethe.oberhauser@gmail.com", "company": "KWA Service",
         "phone": "+4989123466", "city": "Garching", "country": "DE", "product": "arm"},
    ),
    "Jan": (
        {"last_name": "Kowalczyk", "email": "jan@polmotor.example", "company": "Polmotor", "city": "Łódź", "country": "PL"},
        {"last_name": "Kowalcyk", "email": "j.kowalczyk@pm-group.example", "company": "PM Group", "country": "PL"},
    ),
    "Aoife": (
        {"last_name": "Byrne", "email": "aoife@liffey.example", "company": "Liffey Robotics", "country": "IE"},
        {"last_name": "Burns", "email": "aburns@dublinbay.example", "company": "Dublin Bay Works", "country": "IE"},
    ),
}  # fmt: skip


class Looked(NamedTuple):
    """A page as somebody opens it. `route` is how its file declares it; `path` where it is in a house."""

    route: str
    who: str  # one of seats.PEOPLE, or empty for nobody
    path: Callable[[House], str]

    @property
    def name(self) -> str:
        return f"{self.who or 'nobody'} {self.route}"


def _at(route: str, who: str, path: str | Callable[[House], str] = "") -> Looked:
    if callable(path):
        return Looked(route, who, path)
    return Looked(route, who, lambda _: path or route)


def _lead(house: House) -> str:
    return f"/leads/{held_by(house.desk, 'lena')[0].id}"


def _user(house: House) -> str:
    with house.desk.read() as tx:
        return f"/users/{users.users(tx)[0].id}"


def _link(house: House) -> str:
    """Of somebody who has not come yet."""
    name = house.desk.new_id()
    asked = InviteAsked(NewUser(f"{name}@northwind.example", "Vera Voss", Role.OPERATIONS))
    return f"/set-up/{wiring.admit(house.desk, asked, by='test').token}"


def _review(house: House) -> str:
    """Of two owners with a claim on one company, which is the most there is to show."""
    house.desk.act(TakeCrm("crm", list(TWO_OWNERS), []))
    came(house, email=f"{house.desk.new_id()}@twoowners.example")
    with house.desk.read() as tx:
        scope = Scope(Actor("u", "Olga", Role.OPERATIONS))
        return f"/review/{reviewing.page(tx, scope, limit=500)[-1].id}"


def _duplicates(house: House) -> str:
    """Where there are leads, three pairs of them wait for somebody's word."""
    _two(house)
    return "/duplicates"


def _two(house: House) -> str:
    """Two leads of one person, in two spellings; they are made for it, because no examples have any."""
    with house.desk.read() as tx:
        if not tx.all(Statement("SELECT 1 FROM lead LIMIT 1")):
            return "/duplicates"
        open_ = duplicates.open_pairs(tx, limit=1)
    if not open_:
        for first, (one, other) in TWICE.items():
            alike = person_likeness(one, other)
            sides = [came(house, first_name=first, **said) for said in (one, other)]
            with house.desk.database.write() as tx:
                why = [f"{r.field}:{r.verdict}:{r.weight}" for r in alike.reasons]
                now = datetime.now(UTC)
                duplicates.propose(tx, house.desk.new_id(), sides[0], sides[1], alike.score, why, now)
        with house.desk.read() as tx:
            open_ = duplicates.open_pairs(tx, limit=1)
    return f"/duplicates/{open_[0].a}/{open_[0].b}"


def _stuck(house: House) -> str:
    """Where somebody has leads, five of them lie, one of them for two reasons."""
    long_ago = datetime.now(UTC) - timedelta(days=9)
    with house.desk.database.write() as tx:
        for n, lead in enumerate(stuck.lying(tx, stuck.FIRST)[:5]):
            for cause in ("no-touch", "owner-away")[: 2 if n == 0 else 1]:
                stuck.begin(tx, house.desk.new_id(), lead, Cause(cause, long_ago), datetime.now(UTC))
    return "/stuck"


def _search(house: House) -> str:
    """For what a lead and two accounts have in common; of a single lead one is taken to it at once."""
    _review(house)
    return "/search?q=twoowners.example"


def _first(path: str, select: str) -> Callable[[House], str]:
    """Of the first row that is found, its id in the path."""

    def found(house: House) -> str:
        with house.desk.read() as tx:
            return path.format(tx.all(Statement(select))[0][0])

    return found


def _map(house: House) -> str:
    """A file that was just uploaded."""
    assert house.uploads is not None
    with house.uploads.spool.begin("fair.csv") as file:
        file.write((EXAMPLES / "leads/inbound.csv").read_bytes())
        return f"/imports/map/{file.keep().sha256}"


def _import(house: House) -> str:
    """A file that is imported by now."""
    assert house.uploads is not None
    sha256 = _map(house).rpartition("/")[2]
    admin = Actor(house.desk.new_id(), "Robin Ray", Role.ADMIN)
    text = (EXAMPLES / "maps/inbound.toml").read_text()
    started = house.uploads.start(sha256, text, actor=admin, may=lambda: True)
    until(lambda: not house.uploads.runs(started))
    return f"/imports/{started}"


def _account(house: House) -> str:
    """Of lena's, with a parent, a subsidiary, a deal and a contact."""
    lenas = [
        Account("T-1", "Tall Group", ("tall.example",), "lena", "customer", "A", ""),
        Account("T-2", "Tall Works", ("tall-works.example",), "lena", "customer", "B", "T-1"),
        Account("T-3", "Tall Garden", (), "", "", "", "T-2"),
    ]
    deal = Opportunity("D-1", "T-2", "Arms", "offer", "lena", True, 12_000, "mara@tall.example", None)
    house.desk.act(TakeCrm("crm", lenas, [deal]))
    with house.desk.read() as tx:
        found = crmrecords.ids(tx, AccountRow, "crm", ["T-2"])
    return f"/accounts/{found['T-2']}"


def _extract(house: House) -> str:
    """An extract that was just uploaded."""
    assert house.uploads is not None
    with house.uploads.spool.begin("account.csv") as file:
        file.write(b"Id,Name,OwnerId,ParentId,BillingCountry\n001A00000000001,Hill,lena,,Atlantis\n")
        return f"/accounts/files/look/{file.keep().sha256}"


def _answered(house: House) -> str:
    """With somebody to answer, and a review that is overdue."""
    text = (EXAMPLES / "policies/inbound.toml").read_text()
    said = '\n[stewards.rules]\nreview_by = 2020-01-01\ninform = ["lena"]\n'
    house.desk.publish_policy(text + said, file="policy.toml", by="mara", reason="somebody shall answer")
    return "/policy/stewards"


def _agenda(house: House) -> str:
    """Where reps have leads, three of them meet: one has begun, two are ahead."""
    having = [rep for rep in ("lena", "ada", "felix") if held_by(house.desk, rep)]
    for n, rep in enumerate(having):
        _met(house, rep, back=timedelta(minutes=20) if n == 1 else timedelta(0))
    return "/agenda"


def _met(house: House, rep: str = "lena", *, back: timedelta = timedelta(0)) -> str:
    """The page of a lead that meets its owner in six hours, or did so a while ago."""
    lead = held_by(house.desk, rep)[-1]
    with house.desk.read() as tx:
        if meetings.of_lead(tx, lead.id):
            return f"/leads/{lead.id}"
    starts = wiring.now().replace(minute=0, second=0, microsecond=0) + timedelta(hours=6)
    house.desk.act(BookMeeting(lead.id, THE_LEAD, "first-call", starts))
    if back:
        began = wiring.now() - back
        with house.desk.database.write() as tx:
            ends = instants.text(began + timedelta(minutes=30))
            tx.run(_MOVED, (instants.text(began), ends, lead.id))
    return f"/leads/{lead.id}"


_MOVED = Statement("UPDATE meeting SET starts_at = ?, ends_at = ? WHERE lead_id = ?")


def _booking(house: House) -> str:
    lead = held_by(house.desk, "lena")[0].id
    with house.desk.read() as tx:
        return f"/b/{token(meetings.secret(tx), lead)}"


def _opting_out(house: House) -> str:
    """By the link a first letter would have."""
    if house.desk.keeping is None:
        house.desk.keep_with(Box())
    house.desk.writer.submit(Note("person", marks_in)).result()
    with house.desk.read() as tx:
        person = tx.all(Statement("SELECT person_id FROM lead ORDER BY id LIMIT 1"))[0][0]
        marks = marks_read(tx, house.desk.keeping)
    assert marks is not None
    return f"/o/{marks.link(str(person))}"


def _foretold(house: House) -> str:
    with house.desk.read() as tx:
        before = next(iter(errands.latest(tx, errands.PREVIEW, 1)), None)
        known = users.users(tx)
    if before is not None:
        return f"/policy/repairs/previews/{before.id}"
    robin = Actor(known[0].id if known else house.desk.new_id(), "Robin Ray", Role.OPERATIONS)
    name = house.desk.act(StartPreview(Selection(versions=(1,)), robin)).errand
    carry_out(house.desk, name, wiring.now, lambda done, of: None)
    return f"/policy/repairs/previews/{name}"


def _repaired(house: House) -> str:
    with house.desk.read() as tx:
        before = next(iter(repairs.latest(tx, 1)), None)
    if before is not None:
        return f"/policy/repairs/{before.id}"
    with house.desk.read() as tx:
        known = users.users(tx)
    robin = Actor(known[0].id if known else house.desk.new_id(), "Robin Ray", Role.OPERATIONS)
    work = StartRepair(Selection(versions=(1,)), robin, "the rule of small companies was wrong")
    name = house.desk.act(work).repair
    for _ in range(3):
        house.desk.work_due(wiring.now())
    return f"/policy/repairs/{name}"


def _watched(path: str) -> Callable[[House], str]:
    """After an audit, with values that no table knows and an alarm."""

    def found(house: House) -> str:
        at = wiring.now()
        some = [
            Missed("industry", name, n, at, at, {"website", "fair"})
            for name, n in (("automotve", 31), ("maschinenbau", 12), ("", 3))
        ]
        with house.desk.database.write() as tx:
            profiles.add_missed(tx, [*some, Missed("country", "deutschlnd", 7, at, at, {"website"})], at)
            alarms.raise_alarm(
                tx,
                house.desk.new_id(),
                "fill-dropped",
                "website phone",
                at,
                source="website",
                field="phone",
                detail={
                    "said": "website: phone is filled in 3 of the last 120 (2 %); it was 61 % of 2,310 before."
                },
            )
        audit_now(house.desk, at)
        return path

    return found


PAGES = (
    _at("/sign-in", ""),
    _at("/set-up/{token}", "", _link),
    _at("/account", "rep"),
    _at("/users", "admin"),
    _at("/users/{user_id}", "admin", _user),
    _at("/inbox", "rep"),
    _at("/inbox/{tab}", "manager", "/inbox/team"),
    _at("/inbox/{tab}", "operations", "/inbox/all"),
    _at("/inbox/ended", "rep", ended),
    _at("/inbox/ended", "manager", ended),
    _at("/leads/{lead_id}", "rep", _lead),
    _at("/leads/{lead_id}", "manager", _lead),
    _at("/leads/{lead_id}", "operations", _met),
    _at(
        "/leads/{lead_id}/what-if", "manager", lambda house: f"{_lead(house)}/what-if?field=country&value=US"
    ),
    _at("/tasks", "rep"),
    _at("/tasks", "manager"),
    _at("/review", "manager"),
    _at("/review/{review_id}", "manager", _review),
    _at("/pipeline", "manager"),
    _at("/stuck", "manager", _stuck),
    _at("/duplicates", "operations", _duplicates),
    _at("/duplicates/{one}/{other}", "operations", _two),
    _at("/team", "manager"),
    _at("/pools/{pool_id}", "operations", "/pools/emea-sdr"),
    _at("/policy", "rep"),
    _at("/policy/score", "rep"),
    _at("/policy/stewards", "operations", _answered),
    _at("/policy/repairs", "operations"),
    _at("/policy/repairs/new", "operations", "/policy/repairs/new?version=1"),
    _at("/policy/repairs/{repair_id}", "operations", _repaired),
    _at("/policy/repairs/previews/{preview_id}", "operations", _foretold),
    _at("/policy/versions", "manager"),
    _at("/policy/versions/{kind}", "manager", "/policy/versions/roster"),
    _at("/policy/versions/{kind}/{number}", "operations", "/policy/versions/policy/1"),
    _at("/team/{rep_id}", "manager", "/team/lena"),
    _at("/agenda", "manager", _agenda),
    _at("/me", "rep"),
    _at("/search", "manager", _search),
    _at("/deliveries", "operations"),
    _at("/deliveries/{tab}", "operations", "/deliveries/waiting"),
    _at("/sources", "operations"),
    _at("/providers", "operations"),
    _at("/sources/one", "operations", "/sources/one?name=website"),
    _at("/sources/new", "operations"),
    _at("/hooks", "operations", hooked),
    _at("/hooks/{name}", "operations", lambda house: hooked(house, "/hooks/dialler")),
    _at(
        "/hooks/{name}/events/{event_id}",
        "operations",
        lambda house: hooked(house, "/hooks/dialler/events/{event}"),
    ),
    _at("/fields", "operations", _watched("/fields")),
    _at("/hygiene", "operations", _watched("/hygiene")),
    _at("/outreach", "operations", "/outreach?kind=email&value=anna@anna.example"),
    _at(
        "/sources/raw/{arrival_id}",
        "operations",
        _first("/sources/raw/{}", "SELECT id FROM arrival ORDER BY id"),
    ),
    _at("/accounts", "rep"),
    _at("/accounts/{account_id}", "rep", _account),
    _at("/accounts/files", "operations"),
    _at("/accounts/files/new", "operations"),
    _at("/accounts/files/look/{sha256}", "operations", _extract),
    _at("/imports", "operations"),
    _at("/imports/new", "operations"),
    _at("/imports/map/{sha256}", "operations", _map),
    _at("/imports/{import_id}", "operations", _import),
    _at("/reference", "operations"),
)
# For whoever has the link; who uses them is told by tests of their own.
PUBLIC = (
    _at("/b/pool/{name}", "", "/b/pool/first-call"),
    _at("/b/{token}", "", _booking),
    _at("/o/{link}", "", _opting_out),
    _at("/p/{link}", "", shared),
)
# A page that is listed above, while something is under way on it; its route says what.
UNDER_WAY = (
    _at("/leads/{lead_id} draft", "rep", drafted),
    _at("/leads/{lead_id} offered", "rep", offered),
    _at("/leads/{lead_id} offered", "manager", offered),
)
# No pages: what a browser is sent on from, asks by itself, or saves as a file.
BESIDE = frozenset(
    {
        "/",
        "/pulse",
        "/static/{name:path}",
        "/imports/{import_id}/problems.csv",
        "/accounts/files/{import_id}/problems.csv",
        "/policy/versions/{kind}/{number}/text",
    }
)
