"""Words that bring a file: a policy, a roster, a list or a model as their text, leads and accounts by their paths."""

from contextlib import nullcontext
from pathlib import Path
from typing import Literal

import msgspec

from firstright import wiring
from firstright.desk.crm.accountfile import WantedAccounts, import_accounts
from firstright.desk.crm.accountimport import Report as AccountReport
from firstright.desk.files.importfile import Wanted, import_file
from firstright.desk.files.importing import Report
from firstright.desk.learned import Added
from firstright.desk.learned import AddModel as AddingModel
from firstright.desk.learned import judged as judged_model
from firstright.desk.lists import Imported, ImportList
from firstright.desk.lists import judged as judged_list
from firstright.desk.publish import Published
from firstright.errors import Refused
from firstright.web.commands.house import House
from firstright.web.commands.request import LARGEST_TEXT, Request


class Publish(Request[Published], frozen=True, tag="publish"):
    """`file` is what findings call it."""

    kind: Literal["policy", "roster"]
    text: str
    file: str
    by: str
    reason: str

    def done(self, house: House) -> Published:
        if len(self.text.encode()) > LARGEST_TEXT:
            raise Refused([f"{self.file}: is larger than {LARGEST_TEXT // 2**20} MiB"])
        publish = house.desk.publish_policy if self.kind == "policy" else house.desk.publish_roster
        with house.publishing:
            return publish(self.text, file=self.file, by=self.by, reason=self.reason)


class AddList(Request[Imported], frozen=True, tag="list"):
    """A version of a list of named accounts; `text` has a clean domain a line."""

    name: str
    text: str
    by: str

    def done(self, house: House) -> Imported:
        return house.desk.act(ImportList(judged_list(self.name, self.text), self.by))


class AddModel(Request[Added], frozen=True, tag="model"):
    """A version of a model; `text` is its JSON."""

    text: str
    by: str

    def done(self, house: House) -> Added:
        return house.desk.act(AddingModel(judged_model(self.text), self.by))


class Import(Request[Report], frozen=True, tag="import"):
    """`file` is absolute and opened by who does it; `shown` is what the caller calls it."""

    file: str
    shown: str
    map: str
    map_file: str
    history: bool
    ledger: str

    @property
    def wanted(self) -> Wanted:
        return Wanted(
            Path(self.file),
            self.map,
            shown=self.shown,
            map_file=self.map_file,
            history=self.history,
            ledger=self.ledger,
        )

    def done(self, house: House) -> Report:
        with house.importing(self.file, self.shown), house.alone() if self.history else nullcontext():
            report = import_file(house.desk, self.wanted, house.progress)
        return msgspec.structs.replace(report, seconds=[])  # one a record: for who measures a desk of its own


class ImportAccounts(Request[AccountReport], frozen=True, tag="import-accounts"):
    """`file` is absolute and opened by who does it; `shown` is what the caller calls it."""

    file: str
    shown: str
    system: str
    kind: str
    map: str
    map_file: str
    encoding: str
    dry: bool
    again: bool

    @property
    def wanted(self) -> WantedAccounts:
        return WantedAccounts(
            Path(self.file),
            self.shown,
            self.system,
            self.kind,
            self.map,
            self.map_file,
            self.encoding,
            self.dry,
            self.again,
        )

    def done(self, house: House) -> AccountReport:
        with house.importing(self.file, self.shown):
            return import_accounts(house.desk, self.wanted, house.progress, wiring.now())
