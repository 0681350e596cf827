"""Policy versions: published under the turn, never changed. Reading and judging a text is the core's work."""

from firstright.core.decision import ENGINE
from firstright.storage.versions import Version, Versions

_versions = Versions("policy_version", "policy_version", ", engine", f", {ENGINE}")

publish = _versions.publish
current = _versions.current
load = _versions.load
history = _versions.history
one = _versions.one

__all__ = ["Version", "current", "history", "load", "one", "publish"]
