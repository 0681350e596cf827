"""What is wrong with whom a policy asks: rules that wait for facts nobody could say, and providers nobody is asked of."""

from collections.abc import Iterator

from firstright.core.clean.following import FOLLOWS
from firstright.core.documents.case import Case
from firstright.core.documents.reach import never
from firstright.core.policy import OnUnknown
from firstright.core.rules.conditions import fields_of
from firstright.core.rules.findings import Finding

WORKED_OUT = {"domain": "website", "region": "country", "segment": "employees"}
_OF = {follower: field for field, followers in FOLLOWS.items() for follower in followers} | WORKED_OUT


def asking(case: Case) -> Iterator[Finding]:
    """Nothing is said of a policy that asks nobody: facts may come by the API."""
    providers = case.policy.providers
    if not providers:
        return
    known = {field for each in providers.values() for field in each.fields.values()}
    for i, rule in enumerate(case.policy.rules):
        if rule.on_unknown is not OnUnknown.ENRICH or not case.rule_reads(i):
            continue
        fields = fields_of(rule.when)
        if fields and not any(field in known or _OF.get(field) in known for field in fields):
            asked = ", ".join(sorted(fields))
            text = f"It waits for {asked}, and no provider under [enrich] says any of it."
            yield case.of_rule(i, "rule.nobody_asked", text, "on_unknown", "warning")
    for name, each in providers.items():
        if reason := never(each.when, case.policy.catalogue):
            text = f"Nobody is asked about any lead: {reason}."
            yield case.how.finding("provider.never", ("enrich", name), f'provider "{name}"', text, "warning")
