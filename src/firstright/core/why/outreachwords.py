"""Words for sequences and outreach: what became of a step, why one waits or ended. Codes in, phrases out."""

from firstright.core.outreach import No

UNSURE = "unsure"  # of a step: it may have gone out, or not

WHY_NOT = {
    No.NO_ADDRESS: "there is no address or number for it",
    No.INVALID: "nobody can be reached there",
    No.SUPPRESSED: "they are on the list of whom not to contact",
    No.WITHDRAWN: "they have taken their consent back",
    No.NO_CONSENT: "they have not agreed to it",
    No.QUIET: "it is quiet hours where they are",
    No.WEEKLY: "they were contacted often enough this week",
    No.OTHERS: "somebody else of ours was in touch with this person or company",
    "when": "its condition was not met",
    "no-owner": "nobody has the lead who could do it",
    UNSURE: "firstright stopped while it was at it, and before it came back the lead had another holder",
    "no-key": "this process has no key of the workspace",
}
ENDED = {
    "reply": "they answered",
    "enquiry": "they wrote to us again",
    "booked": "they booked a meeting",
    "bounce": "the address does not exist",
    "click": "they followed a link",
    "visit": "they came to our pages",
    "closed": "the lead is closed",
    "owner-changed": "the lead has another owner",
    "opted-out": "they opted out",
    "by-hand": "somebody stopped it",
    "replaced": "another sequence began",
    "merged": "the lead was merged into another",
    "sequence-gone": "the policy has no such sequence any more",
    No.SUPPRESSED: "they are on the list of whom not to contact",
    No.WITHDRAWN: "they have taken their consent back",
}
CHANNEL = {"email": "e-mail", "sms": "text message", "call": "call", "task": "task"}


def why_not(code: str) -> str:
    """Why a touch is not made, or not now."""
    return WHY_NOT.get(code, code.replace("-", " "))


def why_ended(code: str) -> str:
    """Why a sequence stopped."""
    return ENDED.get(code, code.replace("-", " "))


def happened(what: str, sequence: str, step: int, channel: str, code: str) -> str:
    """A line of the timeline. `step` counts from 0."""
    by = CHANNEL.get(channel, channel)
    match what:
        case "started":
            return f"Sequence {sequence} began"
        case "sent" if code == UNSURE:
            return f"Step {step + 1} of {sequence}: {by}; nobody knows whether it went out"
        case "sent":
            return f"Step {step + 1} of {sequence}: {by}, by itself"
        case "withdrawn":
            return f"Step {step + 1} of {sequence} was taken back before it was sent"
        case "failed":
            return f"Step {step + 1} of {sequence} could not be sent"
        case "asked":
            return f"Step {step + 1} of {sequence}: a {by} was asked for"
        case "skipped":
            return f"Step {step + 1} of {sequence} was left out"
        case "waits":
            return f"Step {step + 1} of {sequence} waits"
        case "moved":
            return f"Sequence {sequence} goes on with the new owner"
        case "stopped":
            return f"Sequence {sequence} stopped"
        case "finished":
            return f"Sequence {sequence} is through"
        case "opted-out":
            return "They opted out: nothing is sent by itself any more"
        case _:
            return f"{sequence}: {what}"


def because(what: str, code: str) -> str:
    """The reason of such a line, empty where there is none."""
    if not code:
        return ""
    return why_ended(code) if what == "stopped" else why_not(code)
