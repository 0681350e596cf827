"""The reference of fields as a page in Markdown. It says what the catalogue says, and nothing of its own."""

from collections.abc import Iterable, Mapping

from firstright.core.rules.fields import Field, Origin
from firstright.intake.shape import is_settable

FROM = {
    Origin.SENDER: "the sender",
    Origin.CLEANING: "cleaning",
    Origin.POLICY: "the policy",
    Origin.PROVIDER: "a provider",
    Origin.CRM: "the CRM",
    Origin.ENGAGEMENT: "what the lead does",
    Origin.ENGINE: "the engine",
}
_HEAD = """# Fields

Everything a rule may ask about, a map may fill and a form may send. The page is what `firstright field list --markdown`
prints; with `--policy FILE` it has that policy's own fields, too. "Sent" are the fields a sender may give; a value sent for
another one is refused as read-only.

A field without a value is *unknown*, not empty: a condition on it is neither true nor false. Values are compared without
regard to case. How values become facts, and what is done with those that do not, is told in
[data-quality.md](data-quality.md).

| origin | means |
|---|---|
| the sender | sent as such, and cleaned |
| cleaning | follows from other fields, by tables that are shipped and the policy's synonyms |
| the policy | derived by a table of the policy when the lead is decided |
| a provider | enrichment, quick or slow |
| the CRM | the account, contact or opportunity the lead matches |
| what the lead does | arrivals, visits, replies, bounces |
| the engine | the decision itself: its instant, its source |
"""


def page(catalogue: Mapping[str, Field]) -> str:
    """The page, ending in a line break. Fields stand in the order of the catalogue, a policy's own at the end."""
    return "\n".join((_HEAD, *_sections(catalogue.values())))


def _sections(fields: Iterable[Field]) -> Iterable[str]:
    for field in fields:
        yield f"## {field.name}\n"
        yield f"{field.about[:1].upper()}{field.about[1:]}.\n" if field.about else "The policy's own.\n"
        yield "\n".join(f"- {said}" for said in facts_of(field)) + "\n"


def facts_of(field: Field) -> list[str]:
    """What there is to say of a field, a line each."""
    found = [f"type: {field.type}"]
    if field.values:
        found.append("values: " + ", ".join(f"`{value}`" for value in field.values))
    found.append("filled from: " + ", ".join(FROM[origin] for origin in field.origins))
    if field.how:
        found.append(f"how: {field.how}")
    found.append("sent: " + ("yes" if is_settable(field) else "no, read-only"))
    return found
