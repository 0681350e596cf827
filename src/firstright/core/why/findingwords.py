"""What the audit of the base found, in a sentence each, with what to do about it. Figures and names of ours only."""

from collections.abc import Mapping

TITLES = {
    "owner-gone": "Leads of somebody who is gone",
    "owner-away": "Leads of somebody who is long away",
    "untouched": "Leads nothing happens to",
    "no-rule": "Leads no rule would take",
    "same-key": "Leads that are one person",
    "duplicates-proposed": "Duplicates that wait for a decision",
    "no-origin": "Leads without an origin",
    "unmapped": "Values without a meaning",
    "synonym-wrong": "Synonyms that contradict each other",
    "synonym-unused": "Synonyms nobody needs",
    "field-not-filled": "Fields nobody fills",
    "rule-quiet": "Rules that take nobody",
    "pool-empty": "Pools without anybody",
    "pool-leavers": "Pools with somebody who is gone",
    "account-owner": "Accounts whose owner is no rep",
    "alarm-open": "Alarms nobody has ended",
    "list-unused": "Lists no policy names",
}


def title(kind: str) -> str:
    return TITLES.get(kind, kind.replace("-", " ").capitalize())


def finding_sentence(kind: str, subject: str, n: int, detail: Mapping[str, object]) -> str:
    """The cause, with its figures."""
    match kind:
        case "owner-gone":
            return f"{subject} has left or is inactive, and still has {_leads(n)}."
        case "owner-away":
            return f"{subject} is away for more than a week, and has {_leads(n)}."
        case "untouched":
            return f"{_leads(n)} of {subject} {_were(n)} not changed for longer than the policy allows."
        case "no-rule" if subject == "no-dead-end":
            return f"{_leads(n)} would be taken by no rule at all today, and land in review."
        case "no-rule":
            return f"{_leads(n)} would be taken by no rule before the last net, {subject}, today."
        case "same-key":
            return f"{n:,} {'person is' if n == 1 else 'persons are'} in more than one open lead by the same {subject}."
        case "duplicates-proposed":
            return (
                f"{n:,} {'pair waits' if n == 1 else 'pairs wait'} for somebody to say whether they are one."
            )
        case "no-origin":
            return f"{_leads(n)} of {subject} {_say(n)} neither campaign, channel, medium, referrer nor landing page."
        case "unmapped":
            different = int(str(detail.get("distinct", 0)))
            kinds = f"{different:,} different {'one' if different == 1 else 'ones'}"
            return f"{n:,} {'value' if n == 1 else 'values'} of {subject} came that no table knows, {kinds}."
        case "synonym-wrong":
            return f"{detail.get('said', '')}."
        case "synonym-unused":
            words = f"{n:,} {'word' if n == 1 else 'words'} of [synonyms.{subject}]"
            return f"{words} came in no value in {detail.get('days', 0)} days: {detail.get('said', '')}."
        case "field-not-filled" if "rule" in detail:
            return f"{subject} was in none of the last {n:,} arrivals, and rule {detail['rule']} asks for it."
        case "field-not-filled":
            return f"{subject} was in none of the last {n:,} arrivals."
        case "rule-quiet":
            return f"Rule {subject} took none of {detail.get('decisions', 0):,} leads in {detail.get('days', 0)} days."
        case "pool-empty":
            return f"Leads are sent to {subject}, and nobody is in it who could take one."
        case "pool-leavers":
            return f"{detail.get('who', '')} {'is' if n == 1 else 'are'} still in pool {subject}, and with us no more."
        case "account-owner":
            return f"{n:,} {'account is' if n == 1 else 'accounts are'} owned by {subject}, who is no rep of the roster."
        case "alarm-open":
            return f"{detail.get('said', subject)} Open for {n:,} {'day' if n == 1 else 'days'}."
        case "list-unused":
            return f"List {subject} is imported, and the policy names it nowhere."
        case _:
            return f"{subject}: {n:,}."


def remedy(kind: str) -> str:
    """What to do, in one line."""
    return REMEDIES.get(kind, "")


REMEDIES = {
    "owner-gone": "Say that they have left: their leads are decided again.",
    "owner-away": "Hand them over, or name who stands in.",
    "untouched": "Ask whoever has them; give back or close what will not go on.",
    "no-rule": "Write a rule for them, or mend the facts that keep the others from it.",
    "same-key": "Look at each pair and merge what is one.",
    "duplicates-proposed": "Decide them in the review.",
    "no-origin": "Have the source send where its leads come from.",
    "unmapped": "Say once what each means.",
    "synonym-wrong": "Say once what the word means, or take the line out.",
    "synonym-unused": "Take them out, or find out what stopped to come.",
    "field-not-filled": "Have a source send it, or ask for it no more.",
    "rule-quiet": "Take it out, or find out what it waits for.",
    "pool-empty": "Put somebody in, or send its leads elsewhere.",
    "pool-leavers": "Take them out of the pool.",
    "account-owner": "Map the owner to a rep, or mend it in the CRM.",
    "alarm-open": "See to it, or accept how it is now.",
    "list-unused": "Name it in the policy, or forget it.",
}


def _leads(n: int) -> str:
    return f"{n:,} {'lead' if n == 1 else 'leads'}"


def _were(n: int) -> str:
    return "was" if n == 1 else "were"


def _say(n: int) -> str:
    return "says" if n == 1 else "say"
