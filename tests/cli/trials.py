"""Files for commands that need no database: a policy, a roster, a lead and a world in a folder of their own."""

import json
from pathlib import Path

from firstright.cli.app import run
from routing import ADA, CALENDARS, CATCH_ALL, HEAD, KIM, NOOR, TO_SDR

AT = "2026-03-02T09:00:00Z"
ANNA = {
    "first_name": "Anna",
    "last_name": "Ek",
    "email": "Anna@Acme.example",
    "company": "Acme",
    "country": "Germany",
}


class Folder:
    """Writes the files and runs commands on them; each file can be replaced before a run."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.write("policy.toml", HEAD + TO_SDR + CATCH_ALL)
        self.write("roster.toml", CALENDARS + ADA + KIM + NOOR)
        self.write("lead.json", json.dumps(ANNA))

    def write(self, name: str, text: str | bytes) -> str:
        file = self.path / name
        file.write_bytes(text.encode() if isinstance(text, str) else text)
        return str(file)

    def trial(self, command: str, *more: str, **files: str) -> int:
        """`route` or `why` on the folder's files, Monday 10:00 in Berlin unless `at` says otherwise."""
        chosen = {"policy": "policy.toml", "roster": "roster.toml", "lead": "lead.json", **files}
        at = chosen.pop("at", AT)
        paths = [part for name, file in chosen.items() for part in (f"--{name}", str(self.path / file))]
        return run([command, *paths, "--at", at, *more])
