"""Deals that name their account or their contact in words: which record of that CRM is meant. One that is called exactly so, and
alone is, is taken; one whose name is alike goes the way the account of a lead does: taken where something besides the name
agrees, told as in doubt, or nobody. It writes nothing.
"""

from collections.abc import Sequence
from typing import NamedTuple

from msgspec.structs import replace

from firstright.core.clean.domain import company_domain
from firstright.core.clean.person import split_name
from firstright.core.clean.problem import Problem, Refusal, problem
from firstright.core.clean.text import fold
from firstright.core.lead import Value
from firstright.core.likeness import Likeness, company_likeness, person_likeness
from firstright.core.matching import proven
from firstright.core.why.sentences import alike as told_alike
from firstright.desk.crm.staff import Under
from firstright.intake.crmrows import Said
from firstright.storage import alike, crmrecords
from firstright.storage.accounts import SORTED_BY, AccountRow

Told = tuple[Problem, ...]
_NAMES = ("first_name", "last_name")


class Like(NamedTuple):
    """A record that may be meant, by the CRM's id."""

    external: str
    name: str
    like: Likeness


class Meant:
    """Of one batch of deals. A name is looked up once."""

    def __init__(self, under: Under, rows: Sequence[Said]) -> None:
        self.under, self.tx, self.system = under, under.tx, under.system
        asked = [row for row in rows if row.form == "record" and not row.gone]
        names = {fold(row.account_name)[:SORTED_BY] for row in asked if row.account_name and not row.above}
        self._called = crmrecords.called(self.tx, self.system, sorted(names)) if names else {}
        ids = [row.id for row in asked if row.account_name or row.contact_name]
        self._linked = {
            kind: crmrecords.aliases(self.tx, self.system, f"opportunity-{kind}", ids)
            for kind in ("account", "contact")
        }
        self._found: dict[tuple[str, str], tuple[str, Told]] = {}

    def of(self, row: Said) -> tuple[Said, Told]:
        """The row with the ids of whom it names, and what is to be told of it. An id that is known goes before any name."""
        if row.form != "record" or row.gone:
            return row, ()
        told: Told = ()
        if row.account_name and not row.above and row.id not in self._linked["account"]:
            above, told = self._account(row.account_name, row.email)
            row = replace(row, above=above)
        if row.contact_name and not (row.contact or row.email) and row.id not in self._linked["contact"]:
            above = row.above or self._linked["account"].get(row.id, "")
            contact, more = self._contact(row.contact_name, above)
            row, told = replace(row, contact=contact), (*told, *more)
        return row, told

    def _account(self, name: str, email: str) -> tuple[str, Told]:
        domain = company_domain(email.rpartition("@")[2]) if email else ""
        key = (fold(name), domain or "")
        if key not in self._found:
            exact = self._called.get(fold(name)[:SORTED_BY], [])
            like = [] if len(exact) == 1 else self._alike(name, domain or "")
            self._found[key] = (exact[0], ()) if len(exact) == 1 else self._judged("account", name, like)
        return self._found[key]

    def _alike(self, name: str, domain: str) -> list[Like]:
        facts: dict[str, Value] = {"company": name, **({"domain": domain} if domain else {})}
        found = {each.id: each for each in alike.companies(self.tx, facts)}
        ours = crmrecords.externals(self.tx, AccountRow, self.system, found)
        return [
            Like(ours[i], each.name, company_likeness(facts, each.facts))
            for i, each in found.items()
            if i in ours
        ]

    def _contact(self, name: str, above: str) -> tuple[str, Told]:
        """Of the contacts of its account."""
        account = crmrecords.ids(self.tx, AccountRow, self.system, [above]).get(above) if above else None
        there = crmrecords.contacts_at(self.tx, self.system, account) if account else []
        exact = [external for external, called, _ in there if fold(called) == fold(name)]
        if len(exact) == 1:
            return exact[0], ()
        said = split_name(name)
        like = [
            Like(external, called, person_likeness(said, {k: v for k, v in facts.items() if k in _NAMES}))
            for external, called, facts in there
        ]
        return self._judged("contact", name, like)

    def _judged(self, what: str, name: str, like: list[Like]) -> tuple[str, Told]:
        rules = self.under.matching
        near = sorted(
            (each for each in like if each.like.score >= rules.review),
            key=lambda each: (-each.like.score, each.external),
        )
        sure = [each for each in near if each.like.score >= rules.link and proven(each.like)]
        if len(sure) == 1:
            return sure[0].external, (_told(what, "alike", f"is taken for {_said(sure[0])}", name),)
        if near:
            who = " or ".join(map(_said, near[:3]))
            reason = f"may be {who}: a name alone links nobody, so give the id"
            return "", (_told(what, "in_doubt", reason, name),)
        return "", (
            _told(what, "unknown", f"no {what} we have of this CRM is called so, or nearly so", name),
        )


def _told(what: str, code: str, reason: str, name: str) -> Problem:
    return problem(f"{what}_name", Refusal(f"{what}.{code}", reason), name)


def _said(each: Like) -> str:
    reasons = told_alike((r.field, r.verdict.value, r.weight) for r in each.like.reasons)
    return f"{each.name} ({each.external}; {each.like.score} of 1,000: {reasons})"
