"""Columns of a CRM's file that its shape does not know, by what people and programs of many tongues call them: "Company owner",
"Country/Region", "Address 1: City", "Firmenname". They fill only what no known column holds, and decide nothing."""

import re
from collections.abc import Mapping, Sequence

from firstright.intake.columnnames import NAMES
from firstright.intake.guessing import words

# What may stand before or behind the word itself. A contact's "Company name" is no contact's name.
_OF = {
    "account": r"account|company|organi[sz]ation|org|firma|konto|client|customer",
    "contact": r"contact|person|people|kontakt",
    "opportunity": r"opportunity|deal|verkaufschance",
}
_FRONT = r"do not modify|record|primary|main|billing|mailing|business|head office|hq|address(?: \d)?"
_BEHIND = re.compile(r" (?:of address|region|primary)$")
_PERSON = ("first_name", "last_name", "name", "email", "phone", "title")
_PLACE = ("country", "state", "city", "postcode")
_FIRM = ("website", "phone", "industry", "employees", "revenue")
_CLEANED = {"account": (*_FIRM, *_PLACE), "contact": (*_PERSON, *_PLACE), "opportunity": ()}
_ID = ("id", "record id", "crm id", "key")
_OWNER = (
    "owner id", "owner email", "owner", "owner name", "account manager", "manager", "besitzer", "inhaber", "betreuer", "kundenbetreuer",
    "verantwortlicher", "proprietaire", "responsable", "propietario", "proprietario", "eigenaar", "wlasciciel",
)  # fmt: skip
_CHANGED = (
    "last modified date", "last modified", "modified time", "modified on", "modified", "updated at", "update time", "last update",
    "last updated", "zuletzt geandert", "geandert am", "date de modification", "fecha de modificacion",
)  # fmt: skip
_COMPANY_OF = (
    "account id", "company id", "organization id", "organisation id", "associated company id", "associated company ids primary",
    "associated company ids", "primary associated company id", "account key",
)  # fmt: skip
_ALIKE: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "account": {
        "id": _ID,
        "name": ("name", *NAMES["company"]),
        "owner": _OWNER,
        "parent": ("parent id", "parent account id", "parent company id", "parent", "parent account", "parent company", "muttergesellschaft"),
        "type": ("type", "kundentyp", "typ"),
        "tier": ("tier",),
        "changed": _CHANGED,
    },
    "contact": {"id": _ID, "owner": _OWNER, "account": _COMPANY_OF, "changed": _CHANGED},
    "opportunity": {
        "id": _ID,
        "name": ("name", "title"),
        "owner": _OWNER,
        "account": _COMPANY_OF,
        "contact": ("contact id", "associated contact id", "associated contact ids", "primary contact id"),
        "stage": ("stage", "stage name", "sales stage", "pipeline stage", "phase", "verkaufsphase", "etape", "etapa", "fase"),
        "amount": ("amount", "value", "betrag", "wert", "montant", "importe", "valor", "bedrag"),
        "changed": _CHANGED,
    },
}  # fmt: skip


def named(
    kind: str, header: Sequence[str], known: Mapping[str, tuple[str, ...]]
) -> dict[str, tuple[str, ...]]:
    """`known` and, for each field of this kind that it lacks, the columns that are called so, an id before a name."""
    if kind not in _ALIKE:
        return dict(known)
    used = {column for columns in known.values() for column in columns}
    free = {column: _bare(column, kind) for column in header if column not in used}
    names = {**{field: NAMES[field] for field in _CLEANED[kind]}, **_ALIKE[kind]}
    found = dict(known)
    for field, called in names.items():
        if field not in found:
            columns = _called(called, free)
            if columns:
                found[field] = columns
                free = {column: said for column, said in free.items() if column not in columns}
    return found


def _called(called: Sequence[str], free: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    place = {name: at for at, name in reversed(list(enumerate(called)))}
    ranked = [
        (min(place[word] for word in said if word in place), column)
        for column, said in free.items()
        if any(word in place for word in said)
    ]
    return tuple(column for _, column in sorted(ranked, key=lambda each: each[0]))


def _bare(column: str, kind: str) -> tuple[str, ...]:
    """The name as it is, and without what stands around it."""
    whole = words(column)
    front = re.compile(rf"^(?:(?:{_FRONT}|{_OF[kind]}) )+")
    bare = _BEHIND.sub("", front.sub("", whole))
    only = "id" if re.fullmatch(rf"do not modify (?:{_OF[kind]})", whole) else ""
    return tuple(dict.fromkeys(filter(None, (whole, _BEHIND.sub("", whole), bare, only))))
