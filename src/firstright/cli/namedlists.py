"""What `firstright list` does."""

import io
import re
import sys
from collections.abc import Sequence

from firstright.cli.exits import FOUND, Stop
from firstright.cli.files import read_bytes
from firstright.cli.reach import ask
from firstright.cli.screen import safe
from firstright.cli.workspace import workspace
from firstright.core.documents.listfile import domains_of
from firstright.core.lists import Accounts
from firstright.core.policy import Policy
from firstright.intake import refused
from firstright.intake.listcsv import Read, read_list
from firstright.storage import lists
from firstright.web.commands.files import AddList

BY = "firstright list"
TOLD = 20  # rows that could not be used: more than that nobody reads
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


def import_(database: str | None, name: str, file: str, column: str, encoding: str) -> None:
    """Imports what can be used, and says of the rest on which line and why not. Stop when nothing can."""
    read = read_file(name, file, column, encoding)
    for row in read.bad[:TOLD]:
        print(f"{safe(file)}:{row.line}: {row.reason} (got {safe(row.got)})", file=sys.stderr)
    untold = len(read.bad) - TOLD + read.more_bad
    if untold > 0:
        print(f"{safe(file)}: {untold} more rows could not be used", file=sys.stderr)
    done = ask(database, AddList(name=name, text=read.list.text, by=BY), refused=FOUND)
    said = "is imported" if done.new else "was imported before"
    left_out = len(read.bad) + read.more_bad
    print(
        f'list {name}: {done.domains} domains of column "{safe(read.column)}", {left_out} rows left out; it {said}'
    )
    print(f'[lists.{name}]\nhash = "{done.hash}"')


def read_file(name: str, file: str, column: str = "", encoding: str = "") -> Read:
    """What a file lists. Stop when it is no list, or names nothing that could be used."""
    if not _NAME.fullmatch(name):
        raise Stop(
            f"{safe(name)}: a list's name has letters, digits, dots, dashes and underscores, 64 at most"
        )
    read = read_list(name, io.BytesIO(read_bytes(file, "list")), column, encoding or None)
    if isinstance(read, refused.Refused):
        raise Stop(*[f"{safe(file)}: {problem.reason}" for problem in read.errors], code=FOUND)
    if not read.list.text:
        told = [f"{safe(file)}:{row.line}: {row.reason}" for row in read.bad[:TOLD]]
        raise Stop(*told, f"{safe(file)}: lists no domain that could be used", code=FOUND)
    return read


def lists_for(policy: Policy, given: Sequence[str]) -> Accounts:
    """The domains of every list a policy names, from files `NAME=FILE`. Stop for one that is missing or another version."""
    files = dict(text.split("=", 1) for text in given if "=" in text)
    if missing := [name for name in policy.lists if name not in files]:
        raise Stop(
            *[
                f"the policy names the list {name}: give its file with --list {name}=FILE.csv"
                for name in missing
            ]
        )
    if unnamed := [text for text in given if text.partition("=")[0] not in policy.lists]:
        raise Stop(
            *[f"--list {safe(text)}: the policy names no such list; write NAME=FILE.csv" for text in unnamed]
        )
    read = {name: read_file(name, file).list for name, file in files.items()}
    if other := [name for name, found in read.items() if found.hash != policy.lists[name]]:
        said = "lists other domains than the version the policy names"
        raise Stop(*[f"{safe(files[name])}: {said} ({policy.lists[name][:12]})" for name in other])
    return {name: found.domains for name, found in read.items()}


def show(database: str | None, name: str, version: str) -> None:
    with workspace(database) as (opened, _), opened.read() as tx:
        found = [v for v in lists.versions(tx) if name in ("", v.name) and v.hash.startswith(version)]
        text = lists.texts(tx, [found[0].hash])[found[0].hash] if name and found else ""
    if name and not found:
        raise Stop(f"{safe(name)}: no such list; firstright list show names all", code=FOUND)
    if name:
        print("\n".join(sorted(domains_of(text))))
        return
    for each in found:
        print(
            f"{safe(each.name):<24}  {each.hash}  {each.published_at:%Y-%m-%d %H:%M} UTC  {each.domains} domains"
        )
    if not found:
        print("none: firstright list import NAME FILE.csv")
