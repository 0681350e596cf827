"""How long work that was stopped came to it, as a page says it."""

from firstright.desk.errands import stopped_words
from firstright.storage import users
from firstright.storage.errands import STOPPED, Errand
from firstright.storage.transactions import Tx


def how_stopped(tx: Tx, errand: Errand | None) -> str:
    """Empty for what was not stopped. People are named."""
    if errand is None or errand.state != STOPPED:
        return ""
    by = users.names(tx).get(errand.stopped_by, errand.stopped_by) if errand.stopped_by else ""
    return stopped_words(by, errand.stopped_why)
