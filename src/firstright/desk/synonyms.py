"""Saying once what a value means: a word of the policy and a new version of it; then, when asked, the leads that had the value and
nobody has got yet are cleaned with it and decided again.

Whether a value fits its field the policy's own reader says.
"""

from collections.abc import Mapping

import msgspec

from firstright.core.documents.policyfile import read_policy
from firstright.core.documents.synonymedits import differ_only, with_synonyms
from firstright.core.lead import Act, Cause, Fact, HolderKind, Lead
from firstright.core.matchkeys import match_keys
from firstright.core.providers import said_over
from firstright.core.synonymaudit import contradictions
from firstright.desk.acting import standing
from firstright.desk.arrival import Source, cleaned
from firstright.desk.batch import Batch
from firstright.desk.deciding import decide_in
from firstright.desk.desk import Desk
from firstright.desk.profiling import folded
from firstright.desk.publish import Current, JudgedBesideAnother, Publish, Published, policy_work
from firstright.errors import NoPolicy, Refused
from firstright.storage import people, policies, profiles
from firstright.storage.rows import MatchKeyRow

AGAIN = 5  # times it is tried when somebody else publishes in between
CHUNK = 25  # leads decided again in one piece of work
MOST_WORDS = 5_000
LONGEST_REASON = 500
FILE = "policy.toml"


