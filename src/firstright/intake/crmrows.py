"""One row of a CRM's file as a record in our words: cleaned values, the CRM's own ids of whom it names, and what was wrong.

A value that cannot be read is a problem of its column and unknown; a row without an id is nobody's and refused. It stores nothing.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime

import msgspec

from firstright.core.clean.amount import lower_bound
from firstright.core.clean.domain import company_domain, website
from firstright.core.clean.normalize import normalize
from firstright.core.clean.problem import Problem, Refusal, problem
from firstright.core.clean.text import line
from firstright.core.lead import Value
from firstright.intake.crmnamed import named
from firstright.intake.crmshapes import Shape, bare

LONGEST_ID = 100
LONGEST_NAME = 300
MOST_AMOUNT = 10**15

_YES = frozenset({"true", "yes", "y", "1", "t", "ja", "x"})
_NO = frozenset({"false", "no", "n", "0", "f", "nein"})
_SALESFORCE = re.compile(r"[A-Za-z0-9]{15}(?:[A-Za-z0-9]{3})?")
_CHECK = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
_SEVERAL = re.compile(r"[;,\s\[\]\"|]+")
_BEGAN = re.compile(r"creat|activity")  # when it came, or was worked with: it may have changed since
_MAIL = re.compile(r"[^@\s]+@[^@\s]+")
# What a matched lead is held against, and what people look at; names and addresses of people are facts of contacts only.
_FIRM = ("country", "phone", "state", "city", "postcode", "industry", "employees", "revenue")
_PERSON = (
    "country",
    "first_name",
    "last_name",
    "name",
    "email",
    "phone",
    "title",
    "state",
    "city",
    "postcode",
)


class Said(msgspec.Struct, frozen=True):
    """What one row says of one record. Ids are the CRM's. `open` and `won` are None where only the stage could tell."""

    kind: str
    id: str
    form: str = (
        "record"  # record | merge | link: a row that says only which records are one, or belong together
    )
    name: str = ""
    owner: str = ""
    above: str = ""  # of an account its parent, of a contact or an opportunity its account
    contact: str = ""
    type: str = ""
    tier: str = ""
    stage: str = ""
    open: bool | None = None
    won: bool | None = None
    amount: int | None = None
    email: str = ""  # of an owner
    active: bool = True
    domains: tuple[str, ...] = ()
    facts: Mapping[str, Value] = {}
    gone: bool = False
    into: str = ""  # the record it was merged into
    absorbs: tuple[str, ...] = ()  # the records that were merged into it
    changed: datetime | None = None
    modified: datetime | None = (
        None  # the same, where it is told by when it was last changed and by nothing else
    )
    deal: str = ""  # of a converted lead
    account_name: str = ""  # of a deal that says in words whose it is
    contact_name: str = ""


class Read(msgspec.Struct, frozen=True):
    """`said` is None for a row that says nothing of a record: an older version of one, or one without an id."""

    said: Said | None
    problems: tuple[Problem, ...] = ()
    passed: bool = False


class _Wrong:
    """What was wrong with a row so far, by column."""

    def __init__(self) -> None:
        self.found: list[Problem] = []

    def say(self, column: str, code: str, reason: str, got: str) -> None:
        self.found.append(problem(column, Refusal(code, reason), got))


