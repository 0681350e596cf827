"""What `firstright field` does."""

from datetime import timedelta

from firstright import wiring
from firstright.cli.exits import FOUND, Stop
from firstright.cli.fieldpage import facts_of, page
from firstright.cli.files import read_text
from firstright.cli.linting import in_order
from firstright.cli.linting import show as show_findings
from firstright.cli.screen import safe
from firstright.cli.workspace import workspace
from firstright.core.documents.policyfile import read_policy
from firstright.core.rules.fields import CATALOGUE, Catalogue
from firstright.storage import profiles

LOOKED_BACK = timedelta(days=30)


def list_(policy: str, *, markdown: bool) -> None:
    catalogue = _catalogue(policy)
    if markdown:
        print(page(catalogue), end="")
        return
    for field in catalogue.values():
        print(f"{field.name:<20}  {field.type:<8}  {safe(field.about or field.label)}")


def show(name: str, policy: str, database: str | None) -> None:
    catalogue = _catalogue(policy)
    field = catalogue.lookup(name)
    if field is None:
        near = catalogue.nearest(name)
        meant = f"; did you mean {near}?" if near else ""
        raise Stop(f"{safe(name)}: there is no such field{meant}", code=FOUND)
    print(f"{field.name}: {safe(field.about or field.label)}")
    for said in facts_of(field):
        print(f"  {safe(said)}")
    if database is not None:
        for said in _filled(name, database):
            print(f"  {safe(said)}")


def _catalogue(policy: str) -> Catalogue:
    if not policy:
        return CATALOGUE
    found, findings = read_policy(read_text(policy, "policy"), file=policy)
    if found is None:
        show_findings(in_order(findings, (policy,)), stderr=True)
        raise Stop(f"{policy}: its fields cannot be told before its mistakes are mended", code=FOUND)
    return found.catalogue


def _filled(name: str, database: str) -> list[str]:
    """How often each source filled it in the last thirty days, the source that sends most first."""
    with workspace(database) as (opened, _), opened.read() as tx:
        counted = profiles.totals(tx, wiring.now() - LOOKED_BACK)
    arrived = {
        source: n for (source, field, what), n in counted.items() if (field, what) == ("", profiles.ARRIVED)
    }
    if not arrived:
        return ["filled: nothing came in the last 30 days"]
    lines = []
    for source, n in sorted(arrived.items(), key=lambda each: (-each[1], each[0])):
        has, wrong, unknown = (
            counted.get((source, name, what), 0)
            for what in (profiles.FILLED, profiles.WRONG, profiles.UNMAPPED)
        )
        told = f"filled by {source}: {has} of {n} in 30 days"
        told += f", {wrong} with a problem" if wrong else ""
        lines.append(told + (f", {unknown} in no table" if unknown else ""))
    return lines
