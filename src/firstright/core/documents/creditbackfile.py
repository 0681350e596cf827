"""Reads what a policy gives back for returned, declined and missed leads, and what it does about absences.

It moves no credit; and who approves what is written there is asked later.
"""

from firstright.core.documents.amounts import leads
from firstright.core.documents.reading import Table
from firstright.core.pools import CREDIT_BACK, AbsencePolicy, Approval, CreditBack

MOST = 10  # per cent
LARGEST_DEBT = 1000  # leads

Reasons = dict[str, CreditBack]


def read_credit_back(root: Table) -> tuple[Reasons, int]:
    """The reasons of the file, merged over the shipped ones, and the cap in per cent of a rep's leads of a month."""
    table = root.table("credit_back", "[credit_back]")
    most = table.number("most", 0, 100, MOST)
    reasons = table.table("reasons", "[credit_back.reasons]")
    found: Reasons = {}
    for name in reasons.data:
        if name not in CREDIT_BACK:
            reasons.unknown("credit_back.unknown_reason", name, name, CREDIT_BACK)
        row = reasons.table(name, f'reason "{name}"')
        found[name] = _reason(row, CREDIT_BACK.get(name, CreditBack(credit=False)))
        row.close()
    table.close()
    return CREDIT_BACK | {name: back for name, back in found.items() if name in CREDIT_BACK}, most


def _reason(row: Table, shipped: CreditBack) -> CreditBack:
    found = CreditBack(
        credit=row.flag("credit", shipped.credit),
        approval=row.choice("approval", Approval, shipped.approval),
        window=row.duration("window") or shipped.window,
    )
    for key in ("approval", "window"):
        if row.has(key) and not found.credit:
            text = "No credit is given back for this reason, so there is nothing to agree to, nor until when."
            row.report("key.no_effect", key, text, "warning")
    return found


def read_absences(root: Table) -> dict[str, AbsencePolicy]:
    """By absence type, as the roster writes it; types that are not named are neutral."""
    holder = root.table("absences", "[absences]")
    found = {}
    for type_ in holder.data:
        table = holder.table(type_, f'absence type "{type_}"')
        found[type_] = _absence(table)
        table.close()
    return found


def _absence(table: Table) -> AbsencePolicy:
    neutral = AbsencePolicy()
    found = AbsencePolicy(
        make_up=table.flag("make_up", neutral.make_up),
        max_debt=leads(table, "max_debt", LARGEST_DEBT, neutral.max_debt),
        rate=table.number("rate", 1, 1000, neutral.rate),
        expires=table.duration("expires") or neutral.expires,
    )
    if found.make_up and not table.has("max_debt"):
        table.report(
            "key.missing", "max_debt", '"max_debt" is missing: at most how many leads are made up for.'
        )
    if not found.make_up:
        for key in ("max_debt", "rate", "expires"):
            if table.has(key):
                text = f'"{key}" has no effect unless make_up = true: nothing is owed for this absence.'
                table.report("key.no_effect", key, text, "warning")
    return found