class Rows:
    """Reads the rows of one file. `columns` are those of the header that the shape knows, by our field."""

    def __init__(self, shape: Shape, header: Sequence[str]) -> None:
        self.shape = shape
        names = {bare(name): name for name in reversed(header)}
        found = {
            field: tuple(names[column] for column in columns if column in names)
            for field, columns in shape.columns.items()
        }
        known = {field: columns for field, columns in found.items() if columns}
        self.columns = named(shape.kind, header, known)
        self._modified = {name for name in self.columns.get("changed", ()) if not _BEGAN.search(bare(name))}

    def read(self, row: Mapping[str, str]) -> Read:
        if self.shape.kind != "owner" and self._flag(row, "current") is False:
            return Read(None, passed=True)
        wrong = _Wrong()
        name = self._id(row, "id", wrong)
        if not name:
            if not wrong.found:
                wrong.say(
                    self._column("id"), "id.missing", "a record without an id cannot be told from others", ""
                )
            return Read(None, tuple(wrong.found))
        said = _READERS[self.shape.kind](self, row, name, wrong)
        return Read(said, tuple(wrong.found), passed=said is None)

    def text(self, row: Mapping[str, str], field: str) -> str:
        """The first of its columns in which something stands."""
        for column in self.columns.get(field, ()):
            if value := row[column].strip():
                return value
        return ""

    def _column(self, field: str) -> str:
        known = self.columns.get(field)
        return known[0] if known else field

    def _flag(self, row: Mapping[str, str], field: str) -> bool | None:
        word = self.text(row, field).casefold()
        return True if word in _YES else False if word in _NO else None

    def _asked(self, row: Mapping[str, str], field: str, wrong: _Wrong) -> bool | None:
        found, text = self._flag(row, field), self.text(row, field)
        if found is None and text:
            wrong.say(self._column(field), "type.expected_boolean", "must be yes or no", text)
        return found

    def _id(self, row: Mapping[str, str], field: str, wrong: _Wrong) -> str:
        text = self.text(row, field)
        if len(text) > LONGEST_ID or not text.isprintable():
            wrong.say(
                self._column(field),
                "id.invalid",
                f"an id has at most {LONGEST_ID} characters, all visible",
                text,
            )
            return ""
        return canonical(self.shape.system, text)

    def _ids(self, row: Mapping[str, str], field: str) -> tuple[str, ...]:
        found = (canonical(self.shape.system, part) for part in _SEVERAL.split(self.text(row, field)) if part)
        return tuple(dict.fromkeys(name for name in found if len(name) <= LONGEST_ID))

    def _line(self, row: Mapping[str, str], field: str, wrong: _Wrong) -> str:
        text = self.text(row, field)
        if len(text) > LONGEST_NAME:
            wrong.say(self._column(field), "length.max", f"longer than {LONGEST_NAME} characters", text)
        found = line(text[:LONGEST_NAME], LONGEST_NAME)
        if isinstance(found, Refusal):
            wrong.found.append(problem(self._column(field), found, text))
            return ""
        return found

    def _cleaned(self, row: Mapping[str, str], fields: tuple[str, ...], wrong: _Wrong) -> dict[str, Value]:
        """The facts a lead would have of these values, and the same problems, each under its own column."""
        raw = {field: text for field in fields if (text := self.text(row, field))}
        cleaned = normalize(raw, texts=True)
        for each in cleaned.problems:
            wrong.found.append(
                msgspec.structs.replace(
                    each, pointer=f"/{_pointed(self._column(each.pointer.removeprefix('/')))}"
                )
            )
        return cleaned.facts

    def _domains(self, row: Mapping[str, str], wrong: _Wrong) -> tuple[str, ...]:
        """Registrable domains, each once. What anybody can have a page or a mailbox at is nobody's domain."""
        found: dict[str, None] = {}
        for field in ("domains", "website"):
            for column in self.columns.get(field, ()):
                for part in _SEVERAL.split(row[column].strip()):
                    if part:
                        self._domain(column, part, found, wrong)
        return tuple(found)

    def _domain(self, column: str, part: str, found: dict[str, None], wrong: _Wrong) -> None:
        host = website(part)
        if isinstance(host, Refusal):
            wrong.found.append(problem(column, host, part))
        elif owned := company_domain(host):
            found[owned] = None
        else:
            wrong.say(
                column, "domain.shared", "many have pages or mailboxes there: it tells no company", part
            )

    def _changed(self, row: Mapping[str, str], wrong: _Wrong) -> dict[str, object]:
        column = next((name for name in self.columns.get("changed", ()) if row[name].strip()), "")
        if not column:
            return {}
        text = row[column].strip()
        found = instant(text)
        if found is None:
            wrong.say(column, "time.invalid", "is no day or instant such as 2026-10-28 09:30:00", text)
        return {"changed": found, "modified": found if column in self._modified else None}

    def _standing(self, row: Mapping[str, str], wrong: _Wrong) -> dict[str, object]:
        """What every record may say of itself."""
        into = self._id(row, "into", wrong)
        return {
            "owner": self._id(row, "owner", wrong),
            "gone": bool(self._flag(row, "deleted")) or bool(into),
            "into": into,
            "absorbs": self._ids(row, "absorbs"),
            **self._changed(row, wrong),
        }

    def account(self, row: Mapping[str, str], name: str, wrong: _Wrong) -> Said:
        standing = self._standing(row, wrong)
        if standing["gone"]:
            return Said("account", name, **standing)  # type: ignore[arg-type]  # values of several types
        above = self._id(row, "parent", wrong)
        if above == name:
            wrong.say(self._column("parent"), "parent.self", "an account cannot be its own parent", above)
            above = ""
        facts = self._cleaned(row, _FIRM, wrong)
        domains = self._domains(row, wrong)
        return Said(
            "account",
            name,
            name=self._line(row, "name", wrong),
            above=above,
            type=self._line(row, "type", wrong),
            tier=self._line(row, "tier", wrong),
            domains=domains,
            facts=facts,
            **standing,  # type: ignore[arg-type]  # values of several types
        )

    def contact(self, row: Mapping[str, str], name: str, wrong: _Wrong) -> Said:
        standing = self._standing(row, wrong)
        if standing["gone"]:
            return Said("contact", name, **standing)  # type: ignore[arg-type]  # values of several types
        facts = self._cleaned(row, _PERSON, wrong)
        first, last = facts.get("first_name", ""), facts.get("last_name", "")
        shown = facts.get("name") or f"{first} {last}".strip()
        return Said(
            "contact",
            name,
            name=str(shown)[:LONGEST_NAME],
            above=self._id(row, "account", wrong),
            facts=facts,
            **standing,  # type: ignore[arg-type]  # values of several types
        )

    def opportunity(self, row: Mapping[str, str], name: str, wrong: _Wrong) -> Said:
        standing = self._standing(row, wrong)
        if standing["gone"]:
            return Said("opportunity", name, **standing)  # type: ignore[arg-type]  # values of several types
        amount = lower_bound(text, MOST_AMOUNT, whole=False) if (text := self.text(row, "amount")) else None
        if isinstance(amount, Refusal):
            wrong.found.append(problem(self._column("amount"), amount, text))
            amount = None
        closed, won = self._asked(row, "closed", wrong), self._asked(row, "won", wrong)
        is_open = self._asked(row, "open", wrong)
        if is_open is None and (closed is not None or won):
            is_open = not (closed or won)
        return Said(
            "opportunity",
            name,
            name=self._line(row, "name", wrong),
            above=self._id(row, "account", wrong),
            contact=self._id(row, "contact", wrong),
            stage=self._line(row, "stage", wrong),
            open=is_open,
            won=won,
            amount=amount,
            email=self.text(row, "contact_email").casefold(),
            account_name=self._line(row, "account_name", wrong),
            contact_name=self._line(row, "contact_name", wrong),
            **standing,  # type: ignore[arg-type]  # values of several types
        )

    def owner(self, row: Mapping[str, str], name: str, wrong: _Wrong) -> Said:
        shown = self._line(row, "name", wrong)
        if not shown:
            parts = (self._line(row, "first_name", wrong), self._line(row, "last_name", wrong))
            shown = " ".join(filter(None, parts))
        email = self.text(row, "email").casefold()
        if email and not _MAIL.fullmatch(email):
            wrong.say(self._column("email"), "email.invalid", "is no e-mail address", email)
            email = ""
        gone = bool(self._flag(row, "deleted"))
        active = self._flag(row, "active") is not False and not gone
        return Said("owner", name, name=shown, email=email, active=active, gone=gone)

    def stage(self, row: Mapping[str, str], name: str, wrong: _Wrong) -> Said:
        """A stage with no word of its own is closed when nothing more can come of it: probability 0 or 1."""
        won, closed = self._asked(row, "won", wrong), self._asked(row, "closed", wrong)
        if closed is None and "closed" not in self.columns:
            closed = self.text(row, "probability") in ("0", "0.0", "1", "1.0")
        return Said(
            "stage", name, name=self._line(row, "name", wrong), open=not (closed or won), won=bool(won)
        )

    def merge(self, row: Mapping[str, str], name: str, wrong: _Wrong) -> Said | None:
        losers = tuple(each for each in self._ids(row, "absorbs") if each != name)
        return Said(self.shape.of, name, "merge", absorbs=losers) if losers else None

    def link(self, row: Mapping[str, str], name: str, wrong: _Wrong) -> Said | None:
        to = self._id(row, "to", wrong)
        if not to:
            return None
        if self.shape.of == "contact":
            return Said("opportunity", name, "link", contact=to)
        return Said("opportunity", name, "link", above=to)

    def lead(self, row: Mapping[str, str], name: str, wrong: _Wrong) -> Said | None:
        """A lead that was converted: whoever comes under its id is the contact it became."""
        contact = self._id(row, "contact", wrong)
        if not self._flag(row, "converted") or not contact:
            return None
        return Said("lead", name, contact=contact, deal=self._id(row, "opportunity", wrong))

    def gone(self, row: Mapping[str, str], name: str, wrong: _Wrong) -> Said:
        return Said(self.shape.of, name, gone=True)


