"""What people agreed to, whom not to contact, and who of ours touched somebody lately. What follows, `core.outreach` says."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

import msgspec

from firstright.storage import instants
from firstright.storage.bulk import insert_into
from firstright.storage.schema.leads import consent, suppression
from firstright.storage.schema.outreach import workspace_secret
from firstright.storage.statement import Statement
from firstright.storage.transactions import Tx

MOST_COLLEAGUES = 200  # leads of one account that are looked at for whoever else talks to it
_encode = msgspec.json.Encoder().encode

_GIVE = insert_into(consent)
_CONSENTS = Statement(
    """SELECT id, person_id, channel, purpose, state, evidence, at FROM consent WHERE person_id = ?
       ORDER BY at DESC, id DESC"""
)
_SUPPRESS = insert_into(suppression, "keep")
_RELEASE = Statement("DELETE FROM suppression WHERE kind = ? AND digest = ?")
_CHECK = Statement("SELECT kind, reason, at FROM suppression WHERE kind = ? AND digest = ?")
_COUNT = Statement(
    "SELECT kind, reason, count(*) FROM suppression GROUP BY kind, reason ORDER BY kind, reason"
)
_LISTED = Statement(
    "SELECT kind, digest, reason, at FROM suppression WHERE (kind, digest) > (?, ?) ORDER BY kind, digest LIMIT ?"
)
_SECRET = Statement("SELECT sealed FROM workspace_secret WHERE name = ?")
_KEEP_SECRET = insert_into(workspace_secret, "keep")
# Each step by an index of its own: joined by "or", and put in the order of names, it read every lead there is.
_AS_ONE = Statement(
    """WITH RECURSIVE one (id) AS (
         SELECT id FROM lead WHERE person_id = ?
         UNION SELECT m.master FROM one CROSS JOIN merge AS m ON m.child = one.id WHERE m.undone_at IS NULL
         UNION SELECT m.child FROM one CROSS JOIN merge AS m ON m.master = one.id WHERE m.undone_at IS NULL)
       SELECT l.id, l.person_id FROM one CROSS JOIN lead AS l ON l.id = one.id ORDER BY one.id""",
    postgresql="""WITH RECURSIVE one (id) AS (
         SELECT id FROM lead WHERE person_id = %s
         UNION SELECT n.id FROM one CROSS JOIN LATERAL (
           SELECT m.master AS id FROM merge AS m WHERE m.child = one.id AND m.undone_at IS NULL
           UNION ALL SELECT m.child FROM merge AS m WHERE m.master = one.id AND m.undone_at IS NULL) AS n)
       SELECT l.id, l.person_id FROM one JOIN lead AS l ON l.id = one.id ORDER BY l.id""",
)
_TOUCHES = Statement(
    """SELECT t.rep_id, t.happened_at FROM lead AS l JOIN touch AS t ON t.lead_id = l.id
       WHERE l.person_id = ? AND t.happened_at > ?
       UNION ALL SELECT '', n.at FROM outreach_note AS n WHERE n.person_id = ? AND n.what = 'sent' AND n.at > ?"""
)
_COLLEAGUES = Statement(
    """SELECT id FROM match_key WHERE kind = 'domain' AND value = ? AND entity = 'lead' ORDER BY id DESC LIMIT ?"""
)
_OTHERS = Statement(
    """SELECT t.rep_id, t.happened_at, t.lead_id FROM json_each(?) AS i CROSS JOIN touch AS t ON t.lead_id = i.value
       WHERE t.happened_at > ?
       UNION ALL
       SELECT n.rep_id, n.at, n.lead_id FROM json_each(?) AS i CROSS JOIN outreach_note AS n ON n.lead_id = i.value
       WHERE n.what = 'sent' AND n.at > ?""",
    postgresql="""SELECT t.rep_id, t.happened_at, t.lead_id FROM json_array_elements_text(%s::json) AS i
         JOIN touch AS t ON t.lead_id = i.value::uuid WHERE t.happened_at > %s
       UNION ALL
       SELECT n.rep_id, n.at, n.lead_id FROM json_array_elements_text(%s::json) AS i
         JOIN outreach_note AS n ON n.lead_id = i.value::uuid WHERE n.what = 'sent' AND n.at > %s""",
)


class ConsentRow(NamedTuple):
    id: str
    person_id: str
    channel: str
    purpose: str
    state: str  # given | withdrawn
    evidence: str  # JSON
    at: datetime


class Suppressed(NamedTuple):
    kind: str
    digest: str
    reason: str
    at: datetime


class Reached(NamedTuple):
    """Somebody of ours reached out to a lead."""

    rep: str
    at: datetime
    lead: str


def say(tx: Tx, rows: Iterable[ConsentRow]) -> None:
    tx.many(_GIVE, [(*row[:-1], instants.text(row.at)) for row in rows])


def of_person(tx: Tx, person: str) -> list[ConsentRow]:
    """Newest first."""
    return [
        ConsentRow(str(name), str(who), channel, purpose, state, evidence, instants.read(at))
        for name, who, channel, purpose, state, evidence, at in tx.all(_CONSENTS, (person,))
    ]


def suppress(tx: Tx, rows: Sequence[Suppressed]) -> int:
    """How many are new: one that is there stays as it is."""
    return tx.many(_SUPPRESS, [(r.kind, r.digest, r.reason, instants.text(r.at)) for r in rows])


def release(tx: Tx, kind: str, digest: str) -> bool:
    return tx.run(_RELEASE, (kind, digest)) == 1


def suppressed(tx: Tx, digests: Iterable[tuple[str, str]]) -> list[Suppressed]:
    """Of (kind, digest) those that are on the list."""
    found = []
    for kind, digest in digests:
        if row := tx.one(_CHECK, (kind, digest)):
            found.append(Suppressed(row[0], digest, row[1], instants.read(row[2])))
    return found


def listed(tx: Tx, after: tuple[str, str] = ("", ""), limit: int = 50) -> list[Suppressed]:
    return [Suppressed(k, d, r, instants.read(at)) for k, d, r, at in tx.all(_LISTED, (*after, limit))]


def suppressions(tx: Tx) -> list[tuple[str, str, int]]:
    """(kind, reason, how many)."""
    return [(kind, reason, number) for kind, reason, number in tx.all(_COUNT)]


def secret(tx: Tx, name: str) -> bytes | None:
    """As it was sealed."""
    row = tx.one(_SECRET, (name,))
    return None if row is None else bytes(row[0])


def keep_secret(tx: Tx, name: str, sealed: bytes, at: datetime) -> None:
    tx.run(_KEEP_SECRET, (name, sealed, instants.text(at)))


def as_one(tx: Tx, person: str) -> dict[str, str]:
    """The person of each of their leads, and of every lead that is one with these since they were merged; by lead, in the order
    they were made. What one of these persons said counts for all of them while that lasts."""
    return {str(lead): str(whose) for lead, whose in tx.all(_AS_ONE, (person,))}


def of_persons(tx: Tx, persons: Iterable[str]) -> list[ConsentRow]:
    """Newest first, of all of them."""
    found = [row for person in dict.fromkeys(persons) for row in of_person(tx, person)]
    return sorted(found, key=lambda row: (row.at, row.id), reverse=True)


def touched_since(tx: Tx, persons: Iterable[str], since: datetime) -> list[datetime]:
    """When any of us reached out to these persons, over all their leads; ascending."""
    at = instants.text(since)
    found = [row for person in dict.fromkeys(persons) for row in tx.all(_TOUCHES, (person, at, person, at))]
    return sorted(instants.read(when) for _, when in found)


def reached_since(tx: Tx, leads: Sequence[str], since: datetime) -> list[Reached]:
    """Who of ours reached out to one of these leads."""
    at, names = instants.text(since), _encode(leads).decode()
    return [
        Reached(rep, instants.read(when), str(lead))
        for rep, when, lead in tx.all(_OTHERS, (names, at, names, at))
    ]


def colleagues(tx: Tx, domain: str) -> list[str]:
    """Leads of one company, the newest first."""
    return [str(name) for (name,) in tx.all(_COLLEAGUES, (domain, MOST_COLLEAGUES))] if domain else []
