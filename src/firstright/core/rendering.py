"""A message in words: a template, or the shipped sentences, filled with what is known of the lead and of the decision.

What is missing is told as a dash, so that a sentence keeps its shape; a shipped line that would say nothing is left out.
"""

import re
from datetime import datetime

from firstright.core.about import About
from firstright.core.calendar import is_zone
from firstright.core.filling import FIELD, filled, lines, one_line
from firstright.core.lead import Facts, HolderKind
from firstright.core.policy import Policy, Template
from firstright.core.roster import Roster
from firstright.core.rules.fields import FieldType
from firstright.core.rules.phrases import label
from firstright.core.shippedwords import LAST, UNKNOWN, WORDS
from firstright.core.tasktext import task_words
from firstright.core.theirwords import asked
from firstright.core.why.moments import Moments
from firstright.core.why.reasons import CLOCKS, reason_phrase, rule_name

MISSING = "—"
_BLANK = re.compile(r"\[[^\[\]\n]{1,60}\?\]")
LONGEST_SUBJECT = 200  # characters; a form's message in a subject would be a page


class Fields:
    """The value of every merge field of one message, worked out when it is asked for."""

    def __init__(
        self, about: About, facts: Facts, lead: str, policy: Policy, roster: Roster, link: str
    ) -> None:
        self._about = about
        self._facts = facts
        self._lead = lead
        self._policy = policy
        self._roster = roster
        self._link = link
        self._tell = Moments(policy.zone, about.at)

    def __call__(self, name: str) -> str:
        return self.known(name) or MISSING

    def known(self, name: str) -> str:
        """The field as text, empty when nothing is known. A field of the lead goes before one of the decision."""
        return self._fact(name) if name in self._policy.catalogue else self.of_decision(name)

    def of_decision(self, name: str) -> str:
        """The same for what the decision knows alone, and {who} the lead is."""
        about = self._about
        match name:
            case "owner_name":
                return self._holder()
            case "owner_email":
                owner = self._roster.reps.get(about.holder) if about.holder_kind == HolderKind.REP else None
                return owner.email if owner else ""
            case "previous_owner_name":
                return self._person(about.previous)
            case "by":
                return self._person(about.by)
            case "rule":
                return about.rule
            case "rule_name":
                return rule_name(about.rule, self._policy)
            case "reason":
                return reason_phrase(about.reason, self._policy)
            case "due":
                return self._tell.abbreviated(about.due) if about.due else ""
            case "clock":
                return CLOCKS.get(about.clock, about.clock)
            case "percent":
                return str(about.percent or "")
            case "task":
                return self._task()
            case "event":
                return about.event
            case "our_company":
                return self._policy.company
            case "lead_url":
                return self._link
            case "who":
                return self._who()
            case "asked":
                return asked(self._facts)
            case "expected_response":
                return self._expected()
            case _:
                return self._fact(name)

    def _holder(self) -> str:
        about = self._about
        match about.holder_kind:
            case HolderKind.REP:
                return self._person(about.holder)
            case HolderKind.QUEUE:
                queue = self._policy.queues.get(about.holder)
                return (queue.name if queue else "") or about.holder
            case HolderKind.PARTNER:
                return about.holder
            case _:
                return ""

    def _person(self, rep_id: str) -> str:
        rep = self._roster.reps.get(rep_id)
        return (rep.name if rep else "") or rep_id

    def _task(self) -> str:
        """The first action's task; one that asks for the task itself would never end."""
        action = self._policy.actions.get(self._about.action)
        if action is None:
            return self._about.action
        return task_words(action.task, lambda name: MISSING if name == "task" else self.known(name))

    def _expected(self) -> str:
        """On the lead's own clock, where its zone is known: it is the lead who reads it."""
        about = self._about
        if about.expected is None:
            return ""
        theirs = self._fact("zone")
        zone = theirs if is_zone(theirs) else self._policy.zone
        return Moments(zone, about.at).abbreviated(about.expected)

    def _who(self) -> str:
        person = self._fact("name") or self._fact("email") or self._fact("phone")
        named = [text for text in (person, self._fact("company")) if text]
        return " of ".join(named) or f"lead {self._lead}"

    def _fact(self, name: str) -> str:
        field = self._policy.catalogue.lookup(name)
        match self._facts.get(name):
            case None if name == "name":  # most forms ask for it in two fields
                return f"{self._fact('first_name')} {self._fact('last_name')}".strip()
            case None:
                return ""
            case bool() as flag:
                return "yes" if flag else "no"
            case tuple() as several:
                return ", ".join(several)
            case datetime() as at:
                return self._instant(at)
            case str() as text if field and field.type is FieldType.INSTANT:
                return self._instant_text(text)
            case value:
                return str(value).strip()

    def _instant_text(self, text: str) -> str:
        try:
            return self._instant(datetime.fromisoformat(text))
        except ValueError:
            return text

    def _instant(self, at: datetime) -> str:
        try:
            return self._tell.abbreviated(at)
        except OverflowError:  # the last hours of the year 9999 have no local time east of London
            return at.isoformat()


class Blanks(Fields):
    """The same for a text that somebody looks at before it goes out: what is not known is left for them to fill in, and where one
    can book is put in when it is sent."""

    def __call__(self, name: str) -> str:
        if name == "booking_link":
            return "{booking_link}"
        return self.known(name) or blank(label(name))


def blank(what: str) -> str:
    return f"[{what}?]"


def blanks(text: str) -> tuple[str, ...]:
    """What is still to be filled in."""
    return tuple(dict.fromkeys(_BLANK.findall(text)))


def written(template: Template, fields: Fields) -> tuple[str, str]:
    """Subject and text. A template without a subject gets the shipped one: a mail without any looks like junk."""
    subject = filled(template.subject, fields) if template.subject else _subject(fields)
    return one_line(subject, LONGEST_SUBJECT), lines(filled(template.text, fields))


def shipped(fields: Fields) -> tuple[str, str]:
    """Subject and text for whom no template was written."""
    _, sentences = _words(fields)
    told = [filled(line, fields.of_decision) for line in (*sentences, LAST) if _says_something(line, fields)]
    return one_line(_subject(fields), LONGEST_SUBJECT), lines("\n".join(told))


def _subject(fields: Fields) -> str:
    return filled(_words(fields)[0], lambda name: fields.of_decision(name) or MISSING)


def _words(fields: Fields) -> tuple[str, tuple[str, ...]]:
    return WORDS.get(fields.of_decision("event"), UNKNOWN)


def _says_something(line: str, fields: Fields) -> bool:
    return all(fields.of_decision(match[1]) for match in FIELD.finditer(line))
