"""Extracts of a CRM that were uploaded in a browser: looked at, told what they are, imported in a thread of this process.

What was broken off with the process goes on when the same file is uploaded again.
"""

import logging
import threading
from datetime import datetime

import msgspec

from firstright.core.authority import Actor, Right
from firstright.desk.crm.accountimport import AccountImport, Report
from firstright.desk.desk import Desk
from firstright.desk.files.spool import Spool, Spooled
from firstright.errors import Refused, for_log
from firstright.intake.crmshapes import ASKED

TRIED = 5  # thousand rows that are looked at before somebody begins: all of a large file would take minutes

log = logging.getLogger("firstright.uploads")


class Said(msgspec.Struct, frozen=True):
    """What somebody says of a file where its header does not: whose it is, and what it holds."""

    system: str = ""
    kind: str = ""


class Looked(msgspec.Struct, frozen=True):
    """An uploaded extract and what it would change; or why it is of no use as it stands."""

    file: Spooled
    tried: Report | None = None
    reasons: tuple[str, ...] = ()


class AccountUploads:
    """Everything one process imports of these. Threads may share it; one file is imported at a time."""

    def __init__(self, desk: Desk, spool: Spool) -> None:
        self.desk = desk
        self.spool = spool
        self._one = threading.Lock()

    def look(self, sha256: str, said: Said, now: datetime) -> Looked:
        """Tries the first rows of the file, and changes nothing. Raises NotFound for one that is not here any more."""
        file = self.spool.look(sha256)
        with self.spool.open(sha256) as stream:
            try:
                work = AccountImport(
                    self.desk, stream, name=file.name, actor="", system=said.system, kind=said.kind
                )
                return Looked(file, work.tried(now, batches=TRIED))
            except Refused as refused:
                return Looked(file, None, tuple(refused.reasons))

    def start(self, sha256: str, said: Said, actor: Actor) -> None:
        """Begins, or goes on. Raises Refused with every reason, and NotFound when the file is gone."""
        if not actor.may(Right.IMPORT):
            raise Refused([f"{actor.name} may not import files"])
        if said.kind and said.kind not in ASKED:
            raise Refused([f"a file holds one of {', '.join(ASKED)}"])
        if not self._one.acquire(blocking=False):
            raise Refused(["another file of the CRM is being imported: begin when it is done"])
        stream = None
        try:
            file = self.spool.look(sha256)
            stream = self.spool.open(sha256)
            work = AccountImport(
                self.desk, stream, name=file.name, actor=actor.user, system=said.system, kind=said.kind
            )
        except BaseException:
            if stream is not None:
                stream.close()
            self._one.release()
            raise
        name = "firstright-accounts"
        threading.Thread(target=self._run, args=(work,), name=name, daemon=True).start()

    def wait(self) -> None:
        """Until nothing is being imported."""
        with self._one:
            return

    def _run(self, work: AccountImport) -> None:
        try:
            with work.file:
                work.run()
        except Exception as error:  # nobody waits here: the list of files shows how far it came
            log.exception("import.failed", extra=for_log(error))
        finally:
            self._one.release()
