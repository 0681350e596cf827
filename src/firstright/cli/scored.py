"""What `firstright score train` and `check` do: examples out of a file or the workspace, a model, and what it is worth."""

import csv
import gzip
import io
import zlib
from collections.abc import Mapping, Sequence
from datetime import time
from pathlib import Path

import msgspec

from firstright.cli.exits import CONFIGURATION, FOUND, Stop
from firstright.cli.files import read_text
from firstright.cli.reach import ask
from firstright.cli.scored_told import tell_checked, tell_doubts, tell_leaks, tell_trained
from firstright.cli.screen import console, safe
from firstright.cli.workspace import workspace
from firstright.core.clean.problem import Refusal
from firstright.core.documents.policyfile import read_policy
from firstright.core.learned import Model, model_hash, model_text
from firstright.core.rules.fields import CATALOGUE, Catalogue
from firstright.core.rules.findings import errors
from firstright.core.scoring import Scorecard
from firstright.desk.lessons import lessons_of
from firstright.desk.versions import compiled
from firstright.intake.dateforms import Evidence
from firstright.intake.dates import When, moment
from firstright.simulate.learning.examples import Examples, from_texts
from firstright.storage import policies
from firstright.web.commands.files import AddModel

try:
    from firstright.simulate.learning.checking import Checked, Cut
    from firstright.simulate.learning.checking import check as checked_by
    from firstright.simulate.learning.training import TooFew
    from firstright.simulate.learning.training import train as trained_on
except ModuleNotFoundError as error:
    raise Stop(
        f"training needs {error.name}, which comes with: pip install 'firstright[ml]'", code=CONFIGURATION
    ) from None

BY = "firstright score"
LARGEST = 512 * 1024 * 1024  # bytes of a training set, unpacked
TOLD = 12


class Asked(msgspec.Struct, frozen=True):
    """The options that say which examples are meant, as they were typed."""

    file: str
    outcome: str
    map: Sequence[str]
    drop: Sequence[str]
    allow: Sequence[str]
    at: str
    first: str
    last: str
    workspace: bool


def train(database: str | None, asked: Asked, name: str, out: str) -> None:
    if not name:
        raise Stop("--name: what shall policies call the model?")
    examples = _examples(database, asked)
    try:
        found = trained_on(examples, name, _pairs(asked.allow, "--allow", "FIELD=REASON"))
    except TooFew as few:
        raise Stop(f"{_place(asked)}: {few}", code=FOUND) from None
    to = console()
    tell_leaks(found.refused, to)
    tell_trained(found.model, found.crossed, to)
    tell_doubts(found.doubted, found.passed_over if asked.file else (), to)
    _unknown_fields(found.model, asked)
    digest = model_hash(found.model)
    if out:
        Path(out).write_text(model_text(found.model), encoding="utf-8")
        print(f"{safe(out)}: written; firstright score add {safe(out)} keeps it in a workspace")
    else:
        done = ask(database, AddModel(text=model_text(found.model), by=BY))
        print(f"model {safe(name)} {'is kept' if done.new else 'was kept before, the very same'}")
    print(f'[score]\nmodel = "{safe(name)}"\nmodel_hash = "{digest}"')


def check(
    database: str | None, asked: Asked, split: str, percent: int, policy: str, plot: str
) -> tuple[Checked, ...]:
    examples = _examples(database, asked)
    card = _card(policy)
    cuts: tuple[Cut, ...] = (
        ("chance", "time") if split == "both" else ("time",) if split == "time" else ("chance",)
    )
    allowed = _pairs(asked.allow, "--allow", "FIELD=REASON")
    try:
        found = tuple(checked_by(examples, cut, percent, card, allowed) for cut in cuts)
    except TooFew as few:
        raise Stop(f"{_place(asked)}: {few}", code=FOUND) from None
    to = console()
    tell_leaks(found[0].refused, to)
    tell_doubts(found[0].doubted, found[0].passed_over if asked.file else (), to)
    for one in found:
        tell_checked(one, to)
    if plot:
        from firstright.cli.plotted import plotted  # only where it was asked for

        Path(plot).write_text(plotted(found), encoding="utf-8")
        print(f"{safe(plot)}: drawn")
    return found


def _examples(database: str | None, asked: Asked) -> Examples:
    if asked.workspace is bool(asked.file):
        raise Stop("which leads: a file with --outcome COLUMN=VALUE, or --workspace?")
    found = _of_workspace(database) if asked.workspace else _of_file(asked)
    found = found.without(asked.drop)
    if (asked.first or asked.last) and not any(found.days):
        raise Stop("--from and --to need --at COLUMN, which says the day of each row")
    found = found.between(asked.first, asked.last)
    if not found.rows:
        raise Stop(f"{_place(asked)}: there are no rows to learn from", code=FOUND)
    return found


