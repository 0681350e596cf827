"""The use cases and the writer: receive, decide again, publish. Everything that changes a workspace goes through here,
in one transaction under the decision turn. It reads no settings and knows no HTTP.
"""

from firstright.desk.arrival import Arrival, Reply, Source
from firstright.desk.desk import Desk

__all__ = ["Arrival", "Desk", "Reply", "Source"]
