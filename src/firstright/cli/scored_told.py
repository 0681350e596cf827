"""How a training and a check are told on a screen: what was refused and why, figures side by side, chances tenth by tenth."""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from firstright.cli.screen import heading, line
from firstright.core.accuracy import Accuracy, Tenth
from firstright.core.learned import Model
from firstright.simulate.learning.checking import Checked
from firstright.simulate.learning.leakage import Leak
from firstright.simulate.learning.unlearned import Unlearned

CUTS = {
    "time": "trained on what came first, judged by what came later",
    "chance": "trained on rows strewn over all, judged by the rest",
}
WEIGHTS = 8


def tell_leaks(leaks: Sequence[Leak], to: Console) -> None:
    for leak in leaks:
        line(to, f"refused: {leak.field} ({leak.code}): {leak.text}", style="yellow")
    if leaks:
        line(
            to,
            "learn from one all the same with --allow FIELD=REASON, which is kept with the model",
            style="dim",
        )


def tell_doubts(doubted: Sequence[Leak], passed_over: Sequence[Unlearned], to: Console) -> None:
    for leak in doubted:
        line(
            to,
            f"look at {leak.field}: {leak.text} Is it known before? --drop it if not, --allow FIELD=REASON if so",
            style="yellow",
        )
    for field in passed_over:
        line(to, f"not learned from: {field.field}: {field.text}", style="dim")


def tell_trained(model: Model, crossed: Accuracy, to: Console) -> None:
    told = model.training
    line(
        to,
        f"{told.rows:,} leads, {told.positive:,} of them {told.outcome} ({100 * crossed.rate:.1f} %), {len(model.features)} fields",
    )
    line(to, f"each fold judged by a model of the others: {_figures(crossed)}")
    for field, reason in told.allowed:
        line(to, f"learned from {field} although it looks like a leak: {reason}", style="yellow")
    weights = [(w, f.field, name) for f in model.features for name, w in zip(f.bins, f.weights, strict=True)]
    for weight, field, name in sorted(weights, key=lambda one: -abs(one[0]))[:WEIGHTS]:
        line(to, f"{weight:+6d}  {field}: {name}", indent=2)


def tell_checked(found: Checked, to: Console) -> None:
    heading(to, f"Split by {found.cut}: {CUTS[found.cut]}")
    line(
        to,
        f"trained on {found.trained:,} leads ({100 * found.trained_rate:.1f} % came to it), judged by {found.judged:,} ({100 * found.judged_rate:.1f} %)",
    )
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("")
    for head in ("AUC", "Brier", "log loss", "calibration error"):
        table.add_column(head, justify="right")
    for each in found.contestants:
        a = each.accuracy
        table.add_row(
            each.name,
            f"{0.5 if a.auc is None else a.auc:.4f}",
            f"{a.brier:.4f}",
            f"{a.log_loss:.4f}",
            f"{a.error:.4f}",
        )
    to.print(table)
    _tell_tenths(found, to)


def _tell_tenths(found: Checked, to: Console) -> None:
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("tenth", justify="right")
    shown = [each for each in found.contestants if each.name != "base rate"]
    for each in shown:
        for head in ("chance", "came to it", "leads"):
            table.add_column(f"{each.name}: {head}" if head == "chance" else head, justify="right")
    for place in range(max(len(each.accuracy.tenths) for each in shown)):
        cells = [cell for each in shown for cell in _cells(each.accuracy.tenths, place)]
        table.add_row(str(place + 1), *cells)
    to.print()
    to.print(table)


def _cells(tenths: Sequence[Tenth], place: int) -> tuple[str, str, str]:
    if place >= len(tenths):
        return "", "", ""
    one = tenths[place]
    return f"{100 * one.chance:.1f} %", f"{100 * one.rate:.1f} %", f"{one.leads:,}"


def _figures(found: Accuracy) -> str:
    auc = "none" if found.auc is None else f"{found.auc:.4f}"
    return f"AUC {auc}, Brier {found.brier:.4f}, log loss {found.log_loss:.4f}, calibration error {found.error:.4f}"
