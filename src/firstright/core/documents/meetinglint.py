"""What is wrong with meetings beyond their own table: pools nobody is in, templates that do not go to a lead's mailbox."""

from collections.abc import Iterator

from firstright.core.documents.case import Case
from firstright.core.documents.reading import not_known
from firstright.core.policy import Medium
from firstright.core.rules.findings import Finding


def meetings(case: Case) -> Iterator[Finding]:
    policy = case.policy
    if (policy.meetings or policy.sequences) and not policy.company:
        text = (
            '"company" is not named: letters to leads and the pages they book and opt out on are from nobody.'
        )
        yield case.of_policy("company.unnamed", text, "company", "warning")
    for name, meeting in policy.meetings.items():
        if meeting.pool and meeting.pool not in policy.pools:
            text = not_known(meeting.pool, policy.pools, "The pool")
            yield case.of_named("meetings", name, "pool.unknown", text, "with")
        elif meeting.pool and case.roster is not None and not _anybody(case, meeting.pool):
            text = f'Nobody is in pool "{meeting.pool}", so that no slot is ever free.'
            yield case.of_named("meetings", name, "meeting.nobody", text, "with")
        yield from _letters(case, name)


def _anybody(case: Case, pool: str) -> bool:
    reps = case.roster.reps if case.roster else ()
    return any(place.pool == pool and place.weight for rep in reps for place in rep.memberships)


def _letters(case: Case, name: str) -> Iterator[Finding]:
    meeting = case.policy.meetings[name]
    for key, template in (("confirm", meeting.confirm), ("reminder", meeting.reminder)):
        if not template:
            continue
        known = case.policy.templates.get(template)
        if known is None:
            text = not_known(template, case.policy.templates, "The template")
            yield case.of_named("meetings", name, "template.unknown", text, key)
        elif known.channel != Medium.EMAIL:
            text = f'"{template}" goes by {known.channel}; who has booked is told by e-mail.'
            yield case.of_named("meetings", name, "meeting.template", text, key)
    if meeting.reminder and not meeting.remind:
        text = '"reminder" has no effect without "remind", which says how long before the meeting it is sent.'
        yield case.of_named("meetings", name, "key.no_effect", text, "reminder", "warning")
