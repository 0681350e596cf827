"""What `firstright job` does. It shows no fact of a lead: `firstright why` and `lead show` tell about it."""

from firstright.cli.exits import FOUND, Stop
from firstright.cli.reach import ask
from firstright.cli.screen import safe
from firstright.cli.workspace import workspace
from firstright.core.identifiers import is_id
from firstright.storage import deadjobs
from firstright.storage.deadjobs import DeadJob
from firstright.web.commands.tending import Revive

BY = "firstright job"


def show(database: str | None, after: str, limit: int) -> None:
    if after and not is_id(after):
        raise Stop(f"--after {safe(after)}: is no job's id")
    with workspace(database) as (opened, _), opened.read() as tx:
        found = deadjobs.listed(tx, after or deadjobs.FIRST_ID, limit)
    for job in found:
        print(_line(job))
    if not found:
        print("no job is dead")
    elif len(found) == limit:
        print(f"there may be more: --after {found[-1].id}")


def _line(job: DeadJob) -> str:
    tries = f"{job.attempts} {'try' if job.attempts == 1 else 'tries'}"
    said = f"{tries}: {safe(job.last_error)}" if job.last_error else tries
    return "  ".join(
        [job.id, f"due since {job.due_at:%Y-%m-%d %H:%M}", job.kind, job.cause, f"lead {job.lead_id}", said]
    )


def replay(database: str | None, names: list[str], *, everything: bool) -> None:
    if bool(names) == everything:
        raise Stop("have which ones done once more? Give ids, or --all")
    wrong = [name for name in names if not is_id(name)]
    if wrong:
        raise Stop(*[f"{safe(name[:80])}: is no job's id" for name in wrong])
    done = ask(database, Revive(jobs=None if everything else names, by=BY))
    print(f"{len(done.jobs)} {'job is' if len(done.jobs) == 1 else 'jobs are'} ready again")
    if done.more:
        print("there may be more: run this once more")
    left = sorted(set(names) - set(done.jobs))
    if left:
        raise Stop(*[f"{name}: is not dead, or not there" for name in left], code=FOUND)