def _of_workspace(database: str | None) -> Examples:
    with workspace(database) as (opened, place), opened.read() as tx:
        current = policies.current(tx)
        catalogue = CATALOGUE
        if current:
            catalogue = compiled(tx, policies.load(tx, current.version), current.version).policy.catalogue
        found = lessons_of(tx, catalogue)
    if found.unread:
        print(f"{place}: {found.unread} leads were left out: their first record was erased or cannot be read")
    outcome = "status=qualified|scheduled|won"
    return Examples(found.rows, found.had, outcome, "this workspace", found.days, found.later)


def _of_file(asked: Asked) -> Examples:
    column, _, values = asked.outcome.partition("=")
    if not column or not values:
        raise Stop("--outcome: write COLUMN=VALUE, such as status=won; several values with |")
    records = _records(asked.file)
    if not records:
        raise Stop(f"{safe(asked.file)}: has no rows", code=FOUND)
    columns = list(records[0])
    mapped = _pairs(asked.map, "--map", "COLUMN=FIELD")
    wrong = [c for c in (column, *mapped, *filter(None, [asked.at])) if c not in columns]
    if wrong:
        raise Stop(
            *[f'{safe(asked.file)}: has no column "{safe(c)}"; it has {", ".join(columns)}' for c in wrong]
        )
    if asked.at:
        records = _dated(records, asked)
    yes = frozenset(value.strip().casefold() for value in values.split("|"))
    dropped = frozenset(name for name in asked.drop if name in columns)
    return from_texts(
        records,
        column,
        yes,
        fields=mapped,
        dropped=dropped,
        at=asked.at,
        source=Path(asked.file).name,
    )


def _dated(records: list[dict[str, str]], asked: Asked) -> list[dict[str, str]]:
    """With ISO days: 13.03.2026 came before 02.04.2025, and a model was judged by what came earlier."""
    evidence = Evidence()
    for record in records:
        evidence.take(record.get(asked.at, ""))
    where = f"{safe(asked.file)}: --at {safe(asked.at)}"
    if evidence.unread:
        raise Stop(f'{where}: "{safe(evidence.unread)}" is no day such as 2026-10-28', code=FOUND)
    if doubts := evidence.doubts():
        raise Stop(*[f"{where}: {doubt}; write days as 2026-10-28" for doubt in doubts], code=FOUND)
    when = When(asked.at, evidence.formats(), zone="UTC", at=time())
    found = []
    for record in records:
        day = moment(when, record.get(asked.at, ""), "")
        if isinstance(day, Refusal):
            raise Stop(f'{where}: "{safe(record[asked.at])}" {day.reason}', code=FOUND)
        found.append({**record, asked.at: day.isoformat() if day else ""})
    return found


def _records(file: str) -> list[dict[str, str]]:
    try:
        raw = Path(file).read_bytes()
        if raw[:2] == b"\x1f\x8b":
            with gzip.open(io.BytesIO(raw)) as packed:
                raw = packed.read(LARGEST + 1)
    except (OSError, zlib.error, EOFError) as error:
        raise Stop(f"{safe(file)}: cannot be read: {error}") from None
    if len(raw) > LARGEST:
        raise Stop(f"{safe(file)}: is larger than {LARGEST // 2**20} MiB")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Stop(f"{safe(file)}: is not UTF-8: byte {error.start} cannot be read") from None
    head = text.partition("\n")[0]
    delimiter = max(",;\t|", key=head.count)
    try:
        reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter, restval="")
        return [{k: v for k, v in row.items() if k is not None} for row in reader]
    except csv.Error as error:
        raise Stop(f"{safe(file)}: is no CSV that can be read: {error}", code=FOUND) from None


def _card(policy: str) -> Scorecard | None:
    if not policy:
        return None
    found, findings = read_policy(read_text(policy, "policy"), file=policy)
    if found is None:
        raise Stop(*[f"{f.file}:{f.line}: {f.text}" for f in errors(findings)], code=FOUND)
    if found.score is None or not found.score.points:
        raise Stop(f"{safe(policy)}: has no [[score.points]] to judge", code=FOUND)
    return found.score


def _unknown_fields(model: Model, asked: Asked) -> None:
    """A field no lead has is always missing: said, because it is easily mapped."""
    if asked.workspace:
        return
    catalogue: Catalogue = CATALOGUE
    names = [feature.field for feature in model.features if feature.field not in catalogue]
    if names:
        shown = ", ".join(names[:TOLD]) + (", ..." if len(names) > TOLD else "")
        print(
            f"no shipped field of a lead is called {safe(shown)}: leads have them where the policy's [fields] do, else --map COLUMN=FIELD"
        )


def _pairs(texts: Sequence[str], option: str, shape: str) -> Mapping[str, str]:
    found = {}
    for text in texts:
        name, _, value = text.partition("=")
        if not name.strip() or not value.strip():
            raise Stop(f"{option} {safe(text)}: write {shape}")
        found[name.strip()] = value.strip()
    return found


def _place(asked: Asked) -> str:
    return safe(asked.file) or "the workspace"
