"""What `firstright unmapped` and `firstright synonym` do. Whether a value fits its field, the policy's reader says."""

import csv
import io
import sys
from pathlib import Path

import msgspec

from firstright.cli.exits import FOUND, Stop
from firstright.cli.files import read_text
from firstright.cli.reach import reach
from firstright.cli.screen import safe
from firstright.cli.workspace import workspace
from firstright.core.documents.policyfile import read_policy
from firstright.core.meanings import known_meanings, suggestion
from firstright.core.policy import Policy
from firstright.desk.synonyms import SynonymsAsked
from firstright.errors import NoPolicy, Refused
from firstright.intake.formulas import csv_row, unguarded
from firstright.storage import policies, profiles
from firstright.storage.profiles import Missed
from firstright.storage.transactions import Tx
from firstright.web.commands.tending import Mean

BY = "firstright"
COLUMNS = ("value", "means")


def show(database: str | None, field: str, limit: int, *, json: bool) -> None:
    with workspace(database) as (opened, _), opened.read() as tx:
        found = profiles.missed_of(tx, field, limit) if field else profiles.all_missed(tx, limit)
        policy = _policy(tx)
    if json:
        told = [
            {"field": m.field, "value": m.value, "n": m.n, "last_at": m.last_at, "sources": sorted(m.sources)}
            for m in found
        ]
        print(msgspec.json.encode(told).decode())
        return
    known = {name: known_meanings(name, policy) for name in {each.field for each in found}}
    for each in found:
        print(safe(_line(each, suggestion(each.value, known[each.field]))))
    if not found:
        print("every value that came has a meaning")


def _line(each: Missed, near: str) -> str:
    value = f'"{each.value}"' if each.value else "others"
    meant = f"  {near}?" if near else ""
    return f"{each.field}  {each.n:>6,}  {each.last_at:%Y-%m-%d}  {value}{meant}  ({', '.join(sorted(each.sources))})"


def map_(database: str | None, field: str, value: str, means: str, reason: str, *, again: bool) -> None:
    _mean(database, SynonymsAsked(field, {value: means}, reason or f"{value} means {means}", again))


def export(database: str | None, field: str, file: str) -> None:
    with workspace(database) as (opened, _), opened.read() as tx:
        policy = _policy(tx)
        missed = profiles.missed_of(tx, field, profiles.MOST_VALUES)
    if field not in policy.catalogue:
        raise Stop(f"{safe(field[:64])}: is no field", code=FOUND)
    rows = [list(COLUMNS), *(list(each) for each in policy.synonyms.get(field, {}).items())]
    rows += [[each.value, ""] for each in missed if each.value]
    text = "".join(map(csv_row, rows))
    if file:
        Path(file).write_bytes(text.encode())
    else:
        sys.stdout.write(text)


def import_(database: str | None, field: str, file: str, reason: str, *, again: bool) -> None:
    _mean(
        database,
        SynonymsAsked(field, _words(file), reason or f"synonyms of {field} from {Path(file).name}", again),
    )


def _words(file: str) -> dict[str, str]:
    """Rows without a meaning are passed over: they are the ones nobody has said yet."""
    reader = csv.reader(io.StringIO(read_text(file, "table").removeprefix("\ufeff"), newline=""))
    try:
        rows = list(reader)
    except csv.Error as error:
        raise Stop(f"{safe(file)}:{reader.line_num}: {error}") from None
    if not rows or tuple(cell.strip().casefold() for cell in rows[0][:2]) != COLUMNS:
        raise Stop(f"{safe(file)}: its first row is value,means")
    wrong = [n for n, row in enumerate(rows[1:], 2) if row and len(row) < 2]
    if wrong:
        raise Stop(*[f"{safe(file)}:{n}: has one column, and needs value and means" for n in wrong[:20]])
    cells = [[unguarded(cell).strip() for cell in row[:2]] for row in rows[1:] if row]
    words: dict[str, str] = {}
    for value, means in (each for each in cells if all(each)):
        if words.setdefault(value, means) != means:
            raise Stop(
                f'{safe(file)}: "{safe(value)}" stands there twice: it means {words[value]}, and {means}'
            )
    if not words:
        raise Stop(f"{safe(file)}: no row says what its value means")
    return words


def _mean(database: str | None, asked: SynonymsAsked) -> None:
    try:
        with reach(database) as ask:
            done = ask(Mean(asked=asked, by=BY))
    except NoPolicy as error:
        raise Stop(str(error), code=FOUND) from None
    except Refused as refused:
        raise Stop(
            *[safe(reason) for reason in refused.reasons], "nothing was published", code=FOUND
        ) from None
    words = f"{done.words} {'value' if done.words == 1 else 'values'} of {done.field}"
    print(safe(f"{words}: policy version {done.version}{'' if done.changed else ' said so already'}"))
    if done.leads and not asked.again:
        came = "1 lead came" if done.leads == 1 else f"{done.leads:,} leads came"
        them = "it" if done.leads == 1 else "them"
        print(
            f"{came} with one of them: --again cleans {them} and decides {them} again where that changes {them}"
        )
    if asked.again:
        print(f"{done.decided} of {done.leads} leads were decided again")


def _policy(tx: Tx) -> Policy:
    current = policies.current(tx)
    policy = read_policy(policies.load(tx, current.version))[0] if current else None
    if policy is None:
        raise Stop("no policy is published here", code=FOUND)
    return policy
