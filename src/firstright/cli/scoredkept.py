"""What `firstright score add`, `show` and `drift` do: versions in a workspace, and how they hold up. Nothing is trained here."""

import msgspec
from rich.table import Table

from firstright.cli.exits import FOUND, Stop
from firstright.cli.files import read_text
from firstright.cli.reach import reach
from firstright.cli.screen import console, heading, line, safe
from firstright.cli.workspace import workspace
from firstright.core.drift import FEW, MOVED, OFF, SHIFTED
from firstright.core.learned import Model, read_model
from firstright.desk.watch.drifting import WINDOW, Looked
from firstright.errors import FirstrightError, Refused
from firstright.storage import learned
from firstright.web.commands.files import AddModel
from firstright.web.commands.tending import LookAtDrift
from firstright.web.scores import drift_view

BY = "firstright score"
TOLD = 12


def add(database: str | None, file: str) -> None:
    text = read_text(file, "model")
    try:
        with reach(database) as ask:
            done = ask(AddModel(text=text, by=BY))
    except Refused as refused:
        raise Stop(*[f"{safe(file)}: {reason}" for reason in refused.reasons], code=FOUND) from None
    print(f"model {safe(done.name)} {'is kept' if done.new else 'was kept before, the very same'}")
    print(f'[score]\nmodel = "{safe(done.name)}"\nmodel_hash = "{done.hash}"')


def show(database: str | None, name: str, version: str) -> None:
    with workspace(database) as (opened, _), opened.read() as tx:
        found = [v for v in learned.versions(tx) if name in ("", v.name) and v.hash.startswith(version)]
    if name and not found:
        raise Stop(f"{safe(name)}: no such model; firstright score show names all", code=FOUND)
    if not found:
        print("none: firstright score train FILE.csv --outcome COLUMN=VALUE --name NAME")
    elif name:
        _show_one(read_model(found[0].text), found[0].hash)
    else:
        for each in found:
            told = read_model(each.text).training
            figures = dict(told.figures)
            print(
                f"{safe(each.name):<20}  {each.hash}  {each.trained_at:%Y-%m-%d %H:%M} UTC  {told.rows:,} leads  "
                f"AUC {figures.get('auc', 0) / 1e6:.3f}"
            )


def _show_one(model: Model, digest: str) -> None:
    to, told = console(), model.training
    heading(to, f"{model.name} {digest}")
    line(
        to,
        f"{told.rows:,} leads of {told.source or 'unknown source'}, {told.positive:,} of them {told.outcome}",
    )
    if told.first:
        line(to, f"decided about from {told.first} to {told.last}")
    line(to, ", ".join(f"{name} {value / 1e6:.4f}" for name, value in told.figures))
    for field, reason in told.refused:
        line(to, f"refused: {field}: {reason}")
    for field, reason in told.allowed:
        line(to, f"allowed: {field}: {reason}")
    for feature in model.features:
        heading(to, feature.field)
        for name, weight, count in zip(feature.bins, feature.weights, feature.counts, strict=True):
            line(to, f"{weight:+6d}  {name} ({count:,} leads)", indent=2)


def drift(database: str | None, *, json: bool) -> None:
    try:
        with reach(database) as ask:
            found = ask(LookAtDrift(by=BY))
    except Refused as refused:
        raise Stop(*refused.reasons, code=FOUND) from None
    except FirstrightError as error:
        raise Stop(str(error)) from None
    if json:
        print(
            msgspec.json.format(msgspec.json.encode(drift_view(found.name, found.hash, found.drift))).decode()
        )
    else:
        _tell(found)
    if found.drift.reasons:
        raise Stop("the model no longer fits: train it again, firstright score train --workspace", code=FOUND)


def _tell(found: Looked) -> None:
    to, drift = console(), found.drift
    heading(to, f"{found.name} {found.hash[:12]}: the last {WINDOW.days} days beside its training")
    if drift.leads < FEW:
        line(to, f"{drift.leads} leads came; of fewer than {FEW} nothing is said.")
    else:
        line(
            to, f"{drift.leads:,} leads; from {MOVED} on a field has moved, from {SHIFTED} on it has shifted."
        )
        for moved in drift.moved[:TOLD]:
            line(to, f"{moved.index:6.3f}  {moved.state:<7}  {moved.field}", indent=2)
    if not drift.months:
        line(to, "No lead has an outcome yet.")
        return
    table = Table(box=None, pad_edge=False, header_style="dim")
    for head in ("month", "leads", "chance", "came to it", "error", ""):
        table.add_column(head, justify="left" if head in ("month", "") else "right")
    for month in drift.months:
        error = "too few" if month.error is None else f"{month.error:.3f}"
        mark = f"off by more than {OFF} above its training's" if month.off else ""
        table.add_row(
            month.month,
            f"{month.leads:,}",
            f"{100 * month.chance:.1f} %",
            f"{100 * month.rate:.1f} %",
            error,
            mark,
        )
    to.print()
    to.print(table)
