"""Who may do what: roles, rights and whose leads somebody sees. The one place that says so; it looks nobody up.

A rep sees what is theirs and what they may claim; a manager what their people have and what nobody has; operations and
admins see everything. Every read of the console takes an `Actor`, so that what is not theirs is not even fetched.
"""

from collections.abc import Iterable
from enum import StrEnum

import msgspec

from firstright.core.assignment.pulling import pulled_by
from firstright.core.lead import Holder, HolderKind
from firstright.core.policy import Policy
from firstright.core.roster import Roster


class Role(StrEnum):
    REP = "rep"
    MANAGER = "manager"
    OPERATIONS = "operations"
    ADMIN = "admin"


class Right(StrEnum):
    SEE_LEADS = "see leads"  # whose, `sees` says
    WORK_LEADS = "work leads"  # accept, claim, decline, touch: as the rep one is
    ASSIGN = "assign leads"  # to whom and from whom, `may_assign` says
    REVIEW = "review"
    SEE_TEAM = "see the team"
    PAUSE_OTHERS = "pause others"
    SEE_POLICY = "see the policy"
    SEE_DELIVERIES = "see deliveries"
    REPLAY = "send again"
    SEE_SOURCES = "see sources and imports"
    IMPORT = "import"
    EDIT_SOURCES = "edit sources"
    MANAGE_USERS = "manage users and keys"


_EVERYBODY = frozenset({Right.SEE_LEADS, Right.WORK_LEADS, Right.SEE_POLICY, Right.SEE_TEAM})
_MANAGER = _EVERYBODY | {Right.ASSIGN, Right.REVIEW, Right.PAUSE_OTHERS, Right.SEE_SOURCES}
_OPERATIONS = _MANAGER | {
    Right.SEE_DELIVERIES,
    Right.REPLAY,
    Right.IMPORT,
    Right.EDIT_SOURCES,
}
RIGHTS = {
    Role.REP: _EVERYBODY,
    Role.MANAGER: _MANAGER,
    Role.OPERATIONS: _OPERATIONS,
    Role.ADMIN: _OPERATIONS | {Right.MANAGE_USERS},
}


class Actor(msgspec.Struct, frozen=True):
    """Who asks. `rep` is the rep they are, or empty; `team` the reps under them, at any depth, and themselves."""

    user: str  # id
    name: str
    role: Role
    rep: str = ""
    team: frozenset[str] = frozenset()

    def may(self, right: Right) -> bool:
        return right in RIGHTS[self.role]

    @property
    def sees_all(self) -> bool:
        return self.role in (Role.OPERATIONS, Role.ADMIN)

    def sees(self, holder: Holder, queues: Iterable[str]) -> bool:
        """Whether a lead with this holder is theirs to see. `queues` are those they may claim from: `claimable`."""
        match holder.kind:
            case HolderKind.REP:
                return self.sees_all or holder.id == self.rep or holder.id in self.team
            case HolderKind.QUEUE:
                return self.role is not Role.REP or holder.id in queues
            case HolderKind.REVIEW | HolderKind.PARTNER | HolderKind.NONE:
                return self.role is not Role.REP

    def may_merge(self, one: Holder, other: Holder) -> bool:
        """Whether they may say that two leads are one: nobody takes a lead out of other hands by that. What nobody has is for
        who assigns; a rep may merge what is theirs on both sides."""
        if self.sees_all:
            return True
        theirs = self.team if self.may(Right.ASSIGN) else frozenset({self.rep} - {""})
        return all(
            holder.id in theirs if holder.kind is HolderKind.REP else self.may(Right.ASSIGN)
            for holder in (one, other)
        )

    def may_assign(self, source: Holder, to: str) -> bool:
        """Whether they may move a lead: both whom it leaves and whom it goes to must be theirs."""
        if not self.may(Right.ASSIGN):
            return False
        if self.sees_all:
            return True
        return to in self.team and (source.kind is not HolderKind.REP or source.id in self.team)


def team_of(rep: str, roster: Roster) -> frozenset[str]:
    """A rep and everybody below them, at any depth; a circle of managers is walked once."""
    below: dict[str, list[str]] = {}
    for each in roster.document.reps:
        below.setdefault(each.manager, []).append(each.id)
    found: set[str] = set()
    asked = [rep] if rep else []
    while asked:
        one = asked.pop()
        if one not in found:
            found.add(one)
            asked += below.get(one, ())
    return frozenset(found)


def claimable(rep: str, policy: Policy, roster: Roster | None) -> tuple[str, ...]:
    """Queues a rep may see and claim from: those that tell them, those that tell nobody in particular, and those of the pull
    pools they are a member of, except where members take the next lead blindly."""
    if not rep:
        return ()
    told = [queue.id for queue in policy.queues.values() if not queue.tell or rep in queue.tell]
    pulled = pulled_by(rep, policy.pools, roster) if roster else ()
    return tuple(dict.fromkeys((*told, *[pool.id for pool in pulled if pool.preview])))
