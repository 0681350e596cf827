"""What somebody we have invited says to it: kept as something the lead did, told to whoever meets them, and a task where they decline.

Nothing is called off by it: people decline and then come at another hour. Whoever has the lead does that, or the lead by its link.
"""

import hashlib

import msgspec

from firstright.core.lead import Act, Cause, HolderKind, Lead
from firstright.core.matchkeys import match_keys
from firstright.core.meetings import MeetingType
from firstright.desk.acting import LONGEST_WHAT, with_act
from firstright.desk.alarming import letter
from firstright.desk.batch import Batch
from firstright.desk.concluded import Concluded
from firstright.desk.deciding import decide_in
from firstright.desk.letter import Letter
from firstright.desk.meetings import OnMeeting
from firstright.desk.steps import asked_of_owner
from firstright.intake.invitationreply import Reply
from firstright.storage import meetings
from firstright.storage.meetings import MeetingRow
from firstright.storage.rows import EngagementRow

KIND = "invitation"  # of an engagement
ANSWERED = "invitation.answered"  # told to the rep
DECLINED, TENTATIVE = "declined", "tentative"
SAYS = {"accepted": "accepted", DECLINED: "declined", TENTATIVE: "accepted for now"}
TASK = "They declined {meeting}: offer another time, or call it off"


class AnswerInvitation(OnMeeting):
    """`by` is who reports it. The same reply is taken once."""

    verb = "invitation-answer"

    def __init__(self, reply: Reply, by: str, *, key: str = "") -> None:
        super().__init__("", by, meeting=reply.meeting, key=key or _named(reply))
        self.reply = reply

    def not_now(self, batch: Batch, lead: Lead, row: MeetingRow) -> list[str]:
        if row.ends_at <= batch.turn.now:
            return ["meeting: is over"]
        if self.reply.sequence < row.sequence:
            return ["sequence: answers an earlier time of this meeting, which was moved since"]
        if self.reply.sequence > row.sequence:
            return ["sequence: is of no invitation of ours"]
        return []

    def done(self, batch: Batch, lead: Lead, trigger: str) -> Concluded:
        row = self.row(batch, lead)
        assert row is not None
        now, said = batch.turn.now, self._said(batch, lead, row)
        at = min(self.reply.at or now, now)
        if row.answered_at is None or row.answered_at <= at:  # replies overtake each other
            meetings.save(batch.tx, msgspec.structs.replace(row, answer=self.reply.answer, answered_at=at))
        batch.know(match_keys(lead.facts, lead.source))
        done = decide_in(batch, with_act(lead, Act(by=self.by, channel=KIND, at=at)), Cause.ENGAGED, trigger)
        batch.rows.engagements.append(
            EngagementRow(batch.new_id(), lead.id, None, KIND, at, lead.person, said, self.by, now)
        )
        if self.reply.answer in (DECLINED, TENTATIVE):
            told = Letter(
                f"They {said}"[:200], f"They {said}.\n\nNothing was called off: that is yours to do."
            )
            batch.rows.deliveries += letter(batch, row.rep_id, told, ANSWERED)
        if self.reply.answer == DECLINED and done.after.holder.kind is HolderKind.REP:
            task = TASK.format(meeting=_meeting(batch, row))
            asked_of_owner(batch, batch.lead(lead.id) or done.after, "task", task, f"{trigger}:task")
        return done

    def _said(self, batch: Batch, lead: Lead, row: MeetingRow) -> str:
        """As a line of the history; who answered where it is somebody else than we know."""
        mine = str(lead.facts.get("email") or "").casefold()
        who = f" ({self.reply.email})" if self.reply.email and self.reply.email.casefold() != mine else ""
        words = f": {self.reply.comment}" if self.reply.comment else ""
        return f"{SAYS[self.reply.answer]} {_meeting(batch, row)}{who}{words}"[:LONGEST_WHAT]


def _meeting(batch: Batch, row: MeetingRow) -> str:
    type = batch.policy.policy.meetings.get(row.type) or MeetingType(row.type)
    return f"{type.said} of {row.starts_at:%Y-%m-%d %H:%M} UTC"


def _named(reply: Reply) -> str:
    """The same for the same reply, however often it is handed in."""
    stamp = reply.at.isoformat() if reply.at else ""
    told = "\n".join((reply.meeting, str(reply.sequence), reply.answer, reply.email, stamp))
    return hashlib.sha256(told.encode()).hexdigest()[:32]