class SynonymsAsked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What each of these values of the field means, and why; with `again` the leads that wait with them are decided again."""

    field: str
    words: dict[str, str]
    reason: str
    again: bool = False


class Mapped(msgspec.Struct, frozen=True):
    """The policy version that says so. `leads` are those known to have had one of the values, `decided` those decided again."""

    field: str
    words: int
    version: int
    changed: bool
    leads: int
    decided: int = 0


class Recleaned(msgspec.Struct, frozen=True):
    looked_at: int
    decided: int


def map_values(desk: Desk, asked: SynonymsAsked, *, by: str) -> Mapped:
    """Raises Refused with everything that is wrong; nothing is published then."""
    words = _words(asked)
    desk.profiling.put_down()
    published = _published(desk, asked, words, by)
    with desk.read() as tx:
        leads = sum(profiles.how_many_leads(tx, asked.field, word) for word in words)
    decided = sum(clean_again(desk, asked.field, word, by=by).decided for word in words) if asked.again else 0
    return Mapped(asked.field, len(words), published.version, published.changed, leads, decided)


def clean_again(desk: Desk, field: str, value: str, *, by: str) -> Recleaned:
    """Every lead that came with this value is cleaned with what it means now, a few at a time, behind everything else."""
    looked, decided, after = 0, 0, profiles.FIRST
    while True:
        with desk.read() as tx:
            names = profiles.leads_with(tx, field, folded(value), after, CHUNK)
        if not names:
            return Recleaned(looked, decided)
        decided += desk.writer.submit(CleanAgain(field, folded(value), names, by)).result()
        looked, after = looked + len(names), names[-1]


def _words(asked: SynonymsAsked) -> dict[str, str]:
    words = {folded(word): meant.strip() for word, meant in asked.words.items()}
    wrong = []
    if not asked.reason.strip() or len(asked.reason) > LONGEST_REASON:
        wrong.append(f"reason: say why, in {LONGEST_REASON} characters at most")
    if not words:
        wrong.append("words: there are none")
    if len(words) > MOST_WORDS:
        wrong.append(f"words: are {MOST_WORDS:,} at most")
    wrong += [f'value: "{word}" means nothing yet' for word, meant in words.items() if word and not meant]
    if "" in words:
        wrong.append("value: is empty")
    if wrong:
        raise Refused(wrong)
    return words


def _published(desk: Desk, asked: SynonymsAsked, words: Mapping[str, str], by: str) -> Published:
    for left in reversed(range(AGAIN)):
        try:
            published = desk.writer.submit(_work(desk, asked, words, by)).result()
        except JudgedBesideAnother as outrun:
            if not left:
                raise Refused(outrun.reasons) from None
        else:
            desk.warm()
            return published
    raise AssertionError("the last try answers")


def _work(desk: Desk, asked: SynonymsAsked, words: Mapping[str, str], by: str) -> "Map":
    with desk.read() as tx:
        current, beside = policies.current(tx), people.current(tx)
        if current is None:
            raise NoPolicy("policy")
        text = policies.load(tx, current.version)
        roster = Current(beside.version, people.load(tx, beside.version)) if beside else Current()
    before, _ = read_policy(text)
    if before is None:
        raise Refused(["the current policy cannot be read: publish one that can"])
    if asked.field not in before.catalogue:
        raise Refused([f'field: "{asked.field[:64]}" is not known; firstright field shows all'])
    told = {asked.field: {**before.synonyms.get(asked.field, {}), **words}}
    if wrong := [f"means: {why}" for _, word, why in contradictions(told) if word in words]:
        raise Refused(wrong)
    changed = with_synonyms(text, asked.field, words)
    after, _ = read_policy(changed)
    if after is not None and not differ_only(before, after, asked.field, words):
        raise Refused(["to write that would have changed more of the policy: add it to the file by hand"])
    inner = policy_work(changed, roster, file=FILE, by=by, reason=asked.reason)
    return Map(inner, current.version, asked.field, tuple(words))


class Map:
    """Publishes, if the policy is still the one that was changed; the values count as unmapped no more."""

    lane = "person"

    def __init__(self, inner: Publish, before: int, field: str, words: tuple[str, ...]) -> None:
        self.inner = inner
        self.before = before
        self.field = field
        self.words = words

    def needs(self, batch: Batch) -> None:
        self.inner.needs(batch)

    def perform(self, batch: Batch) -> Published:
        current = policies.current(batch.tx)
        if current is None or current.version != self.before:
            raise JudgedBesideAnother(["another policy was published meanwhile: try again"])
        done = self.inner.perform(batch)
        for word in self.words:
            profiles.forget_missed(batch.tx, self.field, word)
        return done

    def rescue(self, batch: Batch, failure: Exception) -> Published:
        raise failure


class CleanAgain:
    """How many of these leads were decided again: those the value has become a fact of. What a rep has stays theirs but for
    what better knowledge may move."""

    lane = "bulk"

    def __init__(self, field: str, value: str, leads: list[str], by: str) -> None:
        self.field = field
        self.value = value
        self.leads = leads
        self.by = by

    def needs(self, batch: Batch) -> None:
        for name in self.leads:
            batch.want_lead(name)

    def perform(self, batch: Batch) -> int:
        decided = sum(self._one(batch, name) for name in self.leads)
        profiles.forget_leads(batch.tx, self.field, self.value, self.leads)
        return decided

    def rescue(self, batch: Batch, failure: Exception) -> int:
        raise failure

    def _one(self, batch: Batch, name: str) -> bool:
        row = standing(batch, name)
        lead = batch.lead(row.id) if row else None
        if row is None or lead is None or row.outcome in ("closed", "rejected"):
            return False
        facts = self._cleaned(batch, lead)
        if facts == lead.facts:
            return False
        knowing = msgspec.structs.replace(lead, facts=facts, act=Act(by=self.by))
        batch.know(match_keys(facts, lead.source))
        free = lead.holder.kind in (HolderKind.NONE, HolderKind.QUEUE, HolderKind.REVIEW)
        done = decide_in(
            batch, knowing, Cause.CORRECTED if free else Cause.ENRICHED, f"synonym:{batch.new_id()}"
        )
        batch.rows.match_keys += [MatchKeyRow(kind, value, "lead", lead.id) for kind, value in done.keys]
        return True

    def _cleaned(self, batch: Batch, lead: Lead) -> dict[str, Fact]:
        """As if it had come with the value's meaning; what else it said since stays."""
        said = lead.facts.get(self.field)
        if said is not None and (not isinstance(said, str) or folded(said) != self.value):
            return lead.facts
        place = Source(lead.source, str(lead.facts.get("country", "")))
        clean = cleaned({self.field: self.value}, place, batch.policy, texts=True, whole=False)
        if clean.unmapped or self.field not in clean.facts:
            return lead.facts
        found = {name: fact for name, fact in clean.facts.items() if name != "source"}
        return said_over(lead.facts, found)
