"""The statuses of a lead as one pipeline: whose work each is, what it asks for, what enters it, what must be so before it is left.

Which (status, cause) pairs there are is `status`; what is asked is checked by `criteria`; lifecycle and opportunity stages are
other words for other things. Fields a status requires are joined with those of the lead's type: see `leadtypes.joined_with`.
"""

from collections.abc import Mapping

import msgspec

from firstright.core.statuses import DISQUALIFIED, ON_THE_WAY, STATUSES

WON, LOST, DISQUALIFIED_AS = "won", "lost", "disqualified"
ENDED = (WON, LOST, DISQUALIFIED_AS)  # the cycle is over with these
BY_HAND = (
    "attempted-contact",
    "contacted",
    "qualified",
    "scheduled",
)  # what somebody may say a lead that is worked is in
ROLES = ("sdr", "ae", "solutions", "partner-manager")  # beside the owner, each at most one
# What may enter a status by itself: an attempt of ours, on a channel or any; both sides spoke; the lead answered or booked.
ENTRIES = (
    "attempt",
    "call",
    "email",
    "sms",
    "chat",
    "meeting",
    "connected",
    "reply",
    "booked",
    "won",
    "lost",
)
# What says no more than the word disqualified does.
SAYS_NOTHING = frozenset(
    {"no fit", "not fit", "bad fit", "poor fit", "not a fit", "not a good fit", "unfit", "disqualified"}
)


class Status(msgspec.Struct, frozen=True):
    """One status. `role` owns leads in it (sdr, ae, ...; empty: whoever has it). `criteria` are what must be so of a lead that is
    said to be in it, and before it is left forwards; of those in `vouch` somebody may say so, with a note."""

    id: str
    role: str = ""
    required: tuple[str, ...] = ()
    enter_on: tuple[str, ...] = ()  # ENTRIES
    criteria: tuple[str, ...] = ()
    vouch: tuple[str, ...] = ()


class Pipeline(msgspec.Struct, frozen=True):
    """Statuses in the order of the shipped ones, and why a lead may be disqualified. `known_by` are the fields that tell a
    criterion, where the policy names others than the shipped; `roles` the pools whose members may have one."""

    statuses: tuple[Status, ...] = ()
    disqualified: tuple[str, ...] = DISQUALIFIED
    known_by: dict[str, tuple[str, ...]] = {}
    roles: dict[str, tuple[str, ...]] = {}
    own: bool = False  # a policy says so: changes of status are kept

    def of(self, status: str) -> Status:
        return next((each for each in self.statuses if each.id == status), Status(status))


QUALIFIED = ("need", "fit", "timeline", "authority", "budget", "next-step")
_SHIPPED = {
    "attempted-contact": Status("attempted-contact", enter_on=("attempt",), criteria=("tried",)),
    "contacted": Status("contacted", enter_on=("connected",), criteria=("reached",)),
    "qualified": Status("qualified", criteria=QUALIFIED, vouch=QUALIFIED[:-1]),
    "scheduled": Status("scheduled", enter_on=("booked",), criteria=("meeting",)),
    WON: Status(WON, enter_on=("won",)),
    LOST: Status(LOST, enter_on=("lost",)),
}
PIPELINE = Pipeline(tuple([_SHIPPED.get(name) or Status(name) for name in STATUSES]))


class Moved(msgspec.Struct, frozen=True, omit_defaults=True):
    """What somebody says of where a lead is: the status it moves to, and what is known by then."""

    to: str
    reason: str = ""
    met: tuple[str, ...] = ()  # criteria they vouch for


class RoleGiven(msgspec.Struct, frozen=True, omit_defaults=True):
    """Who shall have a role on the lead beside its owner; an empty rep: nobody."""

    role: str
    rep: str = ""


class Converted(msgspec.Struct, frozen=True, tag="converted", omit_defaults=True):
    """The lead has become a contact (of an account, with an opportunity) of our base. It stays the lead it is: owner, clocks and
    sequence are its own, and are read from the contact."""

    contact: str
    account: str = ""
    opportunity: str = ""


def entered(pipeline: Pipeline, status: str, events: tuple[str, ...]) -> str:
    """The status after these events: the farthest that one of them enters. Nothing takes a status back, opens an ended one, or
    wakes one that stands aside."""
    if status not in ON_THE_WAY or status == WON:
        return status
    found = [each.id for each in pipeline.statuses if each.id in _OPEN and not _apart(each.enter_on, events)]
    return max((status, *found), key=ON_THE_WAY.index)


def farther(status: str, than: str) -> bool:
    """Whether one status comes after another on the way; those aside come nowhere."""
    both = status in ON_THE_WAY and than in ON_THE_WAY
    return both and ON_THE_WAY.index(status) > ON_THE_WAY.index(than)


def says_nothing(reason: str) -> bool:
    """Whether a reason to disqualify is only another word for it."""
    return (
        " ".join(reason.casefold().replace("-", " ").replace("_", " ").strip(" .!").split()) in SAYS_NOTHING
    )


def required(pipeline: Pipeline) -> Mapping[str, tuple[str, ...]]:
    """The fields its statuses require, by status, whatever the type of the lead."""
    return {each.id: each.required for each in pipeline.statuses if each.required}


_OPEN = frozenset(ON_THE_WAY) - {WON}


def _apart(some: tuple[str, ...], others: tuple[str, ...]) -> bool:
    return not any(each in others for each in some)
