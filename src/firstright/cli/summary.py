"""The summary after an import or a demo: outcomes by rule, leads per rep beside their share, review, problems, speed."""

from rich.console import Console
from rich.table import Table

from firstright.cli import screen
from firstright.storage import reports
from firstright.storage.transactions import Tx

WIDEST_BAR = 20


def show(tx: Tx, to: Console, *, names: dict[str, str], rules: dict[str, str], seconds: list[float]) -> None:
    """`names` are reps by id, `rules` rule names by id, `seconds` the time from each arrival to its commit."""
    _outcomes(tx, to, rules)
    _shares(tx, to, names)
    _reviews(tx, to)
    _problems(tx, to)
    _speed(to, seconds)


def _outcomes(tx: Tx, to: Console, rules: dict[str, str]) -> None:
    rows = reports.outcomes(tx)
    most = max((n for *_, n in rows), default=1)
    table = _table("Outcomes by rule", ("outcome", "left"), ("why", "left"), ("leads", "right"), ("", "left"))
    for outcome, reason, n in rows:
        table.add_row(outcome, _why(reason, rules), str(n), _bar(n, most))
    _print(to, table)


def _why(reason: str, rules: dict[str, str]) -> str:
    kind, _, name = reason.partition(":")
    if kind == "rule":
        return screen.safe(rules.get(name) or name)
    return {"step": f"owner precedence: {name.replace('-', ' ')}"}.get(kind, reason.replace("-", " "))


def _shares(tx: Tx, to: Console, names: dict[str, str]) -> None:
    rows = reports.shares(tx)
    if not rows:
        return
    owned = reports.owned(tx)
    most = max(max(row.turns, row.entitled) for row in rows)
    table = _table(
        "Turns beside target share",
        ("pool", "left"),
        ("rep", "left"),
        ("turns", "right"),
        ("target", "right"),
        ("off by", "right"),
        ("holds", "right"),
        ("", "left"),
    )
    last = ""
    for row in rows:
        off = row.turns - row.entitled
        table.add_row(
            row.pool if row.pool != last else "",
            screen.safe(names.get(row.rep) or row.rep),
            str(row.turns),
            f"{row.entitled:.1f}",
            f"{off:+.1f}",
            str(owned.get(row.rep, 0)),
            _bar(row.turns, most),
        )
        last = row.pool
    _print(to, table)
    screen.line(
        to,
        "Turns are counted leads of a pool; holds includes leads kept by owner precedence.",
        indent=2,
        style="dim",
    )


def _reviews(tx: Tx, to: Console) -> None:
    rows = reports.reviews(tx)
    table = _table("Waiting for a person", ("reason", "left"), ("leads", "right"))
    for reason, n in rows:
        table.add_row(reason.replace("-", " "), str(n))
    if rows:
        _print(to, table)


def _problems(tx: Tx, to: Console) -> None:
    found = reports.problems(tx)
    table = _table(
        "Values that could not be used (kept, and unknown to rules)", ("problem", "left"), ("times", "right")
    )
    for code, n in list(found.items())[:8]:
        table.add_row(code, str(n))
    if found:
        _print(to, table)


def _speed(to: Console, seconds: list[float]) -> None:
    if not seconds:
        return
    ordered = sorted(seconds)
    at = {p: ordered[min(len(ordered) - 1, int(len(ordered) * p / 100))] * 1000 for p in (50, 95, 99)}
    text = ", ".join(f"{value:.1f} ms at the {p}th percentile" for p, value in at.items())
    screen.line(to, f"From arrival to commit: {text}.", indent=2)


def _table(title: str, *columns: tuple[str, str]) -> Table:
    table = Table(
        title=title, title_justify="left", title_style="bold", box=None, pad_edge=False, padding=(0, 2)
    )
    for name, justify in columns:
        table.add_column(
            name, justify="right" if justify == "right" else "left", header_style="dim", no_wrap=True
        )
    return table


def _print(to: Console, table: Table) -> None:
    title, table.title = str(table.title), None
    screen.heading(to, title)
    to.print(table)


def _bar(n: float, most: float) -> str:
    return "█" * round(WIDEST_BAR * n / most) if most else ""
