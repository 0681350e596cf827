"""Reads [statuses.NAME], [disqualified] and [roles] of a policy: the pipeline of its leads. Whether a status can be reached, and
anybody has the role it names, is `pipelines`' business."""

from firstright.core.criteria import CRITERIA
from firstright.core.documents.reading import Table, not_known
from firstright.core.documents.typefile import read_fields
from firstright.core.pipeline import ENTRIES, PIPELINE, ROLES, Pipeline, Status, says_nothing
from firstright.core.rules.fields import Catalogue
from firstright.core.statuses import ASIDE, STATUSES

TABLES = ("statuses", "disqualified", "roles")


def read_pipeline(root: Table, catalogue: Catalogue) -> Pipeline:
    """What is left out is as shipped."""
    known_by: dict[str, tuple[str, ...]] = {}
    said = {}
    for name, table in root.named("statuses", "status"):
        if name not in STATUSES:
            root.table("statuses").report("status.unknown", name, not_known(name, STATUSES, "The status"))
            continue
        known_by |= _known_by(table, catalogue)
        said[name] = _status(PIPELINE.of(name), table, catalogue, known_by)
    return Pipeline(
        statuses=tuple([said.get(each.id, each) for each in PIPELINE.statuses]),
        disqualified=_reasons(root),
        known_by=known_by,
        roles=_roles(root),
        own=any(table in root.data for table in TABLES),
    )


def _status(
    shipped: Status, table: Table, catalogue: Catalogue, known_by: dict[str, tuple[str, ...]]
) -> Status:
    criteria = _criteria(table, known_by) if table.has("criteria") else shipped.criteria
    return Status(
        id=shipped.id,
        role=_role(table),
        required=read_fields(table, "required", catalogue),
        enter_on=_entries(table, shipped),
        criteria=criteria,
        vouch=_vouched(table, shipped, criteria),
    )


def _role(table: Table) -> str:
    role = table.text("role")
    if role and role not in ROLES:
        table.report("role.unknown", "role", not_known(role, ROLES, "The role"))
        return ""
    return role


def _entries(table: Table, shipped: Status) -> tuple[str, ...]:
    """The events that enter it. Those aside are entered by where the lead goes, and by nothing it does."""
    if not table.has("enter_on"):
        return shipped.enter_on
    events = table.texts("enter_on")
    for each in events:
        if each not in ENTRIES:
            table.report("event.unknown", "enter_on", not_known(each, ENTRIES, "The event"))
    if events and shipped.id in ASIDE and shipped.id != "lost":
        text = f'A lead is in "{shipped.id}" because it went there; no event enters it.'
        table.report("key.no_effect", "enter_on", text, "warning")
    return tuple([each for each in events if each in ENTRIES])


def _criteria(table: Table, known_by: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    named = table.texts("criteria")
    known = (*CRITERIA, *known_by)
    for each in named:
        if each not in known:
            text = not_known(each, known, "The criterion")
            table.report(
                "criterion.unknown", "criteria", f"{text} known_by says which field tells one of your own."
            )
    return tuple([each for each in named if each in known])


def _vouched(table: Table, shipped: Status, criteria: tuple[str, ...]) -> tuple[str, ...]:
    if not table.has("vouch"):
        return tuple([each for each in shipped.vouch if each in criteria])
    named = table.texts("vouch")
    for each in named:
        criterion = CRITERIA.get(each)
        if each not in criteria:
            table.report(
                "vouch.not_asked",
                "vouch",
                f'The status does not ask for "{each}": it is none of its criteria.',
            )
        elif criterion is not None and criterion.seen is not None:
            table.report(
                "vouch.seen",
                "vouch",
                f'"{each}" is seen by looking, so nobody needs to give their word for it.',
            )
    return tuple([each for each in named if each in criteria and not _is_seen(each)])


def _is_seen(name: str) -> bool:
    criterion = CRITERIA.get(name)
    return criterion is not None and criterion.seen is not None


def _known_by(table: Table, catalogue: Catalogue) -> dict[str, tuple[str, ...]]:
    """The fields that tell a criterion: any of them will do."""
    fields = table.table("known_by")
    found = {}
    for name in fields.data:
        found[name] = _told_by(fields, name, catalogue)
        if _is_seen(name):
            fields.report("criterion.seen", name, f'"{name}" is seen by looking, not by a field.')
    return found


def _told_by(table: Table, name: str, catalogue: Catalogue) -> tuple[str, ...]:
    fields = table.texts(name)
    for field in fields:
        if field not in catalogue:
            table.report("field.unknown", name, not_known(field, catalogue, "The field"))
    return tuple([field for field in fields if field in catalogue])


def _reasons(root: Table) -> tuple[str, ...]:
    if not root.has("disqualified"):
        return PIPELINE.disqualified
    table = root.table("disqualified", "[disqualified]")
    reasons = table.texts("reasons")
    table.close()
    for each in reasons:
        if says_nothing(each):
            text = f'"{each}" says no more than the word disqualified: what does not fit?'
            table.report("reason.says_nothing", "reasons", text)
    if table.raw("reasons") == []:
        table.report("reason.none", "reasons", "The list is empty, so no lead could ever be disqualified.")
    return reasons or PIPELINE.disqualified


def _roles(root: Table) -> dict[str, tuple[str, ...]]:
    """The pools whose members may have a role."""
    table = root.table("roles", "[roles]")
    for name in table.data:
        if name not in ROLES:
            table.report("role.unknown", name, not_known(name, ROLES, "The role"))
    return {name: table.texts(name) for name in table.data if name in ROLES}
