"""The plain words of every event, for whoever is told without a template of their own: a subject, and lines of which those
with nothing to say are left out. They are written with merge fields, and with {who}, which templates do not have.
"""

WITH = "It is with {owner_name}."
BECAUSE = "The reason: {reason}."

WORDS: dict[str, tuple[str, tuple[str, ...]]] = {
    "lead.assigned": (
        "New lead: {who}",
        ("{who} is now with {owner_name}.", BECAUSE, "First: {task}, by {due}.", "Until now it was with {previous_owner_name}."),
    ),
    "lead.queued": ("In {owner_name}: {who}", ("{who} is in queue {owner_name}.", BECAUSE)),
    "lead.waiting": ("Waiting: {who}", ("{who} waits for somebody to be free.", BECAUSE)),
    "lead.review": ("For review: {who}", ("{who} needs a decision.", BECAUSE)),
    "lead.nurture": ("To nurture: {who}", ("{who} goes to nurture.", BECAUSE)),
    "lead.support": ("To support: {who}", ("{who} goes to support.", BECAUSE)),
    "lead.partner": ("To a partner: {who}", ("{who} goes to partner {owner_name}.", BECAUSE)),
    "lead.closed": ("Closed: {who}", ("{who} was closed.", BECAUSE)),
    "lead.rejected": ("Rejected: {who}", ("{who} was rejected.", BECAUSE)),
    "lead.offered": (
        "Offered to you: {who}",
        ("{who} is offered to you: say yes or no by {due}.", BECAUSE, "Until then it stays with {owner_name}."),
    ),
    "ticket.opened": ("Ticket: {who}", ("{who} is with support now.", BECAUSE)),
    "partner.shared": ("Shared with you: {who}", ("{who} is shared with you.", "Say yes or no by {due}.")),
    "partner.recalled": ("Taken back: {who}", ("{who} is not shared with you any more.",)),
    "lead.accepted": ("Accepted: {who}", ("{who} was accepted by {by}.",)),
    "lead.touched": ("Touched: {who}", ("{by} reached out to {who}.", WITH)),
    "lead.engaged": ("Back again: {who}", ("{who} came back.", WITH)),
    "lead.merged": ("The same person: {who}", ("Another lead turned out to be {who}: they are one now.", WITH)),
    "lead.warned": (
        "Due soon: {who}",
        ("{who} is waiting.", WITH, "{percent} % of the time for the {clock} have passed.", "It is due {due}."),
    ),
    "meeting.booked": ("Meeting booked: {who}", ("{who} has booked a meeting.", WITH)),
    "meeting.moved": ("Meeting moved: {who}", ("The meeting with {who} is at another time.", WITH)),
    "meeting.cancelled": ("Meeting called off: {who}", ("The meeting with {who} was called off.", WITH)),
    "meeting.no-show": ("Did not come: {who}", ("{who} did not come to the meeting.", WITH)),
    "lead.opted-out": ("Opted out: {who}", ("{who} wants to hear no more: nothing is sent by itself.", WITH)),
    "lead.missed": ("Overdue: {who}", ("{who} is overdue.", WITH, "The {clock} was due {due}.")),
}  # fmt: skip
UNKNOWN = ("{event}: {who}", ("{event}: {who}.", WITH))
LAST = "{lead_url}"
