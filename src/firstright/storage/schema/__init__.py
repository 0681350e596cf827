"""Every table, declared once for both databases. The numbered migrations say what each is for; a test proves them equal."""

from firstright.storage.schema import crm, intake, leads, people, policies, routing, work
from firstright.storage.schema.columns import metadata

__all__ = ["crm", "intake", "leads", "metadata", "people", "policies", "routing", "work"]
