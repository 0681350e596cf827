"""Reads the pools of a policy: the method, what it goes by, and how often members get a lead.

Whether a key has an effect under the method, and who is in the pool, is `lint`'s business.
"""

from datetime import timedelta

from firstright.core.documents.reading import Table
from firstright.core.pools import Burst, Measure, Method, OnSkip, Performance, Period, Pool

LARGEST_BAND = 1_000_000
MOST_LEADS = 1_000_000
MOST_OFFERS = 100
DAY = timedelta(days=1)


def read_pools(root: Table) -> dict[str, Pool]:
    return {name: _pool(name, table) for name, table in root.named("pools", "pool")}


def _pool(name: str, table: Table) -> Pool:
    return Pool(
        id=name,
        name=table.text("name"),
        method=table.choice("method", Method, Method.CREDIT),
        calendar=table.text("calendar"),
        hours=table.flag("hours", True),
        zone=read_zone(table),
        on_skip=table.choice("on_skip", OnSkip, OnSkip.KEEP),
        period=table.choice("period", Period, Period.MONTH),
        load=table.choice("load", Measure, Measure.LEADS),
        field=table.text("field"),
        band=table.number("band", 0, LARGEST_BAND, 0),
        within=table.duration("within") or DAY,
        presence=table.flag("presence", False),
        one_at_a_time=table.flag("one_at_a_time", False),
        cooldown=table.duration("cooldown"),
        burst=_burst(table),
        performance=_performance(table),
        preview=table.flag("preview", True),
        offer=table.duration("offer"),
        offers=table.number("offers", 1, MOST_OFFERS, 3),
    )


def read_zone(table: Table) -> str:
    """A time zone that exists; empty where none is named."""
    return table.zone_name("zone", "UTC") if table.has("zone") else ""


def read_most(table: Table, what: str) -> int:
    """`most`, at least 1: with 0 nobody would ever get a lead, and nothing would ever free it."""
    value = table.raw("most")
    if value is None:
        table.report("key.missing", "most", f'"most" is missing: how many leads {what} lets through.')
        return 1
    if value == 0 and not isinstance(value, bool):
        text = f"{what.capitalize()} of 0 never frees, so nobody would ever get a lead; the least is 1."
        table.report("limit.zero", "most", text)
        return 1
    return table.number("most", 1, MOST_LEADS, 1)


def _burst(pool: Table) -> Burst | None:
    if not pool.has("burst"):
        return None
    table = pool.table("burst")
    most, within = read_most(table, "a burst guard"), table.duration("within")
    if not table.has("within"):
        table.report(
            "key.missing", "within", '"within" is missing: most = 3, within = "10min" is a burst guard.'
        )
    table.close()
    return Burst(most, within or DAY)


def _performance(pool: Table) -> Performance:
    shipped = Performance()
    if not pool.has("performance"):
        return shipped
    table = pool.table("performance")
    closed = table.duration("closed", zero=True)
    found = Performance(
        power=table.number("power", 1, 1000, shipped.power),
        least=table.number("least", 1, 100, shipped.least),
        most=table.number("most", 100, 10_000, shipped.most),
        prior=table.number("prior", 0, 1_000_000, shipped.prior),
        window=table.duration("window") or shipped.window,
        closed=shipped.closed if closed is None else closed,
        every=table.duration("every") or shipped.every,
        floor=table.number("floor", 0, 100, shipped.floor),
        explore=table.number("explore", 0, 100, shipped.explore),
    )
    if found.closed >= found.window:
        table.report(
            "performance.no_window",
            "closed",
            "Leads younger than this are not counted, and the window reaches no further back: none is left.",
        )
    table.close()
    return found
