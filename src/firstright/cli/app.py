"""The `firstright` command: registers every command, and turns what it knows how to explain into a line and an exit code.

Commands import what they work with when they run: `firstright --help` shall not wait for libraries it does not use.
"""

import os
import sys
from collections.abc import Sequence

import typer

from firstright import __version__
from firstright.cli import (
    accounts,
    activity,
    alarm,
    bench,
    clock,
    consent,
    credit,
    dedupe,
    delivery,
    demo,
    destination,
    doctor,
    duplicates,
    fairness,
    field,
    handoff,
    hook,
    hygiene,
    importing,
    job,
    key,
    lead,
    meeting,
    named,
    policy,
    pool,
    provider,
    quarantine,
    rep,
    repair,
    replay,
    roster,
    route,
    score,
    sequence,
    serve,
    simulate,
    source,
    status,
    steward,
    stuck,
    suppress,
    synonym,
    task,
    unmapped,
    user,
    verify,
    why,
    worker,
)
from firstright.cli.exits import CONFIGURATION, USAGE, Stop
from firstright.errors import BadConfiguration, FirstrightError

app = typer.Typer(
    name="firstright",
    help="Routes each new sales lead to the right owner the first time, and explains why.",
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,  # plain help: importing rich would double its time
    pretty_exceptions_enable=False,
)
app.command("route")(route.route)
app.command("why")(why.why)
app.command("replay")(replay.replay)
app.command("verify")(verify.verify)
app.command("doctor")(doctor.doctor)
app.command("fairness")(fairness.fairness)
app.command("dedupe")(dedupe.dedupe)
app.command("import")(importing.import_)
app.command("demo")(demo.demo)
app.command("serve")(serve.serve)
app.command("worker")(worker.worker)
app.command("bench")(bench.bench)
app.add_typer(policy.app, name="policy")
app.add_typer(roster.app, name="roster")
app.add_typer(named.app, name="list")
app.add_typer(alarm.app, name="alarms")
app.add_typer(activity.app, name="activity")
app.add_typer(hook.app, name="hook")
app.add_typer(handoff.app, name="handoff")
app.add_typer(hygiene.app, name="hygiene")
app.add_typer(synonym.app, name="synonym")
app.add_typer(unmapped.app, name="unmapped")
app.add_typer(field.app, name="field")
app.add_typer(accounts.app, name="accounts")
app.add_typer(simulate.app, name="simulate")
app.add_typer(key.app, name="key")
app.add_typer(user.app, name="user")
app.add_typer(source.app, name="source")
app.add_typer(destination.app, name="destination")
app.add_typer(provider.app, name="provider")
app.add_typer(lead.app, name="lead")
app.add_typer(status.app, name="status")
app.add_typer(task.app, name="task")
app.add_typer(meeting.app, name="meeting")
app.add_typer(duplicates.app, name="duplicates")
app.add_typer(rep.app, name="rep")
app.add_typer(clock.app, name="clock")
app.add_typer(credit.app, name="credit")
app.add_typer(sequence.app, name="sequence")
app.add_typer(consent.app, name="consent")
app.add_typer(suppress.app, name="suppress")
app.add_typer(stuck.app, name="stuck")
app.add_typer(repair.app, name="repair")
app.add_typer(steward.app, name="stewards")
app.add_typer(pool.app, name="pool")
app.add_typer(score.app, name="score")
app.add_typer(quarantine.app, name="quarantine")
app.add_typer(delivery.app, name="deliveries")
app.add_typer(job.app, name="job")


def run(arguments: Sequence[str]) -> int:
    """Runs one command and gives its exit code. Mistakes of the caller end in sentences on standard error."""
    try:
        code = _ran(list(arguments))
        if sys.stdout is not None:  # it was closed before we began: `>&-`
            sys.stdout.flush()
        return code
    except BrokenPipeError:  # `firstright why ... | head`: the reader has seen enough
        _silence()
        return 0
    except OSError as error:  # a full disk, a folder that cannot be made
        if error.filename is None:
            _silence()
        where = f"{error.filename}: " if error.filename else ""
        return _end((f"{where}{error.strerror or error}",), CONFIGURATION)


def _ran(arguments: list[str]) -> int:
    try:
        return _code(app(arguments, prog_name="firstright", standalone_mode=True))
    except SystemExit as end:
        return _code(end.code)
    except Stop as stop:
        return _end(stop.lines, stop.code)
    except BadConfiguration as error:
        return _end(error.problems, CONFIGURATION)
    except FirstrightError as error:
        return _end((str(error),), CONFIGURATION)
    except UnicodeEncodeError as error:  # bytes of another encoding come as halves of surrogate pairs
        if error.object not in arguments:
            raise
        return _end((f"{error.object[:80]}: is not UTF-8, as this terminal sends it",), USAGE)


def _end(lines: Sequence[str], code: int) -> int:
    from firstright.cli.screen import safe  # what is wrong is quoted from files that others wrote

    for line in lines:
        print(f"firstright: {safe(line)}", file=sys.stderr)
    return code


def _silence() -> None:
    """What is left in the buffer would be written, and fail, once more at the end."""
    if sys.stdout is not None:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _code(code: object) -> int:
    return code if isinstance(code, int) else 0 if code is None else USAGE


def _version(asked: bool) -> None:
    if asked:
        print(f"firstright {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: bool = typer.Option(
        False, "--version", callback=_version, is_eager=True, help="Show the version and exit."
    ),
) -> None:
    """Routes each new sales lead to the right owner the first time, and explains why."""