_READERS: dict[str, Callable[[Rows, Mapping[str, str], str, _Wrong], Said | None]] = {
    "account": Rows.account,
    "contact": Rows.contact,
    "opportunity": Rows.opportunity,
    "owner": Rows.owner,
    "stage": Rows.stage,
    "merge": Rows.merge,
    "link": Rows.link,
    "lead": Rows.lead,
    "gone": Rows.gone,
}


def canonical(system: str, text: str) -> str:
    """An id as it is compared. Salesforce writes the same one with 15 characters, in which case matters, or with 18."""
    if system != "salesforce" or not _SALESFORCE.fullmatch(text):
        return text
    return text[:15] + checked(text[:15])


def checked(fifteen: str) -> str:
    """The three characters Salesforce puts behind an id of fifteen: which of its letters are capitals, five to each."""
    parts = (fifteen[at : at + 5] for at in (0, 5, 10))
    return "".join(
        _CHECK[sum(1 << n for n, letter in enumerate(part) if "A" <= letter <= "Z")] for part in parts
    )


def instant(text: str) -> datetime | None:
    """A day, or an instant as warehouses write it; without a zone it is UTC, as they say it is."""
    bare_text = text.removesuffix(" UTC")
    try:
        found = datetime.fromisoformat(bare_text)
    except ValueError:
        try:
            found = datetime.strptime(bare_text[:19].strip(), "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
        except ValueError:
            return None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def _pointed(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")
