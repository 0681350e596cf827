"""One look at a page: who looks, when, in which zone, and what every page says of it. It fetches nothing."""

from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec

from firstright.core.assignment.pulling import pulled_by
from firstright.core.authority import Actor, Right, claimable
from firstright.core.compiled import Compiled
from firstright.core.pools import Pool
from firstright.core.roster import Roster
from firstright.desk.memory import Keeping
from firstright.web.console import saying


class Item(msgspec.Struct, frozen=True):
    """An entry of the navigation, under the heading of its group; `later` ones stand behind "More" on a phone."""

    href: str
    label: str
    icon: str
    right: Right
    later: bool = False
    group: str = ""


NAVIGATION = (
    Item("/inbox", "Inbox", "inbox", Right.SEE_LEADS),
    Item("/tasks", "Tasks", "circle-check", Right.SEE_LEADS),
    Item("/review", "Review", "list-checks", Right.REVIEW),
    Item("/agenda", "Agenda", "calendar", Right.SEE_LEADS, later=True),
    Item("/stuck", "Stuck", "alarm-clock", Right.SEE_LEADS, later=True),
    Item("/accounts", "Accounts", "users", Right.SEE_LEADS, later=True),
    Item("/team", "Team", "users-round", Right.SEE_TEAM, group="Team and rules"),
    Item("/me", "My turn", "scale", Right.WORK_LEADS, group="Team and rules"),
    Item("/pipeline", "Pipeline", "git-commit-horizontal", Right.REVIEW, later=True, group="Team and rules"),
    Item("/policy", "Policy", "workflow", Right.SEE_POLICY, later=True, group="Team and rules"),
    Item("/duplicates", "Duplicates", "copy", Right.REVIEW, later=True, group="Data"),
    Item("/sources", "Sources", "plug", Right.SEE_SOURCES, later=True, group="Data"),
    Item("/hooks", "Hooks", "zap", Right.EDIT_SOURCES, later=True, group="Data"),
    Item("/imports", "Imports", "upload", Right.IMPORT, later=True, group="Data"),
    Item("/fields", "Fields", "filter", Right.SEE_SOURCES, later=True, group="Data"),
    Item("/hygiene", "Hygiene", "shield", Right.SEE_SOURCES, later=True, group="Data"),
    Item("/outreach", "Outreach", "mail", Right.REVIEW, later=True, group="Going out"),
    Item("/deliveries", "Deliveries", "send", Right.SEE_DELIVERIES, later=True, group="Going out"),
    Item("/providers", "Providers", "link", Right.SEE_DELIVERIES, later=True, group="Going out"),
    Item("/users", "Users", "key", Right.MANAGE_USERS, later=True, group="Workspace"),
    Item("/reference", "API", "book-open", Right.SEE_SOURCES, later=True, group="Workspace"),
)


class Said(msgspec.Struct, frozen=True):
    """What the page before had to say: `tone` is good, warn, bad or empty."""

    text: str
    tone: str = "good"


class Visit(msgspec.Struct, frozen=True):
    """`turn` is the last one that was taken when this page was made: the browser asks whether another was since."""

    actor: Actor
    email: str
    csrf: str
    zone: str
    now: datetime
    turn: int
    theme: str = ""
    said: tuple[Said, ...] = ()
    policy: Compiled | None = None
    roster: Roster | None = None
    keeping: Keeping | None = None  # how the workspace's own secret is opened: who must not be contacted

    @property
    def navigation(self) -> list[Item]:
        mine = [item for item in NAVIGATION if self.actor.may(item.right)]
        books = self.policy is not None and bool(self.policy.policy.meetings)
        sends = self.policy is not None and bool(self.policy.policy.sequences)
        there = (("/me", bool(self.actor.rep)), ("/agenda", books), ("/outreach", sends))
        gone = {href for href, is_here in there if not is_here}
        return [item for item in mine if item.href not in gone]

    @property
    def queues(self) -> tuple[str, ...]:
        """Queues whose leads they may claim."""
        return claimable(self.actor.rep, self.policy.policy, self.roster) if self.policy else ()

    @property
    def pulled(self) -> tuple[Pool, ...]:
        """Pools they take leads from by themselves."""
        if self.policy is None or self.roster is None:
            return ()
        return pulled_by(self.actor.rep, self.policy.policy.pools, self.roster)

    def may(self, right: str) -> bool:
        """For templates, by the right's name: `visit.may("review")`."""
        return self.actor.may(Right(right))

    def rep(self, rep: str) -> str:
        """A rep's name; one the roster does not know is called as it is written."""
        known = self.roster.reps.get(rep) if self.roster else None
        return (known.name if known else "") or rep

    def rule(self, rule: str) -> str:
        for known in self.policy.rules if self.policy else ():
            if known.id == rule:
                return known.name or rule
        return rule

    def queue(self, queue: str) -> str:
        if self.policy is None:
            return queue
        known = self.policy.policy.queues.get(queue) or self.policy.policy.pools.get(queue)
        return (known.name if known else "") or queue

    def pool(self, pool: str) -> str:
        known = self.policy.policy.pools.get(pool) if self.policy else None
        return (known.name if known else "") or pool

    def holder(self, kind: str, name: str) -> str:
        """Who has it, in words."""
        match kind:
            case "rep":
                return self.rep(name)
            case "queue":
                return self.queue(name)
            case "none":
                return "nobody"
            case _:
                return f"{kind}: {name.replace('-', ' ')}" if name else kind

    def awaited(self, pool: str, under: str) -> str:
        """Whom or what a waiting lead waits for: by the pool, else by the rule or step that has it wait."""
        if pool:
            return self.pool(pool)
        match under.partition(":")[0]:
            case "enrich":
                return "what is not known yet"
            case "type":
                return "what leads of its type must say"
            case "step":
                return "its owner"
            case _:
                return "somebody who can take it"

    def span(self, at: datetime) -> str:
        return saying.span(at, self.now)

    def due(self, at: datetime) -> str:
        return saying.due(at, self.now)

    def tone(self, at: datetime) -> str:
        return saying.tone(at, self.now)

    def local(self, at: datetime) -> datetime:
        """The moment on the visitor's clock."""
        return at.astimezone(ZoneInfo(self.zone))

    def moment(self, at: datetime) -> str:
        return saying.moment(at, self.now, self.zone)
